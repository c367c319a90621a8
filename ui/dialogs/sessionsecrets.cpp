#include "ui/dialogs/sessionsecrets.h"

#include <algorithm>
#include <cctype>

namespace hopscope::ui {

namespace {

// What PAM asks for a password; everything else may be good for one time only ("Verification code: ").
bool asksForPassword(const std::string& prompt)
{
    std::string word;
    for (const char c : prompt)
        word += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    while (!word.empty() && (word.back() == ' ' || word.back() == ':'))
        word.pop_back();
    // OpenSSH servers write "(user@host) Password: "
    if (word.starts_with('('))
        word.erase(0, word.find(") ") == std::string::npos ? 0 : word.find(") ") + 2);
    return word == "password";
}

/// Empty: not to be kept. A key's passphrase is the same for every host.
std::string keyOf(const SessionSecrets::Question& question)
{
    using Kind = SessionSecrets::Question::Kind;
    switch (question.kind) {
    case Kind::Password:
        return "password\n" + question.host + '\n' + question.subject;
    case Kind::Passphrase:
        return "passphrase\n" + question.subject;
    case Kind::KeyboardInteractive:
        return !question.isEchoed && asksForPassword(question.subject)
            ? "keyboard\n" + question.host + '\n' + question.user
            : std::string();
    }
    return {};
}

std::string receiver(const std::string& key, const SessionSecrets::Question& question)
{
    return key + '\n' + question.host;
}

}

void wipe(std::string& secret)
{
    // Through volatile: a compiler may leave out writes to what is freed next.
    volatile char* bytes = secret.data();
    for (std::size_t index = 0; index < secret.size(); ++index)
        bytes[index] = 0;
    secret.clear();
}

SessionSecrets::~SessionSecrets() { clear(); }

std::unique_ptr<std::unique_lock<std::mutex>> SessionSecrets::turn(const Question& question)
{
    const std::string key = keyOf(question);
    if (key.empty())
        return nullptr;
    std::shared_ptr<std::mutex> mutex;
    {
        const std::scoped_lock lock(m_mutex);
        std::shared_ptr<std::mutex>& known = m_turns[key];
        if (!known)
            known = std::make_shared<std::mutex>();
        mutex = known;
    }
    return std::make_unique<std::unique_lock<std::mutex>>(*mutex);
}

std::optional<std::string> SessionSecrets::find(const Question& question)
{
    const std::string key = keyOf(question);
    const std::scoped_lock lock(m_mutex);
    const auto entry = m_secrets.find(key);
    if (key.empty() || entry == m_secrets.end())
        return std::nullopt;
    m_given[receiver(key, question)] = entry->second.version;
    return entry->second.secret;
}

void SessionSecrets::remember(const Question& question, const std::string& secret)
{
    const std::string key = keyOf(question);
    if (key.empty())
        return;
    const std::scoped_lock lock(m_mutex);
    Entry& entry = m_secrets[key];
    wipe(entry.secret);
    entry.secret = secret;
    entry.version = ++m_versions;
    m_given[receiver(key, question)] = entry.version;
}

void SessionSecrets::refused(const Question& question)
{
    const std::string key = keyOf(question);
    const std::scoped_lock lock(m_mutex);
    const auto entry = m_secrets.find(key);
    if (entry == m_secrets.end() || m_given[receiver(key, question)] != entry->second.version)
        return;
    wipe(entry->second.secret);
    m_secrets.erase(entry);
}

void SessionSecrets::clear()
{
    const std::scoped_lock lock(m_mutex);
    for (auto& [key, entry] : m_secrets)
        wipe(entry.secret);
    m_secrets.clear();
    m_given.clear();
}

bool SessionSecrets::isEmpty() const
{
    const std::scoped_lock lock(m_mutex);
    return m_secrets.empty();
}

}
