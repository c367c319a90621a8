#include "app/commands/commands.h"

#include "app/catalogue.h"
#include "app/interrupt.h"
#include "app/terminal.h"
#include "app/writefile.h"
#include "core/report/json.h"
#include "core/report/redact.h"
#include "core/report/texts.h"

#include <condition_variable>
#include <mutex>

namespace hopscope::app {
namespace {

    /// Waits out the interval; false where a stop came first.
    bool pause(std::chrono::milliseconds interval, std::stop_token stop)
    {
        std::mutex mutex;
        std::condition_variable_any never;
        std::unique_lock lock(mutex);
        never.wait_for(lock, stop, interval, [] { return false; });
        return !stop.stop_requested();
    }

}

int watch(const QStringList& words)
{
    Arguments arguments(QStringLiteral("watch"),
        QStringLiteral("Diagnoses again and again over the same SSH sessions. With --json - each run is one line.\n\n"
                       "The exit code is the last run's, as of 'diagnose'."));
    addRunOptions(arguments);
    arguments.parser().addOptions({
        { QStringLiteral("interval"), QStringLiteral("Seconds from one run's start to the next (default: the profile's, 5)."), QStringLiteral("S") },
        { QStringLiteral("count"), QStringLiteral("End after N runs (default: until interrupted)."), QStringLiteral("N") },
        { QStringLiteral("json"), QStringLiteral("Write one JSON document a line; - is stdout."), QStringLiteral("FILE") },
        { QStringLiteral("redact"), QStringLiteral("Mask addresses, host names, user names and secrets.") },
    });
    arguments.parser().addPositionalArgument(
        QStringLiteral("PROFILE"), QStringLiteral("What to watch."), QStringLiteral("[PROFILE]"));
    if (const auto end = arguments.parse(words))
        return *end;
    auto options = runOptions(arguments);
    if (!options)
        return arguments.fail(QString::fromStdString(options.error().text()));
    const auto profile = namedProfile(arguments);
    if (!profile)
        return failedProfile(arguments, profile.error());
    const auto catalogue = loadCatalogue();
    if (!catalogue)
        return exitcode::usage;
    base::Milliseconds interval = profile->checks.interval;
    bool isNumber = true;
    if (arguments.isSet("interval"))
        interval = base::Milliseconds(qint64(QString::fromStdString(arguments.value("interval")).toDouble(&isNumber) * 1000));
    if (!isNumber || interval.count() <= 0)
        return arguments.fail(QStringLiteral("--interval: expected a number of seconds above 0"));
    const int count = arguments.isSet("count") ? QString::fromStdString(arguments.value("count")).toInt(&isNumber) : 0;
    if (!isNumber || (arguments.isSet("count") && count <= 0))
        return arguments.fail(QStringLiteral("--count: expected a whole number above 0"));

    const std::string json = arguments.value("json");
    OutputFile out(json);
    if (!json.empty() && !out.isOpen())
        return exitcode::usage;
    const Interrupt interrupt;
    run::Engine engine(*options, *catalogue, terminalInteraction());
    int code = exitcode::unknown;
    for (int done = 0; count == 0 || done < count; ++done) {
        const auto started = std::chrono::steady_clock::now();
        if (done > 0 && interrupt.token().stop_requested())
            break;
        const auto last = engine.run(*profile, {}, interrupt.token());
        const model::Diagnosis diagnosis = arguments.isSet("redact") ? report::redacted(last->diagnosis) : last->diagnosis;
        code = exitCode(diagnosis.verdict);
        if (!json.empty() && !out.write(report::diagnosisJson(diagnosis, report::JsonLayout::OneLine)))
            return exitcode::usage;
        if (json != "-")
            print(base::toIso8601(diagnosis.startedAt) + " " + report::humanText(diagnosis));
        if (done + 1 == count)
            break;
        const auto spent = std::chrono::duration_cast<base::Milliseconds>(std::chrono::steady_clock::now() - started);
        if (!pause(std::max(interval - spent, base::Milliseconds(0)), interrupt.token()))
            break;
    }
    return code;
}

}
