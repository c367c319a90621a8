#include "core/discovery/kubernetes/clustermap.h"

#include "core/base/text.h"
#include "core/discovery/image.h"
#include "core/discovery/kubernetes/names.h"
#include "core/parse/cluster/lookup.h"
#include "core/parse/lines.h"

#include <algorithm>

namespace hopscope::discovery::kubernetes {

namespace {
namespace c = model::cluster;
namespace look = parse::cluster;
using model::Hop;
using model::Node;
using model::NodeKind;
using model::Protocol;

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
    const std::string text = base::lowered(word);
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

}

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
    return { base::lowered(kind) + "/" + named(meta), 0 };
}

base::NodeId ClusterMap::podNode(const c::Pod& pod, const c::Workload* workload, base::Port port)
{
    Node node;
    const std::string kind = workload ? base::lowered(workload->kind) : "pod";
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
        inner.declared.endpoint = { pod.ip.empty() ? "127.0.0.1" : pod.ip, target, {} };
        inner.declared.requestHost = call.requestHost;
        inner.declared.requestPath = call.requestPath;
        addHop(std::move(hop));
        addHop(std::move(inner));
    } else {
        addHop(std::move(hop));
    }
    addDependencies(app, pod, call.isOnPath, call.depth);
}

/// The labels of the subset that a VirtualService's destination names; null where no rule defines it (then nobody can tell).
const c::Labels* ClusterMap::subsetOf(const Call& call, const c::Service& service) const
{
    for (const c::DestinationRule& rule : m_cluster.destinationRules)
        for (const c::Subset& each : rule.subsets)
            if (!call.subset.empty() && each.name == call.subset && !each.labels.empty()
                && look::serviceOfHost(m_cluster, rule.host, rule.meta.space) == &service)
                return &each.labels;
    return nullptr;
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
    const c::Labels* subset = subsetOf(call, service);
    for (const c::Pod* pod : look::podsOf(m_cluster, service)) {
        if (subset && !look::selects(*subset, pod->meta.labels))
            continue;
        callPod(call, service, port, *pod, nullptr);
        ++found;
    }
    if (m_cluster.isManifest || !m_cluster.hasRead("pods"))
        for (const c::Workload* workload : look::workloadsOf(m_cluster, service)) {
            if (subset && !look::selects(*subset, workload->pod.meta.labels))
                continue;
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
        : !m_cluster.hasRead("pods")              ? "the cluster's pods could not be read"
        : service.selector.empty()                ? "the service has no selector and no addresses"
        : subset                                  ? "no pod carries the labels " + look::textOf(*subset) + " of subset " + call.subset
                                                  : "no pod carries the labels " + look::textOf(service.selector);
    callMissing(call, service.meta.space, service.meta.name, port ? std::to_string(port->port) : call.word, note);
}

}
