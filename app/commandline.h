#pragma once

#include "core/base/result.h"
#include "core/run/run.h"

#include <QCommandLineParser>
#include <QString>
#include <QStringList>

#include <string>
#include <vector>

namespace hopscope::app {

/// Exit codes of the contract.
namespace exitcode {
    inline constexpr int healthy = 0;
    inline constexpr int fault = 1;
    inline constexpr int usage = 2;
    inline constexpr int unknown = 3;
}

int exitCode(model::Verdict verdict);

/// One subcommand: what `--help` and the man page say of it, and what it does. `run` gets the words after its name.
struct Command {
    const char* name;
    const char* summary;
    int (*run)(const QStringList& arguments);
};

const std::vector<Command>& commands();

/// Wraps QCommandLineParser: --help and --version print and end with 0, a wrong word is one line on stderr and exit 2.
class Arguments {
public:
    Arguments(const QString& command, const QString& description);

    QCommandLineParser& parser() { return m_parser; }
    /// Empty: go on. Else the exit code to end with.
    std::optional<int> parse(const QStringList& arguments);
    int fail(const QString& message) const;

    bool isSet(const char* option) const { return m_parser.isSet(QString::fromLatin1(option)); }
    std::string value(const char* option) const { return m_parser.value(QString::fromLatin1(option)).toStdString(); }
    std::vector<std::string> values(const char* option) const;
    std::vector<std::string> positional() const;

private:
    QString m_command;
    QCommandLineParser m_parser;
};

/// --url, --ssh, and the options of every run (--timeout, --ssh-config, --known-hosts, --accept-new-host-keys).
void addRunOptions(Arguments& arguments);
/// Only the options of a run, for `demo`, which brings its own target.
void addConnectionOptions(Arguments& arguments);
/// --json, --png, --svg, --pdf, --html, --markdown, --redact.
void addExportOptions(Arguments& arguments);
base::Result<run::Options> runOptions(const Arguments& arguments);

/// The profile that the words name: a file, or --url with --ssh. `positional` is what was not an option.
base::Result<model::Profile> namedProfile(const Arguments& arguments);

/// stderr, one line.
void complain(const std::string& line);
/// stdout, as it is. False where it could not be written.
bool print(const std::string& text);

}
