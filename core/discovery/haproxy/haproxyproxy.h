#pragma once

#include "core/discovery/haproxy/configuration.h"
#include "core/discovery/proxy.h"

namespace hopscope::discovery::haproxy {

class HaproxyProxy : public Proxy {
public:
    explicit HaproxyProxy(const model::SoftwareConfig& config);

    ProxyRoute choose(const Request& request) const override;
    ProxyRoute route(const Request& request, const model::HostFacts* host) const override;
    ProxyRoute routeAll() const override;
    std::vector<ProxyListener> listeners() const override;
    std::vector<model::ConfigWarning> warnings() const override { return m_configuration.source.warnings; }

private:
    struct Entrance {
        const Frontend* frontend = nullptr;
        const Bind* bind = nullptr;
    };
    Entrance entrance(const Request& request) const;
    void gatherAll(const ProxyListener* preferred, ProxyRoute& route, std::vector<ProxyTarget>& targets) const;

    Configuration m_configuration;
};

}
