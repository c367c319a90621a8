// Services, the addresses behind them, network policies and events.
#include "core/parse/cluster/reading.h"

namespace hopscope::parse::cluster {

namespace {
namespace c = model::cluster;

c::PolicyRule policyRuleOf(const Tree& tree, const char* peers)
{
    c::PolicyRule rule;
    for (const Tree& item : tree.at(peers).items) {
        c::PolicyPeer peer;
        if (!item.at("podSelector").isNull())
            peer.pods = selectorIn(item.at("podSelector"));
        if (!item.at("namespaceSelector").isNull())
            peer.spaces = selectorIn(item.at("namespaceSelector"));
        peer.cidr = item.at("ipBlock").text("cidr");
        peer.except = item.at("ipBlock").at("except").texts();
        rule.peers.push_back(std::move(peer));
    }
    for (const Tree& item : tree.at("ports").items) {
        c::PolicyPort port;
        port.port = item.text("port");
        port.last = portIn(item.at("endPort"));
        if (item.has("protocol"))
            port.protocol = item.text("protocol");
        rule.ports.push_back(std::move(port));
    }
    return rule;
}

/// Of the old kind: ready and other addresses in two lists, each subset with its ports.
void addEndpoints(c::Cluster& cluster, const Tree& object, const ObjectPlace& place)
{
    for (const Tree& subset : object.at("subsets").items) {
        c::EndpointSlice slice;
        slice.meta = metaOf(object, place);
        slice.service = slice.meta.name;
        for (const Tree& port : subset.at("ports").items)
            slice.ports.push_back({ port.text("name"), portIn(port.at("port")),
                port.has("protocol") ? port.text("protocol") : "TCP" });
        for (const char* list : { "addresses", "notReadyAddresses" })
            for (const Tree& address : subset.at(list).items)
                slice.backends.push_back({ address.text("ip"), list[0] == 'a', false,
                    address.at("targetRef").text("kind") == "Pod" ? address.at("targetRef").text("name") : std::string(),
                    address.text("nodeName") });
        cluster.slices.push_back(std::move(slice));
    }
}
}

void addService(c::Cluster& cluster, const Tree& object, const ObjectPlace& place)
{
    c::Service service;
    service.meta = metaOf(object, place);
    const Tree& spec = object.at("spec");
    if (spec.has("type"))
        service.type = spec.text("type");
    service.clusterIp = spec.text("clusterIP");
    service.externalName = spec.text("externalName");
    service.selector = labelsIn(spec.at("selector"));
    service.isLocalOnly = spec.text("externalTrafficPolicy") == "Local";
    for (const Tree& item : spec.at("ports").items) {
        c::ServicePort port;
        port.name = item.text("name");
        port.port = portIn(item.at("port"));
        port.target = item.text("targetPort");
        port.nodePort = portIn(item.at("nodePort"));
        if (item.has("protocol"))
            port.protocol = item.text("protocol");
        port.appProtocol = item.text("appProtocol");
        port.line = item.line;
        service.ports.push_back(std::move(port));
    }
    service.addresses = spec.at("externalIPs").texts();
    for (const Tree& point : object.in({ "status", "loadBalancer", "ingress" }).items)
        service.addresses.push_back(point.has("ip") ? point.text("ip") : point.text("hostname"));
    cluster.services.push_back(std::move(service));
}

void addSlice(c::Cluster& cluster, const std::string& kind, const Tree& object, const ObjectPlace& place)
{
    if (kind == "Endpoints")
        return addEndpoints(cluster, object, place);
    c::EndpointSlice slice;
    slice.meta = metaOf(object, place);
    const auto name = slice.meta.labels.find("kubernetes.io/service-name");
    slice.service = name == slice.meta.labels.end() ? slice.meta.ownerName : name->second;
    for (const Tree& port : object.at("ports").items)
        slice.ports.push_back(
            { port.text("name"), portIn(port.at("port")), port.has("protocol") ? port.text("protocol") : "TCP" });
    for (const Tree& endpoint : object.at("endpoints").items) {
        const Tree& conditions = endpoint.at("conditions");
        c::BackendAddress backend;
        const std::vector<std::string> addresses = endpoint.at("addresses").texts();
        backend.address = addresses.empty() ? std::string() : addresses.front();
        backend.isReady = conditions.flag("ready", true); // left out, it means ready
        backend.isTerminating = conditions.flag("terminating", false);
        if (endpoint.at("targetRef").text("kind") == "Pod")
            backend.pod = endpoint.at("targetRef").text("name");
        backend.node = endpoint.text("nodeName");
        slice.backends.push_back(std::move(backend));
    }
    cluster.slices.push_back(std::move(slice));
}

void addPolicy(c::Cluster& cluster, const Tree& object, const ObjectPlace& place)
{
    c::NetworkPolicy policy;
    policy.meta = metaOf(object, place);
    const Tree& spec = object.at("spec");
    policy.pods = selectorIn(spec.at("podSelector"));
    const std::vector<std::string> types = spec.at("policyTypes").texts();
    // Without types it limits what comes in, and what goes out where it has rules for that.
    policy.limitsIngress = types.empty();
    policy.limitsEgress = types.empty() && !spec.at("egress").isNull();
    for (const std::string& type : types) {
        policy.limitsIngress = policy.limitsIngress || type == "Ingress";
        policy.limitsEgress = policy.limitsEgress || type == "Egress";
    }
    for (const Tree& rule : spec.at("ingress").items)
        policy.ingress.push_back(policyRuleOf(rule, "from"));
    for (const Tree& rule : spec.at("egress").items)
        policy.egress.push_back(policyRuleOf(rule, "to"));
    cluster.policies.push_back(std::move(policy));
}

void addEvent(c::Cluster& cluster, const Tree& object, const ObjectPlace& place)
{
    const Tree& about = object.has("involvedObject") ? object.at("involvedObject") : object.at("regarding");
    c::Event event;
    event.space = about.has("namespace") ? about.text("namespace") : object.at("metadata").text("namespace");
    event.kind = about.text("kind");
    event.name = about.text("name");
    event.type = object.text("type");
    event.reason = object.text("reason");
    event.message = object.has("message") ? object.text("message") : object.text("note");
    const Tree& series = object.at("series");
    event.count = numberIn(object.at("count", "deprecatedCount")).value_or(numberIn(series.at("count")).value_or(1));
    event.firstAt = timeIn(object.at("firstTimestamp", "deprecatedFirstTimestamp"));
    event.lastAt = timeIn(series.has("lastObservedTime") ? series.at("lastObservedTime")
                                                        : object.at("lastTimestamp", "deprecatedLastTimestamp"));
    const auto made = timeIn(object.has("eventTime") ? object.at("eventTime") : object.in({ "metadata", "creationTimestamp" }));
    if (!event.firstAt)
        event.firstAt = made;
    if (!event.lastAt)
        event.lastAt = event.firstAt;
    event.source.line = place.line;
    cluster.events.push_back(std::move(event));
}

}
