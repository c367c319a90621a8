// From an entrance by its rules to services; and all of a cluster's rules at once.
#include "core/base/text.h"
#include "core/discovery/kubernetes/clustermap.h"
#include "core/discovery/kubernetes/names.h"
#include "core/discovery/kubernetes/routing.h"
#include "core/discovery/software.h"
#include "core/parse/cluster/lookup.h"
#include "core/parse/lines.h"

#include <algorithm>

namespace hopscope::discovery::kubernetes {

namespace {
namespace c = model::cluster;
namespace look = parse::cluster;
using model::Node;
using model::NodeKind;
using model::Protocol;

constexpr std::size_t mostLiveHops = 400;

Protocol protocolOfIngress(const c::Route& route)
{
    for (const char* name : { "nginx.ingress.kubernetes.io/backend-protocol", "ingress.kubernetes.io/backend-protocol",
             "traefik.ingress.kubernetes.io/service.serversscheme", "alb.ingress.kubernetes.io/backend-protocol",
             "haproxy.org/server-proto" })
        if (const auto found = route.meta.annotations.find(name); found != route.meta.annotations.end()) {
            const std::string word = base::lowered(found->second);
            if (word == "https")
                return Protocol::Https;
            if (word == "grpcs")
                return Protocol::Grpcs;
            if (word == "grpc")
                return Protocol::Grpc;
            if (word == "h2c" || word == "h2")
                return Protocol::Http2;
            if (word == "fcgi")
                return Protocol::FastCgi;
        }
    return route.kind == "GRPCRoute" ? Protocol::Grpc
        : route.kind == "TCPRoute" || route.kind == "TLSRoute" ? Protocol::Tcp
                                                               : Protocol::Http;
}
}

base::NodeId ClusterMap::entranceNode(const Entrance& entrance)
{
    Node node;
    node.kind = NodeKind::Proxy;
    node.sources = { m_cluster.isManifest ? "manifest" : "cluster" };
    switch (entrance.kind) {
    case Entrance::Kind::Controller:
        node.software = controllerSoftware(m_cluster, entrance.ingressClass);
        node.kind = isCloudClass(node.software) ? NodeKind::LoadBalancer : NodeKind::Proxy;
        node.object = "ingressclass/" + entrance.ingressClass;
        node.id = base::NodeId(entrance.ingressClass.empty() ? "ingress" : "ingress/" + entrance.ingressClass);
        node.label = (node.software == "unknown" ? std::string("the") : displayName(node.software)) + " ingress"
            + (entrance.ingressClass.empty() || entrance.ingressClass == node.software ? "" : " (class " + entrance.ingressClass + ")");
        break;
    case Entrance::Kind::Gateway:
        node.software = entrance.gateway->isIstio ? "envoy" : controllerSoftware(m_cluster, entrance.gateway->gatewayClass);
        node.object = "gateway/" + named(entrance.gateway->meta);
        node.id = base::NodeId(node.object);
        node.label = "gateway " + entrance.gateway->meta.name;
        break;
    case Entrance::Kind::Service:
        node.kind = NodeKind::LoadBalancer;
        node.software = "kubernetes";
        node.object = "service/" + named(entrance.service->meta);
        node.id = base::NodeId(node.object + (entrance.port ? ":" + std::to_string(entrance.port->port) : ""));
        node.label = "service " + entrance.service->meta.name + " (" + entrance.service->type
            + (entrance.port && entrance.port->nodePort != 0 ? ", node port " + std::to_string(entrance.port->nodePort) : "")
            + ")";
        if (!entrance.service->addresses.empty() && entrance.port)
            node.address = model::Endpoint { entrance.service->addresses.front(), entrance.port->port, {} }.text();
        break;
    case Entrance::Kind::Pod:
        return podNode(*entrance.pod, nullptr, entrance.number);
    }
    return addNode(std::move(node));
}

std::vector<std::string> ClusterMap::addressesOf(const Entrance& entrance) const
{
    std::vector<std::string> found;
    switch (entrance.kind) {
    case Entrance::Kind::Controller:
        for (const c::Route* route : routesOf(entrance))
            found.insert(found.end(), route->addresses.begin(), route->addresses.end());
        break;
    case Entrance::Kind::Gateway:
        found = entrance.gateway->addresses;
        for (const c::Service& service : m_cluster.services)
            if (!entrance.gateway->selector.empty() && service.selector == entrance.gateway->selector)
                found.insert(found.end(), service.addresses.begin(), service.addresses.end());
        break;
    case Entrance::Kind::Service:
        found = entrance.service->addresses;
        break;
    case Entrance::Kind::Pod:
        found = { entrance.pod->ip };
        break;
    }
    return found;
}

std::vector<const c::Route*> ClusterMap::routesOf(const Entrance& entrance) const
{
    std::vector<const c::Route*> found;
    for (const c::Route& route : m_cluster.routes) {
        const bool isIngress = route.kind == "Ingress" || route.kind == "IngressRoute";
        if (entrance.kind == Entrance::Kind::Controller && isIngress && classOf(m_cluster, route) == entrance.ingressClass)
            found.push_back(&route);
        if (entrance.kind == Entrance::Kind::Gateway)
            for (const c::RouteParent& parent : route.parents)
                if (parent.name == entrance.gateway->meta.name && parent.space == entrance.gateway->meta.space
                    && (route.kind == "VirtualService") == entrance.gateway->isIstio) {
                    found.push_back(&route);
                    break;
                }
    }
    return found;
}

void ClusterMap::addRule(const base::NodeId& from, const c::Route& route, const c::RouteRule& rule, const Request* request)
{
    for (const c::Backend& backend : rule.backends) {
        Call next;
        next.from = from;
        next.space = route.meta.space;
        next.isOnPath = request != nullptr && backend.weight.value_or(1) > 0;
        next.protocol = protocolOfIngress(route);
        next.place = placeOf(route.meta, route.kind, backend.line != 0 ? backend.line : rule.line);
        next.word = backend.port;
        next.timeout = rule.timeout;
        next.weight = backend.weight;
        next.subset = backend.subset;
        next.requestPath = "/";
        const std::vector<std::string>& hosts = rule.hosts.empty() ? route.hosts : rule.hosts;
        next.requestHost = request ? request->hostText : hosts.empty() ? std::string() : hosts.front();
        if (request)
            next.requestPath = request->target();
        if (backend.service.empty())
            continue;
        const c::Service* service = route.kind == "VirtualService"
            ? look::serviceOfHost(m_cluster, backend.service, backend.space)
            : look::serviceNamed(m_cluster, backend.space, backend.service);
        if (!service) {
            const bool isKnownElsewhere = backend.service.find('.') != std::string::npos
                && backend.service.find(".svc") == std::string::npos && route.kind == "VirtualService";
            if (isKnownElsewhere)
                addExternal(next, { backend.service, parse::numberOf<base::Port>(backend.port).value_or(0), {} }, {});
            else
                callMissing(next, backend.space, backend.service, backend.port,
                    m_cluster.isManifest ? "the service is not in these files"
                        : m_cluster.hasRead("services") ? "the cluster has no service of this name"
                                                        : "the cluster's services could not be read");
            continue;
        }
        const c::ServicePort* port = look::portOf(*service, backend.port);
        if (!port && service->externalName.empty()) {
            if (backend.port.empty() && !service->ports.empty())
                port = &service->ports.front();
            else {
                callMissing(next, backend.space, service->meta.name, backend.port,
                    "the service has no port " + backend.port);
                continue;
            }
        }
        call(next, *service, port);
    }
}

base::NodeId ClusterMap::follow(const Entrance& entrance, const Request& request)
{
    const base::NodeId node = entranceNode(entrance);
    if (entrance.kind == Entrance::Kind::Pod)
        return node;
    if (entrance.kind == Entrance::Kind::Service) {
        Call next;
        next.from = node;
        next.space = entrance.service->meta.space;
        next.isOnPath = true;
        next.protocol = request.isTls ? Protocol::Tcp : Protocol::Http;
        next.place = placeOf(entrance.service->meta, "service", entrance.port ? entrance.port->line : 0);
        next.requestHost = request.hostText;
        next.requestPath = request.target();
        call(next, *entrance.service, entrance.port);
        return node;
    }
    const std::vector<const c::Route*> routes = routesOf(entrance);
    const ChosenRule chosen = chooseRule(routes, request);
    if (chosen.rule)
        addRule(node, *chosen.route, *chosen.rule, &request);
    for (Node& each : m_topology.nodes)
        if (each.id == node && !chosen.rule)
            each.note = "no rule of it takes " + request.host + request.path;
        else if (each.id == node && !chosen.rule->answer.empty())
            each.note = chosen.rule->answer;
    for (const c::Route* route : routes)
        for (const c::RouteRule& rule : route->rules)
            if (&rule != chosen.rule && m_topology.hops.size() < mostLiveHops)
                addRule(node, *route, rule, nullptr);
    return node;
}

void ClusterMap::addProxied(const std::string& workload, const ProxyTarget& target, const model::FilePlace& place)
{
    for (const c::Workload& each : m_cluster.workloads) {
        if (base::lowered(each.kind) + "/" + named(each.meta) != workload)
            continue;
        const model::Endpoint& endpoint = target.declared.endpoint;
        Call next;
        next.from = podNode(each.pod, &each, target.from.port);
        next.space = each.meta.space;
        next.protocol = target.protocol;
        next.place = place;
        next.word = std::to_string(endpoint.port);
        next.timeout = target.declared.timeouts.read;
        next.requestHost = target.declared.requestHost;
        next.requestPath = target.declared.requestPath;
        const c::Service* service = endpoint.isUnix() ? nullptr : look::serviceOfHost(m_cluster, endpoint.host, each.meta.space);
        const c::ServicePort* port = service ? look::portOf(*service, next.word) : nullptr;
        if (!service)
            addExternal(next, endpoint, "named by the proxy's configuration");
        else if (!port && service->externalName.empty())
            callMissing(next, service->meta.space, service->meta.name, next.word, "the service has no port " + next.word);
        else
            call(next, *service, port);
        return;
    }
}

void ClusterMap::addAll()
{
    std::vector<Entrance> entrances;
    std::set<std::string> classes;
    for (const c::Route& route : m_cluster.routes)
        if ((route.kind == "Ingress" || route.kind == "IngressRoute") && classes.insert(classOf(m_cluster, route)).second)
            entrances.push_back({ Entrance::Kind::Controller, classOf(m_cluster, route) });
    std::set<std::string> gateways;
    for (const c::Gateway& gateway : m_cluster.gateways) {
        Entrance entrance;
        entrance.kind = Entrance::Kind::Gateway;
        entrance.gateway = &gateway;
        entrances.push_back(entrance);
        gateways.insert(named(gateway.meta));
    }
    for (const Entrance& entrance : entrances) {
        const base::NodeId node = entranceNode(entrance);
        for (const c::Route* route : routesOf(entrance))
            for (const c::RouteRule& rule : route->rules)
                addRule(node, *route, rule, nullptr);
    }
    // Routes whose gateway is not in these files still tell where they lead.
    for (const c::Route& route : m_cluster.routes)
        for (const c::RouteParent& parent : route.parents) {
            if (parent.kind != "Gateway" || gateways.contains(parent.space + "/" + parent.name))
                continue;
            Node node;
            node.object = "gateway/" + parent.space + "/" + parent.name;
            node.id = base::NodeId(node.object);
            node.kind = NodeKind::Proxy;
            node.software = route.kind == "VirtualService" ? "envoy" : "unknown";
            node.label = "gateway " + parent.name;
            node.note = m_cluster.isManifest ? "the gateway is not in these files" : "the cluster has no gateway of this name";
            node.sources = { m_cluster.isManifest ? "manifest" : "cluster" };
            const base::NodeId from = addNode(std::move(node));
            for (const c::RouteRule& rule : route.rules)
                addRule(from, route, rule, nullptr);
        }
    // What is reached from outside by itself.
    const auto addService = [&](const c::Service& service) {
        for (const c::ServicePort& port : service.ports) {
            Entrance entrance;
            entrance.kind = Entrance::Kind::Service;
            entrance.service = &service;
            entrance.port = &port;
            Call next;
            next.from = entranceNode(entrance);
            next.space = service.meta.space;
            next.place = placeOf(service.meta, "service", port.line);
            call(next, service, &port);
        }
    };
    for (const c::Service& service : m_cluster.services)
        if (service.type == "LoadBalancer" || service.type == "NodePort")
            addService(service);
    // Workloads call others too, also those that nobody calls.
    for (const c::Workload& workload : m_cluster.workloads)
        if (workload.meta.ownerKind.empty() && !m_entered.contains(base::lowered(workload.kind) + "/" + named(workload.meta))) {
            if (!callsAnything(workload))
                continue;
            base::Port port = 0;
            if (const c::Container* app = look::appContainer(workload.pod, 0); app && !app->ports.empty())
                port = app->ports.front().number;
            for (const c::Service& service : m_cluster.services) { // a container need not say its ports
                const std::vector<const c::Workload*> selected = port == 0 && !service.ports.empty() ? look::workloadsOf(m_cluster, service) : std::vector<const c::Workload*>();
                if (std::find(selected.begin(), selected.end(), &workload) != selected.end())
                    port = look::targetPort(service.ports.front(), workload.pod);
            }
            addDependencies(podNode(workload.pod, &workload, port), workload.pod, false, 0);
        }
    // A service that nobody calls is where somebody comes in, unless the cluster has an entrance: then it only stands there.
    const bool hasEntrance = !m_cluster.routes.empty() || std::any_of(m_cluster.services.begin(), m_cluster.services.end(), [](const c::Service& each) {
        return each.type == "LoadBalancer" || each.type == "NodePort";
    });
    for (const c::Service& service : m_cluster.services) {
        if (m_called.contains(named(service.meta)))
            continue;
        const std::vector<const c::Workload*> workloads = look::workloadsOf(m_cluster, service);
        if (!hasEntrance || !m_cluster.isManifest || workloads.empty()) {
            addService(service);
            continue;
        }
        for (const c::Workload* workload : workloads)
            for (const c::ServicePort& port : service.ports)
                podNode(workload->pod, workload, look::targetPort(port, workload->pod));
    }
}

}
