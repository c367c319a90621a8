// The callee runs in a container: is that there, and well?
#include "core/faults/predicates/container.h"

#include "core/faults/predicates/common.h"

#include <algorithm>

namespace hopscope::faults {

namespace {
/// The container that the target means: the callee's, the one that publishes the port, or the one of that
/// name.
const model::Container* containerOf(const HopView& view)
{
    const model::HostFacts* host = view.calleeHost ? view.calleeHost : view.callerHost;
    if (!host)
        return nullptr;
    for (const model::Container& each : host->containers) {
        if (view.callee && !view.callee->container.empty()
            && (each.name == view.callee->container || each.id == view.callee->container))
            return &each;
        if (each.name == view.hop->declared.endpoint.host)
            return &each;
        if (!view.isUnix() && std::any_of(each.ports.begin(), each.ports.end(), [&](const auto& port) {
                return port.hostPort == view.port();
            }))
            return &each;
    }
    return nullptr;
}

model::Evidence stateOf(const HopView& view, const model::Container& container)
{
    const model::HostFacts* host = view.calleeHost ? view.calleeHost : view.callerHost;
    std::string words = container.name + ": " + container.state;
    if (container.exitCode)
        words += ", exit " + std::to_string(*container.exitCode);
    if (!container.health.empty())
        words += ", health " + container.health;
    if (container.isOomKilled)
        words += ", OOM-killed";
    return view.evidence(host, "containers", container.source, words);
}

void describe(Assessment& found, const HopView& view, const model::Container& container)
{
    const model::HostFacts* host = view.calleeHost ? view.calleeHost : view.callerHost;
    found.values["container"] = container.name;
    found.values["name"] = container.name;
    found.host = host->host;
    found.firstPlace = container.engine + " ps -a on " + host->host.value();
}
}

Assessment containerExited(const HopView& view)
{
    Assessment found("container-exited");
    const model::Container* container = containerOf(view);
    if (!container || container->state == "running"
        || !(isConnectSymptom(view) || view.isSymptom({ "dns-resolution-failed" })))
        return found;
    model::Evidence item = stateOf(view, *container);
    item.rulesOut = { "service-stopped", "dns-nxdomain", "wrong-port", "firewall-drop" };
    found.supports(container->isOomKilled ? 0.5 : 0.93, std::move(item));
    found.onset = container->finishedAt;
    describe(found, view, *container);
    found.because = "the container " + container->name + " is not running (" + container->state + ")";
    return found;
}

Assessment containerUnhealthy(const HopView& view)
{
    Assessment found("container-unhealthy");
    const model::Container* container = containerOf(view);
    if (!container || container->health != "unhealthy" || !isReplySymptom(view))
        return found;
    found.supports(0.55, stateOf(view, *container));
    describe(found, view, *container);
    found.because = "the container " + container->name + " runs but fails its own health check";
    return found;
}

}
