#include "core/discovery/traefik/oldconfig.h"

#include "core/discovery/traefik/settings.h"

namespace hopscope::discovery::traefik {

namespace {
using parse::ConfigTree;

const ConfigTree& part(const ConfigTree& tree, std::string_view name)
{
    const ConfigTree& own = get(tree, name);
    return own.isNull() ? get(tree, { "file", name }) : own;
}
}

bool isOldConfig(const ConfigTree& tree) { return !part(tree, "frontends").isNull() || !part(tree, "backends").isNull(); }

ConfigTree fromOldConfig(const ConfigTree& tree)
{
    ConfigTree result = tree;
    ConfigTree services = ConfigTree::emptyMap(0);
    for (const auto& [name, backend] : part(tree, "backends").members) {
        ConfigTree balancer = ConfigTree::emptyMap(backend.line);
        ConfigTree servers = ConfigTree::emptyMap(backend.line);
        servers.kind = ConfigTree::Kind::List;
        for (const auto& member : get(backend, "servers").members)
            servers.items.push_back(member.second);
        balancer.members.emplace_back("servers", std::move(servers));
        if (const ConfigTree& check = get(backend, "healthcheck"); !check.isNull())
            balancer.members.emplace_back("healthCheck", check);
        ConfigTree service = ConfigTree::emptyMap(backend.line);
        service.members.emplace_back("loadBalancer", std::move(balancer));
        services.members.emplace_back(name, std::move(service));
    }
    ConfigTree routers = ConfigTree::emptyMap(0);
    for (const auto& [name, frontend] : part(tree, "frontends").members) {
        ConfigTree router = ConfigTree::emptyMap(frontend.line);
        ConfigTree rule;
        rule.kind = ConfigTree::Kind::Scalar;
        for (const auto& [routeName, route] : get(frontend, "routes").members) {
            rule.scalar += (rule.scalar.empty() ? "" : ";") + get(route, "rule").scalar;
            rule.line = get(route, "rule").line;
        }
        router.members.emplace_back("rule", std::move(rule));
        router.members.emplace_back("service", get(frontend, "backend"));
        for (const char* kept : { "entryPoints", "priority" })
            if (const ConfigTree& value = get(frontend, kept); !value.isNull())
                router.members.emplace_back(kept, value);
        routers.members.emplace_back(name, std::move(router));
    }
    ConfigTree http = ConfigTree::emptyMap(0);
    http.members.emplace_back("routers", std::move(routers));
    http.members.emplace_back("services", std::move(services));
    result.members.emplace_back("http", std::move(http));
    return result;
}

}
