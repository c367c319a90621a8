#include "core/discovery/kubernetes/routing.h"

#include "core/discovery/pattern.h"

#include <algorithm>
#include <array>

namespace hopscope::discovery::kubernetes {

namespace {
namespace c = model::cluster;
using Kind = c::RouteMatch::Kind;

/// "/api" takes "/api" and "/api/x", never "/apix"; the end slash does not matter.
bool isBelow(std::string_view path, std::string_view prefix)
{
    while (prefix.ends_with('/'))
        prefix.remove_suffix(1);
    return path.starts_with(prefix) && (path.size() == prefix.size() || path[prefix.size()] == '/');
}

int fitOf(const c::RouteMatch& match, const Request& request)
{
    if (!match.further.empty())
        return -1;
    const int length = static_cast<int>(std::min<std::size_t>(match.path.size(), 100000));
    switch (match.kind) {
    case Kind::Any:
        return 0;
    case Kind::Exact:
        return request.path == match.path ? 1000000 : -1;
    case Kind::Prefix:
        return request.path.starts_with(match.path) ? 1 + length : -1;
    case Kind::PathElements:
        return isBelow(request.path, match.path) ? 1 + length : -1;
    case Kind::Regex: {
        const Pattern pattern("^(?:" + match.path + ")");
        return pattern.isValid() && pattern.match(request.path) ? 1 + length : -1;
    }
    }
    return -1;
}

struct Controller {
    std::string_view word; ///< in the controller's name or the class's
    std::string_view software;
};

constexpr auto controllers = std::to_array<Controller>({
    { "nginx", "nginx" },
    { "traefik", "traefik" },
    { "haproxy", "haproxy" },
    { "contour", "envoy" },
    { "istio", "envoy" },
    { "envoy", "envoy" },
    { "cilium", "envoy" },
    { "ambassador", "envoy" },
    { "gloo", "envoy" },
    { "kong", "kong" },
    { "caddy", "caddy" },
    { "apisix", "apisix" },
    { "alb", "alb" },
    { "elbv2", "alb" },
    { "gce", "gce" },
    { "gke", "gce" },
    { "azure", "azure" },
});

constexpr auto annotations = std::to_array<Controller>({
    { "nginx.ingress.kubernetes.io/", "nginx" },
    { "nginx.org/", "nginx" },
    { "traefik.ingress.kubernetes.io/", "traefik" },
    { "haproxy.org/", "haproxy" },
    { "alb.ingress.kubernetes.io/", "alb" },
});
}

int nameFit(const std::vector<std::string>& names, std::string_view host)
{
    if (names.empty())
        return 0;
    int best = -1;
    for (const std::string& name : names) {
        if (name == "*" || name.empty())
            best = std::max(best, 0);
        else if (name == host)
            best = std::max(best, 100000);
        else if (name.starts_with("*.") && host.size() >= name.size() && host.ends_with(std::string_view(name).substr(1)))
            best = std::max(best, static_cast<int>(std::min<std::size_t>(name.size(), 1000)));
    }
    return best;
}

int pathFit(const c::RouteRule& rule, const Request& request)
{
    int best = rule.matches.empty() ? 0 : -1;
    for (const c::RouteMatch& match : rule.matches)
        best = std::max(best, fitOf(match, request));
    return best;
}

ChosenRule chooseRule(const std::vector<const c::Route*>& routes, const Request& request)
{
    ChosenRule best;
    int bestPath = -1;
    for (const c::Route* route : routes)
        for (const c::RouteRule& rule : route->rules) {
            const int name = rule.isDefault ? 0 : nameFit(rule.hosts.empty() ? route->hosts : rule.hosts, request.host);
            const int path = name < 0 ? -1 : pathFit(rule, request);
            if (path < 0)
                continue;
            // A default backend takes what no rule does.
            const bool isBetter = name > best.name || (name == best.name && path > bestPath)
                || (name == best.name && best.rule && best.rule->isDefault && !rule.isDefault);
            if (isBetter && !(best.rule && rule.isDefault)) {
                best = { route, &rule, name };
                bestPath = path;
            }
            if (route->kind == "VirtualService")
                break; // in their order: the first one that fits
        }
    return best;
}

std::string classOf(const c::Cluster& cluster, const c::Route& route)
{
    if (!route.ingressClass.empty())
        return route.ingressClass;
    for (const c::IngressClass& each : cluster.ingressClasses)
        if (each.isDefault)
            return each.meta.name;
    return cluster.ingressClasses.size() == 1 ? cluster.ingressClasses.front().meta.name : std::string();
}

std::string controllerSoftware(const c::Cluster& cluster, const std::string& ingressClass)
{
    std::string name = ingressClass;
    for (const c::IngressClass& each : cluster.ingressClasses)
        if (each.meta.name == ingressClass && !each.controller.empty())
            name = each.controller;
    for (const Controller& each : controllers)
        if (name.find(each.word) != std::string::npos)
            return std::string(each.software);
    // No class that tells: the annotations speak of one controller.
    for (const c::Route& route : cluster.routes) {
        if (route.kind != "Ingress" || classOf(cluster, route) != ingressClass)
            continue;
        for (const auto& annotation : route.meta.annotations)
            for (const Controller& each : annotations)
                if (annotation.first.starts_with(each.word))
                    return std::string(each.software);
    }
    return "unknown";
}

bool isCloudClass(std::string_view software) { return software == "alb" || software == "gce" || software == "azure"; }

}
