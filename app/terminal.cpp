#include "app/terminal.h"

#include <cstdio>
#include <fcntl.h>
#include <mutex>
#include <termios.h>
#include <unistd.h>

namespace hopscope::app {

std::string printable(const std::string& text)
{
    std::string clean;
    for (const char c : text)
        clean += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
    return clean;
}

namespace {

    class TerminalInteraction final : public ssh::Interaction {
    public:
        bool acceptNewHostKey(const HostKeyQuestion&) override { return false; }

        std::optional<std::string> secret(const SecretQuestion& question) override
        {
            const std::lock_guard oneAtATime(m_mutex);
            std::FILE* terminal = std::fopen("/dev/tty", "r+");
            if (!terminal)
                return std::nullopt;
            std::string prompt;
            switch (question.kind) {
            case SecretQuestion::Kind::Password: prompt = "Password of " + question.user + " on " + question.host; break;
            case SecretQuestion::Kind::Passphrase: prompt = "Passphrase of " + question.subject; break;
            case SecretQuestion::Kind::KeyboardInteractive: prompt = question.host + " asks: " + question.subject; break;
            }
            std::fprintf(terminal, "%s: ", printable(prompt.substr(0, 200)).c_str());
            std::fflush(terminal);
            termios before {};
            tcgetattr(fileno(terminal), &before);
            termios quiet = before;
            if (!question.isEchoed)
                quiet.c_lflag &= ~tcflag_t(ECHO);
            tcsetattr(fileno(terminal), TCSAFLUSH, &quiet);
            std::string line;
            int c = 0;
            while ((c = std::fgetc(terminal)) != EOF && c != '\n' && line.size() < 4096)
                line += char(c);
            tcsetattr(fileno(terminal), TCSAFLUSH, &before);
            std::fprintf(terminal, "\n");
            std::fclose(terminal);
            if (c == EOF && line.empty())
                return std::nullopt;
            return line;
        }

    private:
        std::mutex m_mutex;
    };

}

std::shared_ptr<ssh::Interaction> terminalInteraction()
{
    if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO))
        return std::make_shared<ssh::NoInteraction>();
    return std::make_shared<TerminalInteraction>();
}

}
