#include "core/faults/predicates/hopview.h"

#include "core/faults/predicates/addresses.h"
#include "core/faults/predicates/ownerunit.h"
#include "core/parse/containerlinks.h"

#include <algorithm>

namespace hopscope::faults {

namespace {
const model::HostFacts* factsOf(const model::Facts& facts, const std::optional<base::HostId>& host)
{
    if (!host)
        return nullptr;
    const auto found = facts.hosts.find(*host);
    return found == facts.hosts.end() ? nullptr : &found->second;
}
}

std::string HopView::address() const
{
    if (const auto used = probesOfAddressInUse(*this); used.size() == 1 && used.size() < callerProbes.size())
        return hostPart(used.front()->address);
    for (const model::HopProbe* probe : callerProbes)
        if (!probe->address.empty() && failedToConnect(*probe))
            return hostPart(probe->address);
    for (const model::HopProbe* probe : callerProbes)
        if (!probe->address.empty())
            return hostPart(probe->address);
    const std::string& host = hop->declared.endpoint.host;
    if (host == "localhost")
        return "127.0.0.1";
    if (familyOf(host))
        return host;
    if (callerHost) {
        const auto known = callerHost->hostsFile.find(host);
        if (known != callerHost->hostsFile.end() && !known->second.empty())
            return known->second.front();
    }
    return {};
}

bool HopView::knowsListeners() const
{
    if (!isInsideTarget)
        return calleeHost && !calleeHost->listeners.empty();
    return !parse::isRunning(*container) || !parse::listenersInside(*calleeHost, *container, 0).empty();
}

std::string HopView::targetWords() const
{
    return isUnix() ? "the socket " + hop->declared.endpoint.path : "port " + std::to_string(port());
}

std::vector<const model::Listener*> HopView::onPort() const
{
    std::vector<const model::Listener*> found;
    if (isInsideTarget)
        return parse::listenersInside(*calleeHost, *container, port());
    if (calleeHost && !isUnix())
        for (const model::Listener& listener : calleeHost->listeners)
            if (listener.kind == model::SocketKind::Tcp && listener.port == port()
                && (!callee || callee->container.empty() || listener.container.empty()
                    || listener.container == callee->container))
                found.push_back(&listener);
    return found;
}

const model::Listener* HopView::accepting() const
{
    if (!calleeHost)
        return nullptr;
    if (isUnix()) {
        for (const model::Listener& listener : calleeHost->listeners)
            if (listener.kind == model::SocketKind::Unix && listener.path == hop->declared.endpoint.path)
                return &listener;
        return nullptr;
    }
    // The host's forwarder takes connections whether or not anybody inside does.
    if (container && !isInsideTarget && isShutInside())
        return nullptr;
    const std::string target = address();
    for (const model::Listener* listener : onPort())
        if (target.empty() || accepts(*listener, target))
            return listener;
    return nullptr;
}

bool HopView::isShutInside() const
{
    if (!container || !callee || !calleeHost || parse::listenersInside(*calleeHost, *container, 0).empty())
        return false;
    const std::string own = parse::addressFor(*container, nullptr);
    return parse::acceptingInside(*calleeHost, *container, own, callee->containerPort).empty();
}

const model::FileStatus* HopView::socketFile() const
{
    const model::HostFacts* host = calleeHost ? calleeHost : callerHost;
    if (host && isUnix())
        for (const model::FileStatus& file : host->files)
            if (file.path == hop->declared.endpoint.path)
                return &file;
    return nullptr;
}

bool HopView::isSymptom(std::initializer_list<const char*> variants) const
{
    return std::any_of(
        variants.begin(), variants.end(), [this](const char* each) { return symptom.variant == each; });
}

const model::HopProbe* HopView::connectedLocally() const
{
    for (const auto* probes : { &calleeProbes, &loopProbes })
        for (const model::HopProbe* probe : *probes)
            if (probe->connect == model::ConnectResult::Connected && (probe->container.empty() || !isShutInside()))
                return probe;
    return nullptr;
}

const model::HopProbe* HopView::callerProbe() const
{
    for (const model::HopProbe* probe : callerProbes)
        if (failedToConnect(*probe))
            return probe;
    return callerProbes.empty() ? nullptr : callerProbes.front();
}

base::TimePoint HopView::nowOn(const model::HostFacts* host) const
{
    return host && host->now ? *host->now : capture->startedAt;
}

bool HopView::isFresh(const ReadLine& line, base::Milliseconds age) const
{
    const auto host = facts->hosts.find(line.host);
    if (!line.line->at || host == facts->hosts.end())
        return false;
    return nowOn(&host->second) - *line.line->at <= age;
}

model::Evidence HopView::evidence(const model::HopProbe& probe) const
{
    const std::string check = hop->declared.endpoint.isUnix() ? "unix-connect" : "tcp-connect";
    model::Evidence item = evidenceFrom(*capture, probe.host, check, probe.source, wordsOf(probe));
    if (!probe.container.empty())
        item.from = probe.host.value() + "/container " + probe.container;
    if (probe.source.check == model::Source::none) {
        item.from = probe.host.isEmpty() ? "laptop" : item.from;
        item.command = "curl -sv " + capture->profile.url;
        item.check = "outside-view";
        item.at = probe.at;
    }
    return item;
}

model::Evidence HopView::evidence(const ReadLine& line) const
{
    const char* check = line.line->origin == model::LogOrigin::Journal ? "journal"
        : line.line->origin == model::LogOrigin::Kernel                ? "kernel-log"
                                                                       : "log";
    model::Evidence item = evidenceFrom(*capture, line.host, check, line.line->source, line.line->text);
    if (line.line->at)
        item.observed = base::toIso8601(*line.line->at) + " " + item.observed;
    return item;
}

model::Evidence HopView::evidence(
    const model::HostFacts* host, const char* check, model::Source source, std::string observed) const
{
    return evidenceFrom(*capture, host ? host->host : base::HostId(), check, source, std::move(observed));
}

model::Evidence evidenceFrom(const model::Capture& capture, const base::HostId& host,
    const std::string& check, model::Source source, std::string observed)
{
    model::Evidence item;
    item.from = host.isEmpty() ? "laptop" : host.value();
    item.check = check;
    item.observed = std::move(observed);
    item.source = source;
    item.at = capture.startedAt;
    if (source.check < capture.checks.size()) {
        const model::CheckResult& result = capture.checks[source.check];
        item.check = result.check.value();
        item.command = result.command;
        item.at = result.startedAt;
        item.from = result.container.empty() ? result.host.value()
                                             : result.host.value() + "/container " + result.container;
    }
    return item;
}

namespace {
/// Logs of pods came through the host whose kubectl was asked. Of the caller's pods those lines that name the target.
void addClusterLines(HopView& view, const ReadLogs& logs)
{
    const auto found = logs.find(view.cluster->vantage->host);
    if (found == logs.end())
        return;
    const auto placeOf = [](const model::cluster::Pod& pod) { return pod.meta.space + "/" + pod.meta.name + "/"; };
    const bool isCallerSidecar = view.caller && view.caller->kind == model::NodeKind::Sidecar;
    for (const ReadLine& line : found->second) {
        const std::string& place = line.line->place;
        if (line.line->origin != model::LogOrigin::Container || place.find('/') == std::string::npos)
            continue;
        const bool isOfMesh = place.ends_with("/istio-proxy") || place.ends_with("/linkerd-proxy");
        const bool isOfPod = view.cluster->pod && place.starts_with(placeOf(*view.cluster->pod));
        if (isOfPod && isOfMesh == view.cluster->isIntoSidecar)
            view.calleeLines.push_back(&line);
        if (isOfPod && isOfMesh && isCallerSidecar)
            view.callerLines.push_back(&line);
        for (const model::cluster::Pod* caller : view.cluster->callers.pods)
            if (place.starts_with(placeOf(*caller)) && isAboutTarget(view, line))
                view.callerLines.push_back(&line);
    }
}
}

bool failedToConnect(const model::HopProbe& probe)
{
    using model::ConnectResult;
    switch (probe.connect) {
    case ConnectResult::Refused:
    case ConnectResult::TimedOut:
    case ConnectResult::HostUnreachable:
    case ConnectResult::NetworkUnreachable:
    case ConnectResult::SocketMissing:
    case ConnectResult::PermissionDenied:
    case ConnectResult::QueueFull:
    case ConnectResult::NoLocalPort:
    case ConnectResult::OtherError:
        return true;
    case ConnectResult::NotTried:
    case ConnectResult::Connected:
    case ConnectResult::Unknown:
        return false;
    }
    return false;
}

namespace {
/// Whether the target is an address inside the container's networks (or its own loopback), and no port of the host's.
bool isInside(const HopView& view)
{
    if (!view.container || view.isUnix())
        return false;
    const std::string& declared = view.hop->declared.endpoint.host;
    const std::string address = view.address();
    if (view.caller && view.caller->container == view.container->name)
        return true;
    const bool isOwn = std::any_of(view.container->networks.begin(), view.container->networks.end(),
        [&](const auto& network) { return !network.second.empty() && network.second == address; });
    return isOwn || (!declared.empty() && parse::isNamed(*view.container, declared));
}
}

namespace {
/// A proxy that is refused at one of a name's addresses goes on to the next before its visitor notices.
bool goesOnToTheNext(const HopView& view)
{
    if (!view.caller)
        return false;
    const std::string& software = view.caller->software;
    const auto& on = view.hop->declared.retriesOn;
    return software == "apache" || software == "caddy" || software == "traefik"
        || ((software == "nginx" || software == "openresty") && std::find(on.begin(), on.end(), "error") != on.end());
}
}

std::vector<const model::HopProbe*> passedOver(const HopView& view)
{
    std::vector<const model::HopProbe*> refused;
    std::optional<Family> refusedFamily;
    bool isTakenByTheOther = false;
    for (const model::HopProbe* probe : view.callerProbes) {
        const std::optional<Family> family = familyOf(hostPart(probe->address));
        const bool isRefused = probe->connect == model::ConnectResult::Refused;
        if (!family || (isRefused && refusedFamily && refusedFamily != family))
            return {};
        if (isRefused) {
            refusedFamily = family;
            refused.push_back(probe);
        }
    }
    for (const model::HopProbe* probe : view.callerProbes) {
        if (probe->connect != model::ConnectResult::Connected)
            continue;
        if (familyOf(hostPart(probe->address)) == refusedFamily)
            return {};
        isTakenByTheOther = true;
    }
    return isTakenByTheOther && goesOnToTheNext(view) ? refused : std::vector<const model::HopProbe*>();
}

std::vector<const model::HopProbe*> probesOfAddressInUse(const HopView& view)
{
    if (const auto unused = passedOver(view); !unused.empty()) {
        std::vector<const model::HopProbe*> used;
        for (const model::HopProbe* probe : view.callerProbes)
            if (std::find(unused.begin(), unused.end(), probe) == unused.end())
                used.push_back(probe);
        return used;
    }
    const bool keepsOne = view.caller && view.caller->software == "haproxy" && !view.hop->declared.endpoint.isUnix()
        && view.callerProbes.size() > 0;
    if (!keepsOne)
        return view.callerProbes;
    const std::string inUse = view.hop->reported ? hostPart(view.hop->reported->address) : std::string();
    std::vector<const model::HopProbe*> used;
    for (const model::HopProbe* probe : view.callerProbes)
        if (!familyOf(inUse) || isSameAddress(hostPart(probe->address), inUse) || !familyOf(hostPart(probe->address)))
            used.push_back(probe);
    if (!familyOf(inUse) && used.size() > 1 && view.hop->declared.isResolvedAtStart)
        used.resize(1);
    return used;
}

HopView viewOf(const model::Capture& capture, const model::Facts& facts, const model::Topology& topology,
    const model::Hop& hop, const ReadLogs& logs, const std::vector<model::HopProbe>& outsideProbes)
{
    HopView view;
    view.capture = &capture;
    view.facts = &facts;
    view.topology = &topology;
    view.hop = &hop;
    view.logs = &logs;
    view.caller = topology.node(hop.from);
    view.callee = topology.node(hop.to);
    const std::optional<base::HostId> callerId = view.caller ? view.caller->host : std::nullopt;
    std::optional<base::HostId> calleeId = view.callee ? view.callee->host : std::nullopt;
    if (!calleeId && (hop.declared.endpoint.isUnix() || isLoopback(hop.declared.endpoint.host)))
        calleeId = callerId;
    view.callerHost = factsOf(facts, callerId);
    view.calleeHost = factsOf(facts, calleeId);
    for (const model::HostSession& session : capture.sessions)
        if (calleeId && session.host == *calleeId)
            view.calleeSession = &session;

    const bool isEntry = view.caller && view.caller->kind == model::NodeKind::Client;
    if (isEntry) {
        // With several entries (addresses of the url), each has the attempts to its own address.
        const bool isMine
            = std::any_of(outsideProbes.begin(), outsideProbes.end(), [&](const model::HopProbe& probe) {
                  return isSameAddress(hostPart(probe.address), hop.declared.endpoint.host);
              });
        for (const model::HopProbe& probe : outsideProbes)
            if (!isMine || isSameAddress(hostPart(probe.address), hop.declared.endpoint.host))
                view.callerProbes.push_back(&probe);
    }
    for (const model::HopProbe& probe : facts.probes) {
        if (probe.hop != hop.id)
            continue;
        switch (probe.seat) {
        case model::Seat::Caller:
            if (!isEntry)
                view.callerProbes.push_back(&probe);
            break;
        case model::Seat::Callee:
            view.calleeProbes.push_back(&probe);
            break;
        case model::Seat::CalleeLoop:
            view.loopProbes.push_back(&probe);
            break;
        }
    }
    view.cluster = clusterViewOf(facts, hop, view.caller, view.callee);
    if (view.calleeHost && view.callee)
        view.container = parse::containerNamed(*view.calleeHost, view.callee->container);
    view.isInsideTarget = isInside(view);
    if (const auto owner = ownerUnit(view)) {
        view.unit = owner->unit;
        view.unitCertainty = owner->certainty;
        view.unitReason = owner->reason;
    }
    if (view.callerHost) {
        const auto found = logs.find(view.callerHost->host);
        if (found != logs.end())
            for (const ReadLine& line : found->second) {
                view.callerHostLines.push_back(&line);
                if (isAboutTarget(view, line))
                    view.callerLines.push_back(&line);
            }
    }
    if (view.calleeHost) {
        const auto found = logs.find(view.calleeHost->host);
        if (found != logs.end())
            for (const ReadLine& line : found->second) {
                view.hostLines.push_back(&line);
                if (isOfCallee(view, line))
                    view.calleeLines.push_back(&line);
            }
    }
    if (view.cluster)
        addClusterLines(view, logs);
    return view;
}

}
