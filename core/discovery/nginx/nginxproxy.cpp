#include "core/discovery/nginx/nginxproxy.h"

#include "core/discovery/nginx/route.h"

#include <algorithm>

namespace hopscope::discovery::nginx {

NginxProxy::NginxProxy(const model::SoftwareConfig& config)
    : m_configuration(config)
{
}

ProxyRoute NginxProxy::choose(const Request& request) const
{
    ProxyRoute route;
    const ServerChoice choice = chooseServer(m_configuration.servers(), request);
    route.match = choice.match;
    if (choice.server)
        route.listener = choice.listen->listener(request.port);
    return route;
}

ProxyRoute NginxProxy::route(const Request& request, const model::HostFacts* host) const
{
    return routeRequest(m_configuration, request, host);
}

ProxyRoute NginxProxy::routeAll() const { return nginx::routeAll(m_configuration); }

std::vector<ProxyListener> NginxProxy::listeners() const
{
    std::vector<ProxyListener> all;
    for (const Server& server : m_configuration.servers())
        for (const Listen& listen : server.listens)
            if (const ProxyListener each = listen.listener(listen.port);
                std::find(all.begin(), all.end(), each) == all.end())
                all.push_back(each);
    return all;
}

}
