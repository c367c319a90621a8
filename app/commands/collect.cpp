#include "app/commands/commands.h"

#include "app/catalogue.h"
#include "app/interrupt.h"
#include "app/progress.h"
#include "app/terminal.h"
#include "core/history/bundle.h"

namespace hopscope::app {

int collect(const QStringList& words)
{
    Arguments arguments(QStringLiteral("collect"),
        QStringLiteral("Records everything a diagnosis reads into one file, to be diagnosed elsewhere, later, offline: "
                       "hopscope diagnose BUNDLE. A bundle holds configuration and log lines of your servers."));
    addRunOptions(arguments);
    arguments.parser().addOption(
        { { QStringLiteral("o"), QStringLiteral("output") }, QStringLiteral("The file to write."), QStringLiteral("BUNDLE") });
    arguments.parser().addPositionalArgument(
        QStringLiteral("PROFILE"), QStringLiteral("What to record."), QStringLiteral("[PROFILE]"));
    if (const auto end = arguments.parse(words))
        return *end;
    if (!arguments.isSet("output"))
        return arguments.fail(QStringLiteral("-o BUNDLE is missing"));
    auto options = runOptions(arguments);
    if (!options)
        return arguments.fail(QString::fromStdString(options.error().text()));
    const auto profile = namedProfile(arguments);
    if (!profile)
        return failedProfile(arguments, profile.error());
    const auto catalogue = loadCatalogue();
    if (!catalogue)
        return exitcode::usage;
    const Interrupt interrupt;
    run::Engine engine(*options, *catalogue, terminalInteraction());
    ProgressLines progress;
    const auto last = engine.run(
        *profile, [&](const std::shared_ptr<const run::Snapshot>& snapshot) { progress(*snapshot); }, interrupt.token());
    const std::string path = arguments.value("output");
    if (const auto saved = history::saveBundle(*last->capture, path); !saved) {
        complain(saved.error().text());
        return exitcode::usage;
    }
    print("Recorded " + std::to_string(last->capture->checks.size()) + " checks on "
        + std::to_string(last->capture->sessions.size()) + " hosts into " + path + "\n");
    return exitCode(last->diagnosis.verdict);
}

}
