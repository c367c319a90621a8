#include "core/discovery/haproxy/haproxyproxy.h"

#include "core/discovery/hostindex.h"
#include "core/discovery/haproxy/flow.h"
#include "core/discovery/haproxy/target.h"

#include <algorithm>
#include <set>
#include <tuple>

namespace hopscope::discovery::haproxy {

namespace {
/// How well a bind fits the connection: 0 not at all, 1 any address, 2 this one.
int fit(const Bind& bind, const Request& request)
{
    if (!request.socket.empty())
        return bind.path == request.socket ? 2 : 0;
    if (!bind.hasPort(request.port) || bind.isUdp)
        return 0;
    if (request.address.empty())
        return 1;
    const bool isIpv6 = request.address.find(':') != std::string::npos;
    if (bind.isWildcard())
        return bind.isBothFamilies || (bind.address == "::") == isIpv6 ? 1 : 0;
    return plainAddress(bind.address) == plainAddress(request.address) ? 2 : 0;
}

/// Each target once; what is on path comes first and stays.
std::vector<ProxyTarget> distinct(std::vector<ProxyTarget> targets)
{
    std::set<std::tuple<std::string, base::Port, std::string, std::string, std::string, int>> known;
    std::vector<ProxyTarget> result;
    for (ProxyTarget& target : targets) {
        const model::Declared& declared = target.declared;
        if (known.emplace(target.from.address, target.from.port, target.from.path, declared.endpoint.text(), declared.place.file,
                     declared.place.line)
                .second)
            result.push_back(std::move(target));
    }
    return result;
}

void append(std::vector<ProxyTarget>& to, std::vector<ProxyTarget> from)
{
    to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

void append(std::vector<model::ConfigWarning>& to, const std::vector<model::ConfigWarning>& from)
{
    for (const model::ConfigWarning& each : from)
        if (std::find(to.begin(), to.end(), each) == to.end())
            to.push_back(each);
}
}

HaproxyProxy::HaproxyProxy(const model::SoftwareConfig& config)
    : m_configuration(config)
{
}

HaproxyProxy::Entrance HaproxyProxy::entrance(const Request& request) const
{
    Entrance best;
    int bestFit = 0;
    for (const Frontend& frontend : m_configuration.frontends)
        for (const Bind& bind : frontend.binds)
            // TLS that nobody takes off is for a frontend that passes it through.
            if (const int each = fit(bind, request); each > bestFit && !frontend.section->setting("disabled")) {
                best = { &frontend, &bind };
                bestFit = each;
            }
    return best;
}

ProxyRoute HaproxyProxy::choose(const Request& request) const
{
    ProxyRoute route;
    const Entrance found = entrance(request);
    if (!found.frontend)
        return route;
    State state;
    state.configuration = &m_configuration;
    state.section = state.frontend = found.frontend->section;
    state.request = request;
    state.isTlsHere = found.bind->isTls;
    route.match = followFrontend(std::move(state)).isByHost ? NameMatch::Exact : NameMatch::Default;
    route.listener = found.bind->listener(request.port);
    return route;
}

ProxyRoute HaproxyProxy::route(const Request& request, const model::HostFacts* host) const
{
    ProxyRoute route;
    std::vector<ProxyTarget> targets;
    const Entrance found = entrance(request);
    if (found.frontend) {
        State state;
        state.configuration = &m_configuration;
        state.host = host;
        state.section = state.frontend = found.frontend->section;
        state.request = request;
        state.isTlsHere = found.bind->isTls;
        route.listener = found.bind->listener(request.port);
        FlowResult flow = followFrontend(std::move(state));
        route.match = flow.isByHost ? NameMatch::Exact : NameMatch::Default;
        route.isUnknownName = flow.isUnrouted;
        route.note = std::move(flow.note);
        append(route.warnings, flow.warnings);
        std::vector<ProxyTarget> others;
        for (const BackendChoice& choice : flow.backends) {
            BackendTargets each = targetsOf(flow.state, *choice.backend, route.listener, choice.isOnPath);
            if (choice.isOnPath && !each.note.empty())
                route.note = std::move(each.note);
            append(route.warnings, each.warnings);
            append(choice.isOnPath ? targets : others, std::move(each.targets));
        }
        append(targets, std::move(others));
    }
    ProxyRoute rest;
    gatherAll(found.frontend ? &route.listener : nullptr, rest, targets);
    route.targets = distinct(std::move(targets));
    if (host)
        for (ProxyTarget& target : route.targets)
            for (const model::ServerReport& report : host->serverReports)
                if (!target.reported && report.software == "haproxy" && target.declared.name == report.group + "/" + report.server)
                    target.reported = report;
    return route;
}

void HaproxyProxy::gatherAll(const ProxyListener* preferred, ProxyRoute& route, std::vector<ProxyTarget>& targets) const
{
    for (const Frontend& frontend : m_configuration.frontends) {
        ProxyListener from;
        bool isTls = false;
        for (const Bind& bind : frontend.binds)
            if (from == ProxyListener() || (preferred && bind.listener(preferred->port) == *preferred)) {
                from = bind.listener(preferred ? preferred->port : bind.port);
                isTls = bind.isTls;
            }
        if (from == ProxyListener() && preferred)
            continue; // where its requests come in can't be told
        for (const Section* backend : everyBackend(m_configuration, *frontend.section)) {
            State state;
            state.configuration = &m_configuration;
            state.section = state.frontend = frontend.section;
            state.isAnyRequest = true;
            state.isTlsHere = isTls;
            state.request.port = from.port;
            BackendTargets each = targetsOf(std::move(state), *backend, from, false);
            append(route.warnings, each.warnings);
            append(targets, std::move(each.targets));
        }
    }
}

ProxyRoute HaproxyProxy::routeAll() const
{
    ProxyRoute route;
    std::vector<ProxyTarget> targets;
    gatherAll(nullptr, route, targets);
    route.targets = distinct(std::move(targets));
    return route;
}

std::vector<ProxyListener> HaproxyProxy::listeners() const
{
    std::vector<ProxyListener> all;
    for (const Frontend& frontend : m_configuration.frontends)
        for (const Bind& bind : frontend.binds)
            if (const ProxyListener each = bind.listener(bind.port); std::find(all.begin(), all.end(), each) == all.end())
                all.push_back(each);
    return all;
}

}
