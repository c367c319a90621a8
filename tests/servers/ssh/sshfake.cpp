#include "tests/servers/ssh/sshfake.h"

#include <libssh/libssh.h>
#include <libssh/server.h>

#include <cstring>

#include <sys/socket.h>
#include <unistd.h>

namespace hopscope::test {
namespace {

    using Behaviour = SshFake::Behaviour;

// libssh wants callbacks in place of this one; the rest of the message interface has no such successor.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
    bool isRightPassword(ssh_message message)
    {
        return std::strcmp(ssh_message_auth_password(message), "open sesame") == 0;
    }
#pragma GCC diagnostic pop

    /// One connection, from key exchange to its end.
    class Conversation {
    public:
        Conversation(Behaviour behaviour, const std::string& hostKeyFile, int connection)
            : m_behaviour(behaviour)
            , m_connection(connection)
        {
            const bool no = false;
            ssh_bind_options_set(m_bind, SSH_BIND_OPTIONS_PROCESS_CONFIG, &no);
            ssh_bind_options_set(m_bind, SSH_BIND_OPTIONS_HOSTKEY, hostKeyFile.c_str());
            m_isReady = ssh_bind_accept_fd(m_bind, m_session, ::dup(connection)) == SSH_OK
                && ssh_handle_key_exchange(m_session) == SSH_OK;
        }

        ~Conversation()
        {
            ssh_channel_free(m_channel);
            ssh_disconnect(m_session);
            ssh_free(m_session);
            ssh_bind_free(m_bind);
        }

        void run()
        {
            while (m_isReady && !m_isOver) {
                ssh_message const message = ssh_message_get(m_session);
                if (!message)
                    return;
                answer(message);
                ssh_message_free(message);
            }
        }

    private:
        void answer(ssh_message message)
        {
            switch (ssh_message_type(message)) {
            case SSH_REQUEST_AUTH: answerAuth(message); return;
            case SSH_REQUEST_CHANNEL_OPEN:
                if (m_behaviour == Behaviour::HangsAfterLogin)
                    hang();
                else if (m_behaviour == Behaviour::RefusesChannel)
                    ssh_message_reply_default(message);
                else
                    m_channel = ssh_message_channel_request_open_reply_accept(message);
                return;
            case SSH_REQUEST_CHANNEL: answerShell(message); return;
            default: ssh_message_reply_default(message); return;
            }
        }

        void answerAuth(ssh_message message)
        {
            if (m_behaviour == Behaviour::HangsAtLogin) {
                hang();
                return;
            }
            const int subtype = ssh_message_subtype(message);
            switch (m_behaviour) {
            case Behaviour::AsksPassword:
                ssh_message_auth_set_methods(message, SSH_AUTH_METHOD_PASSWORD);
                if (subtype == SSH_AUTH_METHOD_PASSWORD && isRightPassword(message))
                    ssh_message_auth_reply_success(message, 0);
                else
                    ssh_message_reply_default(message);
                return;
            case Behaviour::AsksKeyThenKeyboard:
                if (subtype == SSH_AUTH_METHOD_PUBLICKEY) {
                    ssh_message_auth_set_methods(message, SSH_AUTH_METHOD_INTERACTIVE);
                    ssh_message_auth_reply_success(message, 1);
                    return;
                }
                answerKeyboard(message, subtype);
                return;
            case Behaviour::AsksKeyboardInteractive: answerKeyboard(message, subtype); return;
            default: ssh_message_auth_reply_success(message, 0); return;
            }
        }

        void answerKeyboard(ssh_message message, int subtype)
        {
            ssh_message_auth_set_methods(message, SSH_AUTH_METHOD_INTERACTIVE);
            if (subtype != SSH_AUTH_METHOD_INTERACTIVE) {
                ssh_message_reply_default(message);
            } else if (!ssh_message_auth_kbdint_is_response(message)) {
                const char* prompts[] = { "Password: ", "Code: " };
                char echoes[] = { 0, 1 };
                ssh_message_auth_interactive_request(message, "", "", 2, prompts, echoes);
            } else if (ssh_userauth_kbdint_getnanswers(m_session) == 2
                && std::strcmp(ssh_userauth_kbdint_getanswer(m_session, 0), "open sesame") == 0
                && std::strcmp(ssh_userauth_kbdint_getanswer(m_session, 1), "123456") == 0) {
                ssh_message_auth_reply_success(message, 0);
            } else {
                ssh_message_reply_default(message);
            }
        }

        void answerShell(ssh_message message)
        {
            switch (m_behaviour) {
            case Behaviour::FloodsOutput: {
                ssh_message_channel_request_reply_success(message);
                const std::string noise(16384, '\x01');
                while (ssh_channel_write(m_channel, noise.data(), std::uint32_t(noise.size())) > 0
                    && ssh_channel_write_stderr(m_channel, noise.data(), std::uint32_t(noise.size())) > 0) { }
                m_isOver = true;
                return;
            }
            case Behaviour::EndsShellAtOnce:
                ssh_message_channel_request_reply_success(message);
                ssh_channel_write(m_channel, "go away\n", 8);
                ssh_channel_request_send_exit_status(m_channel, 1);
                ssh_channel_send_eof(m_channel);
                ssh_channel_close(m_channel);
                hang();
                return;
            case Behaviour::DropsDuringShell:
                ssh_message_channel_request_reply_success(message);
                ::shutdown(m_connection, SHUT_RDWR);
                m_isOver = true;
                return;
            default: ssh_message_reply_default(message); return;
            }
        }

        /// Until the other side goes, or the test ends.
        void hang()
        {
            staySilent(m_connection);
            m_isOver = true;
        }

        const Behaviour m_behaviour;
        const int m_connection;
        ssh_bind m_bind = ssh_bind_new();
        ssh_session m_session = ssh_new();
        ssh_channel m_channel = nullptr;
        bool m_isReady = false;
        bool m_isOver = false;
    };

}

SshFake::SshFake(Behaviour behaviour, const std::string& hostKeyFile)
    : m_listener([behaviour, hostKeyFile](int connection) { Conversation(behaviour, hostKeyFile, connection).run(); })
{
}

}
