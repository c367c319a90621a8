#pragma once

#include "core/run/run.h"

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace hopscope::ui {

/// Passwords and passphrases that were typed, until the window is closed: in memory only, overwritten when they go.
/// One-time codes are never kept. Any thread.
class SessionSecrets {
public:
    using Question = ssh::Interaction::SecretQuestion;

    SessionSecrets() = default;
    ~SessionSecrets();
    SessionSecrets(const SessionSecrets&) = delete;
    SessionSecrets& operator=(const SessionSecrets&) = delete;

    /// Held while a question is asked: whoever has the same question waits, and finds the answer then. Null where the
    /// answer would not be kept.
    std::unique_ptr<std::unique_lock<std::mutex>> turn(const Question& question);
    std::optional<std::string> find(const Question& question);
    void remember(const Question& question, const std::string& secret);
    /// It was wrong. What somebody typed since stays.
    void refused(const Question& question);
    void clear();
    bool isEmpty() const;

private:
    struct Entry {
        std::string secret;
        int version = 0;
    };

    mutable std::mutex m_mutex;
    std::map<std::string, Entry> m_secrets; ///< by what was asked
    std::map<std::string, std::shared_ptr<std::mutex>> m_turns;
    std::map<std::string, int> m_given; ///< which version a host was given last
    int m_versions = 0;
};

/// Overwrites a string before it goes.
void wipe(std::string& secret);

}
