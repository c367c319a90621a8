#include "core/discovery/proxy.h"

#include "core/discovery/caddy/caddyconfig.h"
#include "core/discovery/haproxy/haproxyproxy.h"
#include "core/discovery/nginx/nginxproxy.h"

namespace hopscope::discovery {

std::unique_ptr<Proxy> makeProxy(const model::SoftwareConfig& config)
{
    if (config.software == "nginx")
        return std::make_unique<nginx::NginxProxy>(config);
    if (config.software == "haproxy")
        return std::make_unique<haproxy::HaproxyProxy>(config);
    if (config.software == "caddy")
        return std::make_unique<routing::RoutedProxy>(caddy::configurationOf(config));
    return nullptr;
}

}
