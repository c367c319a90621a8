#include "app/commands/commands.h"

#include "app/catalogue.h"
#include "app/demo/demooutage.h"
#include "app/display.h"
#include "app/exports.h"
#include "app/interrupt.h"
#include "app/progress.h"
#include "app/windowrun.h"

namespace hopscope::app {
namespace {

    int listFaults()
    {
        for (const demo::Fault& fault : demo::faults()) {
            std::string line = "  " + fault.name;
            line.resize(std::max<std::size_t>(line.size() + 1, 20), ' ');
            print(line + fault.description + "\n");
        }
        return exitcode::healthy;
    }

}

int demo(const QStringList& words)
{
    Arguments arguments(QStringLiteral("demo"),
        QStringLiteral("Starts an sshd, an nginx and a small app on free loopback ports of this machine, breaks one hop, "
                       "and diagnoses it: in the window, or headless with any option of 'diagnose'."));
    arguments.parser().addOptions({
        { QStringLiteral("fault"), QStringLiteral("What to break (see --list)."), QStringLiteral("NAME") },
        { QStringLiteral("list"), QStringLiteral("List what can be broken.") },
    });
    addConnectionOptions(arguments);
    addExportOptions(arguments);
    if (const auto end = arguments.parse(words))
        return *end;
    if (arguments.isSet("list"))
        return listFaults();
    auto options = runOptions(arguments);
    if (!options)
        return arguments.fail(QString::fromStdString(options.error().text()));
    const auto catalogue = loadCatalogue();
    if (!catalogue)
        return exitcode::usage;

    const bool isHeadless = !demoOpensWindow(words);
    std::optional<Interrupt> interrupt;
    if (isHeadless)
        interrupt.emplace();
    const auto outage
        = demo::DemoOutage::start(arguments.isSet("fault") ? arguments.value("fault") : demo::faults().front().name);
    if (!outage) {
        complain(outage.error().text() + (outage.error().advice.empty() ? "" : ". " + outage.error().advice));
        return exitcode::usage;
    }
    options->sshConfigFile = (*outage)->sshOptions().configFile;
    options->knownHostsFile = (*outage)->sshOptions().knownHostsFile;
    if (!isHeadless)
        return runDemoWindow(*options, *catalogue, **outage);

    run::Engine engine(*options, *catalogue, std::make_shared<ssh::NoInteraction>());
    ProgressLines progress;
    const auto last = engine.run(
        (*outage)->profile(), [&](const std::shared_ptr<const run::Snapshot>& snapshot) { progress(*snapshot); },
        interrupt->token());
    return writeDiagnosis(arguments, last->diagnosis);
}

}
