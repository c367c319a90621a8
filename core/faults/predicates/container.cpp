// The callee runs in a container: is that there, well, and open to the caller?
#include "core/faults/predicates/container.h"

#include "core/faults/predicates/addresses.h"
#include "core/faults/predicates/common.h"
#include "core/faults/predicates/containerwords.h"
#include "core/faults/predicates/ownerunit.h"
#include "core/parse/containerlinks.h"

#include <algorithm>

namespace hopscope::faults {

namespace {
/// The container that the target means: the callee's, the one of that name, or the one that publishes the port.
const model::Container* containerOf(const HopView& view)
{
    const model::HostFacts* host = hostOfContainers(view);
    if (!host)
        return nullptr;
    if (view.container)
        return view.container;
    for (const model::Container& each : host->containers)
        if (each.name == view.hop->declared.endpoint.host)
            return &each;
    if (view.isUnix() || view.accepting())
        return nullptr;
    const auto published = parse::publishedAt(*host, view.address(), view.port());
    return published ? published->container : nullptr;
}

/// Its newest own words, which mostly tell why it ended.
void addLastPrintedLines(Assessment& found, const HopView& view)
{
    int added = 0;
    for (auto line = view.calleeLines.rbegin(); line != view.calleeLines.rend() && added < 2; ++line)
        if ((*line)->line->origin == model::LogOrigin::Container) {
            found.supports(0.05, view.evidence(**line));
            ++added;
        }
}
}

Assessment containerExited(const HopView& view)
{
    Assessment found("container-exited");
    const model::Container* container = containerOf(view);
    const bool isGone = container && !stoppedEngine(*hostOfContainers(view), *container)
        && (container->state == "exited" || container->state == "created" || container->state == "dead"
            || container->state == "removing" || container->state == "stopped");
    if (!isGone || !(isUnreachedSymptom(view) || view.isSymptom({ "dns-resolution-failed" })))
        return found;
    model::Evidence item = containerEvidence(view, *container);
    item.rulesOut = { "service-stopped", "dns-nxdomain", "dns-server-unreachable", "dns-server-error", "wrong-port",
        "firewall-drop", "container-network-detached", "container-port-unpublished", "host-down" };
    found.supports(container->isOomKilled ? 0.5 : 0.95, std::move(item));
    found.onset = container->finishedAt;
    describeContainer(found, view, *container);
    addLastPrintedLines(found, view);
    const std::string ended = container->state == "created" ? " was created but never started"
        : container->exitCode ? " is stopped: " + exitWords(*container->exitCode)
                              : " is not running (" + container->state + ")";
    found.because = "the container " + container->name + ended;
    if (!container->error.empty())
        found.because += "; the engine says \"" + container->error.substr(0, 200) + "\"";
    return found;
}

Assessment containerUnhealthy(const HopView& view)
{
    Assessment found("container-unhealthy");
    const model::Container* container = view.container;
    if (!container || container->health != "unhealthy" || !(isReplySymptom(view) || isUnreachedSymptom(view)))
        return found;
    // Where its log gives a reason, that is the reason; where it is silent, the check's word is all there is.
    const bool isSilent = std::none_of(view.calleeLines.begin(), view.calleeLines.end(), [&](const ReadLine* line) {
        return line->line->origin == model::LogOrigin::Container && line->reading.cause && view.isFresh(*line, fresh);
    });
    const bool answersError = isSilent && view.isSymptom({ "error-response" });
    model::Evidence item = containerEvidence(view, *container);
    if (answersError)
        item.rulesOut = { "app-error" };
    found.supports(answersError ? 0.8 : 0.55, std::move(item));
    describeContainer(found, view, *container);
    found.because = "the container " + container->name + " runs but fails its own health check";
    if (!container->healthLog.empty())
        found.because += " (\"" + container->healthLog.substr(0, container->healthLog.find('\n')).substr(0, 160) + "\")";
    return found;
}

Assessment containerPortUnpublished(const HopView& view)
{
    Assessment found("container-port-unpublished");
    const model::Container* container = view.container;
    if (!container || view.isInsideTarget || !parse::isRunning(*container) || !isConnectSymptom(view)
        || !view.onPort().empty() || !view.calleeHost)
        return found;
    const bool isPublished = std::any_of(container->ports.begin(), container->ports.end(),
        [&](const model::Container::PublishedPort& each) { return each.hostPort == view.port(); });
    if (isPublished)
        return found;
    const bool listens = !parse::listenersInside(*view.calleeHost, *container, view.port()).empty();
    model::Evidence inside = listens ? insideEvidence(view, *container, view.port()) : containerEvidence(view, *container);
    inside.rulesOut = { "service-stopped", "crash-loop", "firewall-reject", "firewall-drop", "wrong-port", "host-down" };
    if (!listens)
        inside.observed += "; its image exposes port " + std::to_string(view.port());
    found.supports(listens ? 0.92 : 0.75, std::move(inside));
    if (view.knowsListeners())
        found.supports(0.5, portEvidence(view));
    for (const model::HopProbe* probe : view.loopProbes)
        if (probe->connect == model::ConnectResult::Connected)
            found.supports(0.5, view.evidence(*probe));
    describeContainer(found, view, *container);
    found.firstPlace = "docker port " + container->name + " on " + view.calleeHost->host.value()
        + ", and the ports of its compose file";
    const std::string port = std::to_string(view.port());
    found.because = "the container " + container->name + " listens on port " + port
        + " inside, but that port is not published on " + view.calleeHost->host.value();
    return found;
}

Assessment containerNetworkDetached(const HopView& view)
{
    Assessment found("container-network-detached");
    const model::HostFacts* host = view.callerHost;
    const model::Container* caller
        = host && view.caller ? parse::containerNamed(*host, view.caller->container) : nullptr;
    if (!caller)
        return found;
    const bool isName = view.isSymptom({ "dns-resolution-failed" });
    if (!isName && !view.isSymptom({ "connection-timed-out", "host-unreachable" }))
        return found;
    const std::string& target = view.hop->declared.endpoint.host;
    const model::Container* callee = nullptr;
    for (const model::Container& each : host->containers)
        if (parse::isRunning(each) && &each != caller && (isName ? parse::isNamed(each, target) : parse::containerWithAddress(*host, view.address()) == &each))
            callee = &each;
    std::vector<std::string> shared = callee ? parse::sharedNetworks(*caller, *callee) : std::vector<std::string>();
    if (isName)
        std::erase(shared, std::string("bridge")); // it has no name server
    if (!callee || !shared.empty())
        return found;
    const auto networksOf = [](const model::Container& container) {
        std::string words;
        for (const auto& [network, address] : container.networks)
            words += (words.empty() ? "" : ", ") + network;
        return words.empty() ? container.networkMode : words;
    };
    model::Evidence item = containerEvidence(view, *callee);
    item.observed = callee->name + " is in network " + networksOf(*callee) + ", " + caller->name + " in "
        + networksOf(*caller) + (networksOf(*callee) == "bridge" && networksOf(*caller) == "bridge" ? ", which resolves no names" : ": none in common");
    item.rulesOut = { "dns-nxdomain", "dns-server-error", "dns-server-unreachable", "firewall-drop", "service-stopped", "host-down" };
    found.supports(0.94, std::move(item));
    describeContainer(found, view, *callee);
    if (caller->networks.size() == 1 && !caller->networks.contains("bridge"))
        found.values["network"] = caller->networks.begin()->first;
    found.because = "the containers " + caller->name + " (network " + networksOf(*caller) + ") and " + callee->name
        + " (network " + networksOf(*callee) + ") share no network" + (isName ? " in which \"" + target + "\" has an address" : "");
    found.firstPlace = "docker inspect " + caller->name + " " + callee->name + ": the names under Networks, on "
        + host->host.value();
    found.responsible = "proxy";
    return found;
}

}
