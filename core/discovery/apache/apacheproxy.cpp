#include "core/discovery/apache/apacheproxy.h"

#include "core/discovery/apache/flow.h"

#include <algorithm>
#include <set>
#include <tuple>

namespace hopscope::discovery::apache {

namespace {
/// Each target once; what is on path comes first and stays.
void keepDistinct(std::vector<ProxyTarget>& targets)
{
    std::set<std::tuple<std::string, base::Port, std::string, std::string, int>> known;
    std::erase_if(targets, [&](const ProxyTarget& target) {
        const model::Declared& declared = target.declared;
        return !known.emplace(target.from.address, target.from.port, declared.endpoint.text(), declared.place.file, declared.place.line)
                    .second;
    });
}

void keepDistinct(std::vector<model::ConfigWarning>& warnings)
{
    std::vector<model::ConfigWarning> kept;
    for (model::ConfigWarning& each : warnings)
        if (std::find(kept.begin(), kept.end(), each) == kept.end())
            kept.push_back(std::move(each));
    warnings = std::move(kept);
}
}

ApacheProxy::ApacheProxy(const model::SoftwareConfig& config)
    : m_configuration(config)
{
}

ProxyRoute ApacheProxy::choose(const Request& request) const
{
    ProxyRoute route;
    const ServerChoice choice = chooseServer(m_configuration.servers, request);
    route.match = choice.match;
    if (choice.server)
        route.listener = listenerOf(*choice.listen, *choice.server);
    return route;
}

ProxyRoute ApacheProxy::route(const Request& request, const model::HostFacts* host) const
{
    ProxyRoute route = choose(request);
    const ServerChoice choice = chooseServer(m_configuration.servers, request);
    if (choice.server) {
        State state;
        state.configuration = &m_configuration;
        state.host = host;
        state.server = choice.server;
        state.request = request;
        state.isTls = choice.server->isTls;
        FlowResult flow = followRequest(std::move(state), route.listener);
        route.targets = std::move(flow.targets);
        route.note = std::move(flow.note);
        route.isUnknownName = choice.match == NameMatch::Default && !choice.server->name.empty();
        route.warnings = std::move(flow.warnings);
    }
    gatherAll(choice.server ? &route.listener : nullptr, route);
    keepDistinct(route.targets);
    keepDistinct(route.warnings);
    return route;
}

void ApacheProxy::gatherAll(const ProxyListener* preferred, ProxyRoute& route) const
{
    const Servers& servers = m_configuration.servers;
    for (const Server& server : servers.servers) {
        ProxyListener from = firstListener(servers, server);
        if (preferred)
            for (const VirtualAddress& address : server.addresses)
                if (address.port == preferred->port)
                    from = { preferred->address, preferred->port, {}, server.isTls };
        if (from == ProxyListener() && preferred)
            continue; // nothing listens for it
        FlowResult all = everyTarget(m_configuration, server, from);
        std::move(all.targets.begin(), all.targets.end(), std::back_inserter(route.targets));
        route.warnings.insert(route.warnings.end(), all.warnings.begin(), all.warnings.end());
    }
}

ProxyRoute ApacheProxy::routeAll() const
{
    ProxyRoute route;
    gatherAll(nullptr, route);
    keepDistinct(route.targets);
    keepDistinct(route.warnings);
    return route;
}

std::vector<ProxyListener> ApacheProxy::listeners() const
{
    const Servers& servers = m_configuration.servers;
    std::vector<ProxyListener> all;
    for (const Listen& listen : servers.listens) {
        ProxyListener listener { listen.address, listen.port, {}, false };
        for (const Server& server : servers.servers)
            for (const VirtualAddress& address : server.addresses)
                listener.isTls = listener.isTls || (server.isTls && (address.port == listen.port || address.port == 0));
        // "Listen 80" beside "Listen [::]:80" is one node
        const bool isKnown = std::any_of(all.begin(), all.end(), [&](const ProxyListener& each) { return each.port == listener.port; });
        if (!isKnown)
            all.push_back(listener);
    }
    return all;
}

}
