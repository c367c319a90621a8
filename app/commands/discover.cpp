#include "app/commands/commands.h"

#include "app/catalogue.h"
#include "app/interrupt.h"
#include "app/progress.h"
#include "app/terminal.h"
#include "app/writefile.h"
#include "core/discovery/discover.h"
#include "core/report/json.h"
#include "core/report/redact.h"
#include "core/report/topologytext.h"
#include "core/parse/facts.h"

#include <QDirIterator>
#include <QFile>
#include <QFileInfo>

#include <algorithm>

namespace hopscope::app {
namespace {

    constexpr qint64 fileLimit = 32 * 1024 * 1024;
    constexpr int filesLimit = 5000;

    /// Reads one file, or every regular file below a folder (sorted by path, links followed once by the iterator's rule).
    base::Result<std::vector<discovery::OfflineFile>> readAll(
        const std::string& place, std::vector<model::ConfigWarning>& warnings)
    {
        const QString root = QString::fromStdString(place);
        QStringList paths;
        if (QFileInfo(root).isDir()) {
            QDirIterator walk(root, QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
            while (walk.hasNext() && paths.size() < filesLimit)
                paths << walk.next();
            if (walk.hasNext())
                warnings.push_back({ { place, 0 }, "more than " + std::to_string(filesLimit) + " files: the rest was not read" });
        } else {
            paths << root;
        }
        std::sort(paths.begin(), paths.end());
        std::vector<discovery::OfflineFile> files;
        for (const QString& path : paths) {
            QFile file(path);
            if (!file.open(QIODevice::ReadOnly)) {
                if (paths.size() == 1)
                    return base::failure({ base::ErrorCode::InputOutput, "read", place, file.errorString().toStdString(), "" });
                warnings.push_back({ { path.toStdString(), 0 }, "can't be read: " + file.errorString().toStdString() });
                continue;
            }
            const QByteArray bytes = file.read(fileLimit);
            if (!file.atEnd())
                warnings.push_back({ { path.toStdString(), 0 }, "larger than 32 MiB: the rest was not read" });
            files.push_back({ path.toStdString(), bytes.toStdString() });
        }
        return files;
    }

    int writeTopology(const Arguments& arguments, const model::Topology& wholeTopology,
        const std::vector<model::ConfigWarning>& wholeWarnings)
    {
        const auto [topology, warnings] = arguments.isSet("redact") ? report::redacted(wholeTopology, wholeWarnings)
                                                                    : report::RedactedTopology { wholeTopology, wholeWarnings };
        const std::string json = arguments.value("json");
        if (!json.empty() && !writeOutput(json, report::topologyJson(topology, warnings, report::JsonLayout::Indented)))
            return exitcode::usage;
        if (json != "-")
            print(report::topologyText(topology, warnings));
        return topology.nodes.empty() ? exitcode::unknown : exitcode::healthy;
    }

    int discoverFiles(const Arguments& arguments)
    {
        static const std::vector<std::string> kinds { "", "nginx", "apache", "haproxy", "caddy", "traefik", "envoy", "compose",
            "kubernetes" };
        const std::string software = arguments.value("software");
        if (std::find(kinds.begin(), kinds.end(), software) == kinds.end())
            return arguments.fail(QStringLiteral("--software: one of nginx, apache, haproxy, caddy, traefik, envoy, compose, kubernetes"));
        std::vector<model::ConfigWarning> warnings;
        const auto files = readAll(arguments.value("from"), warnings);
        if (!files) {
            complain(files.error().text());
            return exitcode::usage;
        }
        const discovery::Discovered found = discovery::discoverOffline(*files, software);
        warnings.insert(warnings.end(), found.warnings.begin(), found.warnings.end());
        return writeTopology(arguments, found.topology, warnings);
    }

}

int discover(const QStringList& words)
{
    Arguments arguments(QStringLiteral("discover"),
        QStringLiteral("Finds the chain behind a URL without diagnosing it, or reads it from configuration files."));
    addRunOptions(arguments);
    arguments.parser().addOptions({
        { QStringLiteral("from"), QStringLiteral("Offline: read this file, or every file of this folder."), QStringLiteral("FILE_OR_DIR") },
        { QStringLiteral("software"), QStringLiteral("With --from: whose configuration it is (default: names and content decide)."), QStringLiteral("KIND") },
        { QStringLiteral("json"), QStringLiteral("Write the result as JSON; - is stdout."), QStringLiteral("FILE") },
        { QStringLiteral("redact"), QStringLiteral("Mask addresses, host names, user names and secrets.") },
    });
    arguments.parser().addPositionalArgument(
        QStringLiteral("PROFILE"), QStringLiteral("What to discover."), QStringLiteral("[PROFILE]"));
    if (const auto end = arguments.parse(words))
        return *end;
    if (arguments.isSet("from"))
        return discoverFiles(arguments);

    auto options = runOptions(arguments);
    if (!options)
        return arguments.fail(QString::fromStdString(options.error().text()));
    const auto catalogue = loadCatalogue();
    const auto profile = namedProfile(arguments);
    if (!profile)
        return failedProfile(arguments, profile.error());
    if (!catalogue)
        return exitcode::usage;
    options->depth = run::Options::Depth::Discovery;
    const Interrupt interrupt;
    run::Engine engine(*options, *catalogue, terminalInteraction());
    ProgressLines progress;
    const auto last = engine.run(
        *profile, [&](const std::shared_ptr<const run::Snapshot>& snapshot) { progress(*snapshot); }, interrupt.token());
    const auto found = discovery::discover(*profile, parse::factsFrom(*last->capture));
    return writeTopology(arguments, last->diagnosis.topology, found.warnings);
}

}
