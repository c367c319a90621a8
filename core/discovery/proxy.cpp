#include "core/discovery/proxy.h"

#include "core/discovery/apache/apacheproxy.h"
#include "core/discovery/caddy/caddyconfig.h"
#include "core/discovery/envoy/envoyconfig.h"
#include "core/discovery/haproxy/haproxyproxy.h"
#include "core/discovery/nginx/nginxproxy.h"
#include "core/discovery/traefik/traefikconfig.h"

namespace hopscope::discovery {

std::unique_ptr<Proxy> makeProxy(const model::SoftwareConfig& config, const model::HostFacts* host)
{
    if (config.software == "nginx")
        return std::make_unique<nginx::NginxProxy>(config);
    if (config.software == "apache")
        return std::make_unique<apache::ApacheProxy>(config);
    if (config.software == "haproxy")
        return std::make_unique<haproxy::HaproxyProxy>(config);
    if (config.software == "caddy")
        return std::make_unique<routing::RoutedProxy>(caddy::configurationOf(config));
    if (config.software == "traefik")
        return std::make_unique<routing::RoutedProxy>(
            traefik::configurationOf(config, host ? traefik::containersOf(*host) : std::vector<traefik::LabelledContainer>()));
    if (config.software == "envoy")
        return std::make_unique<routing::RoutedProxy>(envoy::configurationOf(config));
    return nullptr;
}

}
