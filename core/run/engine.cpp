#include "core/run/run.h"

#include "core/exec/scriptrunner.h"
#include "core/probe/outside.h"
#include "core/run/currentrun.h"
#include "core/run/hostworker.h"
#include "core/run/timedinteraction.h"
#include "core/run/waysin.h"
#include "core/ssh/sshhost.h"

#include <algorithm>
#include <thread>

namespace hopscope::run {
namespace {

    using std::chrono::steady_clock;

    constexpr std::ptrdiff_t hostsAtOnce = 32;
    /// How long hosts that are ready wait for slower ones before their hops are checked with what is known.
    constexpr auto settleTime = std::chrono::milliseconds(1500);
    /// At most this often is a verdict so far computed while nothing important happened.
    constexpr auto snapshotSpacing = std::chrono::milliseconds(250);
    /// Facts of one round can show new hops (a log that names a database): so often is looked again.
    constexpr int roundLimit = 6;

    Engine::Seams liveSeams(const Options& options, std::shared_ptr<ssh::Interaction> person)
    {
        const auto questions = std::make_shared<exec::QuestionClock>();
        const auto interaction = person ? std::make_shared<TimedInteraction>(std::move(person), questions) : nullptr;
        ssh::SshSettings settings;
        settings.configFile = options.sshConfigFile;
        settings.knownHostsFile = options.knownHostsFile;
        settings.acceptNewHostKeys = options.acceptNewHostKeys;
        Engine::Seams seams;
        seams.questions = questions;
        seams.runner = [settings, interaction](const model::Profile& profile, const model::ProfileHost& host) {
            return exec::makeScriptRunner(host.name,
                host.isLocal ? exec::makeLocalHost() : ssh::makeSshHost(host, profile.hosts, settings, interaction),
                base::systemNow);
        };
        seams.outside = probe::lookFromOutside;
        seams.now = base::systemNow;
        seams.waysIn = [file = options.sshConfigFile](model::Topology& topology, const model::Profile& profile) {
            const bool isNeeded = std::any_of(topology.nodes.begin(), topology.nodes.end(),
                [](const model::Node& node) { return node.kind == model::NodeKind::External; });
            if (isNeeded)
                suggestWaysIn(topology, profile, file.empty() ? profile::SshConfig::loadDefault() : profile::SshConfig::load(file));
        };
        return seams;
    }

    PendingCatalogue ready(std::shared_ptr<const faults::Catalogue> catalogue)
    {
        std::promise<std::shared_ptr<const faults::Catalogue>> promise;
        promise.set_value(std::move(catalogue));
        return promise.get_future().share();
    }

}

struct Engine::Private {
    Options options;
    PendingCatalogue catalogue;
    Seams seams;
    EventQueue events;
    HostSlots slots { hostsAtOnce };
    std::uint64_t runNumber = 0;
    std::vector<model::ProfileHost> hosts; ///< what the workers were made for
    std::map<base::HostId, std::unique_ptr<HostWorker>> workers;

    void makeWorkers(const model::Profile& profile)
    {
        if (profile.hosts == hosts && !workers.empty())
            return;
        workers.clear();
        hosts = profile.hosts;
        for (const model::ProfileHost& host : hosts) {
            auto factory = [make = seams.runner, profile](const model::ProfileHost& which) { return make(profile, which); };
            workers.emplace(host.name, std::make_unique<HostWorker>(host, std::move(factory), slots, events));
        }
    }

