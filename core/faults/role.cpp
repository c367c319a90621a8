#include "core/faults/role.h"


#include <array>

namespace hopscope::faults {

const char* id(Role role)
{
    switch (role) {
    case Role::Client: return "client";
    case Role::Dns: return "dns";
    case Role::Network: return "network";
    case Role::Proxy: return "proxy";
    case Role::UpstreamApp: return "upstream-app";
    case Role::Dependency: return "dependency";
    case Role::HostResources: return "host-resources";
    }
    return "upstream-app";
}

std::optional<Role> roleFromId(std::string_view text)
{
    constexpr std::array all = { Role::Client, Role::Dns, Role::Network, Role::Proxy, Role::UpstreamApp,
        Role::Dependency, Role::HostResources };
    for (const Role role : all) {
        if (text == id(role))
            return role;
    }
    return std::nullopt;
}

}
