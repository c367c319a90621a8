// How a container lives: it restarts in a circle, was killed, is frozen, or runs without its app.
#include "core/faults/predicates/container.h"

#include "core/faults/predicates/common.h"
#include "core/faults/predicates/containerwords.h"
#include "core/parse/containerlinks.h"

namespace hopscope::faults {

namespace {
bool startedWithin(const HopView& view, const model::Container& container, base::Milliseconds age)
{
    return container.startedAt && view.nowOn(view.calleeHost) - *container.startedAt < age;
}

void addContainersLastWords(Assessment& found, const HopView& view)
{
    int added = 0;
    for (auto line = view.calleeLines.rbegin(); line != view.calleeLines.rend() && added < 2; ++line)
        if ((*line)->line->origin == model::LogOrigin::Container) {
            found.supports(0.1, view.evidence(**line));
            ++added;
        }
}

std::string times(int count) { return std::to_string(count) + (count == 1 ? " restart" : " restarts"); }
}

Assessment containedCrashLoop(const HopView& view)
{
    Assessment found("crash-loop");
    const model::Container* container = view.container;
    if (!container || !(isUnreachedSymptom(view) || view.isSymptom({ "dns-resolution-failed" })))
        return found;
    const bool isBetween = container->state == "restarting";
    const bool justStarted
        = container->state == "running" && container->restarts >= 3 && startedWithin(view, *container, std::chrono::seconds(70));
    if (!isBetween && !justStarted)
        return found;
    model::Evidence item = containerEvidence(view, *container);
    item.rulesOut = { "service-stopped", "wrong-port", "container-exited", "dns-nxdomain", "service-failed-to-start" };
    if (isBetween) // the engine answers for the names of running containers only
        item.rulesOut.insert(item.rulesOut.end(), { "dns-server-unreachable", "dns-server-error", "resolver-not-configured" });
    found.supports(isBetween ? 0.95 : 0.85, std::move(item));
    describeContainer(found, view, *container);
    addContainersLastWords(found, view);
    found.because = "the container " + container->name + " ends and is started again and again (" + times(container->restarts)
        + (container->exitCode ? ", last " + exitWords(*container->exitCode) : "") + ")";
    return found;
}

Assessment containedCrash(const HopView& view)
{
    Assessment found("process-crashed");
    const model::Container* container = view.container;
    if (!container || !view.isSymptom({ "reset-before-headers", "closed-mid-response" }))
        return found;
    describeContainer(found, view, *container);
    for (const ReadLine* line : statedByCallee(view, "process-crashed", fresh)) {
        model::Evidence item = view.evidence(*line);
        item.rulesOut = { "keepalive-race" };
        found.supports(0.75, std::move(item));
    }
    if (container->restarts > 0 && startedWithin(view, *container, fresh))
        found.supports(0.7, containerEvidence(view, *container));
    found.because = "the app in container " + container->name + " dies while it handles the request";
    return found;
}

Assessment containedOomKill(const HopView& view)
{
    Assessment found("oom-killed");
    const model::Container* container = view.container;
    // The mark stays until the next start; one that runs on lost another process of its own, or nothing at all.
    const bool isDown = container && !parse::isRunning(*container);
    const bool wasRestarted = container && container->restarts > 0 && startedWithin(view, *container, sameHour);
    if (!container || view.unit || !container->isOomKilled || !(isDown || wasRestarted)
        || !(isUnreachedSymptom(view) || isReplySymptom(view) || view.isSymptom({ "dns-resolution-failed" })))
        return found;
    model::Evidence item = containerEvidence(view, *container);
    item.rulesOut = { "process-crashed", "crash-loop", "service-stopped", "container-exited", "wrong-port" };
    if (isDown)
        item.rulesOut.insert(item.rulesOut.end(), { "dns-nxdomain", "dns-server-unreachable", "dns-server-error", "resolver-not-configured" });
    found.supports(0.95, std::move(item));
    found.onset = container->finishedAt;
    describeContainer(found, view, *container);
    found.responsible = "host";
    const std::string limit = container->memoryMaxBytes
        ? "its limit of " + std::to_string(*container->memoryMaxBytes >> 20) + " MiB"
        : "the memory of " + view.calleeHost->host.value();
    found.because = "the kernel killed the container " + container->name + " because it went over " + limit;
    return found;
}

Assessment containedPause(const HopView& view)
{
    Assessment found("app-hung");
    const model::Container* container = view.container;
    if (!container || container->state != "paused" || !view.isSymptom({ "response-timed-out", "connection-timed-out" }))
        return found;
    model::Evidence item = containerEvidence(view, *container);
    item.rulesOut = { "service-stopped", "firewall-drop", "slow-endpoint", "slow-dependency" };
    found.supports(0.95, std::move(item));
    describeContainer(found, view, *container);
    found.because = "the container " + container->name + " is paused (frozen by \"docker pause\")";
    found.firstPlace = "docker unpause " + container->name + " on " + view.calleeHost->host.value();
    return found;
}

Assessment containedFailureToStart(const HopView& view)
{
    Assessment found("service-failed-to-start");
    const model::Container* container = view.container;
    if (!container || container->state != "running" || !container->pid || !isUnreachedSymptom(view) || !view.calleeHost
        || container->restarts > 0 || view.calleeHost->containers.empty()
        || !parse::listenersInside(*view.calleeHost, *container, 0).empty())
        return found;
    // Without a look inside there is nothing to say; a first socket of any container shows that there was one.
    bool couldLook = false;
    for (const model::HopProbe* probe : view.loopProbes)
        couldLook = couldLook || probe->connect == model::ConnectResult::Refused;
    if (!couldLook)
        return found;
    model::Evidence item = insideEvidence(view, *container, 0);
    item.rulesOut = { "wrong-port", "bound-to-loopback" };
    found.supports(0.75, std::move(item));
    addContainersLastWords(found, view);
    describeContainer(found, view, *container);
    found.because = "the container " + container->name + " runs, but nothing in it listens on any port";
    return found;
}

}
