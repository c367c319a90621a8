#pragma once

#include "core/run/run.h"

#include <QObject>

#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace hopscope::ui {

class Dialogs;
class SessionSecrets;

/// Brings the questions of host threads to the window. Those threads wait for the answer; the window never
/// does.
class DialogInteraction final : public ssh::Interaction {
public:
    /// On the window's thread; `dialogs` outlives every run.
    DialogInteraction(Dialogs& dialogs, std::shared_ptr<SessionSecrets> secrets);
    ~DialogInteraction() override;

    bool acceptNewHostKey(const HostKeyQuestion& question) override;
    std::optional<std::string> secret(const SecretQuestion& question) override;
    void refused(const SecretQuestion& question) override;

    void open();
    /// Answers what is open, and all that comes until open(), with no. On the window's thread.
    void close();

private:
    template <class T, class Ask> T ask(T refusal, Ask show);

    Dialogs& m_dialogs;
    std::shared_ptr<SessionSecrets> m_secrets; ///< what was typed in earlier runs
    std::unique_ptr<QObject> m_window; ///< lives on the window's thread: questions are posted to it
    std::mutex m_mutex;
    bool m_isOpen = true;
    std::vector<std::function<void()>> m_refusals; ///< of the open questions
};

}
