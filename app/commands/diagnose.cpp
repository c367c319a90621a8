#include "app/commands/commands.h"

#include "app/catalogue.h"
#include "app/exports.h"
#include "app/interrupt.h"
#include "app/progress.h"
#include "app/terminal.h"
#include "core/history/bundle.h"
#include "core/profile/profilefile.h"
#include "core/run/healthybaseline.h"

namespace hopscope::app {
namespace {

    /// A bundle was recorded elsewhere: nothing is contacted.
    int diagnoseBundle(const Arguments& arguments, const std::string& path, const faults::Catalogue& catalogue)
    {
        auto capture = history::loadBundle(path);
        if (!capture) {
            complain(capture.error().text());
            return exitcode::usage;
        }
        return writeDiagnosis(arguments, run::replay(std::move(*capture), catalogue)->diagnosis);
    }

    /// False where the profile can't be written; nothing is to be remembered of an outage.
    bool saveBaseline(model::Profile profile, const std::string& path, const run::Snapshot& snapshot)
    {
        profile.baseline = run::healthyBaseline(snapshot);
        if (profile.baseline.empty())
            return true;
        const auto saved = profile::saveProfile(profile, path);
        if (!saved)
            complain(saved.error().text());
        return saved.has_value();
    }

}

int diagnose(const QStringList& words)
{
    Arguments arguments(QStringLiteral("diagnose"),
        QStringLiteral("Logs in, finds the chain behind the URL, checks each hop and says which one fails, why, and "
                       "what to do first. A bundle made by 'collect' is diagnosed offline.\n\n"
                       "Exit codes: 0 healthy, 1 a fault was diagnosed, 2 usage or unreadable input, 3 unknown."));
    addRunOptions(arguments);
    addExportOptions(arguments);
    arguments.parser().addOption(QCommandLineOption(QStringLiteral("save-baseline"),
        QStringLiteral("Where all is well, remember the chain in the profile: what differs from it in a later outage is shown.")));
    arguments.parser().addOption(QCommandLineOption(QStringLiteral("bundle"),
        QStringLiteral("Also keep what this run read, as 'collect' does, to be diagnosed again offline."), QStringLiteral("BUNDLE")));
    arguments.parser().addPositionalArgument(
        QStringLiteral("PROFILE|BUNDLE"), QStringLiteral("What to diagnose."), QStringLiteral("[PROFILE|BUNDLE]"));
    if (const auto end = arguments.parse(words))
        return *end;
    if (arguments.isSet("bundle") && arguments.isSet("redact"))
        return arguments.fail(QStringLiteral("--bundle keeps all as it was read: it can't go with --redact"));
    auto options = runOptions(arguments);
    if (!options)
        return arguments.fail(QString::fromStdString(options.error().text()));
    const Interrupt interrupt; // before any thread: they are to inherit its mask
    const auto catalogue = startLoadingCatalogue();
    const std::vector<std::string> files = arguments.positional();
    if (files.size() == 1 && history::isBundle(files.front())) {
        if (arguments.isSet("bundle"))
            return arguments.fail(QStringLiteral("--bundle keeps what a run reads; a bundle was read already"));
        return catalogue.get() ? diagnoseBundle(arguments, files.front(), *catalogue.get()) : exitcode::usage;
    }
    const auto profile = namedProfile(arguments);
    if (!profile)
        return failedProfile(arguments, profile.error());

    run::Engine engine(*options, catalogue, terminalInteraction());
    ProgressLines progress;
    const auto last = engine.run(
        *profile, [&](const std::shared_ptr<const run::Snapshot>& snapshot) { progress(*snapshot); }, interrupt.token());
    if (!last)
        return exitcode::usage;
    if (const std::string bundle = arguments.value("bundle"); !bundle.empty())
        if (const auto saved = history::saveBundle(*last->capture, bundle); !saved) {
            complain(saved.error().text());
            return exitcode::usage;
        }
    if (arguments.isSet("save-baseline") && !files.empty() && !saveBaseline(*profile, files.front(), *last))
        return exitcode::usage;
    return writeDiagnosis(arguments, last->diagnosis);
}

}
