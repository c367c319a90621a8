// Something is up, but not where the caller looks for it.
#include "core/faults/predicates/address.h"

#include "core/faults/predicates/addresses.h"
#include "core/faults/predicates/candidates.h"
#include "core/faults/predicates/common.h"
#include "core/faults/predicates/container.h"
#include "core/faults/predicates/ownerunit.h"
#include "core/faults/predicates/served.h"

#include <algorithm>

namespace hopscope::faults {

namespace {
bool mayBeElsewhere(const HopView& view)
{
    return isConnectSymptom(view) && view.calleeHost && view.knowsListeners() && !view.accepting();
}

/// "shop@7102.service" on port 7102: it is where it should be, and another port is another instance's.
bool isInstanceOfItsPort(const Elsewhere& candidate)
{
    if (!candidate.unit)
        return false;
    const std::string name = stem(candidate.unit->name);
    const std::size_t at = name.find('@');
    return at != std::string::npos && mentions(std::string_view(name).substr(at + 1), std::to_string(candidate.listener->port));
}

std::string callerName(const HopView& view)
{
    return view.caller && !view.caller->label.empty() ? view.caller->label : "the caller";
}
}

Assessment boundToLoopback(const HopView& view)
{
    if (view.container)
        return containedLoopback(view);
    Assessment found("bound-to-loopback");
    const std::string target = view.address();
    if (!mayBeElsewhere(view) || view.isUnix() || target.empty() || isLoopback(target))
        return found;
    const auto listeners = view.onPort();
    const bool onlyLoopback = !listeners.empty()
        && std::all_of(listeners.begin(), listeners.end(),
            [](const model::Listener* each) { return isLoopback(each->address); });
    if (!onlyLoopback)
        return found;
    fillUnit(found, view);
    model::Evidence item = portEvidence(view);
    item.rulesOut
        = { "service-stopped", "wrong-port", "crash-loop", "firewall-drop", "firewall-reject", "host-down" };
    found.supports(0.93, std::move(item));
    for (const model::HopProbe* probe : view.loopProbes)
        if (probe->connect == model::ConnectResult::Connected)
            found.supports(0.6, view.evidence(*probe));
    found.values["process"] = listeners.front()->process;
    found.values["actualAddress"] = listeners.front()->address;
    found.because = calleeName(view) + " listens on " + listeners.front()->address
        + " only, so nothing from outside its own host reaches port " + std::to_string(view.port());
    found.firstPlace
        = "ss -ltnp 'sport = :" + std::to_string(view.port()) + "' on " + view.calleeHost->host.value();
    return found;
}

Assessment wrongPort(const HopView& view)
{
    if (view.container)
        return containedWrongPort(view);
    Assessment found("wrong-port");
    if (!mayBeElsewhere(view) || view.isUnix() || !view.onPort().empty())
        return found;
    const auto candidates = listenersElsewhere(view);
    if (candidates.empty())
        return found;
    const Elsewhere& best = candidates.front();
    if (view.unit && view.unitCertainty >= 0.8 && isDown(*view.unit) && best.unit != view.unit)
        found.contradicts(0.7, unitEvidence(view, *view.unit));
    // It was the right port when the request last went well. An app that was started since may listen elsewhere now.
    if (const auto served = servedBefore(view); served && !startedSince(view, served->at))
        found.contradicts(0.8, served->evidence);
    if (isInstanceOfItsPort(best))
        found.contradicts(0.7, listenerEvidence(view, *best.listener, best.unit->name + " is the instance of this very port"));
    const bool standsOut = candidates.size() == 1 || candidates[1].fit < best.fit - 0.2;
    model::Evidence item = listenerEvidence(view, *best.listener, best.reason);
    if (best.fit >= 0.85)
        item.rulesOut = { "service-stopped", "crash-loop", "firewall-drop", "firewall-reject" };
    else if (best.fit >= 0.75 && standsOut)
        item.rulesOut = { "service-stopped" };
    found.supports(standsOut ? best.fit : best.fit * 0.6, std::move(item));
    found.supports(0.15, portEvidence(view));
    const std::string port = std::to_string(best.listener->port);
    found.values["actualPort"] = port;
    found.values["process"] = best.listener->process;
    if (best.unit)
        found.values["unit"] = best.unit->name;
    const std::string who = best.unit    ? best.unit->name
        : best.listener->process.empty() ? "the app"
                                         : best.listener->process;
    found.because = who + " listens on port " + port + ", but " + configName(view) + " sends requests to port "
        + std::to_string(view.port());
    found.firstPlace = configName(view) + (view.callerHost ? " on " + view.callerHost->host.value() : "");
    found.responsible = "proxy";
    if (view.callerHost)
        found.host = view.callerHost->host;
    return found;
}

namespace {
/// The port is open on the callee's host, but only at an address of it that the caller does not use. (Its loopback is a
/// cause of its own, and so is the other family.)
bool addOtherAddress(Assessment& found, const HopView& view, const std::string& target)
{
    const auto listeners = view.onPort();
    const auto isElsewhere = [&](const model::Listener* each) {
        return !isLoopback(each->address) && !isWildcard(each->address) && familyOf(each->address) == familyOf(target);
    };
    if (listeners.empty() || !std::all_of(listeners.begin(), listeners.end(), isElsewhere))
        return false;
    const model::Listener& listener = *listeners.front();
    model::Evidence item = portEvidence(view);
    item.rulesOut = { "service-stopped", "crash-loop", "service-failed-to-start", "wrong-port", "firewall-reject", "bound-to-loopback" };
    found.supports(0.93, std::move(item));
    for (const model::HopProbe* probe : view.loopProbes)
        if (probe->connect == model::ConnectResult::Connected)
            found.supports(0.6, view.evidence(*probe));
    found.values["actualAddress"] = listener.address;
    found.values["process"] = listener.process;
    found.because = calleeName(view) + " listens on " + listener.address + " only, but " + configName(view) + " sends requests to " + target;
    found.firstPlace = "ss -ltnp 'sport = :" + std::to_string(view.port()) + "' on " + view.calleeHost->host.value();
    return true;
}
}

namespace {
/// The unit that owns a listener of some host; empty where not known.
std::string unitOf(const model::HostFacts& host, const model::Listener& listener)
{
    if (!listener.unit.empty())
        return listener.unit;
    for (const model::Process& process : host.processes)
        if (listener.pid == process.pid)
            return process.unit;
    return {};
}
}

Assessment wrongAddress(const HopView& view)
{
    if (view.container)
        return containedWrongAddress(view);
    Assessment found("wrong-address");
    if (!isConnectSymptom(view))
        return found;
    if (view.callerHost) {
        found.host = view.callerHost->host;
        found.responsible = "proxy";
    }
    if (view.isUnix()) {
        const model::Listener* other = socketElsewhere(view);
        if (!other || view.symptom.variant != "socket-missing")
            return found;
        model::Evidence item = listenerEvidence(view, *other, "a socket that accepts connections");
        item.rulesOut = { "service-stopped", "crash-loop", "deployment-in-progress", "service-failed-to-start" };
        found.supports(0.88, std::move(item));
        found.values["actualSocket"] = other->path;
        found.values["socket"] = view.hop->declared.endpoint.path;
        if (other == storeElsewhere(view))
            found.responsible = "app"; // whose setting it is
        found.because = (other->process.empty() ? "the app" : other->process) + " listens on " + (other->path.empty() ? textOf(*other) + " only" : other->path)
            + ", but " + configName(view) + " names " + view.hop->declared.endpoint.path;
        found.firstPlace = configName(view) + (view.callerHost ? " on " + view.callerHost->host.value() : "");
        return found;
    }
    const std::string target = view.address();
    if (target.empty() || view.accepting())
        return found;
    if (view.calleeHost && view.knowsListeners() && addOtherAddress(found, view, target))
        return found;
    for (const auto& [name, host] : view.facts->hosts) {
        const bool ownsTarget = std::any_of(host.addresses.begin(), host.addresses.end(),
            [&](const std::string& each) { return isSameAddress(each, target); });
        if (ownsTarget || (isLoopback(target) && view.callerHost == &host))
            continue;
        for (const model::Listener& listener : host.listeners) {
            if (listener.kind != model::SocketKind::Tcp || listener.port != view.port()
                || isLoopback(listener.address) || isTargeted(view, listener, host))
                continue;
            // Nobody of the profile has the address, or its owner has nothing there, while this host does.
            const std::string at = host.addresses.empty() ? name.value() : usableAddress(host);
            const bool isNobodys = view.callee && !view.callee->host;
            model::Evidence item = evidenceFrom(
                *view.capture, name, "listeners", listener.source, textOf(listener) + " on " + name.value());
            item.observed += ": no hop leads there";
            // The address's own host has no service for it any more, and another one has one of that very name: it moved.
            const std::string unit = unitOf(host, listener);
            const bool hasMoved = view.calleeHost && !view.unit && !unit.empty() && bearsNameOfTarget(view, unit);
            if (hasMoved)
                item.observed += ", though " + unit + " runs there";
            if (isNobodys)
                item.rulesOut = { "host-down", "service-stopped", "firewall-reject" };
            else if (hasMoved)
                item.rulesOut = { "service-stopped", "wrong-port" };
            found.supports(isNobodys || hasMoved ? 0.85 : view.calleeHost ? 0.6 : 0.75, std::move(item));
            found.values["actualAddress"] = at;
            found.because = configName(view) + " sends requests to " + target + ", but what listens on port "
                + std::to_string(view.port()) + " is " + name.value() + " (" + at + ")";
            found.firstPlace
                = configName(view) + (view.callerHost ? " on " + view.callerHost->host.value() : "");
            return found;
        }
    }
    return found;
}

Assessment addressFamilyMismatch(const HopView& view)
{
    Assessment found("address-family-mismatch");
    const std::string target = view.address();
    const auto wanted = familyOf(target);
    if (!mayBeElsewhere(view) || view.isUnix() || !wanted)
        return found;
    const auto listeners = view.onPort();
    if (std::any_of(listeners.begin(), listeners.end(), [&](const auto* each) { return accepts(*each, target); }))
        return found; // a forwarder's, with nobody behind it
    for (const model::Listener* listener : listeners) {
        const auto has = familyOf(listener->address);
        if (!has || has == wanted || (isLoopback(listener->address) && !isLoopback(target)))
            continue;
        model::Evidence item
            = listenerEvidence(view, *listener, *has == Family::Ipv6 ? "IPv6 only" : "IPv4 only");
        item.rulesOut
            = { "service-stopped", "wrong-port", "firewall-drop", "firewall-reject", "bound-to-loopback" };
        found.supports(0.9, std::move(item));
        fillUnit(found, view);
        found.because = calleeName(view) + " listens on " + (*has == Family::Ipv6 ? "IPv6" : "IPv4")
            + " only, but " + callerName(view) + " connects to the "
            + (*wanted == Family::Ipv6 ? "IPv6" : "IPv4") + " address " + target;
        return found;
    }
    return found;
}

Assessment staleAddress(const HopView& view)
{
    Assessment found("stale-address");
    const std::string& name = view.hop->declared.endpoint.host;
    if (name.empty() || familyOf(name) || !view.hop->declared.isResolvedAtStart)
        return found;
    std::vector<std::string> current;
    const model::HopProbe* probe = view.callerProbe();
    if (probe)
        current = probe->resolved;
    if (probe && current.empty() && !probe->address.empty())
        current.push_back(hostPart(probe->address));
    if (current.empty() || !view.callerHost)
        return found;
    const auto isCurrent = [&](const std::string& used) {
        return std::any_of(current.begin(), current.end(), [&](const std::string& each) { return isSameAddress(each, used); });
    };
    const auto blame = [&](const std::string& used) {
        model::Evidence now = view.evidence(*probe);
        now.observed = name + " is now " + current.front() + "; " + now.observed;
        now.rulesOut = { "service-stopped", "wrong-port", "health-check-failing", "health-check-misconfigured", "host-down",
            "firewall-reject", "firewall-drop" };
        found.supports(probe->connect == model::ConnectResult::Connected ? 0.6 : 0.3, std::move(now));
        found.host = view.callerHost->host;
        found.responsible = "proxy";
        found.values["name"] = name;
        found.because = callerName(view) + " still uses " + (used.empty() ? "an older address" : used) + " for " + name
            + ", which is " + current.front() + " now";
    };
    // Its own status tells which address it keeps.
    if (const std::string kept = view.hop->reported ? hostPart(view.hop->reported->address) : std::string();
        familyOf(kept) && !isWildcard(kept) && !isCurrent(kept)) {
        found.supports(0.88, view.evidence(view.callerHost, "haproxy-status", view.hop->reported->source,
            view.hop->reported->group + "/" + view.hop->reported->server + " is " + view.hop->reported->address));
        blame(kept);
        return found;
    }
    // Of several addresses it may try some that are right, in turn; more than a turn of them and it has loaded them since.
    std::size_t rightOnes = 0;
    for (auto line = view.callerLines.rbegin(); line != view.callerLines.rend() && rightOnes <= current.size(); ++line) {
        const auto address = (*line)->reading.captures.find("address");
        if (address == (*line)->reading.captures.end() || !view.isFresh(**line, fresh))
            continue;
        const std::string used = hostPart(address->second);
        if (!familyOf(used))
            continue;
        if (isCurrent(used)) {
            ++rightOnes;
            continue;
        }
        found.supports(0.8, view.evidence(**line));
        blame(used);
        return found;
    }
    return found;
}

}