    void submit(const base::HostId& host, HostWorker::Work work)
    {
        const auto worker = workers.find(host);
        if (worker != workers.end())
            worker->second->submit(std::move(work));
        else
            events.push({ work.run, event::BatchEnded { host } });
    }
};

Engine::Engine(Options options, std::shared_ptr<const faults::Catalogue> catalogue,
    std::shared_ptr<ssh::Interaction> interaction)
    : Engine(options, std::move(catalogue), liveSeams(options, std::move(interaction)))
{
}

Engine::Engine(Options options, PendingCatalogue catalogue, std::shared_ptr<ssh::Interaction> interaction)
    : Engine(options, std::move(catalogue), liveSeams(options, std::move(interaction)))
{
}

Engine::Engine(Options options, std::shared_ptr<const faults::Catalogue> catalogue, Seams seams)
    : Engine(std::move(options), ready(std::move(catalogue)), std::move(seams))
{
}

Engine::Engine(Options options, PendingCatalogue catalogue, Seams seams)
    : m_private(std::make_unique<Private>())
{
    m_private->options = std::move(options);
    m_private->catalogue = std::move(catalogue);
    m_private->seams = std::move(seams);
    if (!m_private->seams.questions)
        m_private->seams.questions = std::make_shared<exec::QuestionClock>();
}

Engine::~Engine() = default;

std::shared_ptr<const Snapshot> Engine::run(
    const model::Profile& profile, const SnapshotSink& sink, std::stop_token callersStop)
{
    Private& d = *m_private;
    const std::uint64_t number = ++d.runNumber;
    const exec::Deadline deadline(
        steady_clock::now() + d.options.timeout.value_or(profile.checks.timeout), d.seams.questions);
    std::stop_source stop;
    const std::stop_callback forward(callersStop, [&] {
        stop.request_stop();
        d.events.push({ number, event::StopRequested {} });
    });

    CurrentRun current(profile, d.seams.now());
    d.makeWorkers(profile);
    const bool isLoginOnly = d.options.depth == Options::Depth::Logins;
    for (const model::ProfileHost& host : profile.hosts) {
        if (isLoginOnly)
            current.login(host);
        d.submit(host.name,
            { number, true, isLoginOnly ? exec::CheckBatch {} : current.inventory(host), stop.get_token(), deadline });
    }
    // The outside view has its own thread; it is joined before the run returns.
    const std::jthread outside([&, token = stop.get_token()] {
        if (isLoginOnly)
            return;
        const auto seen = [&](const model::OutsideView& view) { d.events.push({ number, event::OutsideSeen { view, false } }); };
        d.events.push({ number, event::OutsideSeen { d.seams.outside(profile, seen, token, deadline.at()), true } });
    });

    // Loading takes less time than any login: nobody waits for it but the first conclusion.
    const faults::Catalogue* const catalogue = d.catalogue.get().get();
    if (!catalogue) {
        stop.request_stop();
        return nullptr;
    }
    // A person's time to answer is none of the run's.
    const auto conclude = [&] {
        current.conclude(*catalogue, d.seams.now() - std::chrono::round<base::Milliseconds>(deadline.asked()));
    };
    const auto publish = [&](bool isFinal) {
        conclude();
        const auto snapshot = current.snapshot(isFinal);
        if (isFinal && d.seams.waysIn)
            d.seams.waysIn(snapshot->diagnosis.topology, profile);
        if (sink)
            sink(snapshot);
        return snapshot;
    };
    publish(false);

    int rounds = 0;
    bool hasPlannedEarly = false; // once, with the chain in sight: what that calls for goes out behind the first wave's rest
    bool isStopped = false;
    bool isChanged = false;
    steady_clock::time_point lastPublished = steady_clock::now();
    steady_clock::time_point lastBatchEnd = steady_clock::now();
    while (!isStopped && !deadline.isOver()) {
        const auto wake = isChanged || current.isInventoryUnderWay() ? lastPublished + snapshotSpacing : deadline.at();
        std::optional<Event> event = d.events.pop(std::min(deadline.at(), std::max(wake, steady_clock::now() + std::chrono::milliseconds(20))));
        if (event && event->run == number) {
            isChanged = true;
            const bool isBatchEnd = std::holds_alternative<event::BatchEnded>(event->what);
            isStopped = std::holds_alternative<event::StopRequested>(event->what);
            std::visit(
                [&](auto&& what) {
                    if constexpr (!std::is_same_v<std::decay_t<decltype(what)>, event::StopRequested>)
                        current.take(std::move(what));
                },
                std::move(event->what));
            if (isBatchEnd)
                lastBatchEnd = steady_clock::now();
            const bool isChainNew = !hasPlannedEarly && current.isChainSeen();
            if (!isBatchEnd && !isChainNew && current.isAnythingUnderWay() && steady_clock::now() < lastPublished + snapshotSpacing)
                continue;
        }
        const bool isSettled
            = !current.isInventoryUnderWay() || steady_clock::now() - lastBatchEnd > settleTime;
        const bool isEarly = !isSettled && !hasPlannedEarly && current.isChainSeen();
        const bool mayPlan = d.options.depth == Options::Depth::Diagnosis && !isStopped && (isEarly || (isSettled && rounds < roundLimit));
        if (isChanged) {
            if (current.isAnythingUnderWay())
                publish(false);
            else
                conclude();
            isChanged = false;
            lastPublished = steady_clock::now();
        }
        if (mayPlan) {
            auto next = current.nextHopChecks();
            hasPlannedEarly = hasPlannedEarly || isEarly;
            rounds += next.empty() || isEarly ? 0 : 1;
            for (auto& [host, batch] : next)
                d.submit(host, { number, false, std::move(batch), stop.get_token(), deadline });
        }
        if (!current.isAnythingUnderWay())
            break;
    }
    stop.request_stop();
    return publish(true);
}

std::shared_ptr<const Snapshot> replay(model::Capture capture, const faults::Catalogue& catalogue)
{
    auto snapshot = std::make_shared<Snapshot>();
    snapshot->number = 1;
    snapshot->isFinal = true;
    snapshot->diagnosis = conclude(capture, catalogue).diagnosis;
    snapshot->capture = std::make_shared<const model::Capture>(std::move(capture));
    return snapshot;
}

}
