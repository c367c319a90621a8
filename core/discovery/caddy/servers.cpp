#include "core/discovery/caddy/servers.h"

namespace hopscope::discovery::caddy {

routing::Server& Servers::at(const ProxyListener& listener)
{
    for (routing::Server& server : m_servers)
        for (ProxyListener& each : server.listeners)
            if (each.address == listener.address && each.port == listener.port && each.path == listener.path) {
                each.isTls = each.isTls || listener.isTls;
                return server;
            }
    routing::Server server;
    server.listeners = { listener };
    server.unmatched = "answers 200 and nothing else: no site of its configuration takes this";
    m_servers.push_back(std::move(server));
    return m_servers.back();
}

void Servers::addRedirect(const std::string& address, base::Port tlsPort, const std::vector<std::string>& names)
{
    for (Redirect& each : m_redirects)
        if (each.address == address && each.port == tlsPort) {
            each.names.insert(each.names.end(), names.begin(), names.end());
            return;
        }
    m_redirects.push_back({ address, tlsPort, names });
}

std::vector<routing::Server> Servers::take()
{
    if (redirectsToHttps)
        for (const Redirect& each : m_redirects) {
            ProxyListener plain;
            plain.address = each.address;
            plain.port = httpPort;
            routing::Rule rule;
            rule.condition = routing::Condition::of(routing::Condition::Kind::Host, each.names);
            rule.condition.isOneLabel = true;
            const std::string port = each.port == 443 ? std::string() : ":" + std::to_string(each.port);
            rule.steps = { routing::Reply { "redirects to https://{http.request.host}" + port + "{http.request.uri}" } };
            rule.isLast = true;
            // Behind what the configuration itself has for that port.
            at(plain).rules.push_back(std::move(rule));
        }
    return std::move(m_servers);
}

}
