#include "core/discovery/kubernetes/clustermap.h"

#include "core/discovery/image.h"
#include "core/discovery/kubernetes/routing.h"
#include "core/parse/cluster/lookup.h"
#include "core/parse/lines.h"

#include <algorithm>
#include <cctype>

namespace hopscope::discovery::kubernetes {

namespace {
namespace c = model::cluster;
namespace look = parse::cluster;
using model::Hop;
using model::Node;
using model::NodeKind;
using model::Protocol;

constexpr std::size_t mostHops = 5000;
constexpr int deepest = 8;

std::string lower(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(),
        [](unsigned char each) { return static_cast<char>(std::tolower(each)); });
    return text;
}

std::string named(const c::Meta& meta) { return meta.space.empty() ? meta.name : meta.space + "/" + meta.name; }

Software softwareOfPod(const c::Pod& pod, base::Port port)
{
    const c::Container* container = look::appContainer(pod, port);
    if (!container)
        return {};
    if (const Software byImage = softwareOfImage(container->image); byImage.id != "unknown") {
        // An interpreter's image says less than what is started in it.
        model::Process process;
        process.commandLine = container->command;
        const Software byCommand = container->command.empty() ? Software() : softwareOf(process);
        return byCommand.id == "unknown" ? byImage : byCommand;
    }
    model::Process process;
    process.commandLine = container->command;
    return container->command.empty() ? Software() : softwareOf(process);
}

std::optional<Protocol> protocolOfWord(const std::string& word)
{
    const std::string text = lower(word);
    const auto is = [&](std::string_view name) { return text == name || text.starts_with(std::string(name) + "-"); };
    if (is("https"))
        return Protocol::Https;
    if (is("http") || is("http2") || is("web"))
        return is("http2") ? Protocol::Http2 : Protocol::Http;
    if (is("grpc"))
        return Protocol::Grpc;
    if (is("postgres") || is("postgresql"))
        return Protocol::Postgresql;
    if (is("mysql"))
        return Protocol::Mysql;
    if (is("redis"))
        return Protocol::Redis;
    if (is("mongo") || is("mongodb"))
        return Protocol::Mongodb;
    if (is("amqp"))
        return Protocol::Amqp;
    return std::nullopt;
}

Protocol protocolFor(const c::ServicePort& port, Protocol otherwise)
{
    if (const auto byApp = protocolOfWord(port.appProtocol))
        return *byApp;
    if (const auto byName = protocolOfWord(port.name))
        return *byName;
    const Protocol byNumber = protocolOf(softwareByPort(port.port));
    return byNumber == Protocol::Tcp ? otherwise : byNumber;
}

Protocol protocolOfIngress(const c::Route& route)
{
    for (const char* name : { "nginx.ingress.kubernetes.io/backend-protocol", "ingress.kubernetes.io/backend-protocol",
             "traefik.ingress.kubernetes.io/service.serversscheme", "alb.ingress.kubernetes.io/backend-protocol",
             "haproxy.org/server-proto" })
        if (const auto found = route.meta.annotations.find(name); found != route.meta.annotations.end()) {
            const std::string word = lower(found->second);
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

/// "postgres://db:5432", "redis:6379", "api.shop.svc.cluster.local"
struct Named {
    std::string scheme;
    std::string host;
    base::Port port = 0;
};

std::vector<Named> namesIn(const std::string& value)
{
    std::vector<Named> found;
    std::string_view rest(value);
    std::string scheme;
    if (const std::size_t end = rest.find("://"); end != std::string_view::npos) {
        scheme = lower(std::string(rest.substr(0, end)));
        rest.remove_prefix(end + 3);
    }
    while (!rest.empty() && found.size() < 8) {
        const std::size_t comma = rest.find(',');
        std::string_view each = rest.substr(0, comma);
        rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
        const std::size_t colon = each.rfind(':');
        Named name { scheme, lower(std::string(each.substr(0, colon))), 0 };
        if (colon != std::string_view::npos)
            name.port = parse::numberOf<base::Port>(each.substr(colon + 1)).value_or(0);
        if (!name.host.empty())
            found.push_back(std::move(name));
    }
    return found;
}

base::Port portOfScheme(const std::string& scheme)
{
    if (scheme.starts_with("postgres"))
        return 5432;
    if (scheme.starts_with("mysql") || scheme.starts_with("mariadb"))
        return 3306;
    if (scheme.starts_with("redis"))
        return 6379;
    if (scheme.starts_with("mongodb"))
        return 27017;
    if (scheme.starts_with("amqp"))
        return 5672;
    return scheme == "https" ? 443 : scheme == "http" ? 80 : 0;
}

/// The port of a service that a variable beside the name tells: DB_HOST and DB_PORT.
base::Port portBeside(const c::Container& container, const std::string& variable)
{
    const std::size_t cut = variable.rfind('_');
    if (cut == std::string::npos)
        return 0;
    for (const auto& [name, value] : container.environment)
        if (name == variable.substr(0, cut) + "_PORT")
            return parse::numberOf<base::Port>(value).value_or(0);
    return 0;
}
}

/// One caller's way to a service.
struct ClusterMap::Call {
    base::NodeId from;
    std::string space; ///< the caller's
    bool isOnPath = false;
    Protocol protocol = Protocol::Tcp;
    model::FilePlace place;
    std::string word;  ///< the port as the caller names it
    std::optional<base::Milliseconds> timeout;
    std::string requestHost;
    std::string requestPath;
    std::optional<int> weight;
    std::string subset;
    int depth = 0;
};

ClusterMap::ClusterMap(const c::Cluster& cluster)
    : m_cluster(cluster)
{
}

base::NodeId ClusterMap::addNode(Node node)
{
    base::NodeId id = node.id;
    if (m_nodes.insert(id.value()).second)
        m_topology.nodes.push_back(std::move(node));
    return id;
}

void ClusterMap::addHop(Hop hop)
{
    if (m_topology.hops.size() >= mostHops || hop.from == hop.to)
        return;
    hop.id = base::HopId(hop.from.value() + ">" + hop.to.value());
    if (m_hops.insert(hop.id.value()).second) {
        m_topology.hops.push_back(std::move(hop));
        return;
    }
    if (!hop.isOnPath)
        return;
    for (Hop& known : m_topology.hops)
        if (known.id == hop.id && !known.isOnPath)
            known = hop;
}

/// Of a manifest its file and line; of a live object its name, which kubectl takes.
model::FilePlace ClusterMap::placeOf(const c::Meta& meta, const std::string& kind, int line) const
{
    if (!meta.file.empty())
        return { meta.file, line != 0 ? line : meta.line };
    return { lower(kind) + "/" + named(meta), 0 };
}

base::NodeId ClusterMap::podNode(const c::Pod& pod, const c::Workload* workload, base::Port port)
{
    Node node;
    const std::string kind = workload ? lower(workload->kind) : "pod";
    const c::Meta& meta = workload ? workload->meta : pod.meta;
    node.object = kind + "/" + named(meta);
    node.id = base::NodeId(node.object + (port != 0 ? ":" + std::to_string(port) : ""));
    const Software software = softwareOfPod(pod, port);
    node.software = software.id;
    node.kind = software.kind;
    const c::Container* container = look::appContainer(pod, port);
    if (container) {
        const bool isOwn = softwareOfImage(container->image).id == software.id;
        node.version = isOwn ? std::string(versionOfImage(container->image)) : std::string();
        node.container = container->name;
    }
    if (!pod.ip.empty())
        node.address = model::Endpoint { pod.ip, port, {} }.text();
    const std::string who = software.id != "unknown" ? displayName(software.id)
        : container && !container->name.empty()      ? container->name
                                                     : "the app";
    node.label = who + " (" + (workload ? workload->kind : "pod") + " " + meta.name + ")";
    node.sources = { m_cluster.isManifest ? "manifest" : "cluster" };
    if (!workload && !pod.phase.empty() && pod.phase != "Running")
        node.note = "the pod is " + pod.phase;
    return addNode(std::move(node));
}

void ClusterMap::addExternal(const Call& call, const model::Endpoint& endpoint, const std::string& note)
{
    Node node;
    node.id = base::NodeId(endpoint.text());
    node.kind = NodeKind::External;
    node.software = softwareByPort(endpoint.port).id;
    node.address = endpoint.text();
    node.label = endpoint.text();
    node.note = note;
    node.sources = { m_cluster.isManifest ? "manifest" : "cluster" };
    Hop hop;
    hop.from = call.from;
    hop.to = addNode(std::move(node));
    hop.protocol = call.protocol;
    hop.isOnPath = call.isOnPath;
    hop.declared.endpoint = endpoint;
    hop.declared.place = call.place;
    addHop(std::move(hop));
}

void ClusterMap::callMissing(
    const Call& call, const std::string& space, const std::string& name, const std::string& port, const std::string& note)
{
    Node node;
    node.object = "service/" + space + "/" + name;
    node.id = base::NodeId(node.object + (port.empty() ? "" : ":" + port));
    node.software = "unknown";
    node.label = "service " + name;
    node.note = note;
    node.sources = { m_cluster.isManifest ? "manifest" : "cluster" };
    Hop hop;
    hop.from = call.from;
    hop.to = addNode(std::move(node));
    hop.protocol = call.protocol;
    hop.isOnPath = call.isOnPath;
    hop.group = space + "/" + name + (port.empty() ? "" : ":" + port);
    hop.declared.endpoint = { space == call.space || space == "default" ? name : name + "." + space,
        parse::numberOf<base::Port>(port).value_or(0), {} };
    hop.declared.place = call.place;
    hop.declared.timeouts.read = call.timeout;
    addHop(std::move(hop));
}

void ClusterMap::callPod(const Call& call, const c::Service& service, const c::ServicePort* port, const c::Pod& pod,
    const c::Workload* workload)
{
    const base::Port target = port ? look::targetPort(*port, pod) : base::Port(0);
    const base::NodeId app = podNode(pod, workload, target);
    Hop hop;
    hop.from = call.from;
    hop.to = app;
    hop.protocol = port ? protocolFor(*port, call.protocol) : call.protocol;
    hop.isOnPath = call.isOnPath;
    hop.group = named(service.meta) + (port ? ":" + std::to_string(port->port) : "");
    if (!pod.ip.empty())
        hop.declared.endpoint = { pod.ip, target, {} };
    else
        hop.declared.endpoint = { service.meta.space == call.space ? service.meta.name
                                                                   : service.meta.name + "." + service.meta.space,
            port ? port->port : base::Port(0), {} };
    hop.declared.place = call.place;
    hop.declared.timeouts.read = call.timeout;
    hop.declared.requestHost = call.requestHost;
    hop.declared.requestPath = call.requestPath;
    hop.declared.weight = call.weight;
    const c::Container* sidecar = look::sidecarOf(pod);
    if (sidecar && !m_cluster.isManifest) {
        Node proxy;
        proxy.object = "pod/" + named(pod.meta);
        proxy.id = base::NodeId(proxy.object + "/" + sidecar->name);
        proxy.kind = NodeKind::Sidecar;
        proxy.software = look::meshOf(*sidecar) == "istio" ? "envoy" : "linkerd";
        proxy.container = sidecar->name;
        proxy.label = sidecar->name + " of pod " + pod.meta.name;
        proxy.sources = { "cluster" };
        hop.to = addNode(std::move(proxy));
        Hop inner;
        inner.from = hop.to;
        inner.to = app;
        inner.protocol = hop.protocol;
        inner.isOnPath = hop.isOnPath;
        inner.declared.endpoint = { "127.0.0.1", target, {} };
        inner.declared.requestHost = call.requestHost;
        inner.declared.requestPath = call.requestPath;
        addHop(std::move(hop));
        addHop(std::move(inner));
    } else {
        addHop(std::move(hop));
    }
    addDependencies(app, pod, call.isOnPath, call.depth);
}

void ClusterMap::call(const Call& call, const c::Service& service, const c::ServicePort* port)
{
    m_called.insert(named(service.meta));
    if (!service.externalName.empty()) {
        addExternal(call, { service.externalName, port ? port->port : base::Port(0), {} },
            "service " + named(service.meta) + " stands for this name");
        return;
    }
    std::size_t found = 0;
    for (const c::Pod* pod : look::podsOf(m_cluster, service)) {
        callPod(call, service, port, *pod, nullptr);
        ++found;
    }
    if (m_cluster.isManifest || !m_cluster.hasRead("pods"))
        for (const c::Workload* workload : look::workloadsOf(m_cluster, service)) {
            callPod(call, service, port, workload->pod, workload);
            ++found;
        }
    if (found > 0)
        return;
    if (service.selector.empty())
        for (const c::EndpointSlice& slice : m_cluster.slices)
            if (slice.service == service.meta.name && slice.meta.space == service.meta.space)
                for (const c::BackendAddress& backend : slice.backends) {
                    base::Port number = slice.ports.empty() ? base::Port(0) : slice.ports.front().number;
                    for (const c::NamedPort& each : slice.ports)
                        if (port && each.name == port->name)
                            number = each.number;
                    addExternal(call, { backend.address, number, {} }, "an address that service " + named(service.meta)
                            + " has by hand");
                    ++found;
                }
    if (found > 0)
        return;
    const std::string note = m_cluster.isManifest ? service.selector.empty() ? "the service has no selector"
                                                                             : "what carries its labels is not in these files"
        : service.selector.empty()                ? "the service has no selector and no addresses"
                                                  : "no pod carries the labels " + look::textOf(service.selector);
    callMissing(call, service.meta.space, service.meta.name, port ? std::to_string(port->port) : call.word, note);
}

/// What the app's environment names: services of this cluster, and databases elsewhere.
void ClusterMap::addDependencies(const base::NodeId& from, const c::Pod& pod, bool isOnPath, int depth)
{
    // Replicas are alike: one of them stands for all. So do the ports of one workload.
    const std::string key = pod.meta.ownerName.empty() ? from.value().substr(0, from.value().find(':'))
                                                       : pod.meta.space + "/" + pod.meta.ownerName;
    if (depth >= deepest || !m_entered.insert(key + (isOnPath ? "+" : "")).second)
        return;
    for (const c::Container& container : pod.containers) {
        if (container.isInit || !look::meshOf(container).empty())
            continue;
        for (const auto& [variable, value] : container.environment)
            for (const Named& each : namesIn(value)) {
                Call next;
                next.from = from;
                next.space = pod.meta.space;
                next.isOnPath = isOnPath;
                next.place = placeOf(pod.meta, "pod", container.line);
                next.depth = depth + 1;
                next.protocol = each.scheme == "http" ? Protocol::Http : each.scheme == "https" ? Protocol::Https : Protocol::Tcp;
                base::Port number = each.port != 0 ? each.port : portBeside(container, variable);
                const c::Service* service = look::serviceOfHost(m_cluster, each.host, pod.meta.space);
                if (service) {
                    // A word that happens to be a service's name needs a port, or a variable that speaks of a host.
                    const std::string name = lower(variable);
                    const bool isMeant = number != 0 || !each.scheme.empty() || each.host.find('.') != std::string::npos
                        || name.find("host") != std::string::npos || name.find("addr") != std::string::npos
                        || name.find("url") != std::string::npos || name.find("server") != std::string::npos
                        || name.find("endpoint") != std::string::npos;
                    if (!isMeant || (service->ports.empty() && service->externalName.empty()))
                        continue;
                    if (number == 0 && !each.scheme.empty() && look::portOf(*service, std::to_string(portOfScheme(each.scheme))))
                        number = portOfScheme(each.scheme);
                    next.word = number == 0 ? std::string() : std::to_string(number);
                    const c::ServicePort* port = look::portOf(*service, next.word);
                    if (!port && number == 0 && !service->ports.empty())
                        port = &service->ports.front();
                    if (!port && number != 0) {
                        callMissing(next, service->meta.space, service->meta.name, next.word,
                            "the service has no port " + next.word);
                        continue;
                    }
                    call(next, *service, port);
                    continue;
                }
                // Elsewhere: only a database's url says for sure that something is called.
                const base::Port byScheme = portOfScheme(each.scheme);
                if (number == 0)
                    number = byScheme;
                if (each.host.find('.') == std::string::npos || byScheme == 0 || each.scheme.starts_with("http"))
                    continue;
                next.protocol = protocolOf(softwareByPort(byScheme));
                addExternal(next, { each.host, number, {} }, "named by " + variable);
            }
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
            if (&rule != chosen.rule && m_topology.hops.size() < 400)
                addRule(node, *route, rule, nullptr);
    return node;
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
        if (workload.meta.ownerKind.empty() && !m_entered.contains(lower(workload.kind) + "/" + named(workload.meta))) {
            const auto& containers = workload.pod.containers;
            const bool calls = std::any_of(containers.begin(), containers.end(), [&](const c::Container& container) {
                return std::any_of(container.environment.begin(), container.environment.end(), [&](const auto& variable) {
                    for (const Named& each : namesIn(variable.second))
                        if (look::serviceOfHost(m_cluster, each.host, workload.meta.space))
                            return true;
                    return false;
                });
            });
            if (!calls)
                continue;
            base::Port port = 0;
            if (const c::Container* app = look::appContainer(workload.pod, 0); app && !app->ports.empty())
                port = app->ports.front().number;
            addDependencies(podNode(workload.pod, &workload, port), workload.pod, false, 0);
        }
    for (const c::Service& service : m_cluster.services)
        if (!m_called.contains(named(service.meta)))
            addService(service);
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
