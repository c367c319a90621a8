#pragma once

#include "core/discovery/nginx/configuration.h"
#include "core/discovery/proxy.h"

namespace hopscope::discovery::nginx {

class NginxProxy : public Proxy {
public:
    explicit NginxProxy(const model::SoftwareConfig& config);

    ProxyRoute choose(const Request& request) const override;
    ProxyRoute route(const Request& request, const model::HostFacts* host) const override;
    ProxyRoute routeAll() const override;
    std::vector<ProxyListener> listeners() const override;
    std::vector<model::ConfigWarning> warnings() const override { return m_configuration.warnings(); }

private:
    Configuration m_configuration;
};

}
