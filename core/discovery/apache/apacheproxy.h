#pragma once

#include "core/discovery/apache/configuration.h"
#include "core/discovery/proxy.h"

namespace hopscope::discovery::apache {

class ApacheProxy : public Proxy {
public:
    explicit ApacheProxy(const model::SoftwareConfig& config);

    ProxyRoute choose(const Request& request) const override;
    ProxyRoute route(const Request& request, const model::HostFacts* host) const override;
    ProxyRoute routeAll() const override;
    std::vector<ProxyListener> listeners() const override;
    std::vector<model::ConfigWarning> warnings() const override { return m_configuration.source.warnings; }

private:
    void gatherAll(const ProxyListener* preferred, ProxyRoute& route) const;

    Configuration m_configuration;
};

}
