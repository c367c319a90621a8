// What of a cluster an address and port, or a request's name, comes to.
#include "core/discovery/kubernetes/clustermap.h"
#include "core/discovery/kubernetes/routing.h"
#include "core/parse/cluster/lookup.h"

#include <algorithm>

namespace hopscope::discovery::kubernetes {

namespace {
namespace c = model::cluster;
namespace look = parse::cluster;
}

bool ClusterMap::hasNodeAddress(const std::string& address) const
{
    for (const c::ClusterNode& node : m_cluster.nodes)
        if (std::find(node.addresses.begin(), node.addresses.end(), address) != node.addresses.end())
            return true;
    return std::any_of(m_cluster.pods.begin(), m_cluster.pods.end(),
        [&](const c::Pod& pod) { return pod.hostIp == address && !address.empty(); });
}

std::optional<Entrance> ClusterMap::entranceAt(const std::string& address, base::Port port, bool isNode) const
{
    const bool isOfNode = isNode || hasNodeAddress(address);
    Entrance found;
    found.number = port;
    for (const c::Service& service : m_cluster.services)
        for (const c::ServicePort& each : service.ports) {
            const bool isIts = service.clusterIp == address
                || std::find(service.addresses.begin(), service.addresses.end(), address) != service.addresses.end();
            const bool isByName = !isIts && address.find('.') != std::string::npos
                && look::serviceOfHost(m_cluster, address, {}) == &service;
            if (((isIts || isByName) && each.port == port) || (isOfNode && each.nodePort == port && port != 0)) {
                found.kind = Entrance::Kind::Service;
                found.service = &service;
                found.port = &each;
            }
        }
    const auto isController = [](const c::Pod& pod) {
        return std::any_of(pod.containers.begin(), pod.containers.end(), [](const c::Container& each) {
            return each.image.find("ingress-nginx") != std::string::npos || each.image.find("traefik") != std::string::npos
                || each.image.find("nginx-ingress") != std::string::npos
                || each.image.find("haproxy-ingress") != std::string::npos
                || each.image.find("kubernetes-ingress") != std::string::npos;
        });
    };
    // An ingress controller behind that service, or on the node's own ports: its rules tell the rest.
    const auto classWithSoftwareOf = [&](const c::Pod& pod) -> std::optional<std::string> {
        if (!isController(pod))
            return std::nullopt;
        for (const c::Route& route : m_cluster.routes) {
            if (route.kind != "Ingress" && route.kind != "IngressRoute")
                continue;
            const std::string name = classOf(m_cluster, route);
            const std::string software = controllerSoftware(m_cluster, name);
            for (const c::Container& each : pod.containers)
                if (each.image.find(software) != std::string::npos)
                    return name;
        }
        return std::nullopt;
    };
    const auto asController = [&](const c::Pod& pod) -> bool {
        const auto name = classWithSoftwareOf(pod);
        if (!name)
            return false;
        found.kind = Entrance::Kind::Controller;
        found.ingressClass = *name;
        return true;
    };
    if (found.service) {
        for (const c::Gateway& gateway : m_cluster.gateways) {
            const bool isIts = gateway.isIstio ? !gateway.selector.empty() && look::selects(gateway.selector, found.service->selector)
                                               : std::find(gateway.addresses.begin(), gateway.addresses.end(), address)
                    != gateway.addresses.end();
            if (isIts) {
                found.kind = Entrance::Kind::Gateway;
                found.gateway = &gateway;
                return found;
            }
        }
        for (const c::Pod* pod : look::podsOf(m_cluster, *found.service))
            if (asController(*pod))
                return found;
        return found;
    }
    for (const c::Route& route : m_cluster.routes)
        if (std::find(route.addresses.begin(), route.addresses.end(), address) != route.addresses.end()
            && (port == 80 || port == 443)) {
            found.kind = Entrance::Kind::Controller;
            found.ingressClass = classOf(m_cluster, route);
            return found;
        }
    for (const c::Pod& pod : m_cluster.pods) {
        const bool isHere = pod.ip == address && !pod.usesHostNetwork;
        const bool isOnNode = (pod.usesHostNetwork || isOfNode) && isNode && pod.usesHostNetwork;
        if (!isHere && !isOnNode)
            continue;
        const bool hasPort = std::any_of(pod.containers.begin(), pod.containers.end(), [&](const c::Container& each) {
            return std::any_of(each.ports.begin(), each.ports.end(), [&](const c::NamedPort& known) { return known.number == port; });
        });
        if (isOnNode && hasPort && asController(pod))
            return found;
        if (isHere) {
            found.kind = Entrance::Kind::Pod;
            found.pod = &pod;
            return found;
        }
    }
    return std::nullopt;
}

std::optional<Entrance> ClusterMap::entranceFor(const Request& request) const
{
    std::optional<Entrance> best;
    int bestName = 0;
    const auto tryIt = [&](const Entrance& entrance) {
        const ChosenRule chosen = chooseRule(routesOf(entrance), request);
        if (chosen.rule && chosen.name > bestName) {
            bestName = chosen.name;
            best = entrance;
        }
    };
    std::set<std::string> classes;
    for (const c::Route& route : m_cluster.routes)
        if ((route.kind == "Ingress" || route.kind == "IngressRoute") && classes.insert(classOf(m_cluster, route)).second)
            tryIt({ Entrance::Kind::Controller, classOf(m_cluster, route) });
    for (const c::Gateway& gateway : m_cluster.gateways) {
        Entrance entrance;
        entrance.kind = Entrance::Kind::Gateway;
        entrance.gateway = &gateway;
        tryIt(entrance);
    }
    // A rule for the name whose path does not fit: it still comes in there.
    if (!best)
        for (const c::Route& route : m_cluster.routes) {
            if (route.kind != "Ingress" && route.kind != "IngressRoute")
                continue;
            for (const c::RouteRule& rule : route.rules)
                if (!rule.hosts.empty() && nameFit(rule.hosts, request.host) > bestName) {
                    bestName = nameFit(rule.hosts, request.host);
                    best = Entrance { Entrance::Kind::Controller, classOf(m_cluster, route) };
                }
        }
    if (best)
        best->number = request.port;
    return best;
}

}
