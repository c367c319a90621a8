#include "core/ssh/login.h"

#include "core/ssh/identities.h"

namespace hopscope::ssh {
namespace {

    /// sshd gives up at the sixth failure (MaxAuthTries 6); one is left for a password.
    constexpr int mostKeys = 5;
    constexpr int mostQuestions = 3;

    class Login {
    public:
        Login(Link& link, const Endpoint& endpoint, Interaction& interaction, std::stop_token stop,
            const Patience& patience)
            : m_link(link)
            , m_endpoint(endpoint)
            , m_interaction(interaction)
            , m_stop(std::move(stop))
            , m_patience(patience)
        {
        }

        base::Result<void> run()
        {
            if (m_endpoint.config.allowsPublicKey && m_state == State::Open)
                tryKeys();
            // The server names its methods only in answer to an attempt.
            if (m_state == State::Open && !m_hasAsked)
                attempt("", [&] { return ssh_userauth_none(m_link.session(), nullptr); });
            if (m_state == State::Open && m_endpoint.config.allowsKeyboardInteractive && offers(SSH_AUTH_METHOD_INTERACTIVE))
                tryKeyboard();
            if (m_state == State::Open && m_endpoint.config.allowsPassword && offers(SSH_AUTH_METHOD_PASSWORD))
                tryPassword();
            if (m_state == State::In)
                return {};
            return base::failure(m_error.value_or(refused()));
        }

    private:
        enum class State { Open, In, Over };

        /// Runs one attempt and notes what came of it. True: the server took it (perhaps as one factor of several).
        template <class Call> bool attempt(const std::string& what, Call&& call)
        {
            const auto code = m_link.drive(SSH_AUTH_AGAIN, m_patience, call);
            m_hasAsked = true;
            if (!what.empty() && !m_tried.ends_with(what))
                m_tried += (m_tried.empty() ? "" : ", ") + what;
            if (!code) {
                m_state = State::Over;
                m_error = code.error();
                m_error->operation = "log in to";
                m_error->subject = m_endpoint.name;
                if (code.error().code == base::ErrorCode::TimedOut) {
                    m_error->detail = "the server did not answer the login in time";
                    m_error->advice = "sshd or what it asks may hang (PAM, LDAP, DNS, a dead network mount): log in by the "
                                      "provider's console.";
                }
                return false;
            }
            switch (*code) {
            case SSH_AUTH_SUCCESS: m_state = State::In; return true;
            case SSH_AUTH_PARTIAL: m_isPartial = true; return true;
            case SSH_AUTH_INFO:
            case SSH_AUTH_DENIED: return false;
            default:
                // libssh may fail a key by itself; only a lost connection ends the login.
                if (!ssh_is_connected(m_link.session())) {
                    m_state = State::Over;
                    m_disconnection = m_link.lastError();
                }
                return false;
            }
        }

        bool offers(int method) const { return (ssh_userauth_list(m_link.session(), nullptr) & method) != 0; }

        void tryKeys()
        {
            Identities identities = findIdentities(m_endpoint, m_patience);
            m_problems = std::move(identities.problems);
            int tries = 0;
            for (Identity& identity : identities.usable) {
                if (m_state != State::Open || ++tries > mostKeys)
                    return;
                // Keys are out once the server says what else it takes, or once a factor is done.
                if (m_isPartial || (m_hasAsked && !offers(SSH_AUTH_METHOD_PUBLICKEY)))
                    return;
                tryKey(identity);
            }
        }

        void tryKey(Identity& identity)
        {
            switch (identity.source) {
            case Identity::Source::File:
                attempt(identity.label,
                    [&] { return ssh_userauth_publickey(m_link.session(), nullptr, identity.key.get()); });
                return;
            case Identity::Source::Agent: tryAgentKey(identity); return;
            case Identity::Source::Encrypted: tryEncryptedKey(identity); return;
            }
        }

        void tryAgentKey(const Identity& identity)
        {
            if (!m_agentView) {
                auto agent = Agent::connect(m_endpoint.agentSocket);
                if (!agent)
                    return;
                m_agentView.emplace(std::move(*agent), m_stop, m_patience.deadline);
                ssh_set_agent_socket(m_link.session(), m_agentView->takeSocket());
            }
            m_agentView->show(*identity.agentKey);
            attempt(identity.label + " (agent)", [&] { return ssh_userauth_agent(m_link.session(), nullptr); });
        }

        void tryEncryptedKey(const Identity& identity)
        {
            if (identity.key) {
                const bool isWanted = attempt("",
                    [&] { return ssh_userauth_try_publickey(m_link.session(), nullptr, identity.key.get()); });
                // Taken as an offer only; nobody is logged in by it.
                if (m_state == State::In)
                    m_state = State::Open;
                m_isPartial = false;
                if (!isWanted) {
                    m_tried += (m_tried.empty() ? "" : ", ") + identity.label;
                    return;
                }
            }
            for (int number = 1; number <= mostQuestions; ++number) {
                const Interaction::SecretQuestion question { Interaction::SecretQuestion::Kind::Passphrase,
                    m_endpoint.name, m_endpoint.user, identity.file, false, number };
                const auto passphrase = m_interaction.secret(question);
                if (!passphrase) {
                    m_locked = identity.file;
                    return;
                }
                if (const KeyHandle key = unlocked(identity.file, *passphrase)) {
                    attempt(identity.label, [&] { return ssh_userauth_publickey(m_link.session(), nullptr, key.get()); });
                    return;
                }
                m_interaction.refused(question);
            }
            m_locked = identity.file;
        }

