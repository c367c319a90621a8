#include "app/commandline.h"

#include "core/profile/profilefile.h"

#include <cstdio>

namespace hopscope::app {

int exitCode(model::Verdict verdict)
{
    switch (verdict) {
    case model::Verdict::Healthy: return exitcode::healthy;
    case model::Verdict::Degraded:
    case model::Verdict::Failing: return exitcode::fault;
    case model::Verdict::Unknown: return exitcode::unknown;
    }
    return exitcode::unknown;
}

void complain(const std::string& line) { std::fprintf(stderr, "hopscope: %s\n", line.c_str()); }

bool print(const std::string& text)
{
    return std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
}

Arguments::Arguments(const QString& command, const QString& description)
    : m_command(command)
{
    m_parser.setApplicationDescription(description);
    m_parser.addHelpOption();
    m_parser.addVersionOption();
}

std::optional<int> Arguments::parse(const QStringList& arguments)
{
    const QString program = m_command.isEmpty() ? QStringLiteral("hopscope") : QStringLiteral("hopscope ") + m_command;
    if (!m_parser.parse(QStringList { program } + arguments))
        return fail(m_parser.errorText());
    if (m_parser.isSet(QStringLiteral("help"))) {
        print(m_parser.helpText().toStdString());
        return exitcode::healthy;
    }
    if (m_parser.isSet(QStringLiteral("version"))) {
        print("hopscope " HOPSCOPE_VERSION "\n");
        return exitcode::healthy;
    }
    return std::nullopt;
}

int Arguments::fail(const QString& message) const
{
    complain((m_command.isEmpty() ? QString() : m_command + QStringLiteral(": ")).toStdString() + message.toStdString()
        + " (see hopscope" + (m_command.isEmpty() ? "" : " " + m_command.toStdString()) + " --help)");
    return exitcode::usage;
}

std::vector<std::string> Arguments::values(const char* option) const
{
    std::vector<std::string> all;
    for (const QString& each : m_parser.values(QString::fromLatin1(option)))
        all.push_back(each.toStdString());
    return all;
}

std::vector<std::string> Arguments::positional() const
{
    std::vector<std::string> all;
    for (const QString& each : m_parser.positionalArguments())
        all.push_back(each.toStdString());
    return all;
}

namespace {

    QCommandLineOption option(const char* name, const char* description, const char* value = nullptr)
    {
        QCommandLineOption made(QString::fromLatin1(name), QString::fromLatin1(description));
        if (value)
            made.setValueName(QString::fromLatin1(value));
        return made;
    }

    base::Result<base::Milliseconds> seconds(const std::string& text, const char* name)
    {
        bool isNumber = false;
        const double value = QString::fromStdString(text).toDouble(&isNumber);
        if (!isNumber || !(value > 0) || value > 86400)
            return base::failure({ base::ErrorCode::InvalidArgument, std::string("--") + name, "",
                "expected a number of seconds above 0, found \"" + text + "\"", "" });
        return base::Milliseconds(static_cast<long long>(value * 1000));
    }

}

void addConnectionOptions(Arguments& arguments)
{
    arguments.parser().addOptions({
        option("timeout", "Time for the whole run (default 30, or the profile's).", "SECONDS"),
        option("ssh-config", "SSH client configuration (default ~/.ssh/config).", "FILE"),
        option("known-hosts", "Known host keys (default ~/.ssh/known_hosts).", "FILE"),
        option("accept-new-host-keys",
            "Accept and remember keys of hosts not seen before, as OpenSSH's accept-new. A changed key always fails."),
    });
}

void addRunOptions(Arguments& arguments)
{
    arguments.parser().addOptions({
        option("url", "The address that users open, in place of a profile.", "URL"),
        option("ssh", "A server to log in to, as ssh takes it: an alias, or [user@]host[:port]. May repeat.", "DEST"),
    });
    addConnectionOptions(arguments);
}

void addExportOptions(Arguments& arguments)
{
    arguments.parser().addOptions({
        option("json", "Write the result as JSON; - is stdout, and then no other text is printed there.", "FILE"),
        option("png", "Write the picture as PNG.", "FILE"),
        option("svg", "Write the picture as SVG.", "FILE"),
        option("pdf", "Write the picture as PDF.", "FILE"),
        option("html", "Write an incident page.", "FILE"),
        option("markdown", "Write an incident text.", "FILE"),
        option("redact", "Mask addresses, host names, user names and secrets in everything that is written."),
    });
}

base::Result<run::Options> runOptions(const Arguments& arguments)
{
    run::Options options;
    options.sshConfigFile = arguments.value("ssh-config");
    options.knownHostsFile = arguments.value("known-hosts");
    options.acceptNewHostKeys = arguments.isSet("accept-new-host-keys");
    if (arguments.isSet("timeout")) {
        const auto timeout = seconds(arguments.value("timeout"), "timeout");
        if (!timeout)
            return tl::unexpected(timeout.error());
        options.timeout = *timeout;
    }
    return options;
}

base::Result<model::Profile> namedProfile(const Arguments& arguments)
{
    const std::vector<std::string> files = arguments.positional();
    const bool hasWords = arguments.isSet("url") || arguments.isSet("ssh");
    if (files.size() > 1 || (hasWords && !files.empty()))
        return base::failure({ base::ErrorCode::InvalidArgument, "", "", "expected one profile, or --url with --ssh", "" });
    if (files.size() == 1)
        return profile::loadProfile(files.front());
    if (!arguments.isSet("url"))
        return base::failure(
            { base::ErrorCode::InvalidArgument, "", "", "expected a profile, or --url URL with --ssh DEST", "" });
    return profile::makeProfile(arguments.value("url"), arguments.values("ssh"));
}

}
