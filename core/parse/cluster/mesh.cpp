// What Istio and Linkerd add.
#include "core/parse/cluster/reading.h"

#include "core/parse/lines.h"

namespace hopscope::parse::cluster {

namespace {
namespace c = model::cluster;

void addDestinationRule(c::Cluster& cluster, const Tree& object, const ObjectPlace& place)
{
    c::DestinationRule rule;
    rule.meta = metaOf(object, place);
    const Tree& spec = object.at("spec");
    rule.host = spec.text("host");
    const Tree& policy = spec.at("trafficPolicy");
    rule.tlsMode = policy.at("tls").text("mode");
    for (const Tree& item : policy.at("portLevelSettings").items)
        if (item.at("tls").has("mode"))
            rule.portTlsModes[portIn(item.in({ "port", "number" }))] = item.at("tls").text("mode");
    for (const Tree& item : spec.at("subsets").items)
        rule.subsets.push_back(
            { item.text("name"), labelsIn(item.at("labels")), item.in({ "trafficPolicy", "tls" }).text("mode") });
    cluster.destinationRules.push_back(std::move(rule));
}

void addPeerAuthentication(c::Cluster& cluster, const Tree& object, const ObjectPlace& place)
{
    c::PeerAuthentication rule;
    rule.meta = metaOf(object, place);
    const Tree& spec = object.at("spec");
    rule.pods = selectorIn(spec.at("selector"));
    rule.mode = spec.at("mtls").text("mode");
    for (const auto& [port, setting] : spec.at("portLevelMtls").members)
        if (const auto number = numberOf<base::Port>(port))
            rule.portModes[*number] = setting.text("mode");
    cluster.peerAuthentications.push_back(std::move(rule));
}

void addServiceEntry(c::Cluster& cluster, const Tree& object, const ObjectPlace& place)
{
    c::ExternalService entry;
    entry.meta = metaOf(object, place);
    const Tree& spec = object.at("spec");
    entry.hosts = spec.at("hosts").texts();
    for (const Tree& port : spec.at("ports").items)
        entry.ports.push_back({ port.text("name"), portIn(port.at("number")), port.text("protocol") });
    for (const Tree& point : spec.at("endpoints").items)
        entry.endpoints.push_back(point.text("address"));
    cluster.externalServices.push_back(std::move(entry));
}

void append(std::vector<std::string>& into, const Tree& list)
{
    for (std::string& text : list.texts())
        into.push_back(std::move(text));
}

void addAccessPolicy(c::Cluster& cluster, const Tree& object, const ObjectPlace& place)
{
    c::AccessPolicy policy;
    policy.meta = metaOf(object, place);
    const Tree& spec = object.at("spec");
    policy.pods = selectorIn(spec.at("selector"));
    if (spec.has("action"))
        policy.action = spec.text("action");
    for (const Tree& each : spec.at("rules").items) {
        c::AccessRule rule;
        for (const Tree& from : each.at("from").items) {
            append(rule.principals, from.in({ "source", "principals" }));
            append(rule.spaces, from.in({ "source", "namespaces" }));
            for (const char* other : { "requestPrincipals", "ipBlocks", "remoteIpBlocks", "notPrincipals", "notNamespaces",
                     "notIpBlocks", "notRequestPrincipals", "serviceAccounts" })
                rule.hasFurther = rule.hasFurther || from.at("source").has(other);
        }
        for (const Tree& to : each.at("to").items) {
            append(rule.paths, to.in({ "operation", "paths" }));
            append(rule.methods, to.in({ "operation", "methods" }));
            append(rule.ports, to.in({ "operation", "ports" }));
            append(rule.hosts, to.in({ "operation", "hosts" }));
            for (const char* other : { "notPaths", "notMethods", "notPorts", "notHosts" })
                rule.hasFurther = rule.hasFurther || to.at("operation").has(other);
        }
        rule.hasFurther = rule.hasFurther || each.has("when");
        policy.rules.push_back(std::move(rule));
    }
    cluster.accessPolicies.push_back(std::move(policy));
}

void addLinkerdServer(c::Cluster& cluster, const Tree& object, const ObjectPlace& place)
{
    const Tree& spec = object.at("spec");
    cluster.linkerdServers.push_back(
        { metaOf(object, place), selectorIn(spec.at("podSelector")), spec.text("port"), spec.text("accessPolicy") });
}

void addServerAuthorization(c::Cluster& cluster, const Tree& object, const ObjectPlace& place)
{
    c::LinkerdAuthorization rule;
    rule.meta = metaOf(object, place);
    const Tree& server = object.in({ "spec", "server" });
    rule.targetKind = "Server";
    rule.targetName = server.text("name");
    rule.servers = selectorIn(server.at("selector"));
    const Tree& client = object.in({ "spec", "client" });
    rule.admitsAll = client.flag("unauthenticated", false);
    const Tree& mesh = client.at("meshTLS");
    rule.needsMesh = mesh.isMap();
    rule.admitsAll = rule.admitsAll || mesh.flag("unauthenticatedTLS", false);
    rule.identities = mesh.at("identities").texts();
    for (const Tree& account : mesh.at("serviceAccounts").items)
        rule.identities.push_back(account.text("name"));
    cluster.linkerdAuthorizations.push_back(std::move(rule));
}

void addLinkerdPolicy(c::Cluster& cluster, const Tree& object, const ObjectPlace& place)
{
    c::LinkerdAuthorization rule;
    rule.meta = metaOf(object, place);
    const Tree& spec = object.at("spec");
    rule.targetKind = spec.at("targetRef").text("kind");
    rule.targetName = spec.at("targetRef").text("name");
    for (const Tree& item : spec.at("requiredAuthenticationRefs").items) {
        if (item.text("kind") == "ServiceAccount")
            rule.identities.push_back(item.text("name"));
        else
            rule.authentications.push_back(item.text("name"));
    }
    rule.admitsAll = rule.identities.empty() && rule.authentications.empty();
    cluster.linkerdAuthorizations.push_back(std::move(rule));
}

void addLinkerdAuthentication(c::Cluster& cluster, const std::string& kind, const Tree& object, const ObjectPlace& place)
{
    c::LinkerdAuthentication rule;
    rule.kind = kind;
    rule.meta = metaOf(object, place);
    rule.identities = object.at("spec").at("identities").texts();
    for (const Tree& item : object.at("spec").at("identityRefs").items)
        rule.identities.push_back(item.text("name"));
    for (const Tree& item : object.at("spec").at("networks").items)
        rule.identities.push_back(item.text("cidr"));
    cluster.linkerdAuthentications.push_back(std::move(rule));
}
}

bool addMeshObject(c::Cluster& cluster, const std::string& group, const std::string& kind, const Tree& object,
    const ObjectPlace& place)
{
    const bool isIstio = group.ends_with(".istio.io");
    const bool isLinkerd = group.ends_with("linkerd.io");
    if (isIstio && kind == "DestinationRule")
        addDestinationRule(cluster, object, place);
    else if (isIstio && kind == "PeerAuthentication")
        addPeerAuthentication(cluster, object, place);
    else if (isIstio && kind == "ServiceEntry")
        addServiceEntry(cluster, object, place);
    else if (isIstio && kind == "AuthorizationPolicy")
        addAccessPolicy(cluster, object, place);
    else if (isLinkerd && kind == "Server")
        addLinkerdServer(cluster, object, place);
    else if (isLinkerd && kind == "ServerAuthorization")
        addServerAuthorization(cluster, object, place);
    else if (isLinkerd && kind == "AuthorizationPolicy")
        addLinkerdPolicy(cluster, object, place);
    else if (isLinkerd && (kind == "MeshTLSAuthentication" || kind == "NetworkAuthentication"))
        addLinkerdAuthentication(cluster, kind, object, place);
    else if (isLinkerd && kind == "ServiceProfile")
        cluster.serviceProfiles.push_back(
            { metaOf(object, place), static_cast<int>(object.at("spec").at("routes").items.size()) });
    else
        return false;
    return true;
}

}