        void tryKeyboard()
        {
            for (int number = 1; number <= mostQuestions && m_state == State::Open; ++number) {
                bool hasGivenUp = false;
                std::vector<Interaction::SecretQuestion> asked;
                const bool isTaken = attempt("keyboard-interactive", [&] {
                    int code = ssh_userauth_kbdint(m_link.session(), nullptr, nullptr);
                    while (code == SSH_AUTH_INFO && !hasGivenUp) {
                        answerPrompts(number, hasGivenUp, asked);
                        if (!hasGivenUp)
                            code = ssh_userauth_kbdint(m_link.session(), nullptr, nullptr);
                    }
                    return code;
                });
                if (hasGivenUp || asked.empty())
                    return;
                // A server that is gone has not judged what it was told.
                if (!isTaken && m_state == State::Open)
                    for (const Interaction::SecretQuestion& question : asked)
                        m_interaction.refused(question);
            }
        }

        void answerPrompts(int number, bool& hasGivenUp, std::vector<Interaction::SecretQuestion>& asked)
        {
            const int count = ssh_userauth_kbdint_getnprompts(m_link.session());
            for (int i = 0; i < count; ++i) {
                char isEchoed = 0;
                const char* const prompt = ssh_userauth_kbdint_getprompt(m_link.session(), unsigned(i), &isEchoed);
                asked.push_back({ Interaction::SecretQuestion::Kind::KeyboardInteractive, m_endpoint.name,
                    m_endpoint.user, prompt ? prompt : "", isEchoed != 0, number });
                const auto answer = m_interaction.secret(asked.back());
                if (!answer) {
                    hasGivenUp = true;
                    return;
                }
                ssh_userauth_kbdint_setanswer(m_link.session(), unsigned(i), answer->c_str());
            }
        }

        void tryPassword()
        {
            for (int number = 1; number <= mostQuestions && m_state == State::Open; ++number) {
                const Interaction::SecretQuestion question { Interaction::SecretQuestion::Kind::Password, m_endpoint.name,
                    m_endpoint.user, m_endpoint.user + "@" + m_endpoint.host, false, number };
                const auto password = m_interaction.secret(question);
                if (!password)
                    return;
                const bool isTaken = attempt("a password",
                    [&] { return ssh_userauth_password(m_link.session(), nullptr, password->c_str()); });
                if (!isTaken && m_state == State::Open)
                    m_interaction.refused(question);
            }
        }

        base::Error refused() const
        {
            base::Error error { base::ErrorCode::AuthenticationFailed, "log in to", m_endpoint.name, "", "" };
            error.detail = "user " + m_endpoint.user + " was not let in";
            error.detail += m_tried.empty() ? "; there was nothing to try" : "; tried " + m_tried;
            if (const std::string taken = methods(); !taken.empty())
                error.detail += "; the server takes " + taken;
            for (const std::string& problem : m_problems)
                error.detail += "; " + problem;
            if (!m_disconnection.empty())
                error.detail += "; " + m_disconnection;
            if (!m_locked.empty()) {
                error.code = base::ErrorCode::PassphraseNeeded;
                error.detail += "; the key " + m_locked + " needs its passphrase";
                error.advice = "Load the key into an agent first: ssh-add " + m_locked;
            } else if (m_tried.empty() && !m_problems.empty()) {
                error.code = base::ErrorCode::IdentityFileUnusable;
                error.advice = "Correct identityFile in the profile or IdentityFile in the ssh config.";
            } else {
                error.advice = "Check the user's name and that one of these keys is in its ~/.ssh/authorized_keys on the "
                               "server; IdentityFile in the ssh config names the right key.";
            }
            return error;
        }

        std::string methods() const
        {
            const int offered = ssh_userauth_list(m_link.session(), nullptr);
            std::string text;
            const auto add = [&](int method, const char* name) {
                if (offered > 0 && (offered & method))
                    text += (text.empty() ? "" : ", ") + std::string(name);
            };
            add(SSH_AUTH_METHOD_PUBLICKEY, "publickey");
            add(SSH_AUTH_METHOD_PASSWORD, "password");
            add(SSH_AUTH_METHOD_INTERACTIVE, "keyboard-interactive");
            add(SSH_AUTH_METHOD_HOSTBASED, "hostbased");
            add(SSH_AUTH_METHOD_GSSAPI_MIC, "gssapi-with-mic");
            return text;
        }

        Link& m_link;
        const Endpoint& m_endpoint;
        Interaction& m_interaction;
        const std::stop_token m_stop;
        const Patience& m_patience;
        std::optional<AgentView> m_agentView;

        State m_state = State::Open;
        bool m_hasAsked = false;
        bool m_isPartial = false;
        std::optional<base::Error> m_error;
        std::string m_tried;
        std::string m_locked;
        std::string m_disconnection;
        std::vector<std::string> m_problems;
    };

}

base::Result<void> logIn(Link& link, const Endpoint& endpoint, Interaction& interaction, std::stop_token stop,
    const Patience& patience)
{
    return Login(link, endpoint, interaction, std::move(stop), patience).run();
}

}
