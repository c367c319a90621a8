#include "core/discovery/proxy.h"

#include "core/discovery/nginx/nginxproxy.h"

namespace hopscope::discovery {

std::unique_ptr<Proxy> makeProxy(const model::SoftwareConfig& config)
{
    if (config.software == "nginx")
        return std::make_unique<nginx::NginxProxy>(config);
    return nullptr;
}

}
