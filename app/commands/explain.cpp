#include "app/commands/commands.h"

#include "app/catalogue.h"
#include "core/faults/explain.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace hopscope::app {
namespace {

    /// A file descriptor of our own, or a standard one that stays open.
    class Descriptor {
    public:
        Descriptor(const std::string& path, int standard, int flags)
            : m_number(path == "-" ? standard : ::open(path.c_str(), flags | O_CLOEXEC, 0666))
            , m_isOwn(path != "-")
        {
            if (m_number < 0)
                complain("open " + path + ": " + std::strerror(errno));
        }
        ~Descriptor()
        {
            if (m_isOwn && m_number >= 0)
                ::close(m_number);
        }
        Descriptor(const Descriptor&) = delete;
        Descriptor& operator=(const Descriptor&) = delete;

        int number() const { return m_number; }

    private:
        const int m_number;
        const bool m_isOwn;
    };

}

int explain(const QStringList& words)
{
    Arguments arguments(QStringLiteral("explain"),
        QStringLiteral("Reads error text or log lines and names each one's fault. Offline: nothing is contacted."));
    arguments.parser().addOption({ QStringLiteral("json"),
        QStringLiteral("Write one JSON object for each line; - is stdout."), QStringLiteral("FILE") });
    arguments.parser().addPositionalArgument(
        QStringLiteral("FILE"), QStringLiteral("What to read (default: standard input)."), QStringLiteral("[FILE...]"));
    if (const auto end = arguments.parse(words))
        return *end;
    const auto catalogue = loadCatalogue();
    if (!catalogue)
        return exitcode::usage;

    const bool isJson = arguments.isSet("json");
    const Descriptor output(isJson ? arguments.value("json") : "-", STDOUT_FILENO, O_WRONLY | O_CREAT | O_TRUNC);
    if (output.number() < 0)
        return exitcode::usage;
    std::vector<std::string> files = arguments.positional();
    if (files.empty())
        files.push_back("-");
    for (const std::string& file : files) {
        const Descriptor input(file, STDIN_FILENO, O_RDONLY);
        if (input.number() < 0)
            return exitcode::usage;
        const auto totals = faults::explain(**catalogue, input.number(), output.number(),
            isJson ? faults::ExplainFormat::Json : faults::ExplainFormat::Text);
        if (!totals) {
            complain(totals.error().text());
            return exitcode::usage;
        }
    }
    return exitcode::healthy;
}

}
