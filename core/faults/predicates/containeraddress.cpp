// The app in the container is up, but not where the caller (or the published port) looks for it.
#include "core/faults/predicates/container.h"

#include "core/faults/predicates/addresses.h"
#include "core/faults/predicates/common.h"
#include "core/faults/predicates/containerwords.h"
#include "core/parse/containerlinks.h"

#include <algorithm>

namespace hopscope::faults {

namespace {
std::string publishing(const HopView& view, base::Port inside)
{
    return "port " + std::to_string(view.port()) + " of " + view.calleeHost->host.value() + " is published to port "
        + std::to_string(inside);
}

/// The port that requests come out at, inside.
base::Port insidePort(const HopView& view)
{
    return view.callee && view.callee->containerPort != 0 ? view.callee->containerPort : view.port();
}

bool isSelf(const HopView& view)
{
    return view.caller && view.container && view.caller->container == view.container->name;
}

bool isTried(const HopView& view)
{
    return view.container && view.calleeHost && parse::isRunning(*view.container) && isUnreachedSymptom(view)
        && !view.isUnix();
}
}

Assessment containedLoopback(const HopView& view)
{
    Assessment found("bound-to-loopback");
    if (!isTried(view) || isSelf(view))
        return found;
    const base::Port port = insidePort(view);
    const auto inside = parse::listenersInside(*view.calleeHost, *view.container, port);
    const bool onlyLoopback = !inside.empty()
        && std::all_of(inside.begin(), inside.end(), [](const model::Listener* each) { return isLoopback(each->address); });
    describeContainer(found, view, *view.container);
    if (onlyLoopback) {
        model::Evidence item = insideEvidence(view, *view.container, port);
        item.rulesOut = { "service-stopped", "wrong-port", "crash-loop", "firewall-drop", "firewall-reject", "host-down",
            "process-crashed", "keepalive-race", "container-port-unpublished", "plain-http-to-tls-port" };
        found.supports(0.94, std::move(item));
        for (const model::HopProbe* probe : view.loopProbes)
            if (probe->connect == model::ConnectResult::Connected)
                found.supports(0.6, view.evidence(*probe));
        found.values["actualAddress"] = inside.front()->address;
        found.because = "the app in container " + view.container->name + " listens on " + inside.front()->address
            + " only, which is the container's own loopback: nothing outside it can connect";
        found.firstPlace = "the address that the app binds in container " + view.container->name + " on "
            + view.calleeHost->host.value() + ": it must be 0.0.0.0";
        return found;
    }
    // The host's side of the published port.
    const std::string target = view.address();
    const auto outside = view.onPort();
    if (view.isInsideTarget || outside.empty() || target.empty() || isLoopback(target)
        || !std::all_of(outside.begin(), outside.end(), [](const model::Listener* each) { return isLoopback(each->address); }))
        return found;
    model::Evidence item = portEvidence(view);
    item.rulesOut = { "service-stopped", "wrong-port", "crash-loop", "firewall-drop", "firewall-reject", "host-down" };
    found.supports(0.94, std::move(item));
    found.values["actualAddress"] = outside.front()->address;
    found.because = "container " + view.container->name + " publishes port " + std::to_string(view.port()) + " on "
        + outside.front()->address + " only, so other hosts can't reach it";
    found.firstPlace = "docker port " + view.container->name + " on " + view.calleeHost->host.value()
        + ", and the ports of its compose file";
    return found;
}

Assessment containedWrongPort(const HopView& view)
{
    Assessment found("wrong-port");
    if (!isTried(view) || isSelf(view))
        return found;
    const base::Port port = insidePort(view);
    const auto all = parse::listenersInside(*view.calleeHost, *view.container, 0);
    std::vector<const model::Listener*> others;
    for (const model::Listener* each : all) {
        if (each->port == port)
            return found;
        const bool isKnown = std::any_of(others.begin(), others.end(), [&](const model::Listener* other) { return other->port == each->port; });
        if (!isLoopback(each->address) && !isKnown)
            others.push_back(each);
    }
    const bool isMapped = std::any_of(view.container->ports.begin(), view.container->ports.end(),
        [&](const model::Container::PublishedPort& each) { return each.hostPort == view.port() && each.containerPort == port; });
    if (others.empty() || (!view.isInsideTarget && !isMapped))
        return found;
    model::Evidence item = insideEvidence(view, *view.container, 0);
    item.rulesOut = { "service-stopped", "crash-loop", "firewall-drop", "firewall-reject", "process-crashed", "keepalive-race",
        "plain-http-to-tls-port", "container-port-unpublished" };
    found.supports(0.92, std::move(item));
    found.supports(0.2, insideEvidence(view, *view.container, port));
    describeContainer(found, view, *view.container);
    const std::string actual = std::to_string(others.front()->port);
    found.values["actualPort"] = actual;
    found.because = "the app in container " + view.container->name + " listens on port " + actual + ", but "
        + (view.isInsideTarget ? configName(view) + " sends requests to port " + std::to_string(port) : publishing(view, port) + " inside");
    if (view.isInsideTarget) {
        found.firstPlace = configName(view) + (view.callerHost ? " on " + view.callerHost->host.value() : "");
        found.responsible = "proxy";
    } else {
        found.firstPlace = "docker port " + view.container->name + " on " + view.calleeHost->host.value()
            + ", and the ports of its compose file";
        found.responsible = "app"; // whoever published it, not the proxy that calls the published port
    }
    return found;
}

Assessment containedWrongAddress(const HopView& view)
{
    Assessment found("wrong-address");
    const model::HostFacts* host = view.calleeHost;
    if (!isTried(view) || !isSelf(view) || !isLoopback(view.address())
        || !parse::listenersInside(*host, *view.container, view.port()).empty())
        return found;
    describeContainer(found, view, *view.container);
    const bool isOfProxy = isProxy(view.caller);
    found.responsible = isOfProxy ? "proxy" : "app";
    const std::string caller = isOfProxy ? "the proxy" : "the app";
    // "environment DATABASE_URL of pid 406"
    const std::string& place = view.hop->declared.place.file;
    const std::string setting = place.starts_with("environment ") ? place.substr(12, place.find(' ', 12) - 12) : std::string();
    if (!setting.empty())
        found.values["setting"] = setting + " of container " + view.container->name;
    else if (!isOfProxy)
        found.values["setting"] = "the app's settings";
    const std::string port = std::to_string(view.port());
    const std::string self = (setting.empty() ? std::string() : setting + " says " + view.hop->declared.endpoint.host + ", but ") + "127.0.0.1 in container " + view.container->name + " is that container itself, and nothing in it listens on port " + port;
    found.firstPlace = configName(view) + " in container " + view.container->name + " on " + host->host.value();
    for (const model::Container& each : host->containers) {
        if (&each == view.container || !parse::isRunning(each) || parse::listenersInside(*host, each, view.port()).empty())
            continue;
        const std::string service = parse::composeService(each);
        const std::string name = service.empty() ? each.name : service;
        model::Evidence item = insideEvidence(view, each, view.port());
        item.rulesOut = { "service-stopped", "wrong-port", "crash-loop", "container-exited", "firewall-reject", "dependency-down", "app-error" };
        found.supports(0.94, std::move(item));
        found.values["actualAddress"] = name;
        found.because = self + "; that is container " + each.name + ", so " + caller + " must name \"" + name + "\"";
        return found;
    }
    for (const model::Listener& each : host->listeners)
        if (each.kind == model::SocketKind::Tcp && each.port == view.port()) {
            model::Evidence item = listenerEvidence(view, each, "on the host, not in the container");
            item.rulesOut = { "service-stopped", "wrong-port", "crash-loop", "dependency-down", "app-error" };
            found.supports(0.9, std::move(item));
            const std::string name = view.container->engine == "podman" ? "host.containers.internal" : "host.docker.internal";
            found.values["actualAddress"] = name;
            found.values["actualPort"] = port;
            found.because = self + "; what listens there is on the host itself, which containers reach as " + name;
            if (isLoopback(each.address))
                found.because += " once it listens on the bridge's address too, not on " + each.address + " only";
            return found;
        }
    found.supports(0.55, insideEvidence(view, *view.container, view.port()));
    found.because = self;
    return found;
}

}
