#pragma once

#include "core/discovery/proxy.h"
#include "core/discovery/routing/rule.h"

namespace hopscope::discovery::routing {

/// A proxy whose configuration is servers with rules: Caddy, Traefik, Envoy. What is theirs alone ends in these values.
struct Configuration {
    std::string software; ///< as in SoftwareConfig
    std::vector<Server> servers;
    std::vector<model::ConfigWarning> warnings;
};

class RoutedProxy : public Proxy {
public:
    explicit RoutedProxy(Configuration configuration)
        : m_configuration(std::move(configuration))
    {
    }

    ProxyRoute choose(const Request& request) const override;
    ProxyRoute route(const Request& request, const model::HostFacts* host) const override;
    ProxyRoute routeAll() const override;
    std::vector<ProxyListener> listeners() const override;
    std::vector<model::ConfigWarning> warnings() const override { return m_configuration.warnings; }

private:
    struct Choice {
        const Server* server = nullptr;
        ProxyListener listener;
        NameMatch match = NameMatch::NoListener;
    };
    Choice chosen(const Request& request) const;

    Configuration m_configuration;
};

}
