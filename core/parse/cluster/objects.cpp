#include "core/parse/cluster/objects.h"

#include "core/parse/cluster/reading.h"

namespace hopscope::parse {

namespace {
using model::cluster::Cluster;

bool isWorkload(const std::string& kind)
{
    return kind == "Deployment" || kind == "ReplicaSet" || kind == "StatefulSet" || kind == "DaemonSet" || kind == "Job"
        || kind == "CronJob" || kind == "ReplicationController" || kind == "Rollout" || kind == "DeploymentConfig";
}

void addNode(Cluster& into, const ConfigTree& object, const ObjectPlace& place)
{
    model::cluster::ClusterNode node;
    node.meta = cluster::metaOf(object, place);
    for (const ConfigTree& address : object.in({ "status", "addresses" }).items)
        node.addresses.push_back(address.text("address"));
    node.conditions = cluster::conditionsIn(object.in({ "status", "conditions" }));
    node.isCordoned = object.at("spec").flag("unschedulable", false);
    into.nodes.push_back(std::move(node));
}

void addIngressClass(Cluster& into, const ConfigTree& object, const ObjectPlace& place)
{
    model::cluster::IngressClass known;
    known.meta = cluster::metaOf(object, place);
    known.controller = object.at("spec").text("controller");
    const auto mark = known.meta.annotations.find("ingressclass.kubernetes.io/is-default-class");
    known.isDefault = mark != known.meta.annotations.end() && mark->second == "true";
    into.ingressClasses.push_back(std::move(known));
}
}

bool addObject(Cluster& into, const ConfigTree& object, const std::string& group, const std::string& kind,
    const ObjectPlace& place)
{
    // Some kinds have namesakes of other makers: the group decides.
    const bool isGatewayApi = group == "gateway.networking.k8s.io" || group == "policy.linkerd.io";
    const bool isIstio = group.ends_with(".istio.io");
    if (kind == "Pod")
        into.pods.push_back(cluster::podOf(object, place));
    else if (isWorkload(kind))
        cluster::addWorkload(into, kind, object, place);
    else if (kind == "Service" && group.empty())
        cluster::addService(into, object, place);
    else if (kind == "EndpointSlice" || kind == "Endpoints")
        cluster::addSlice(into, kind, object, place);
    else if (kind == "Ingress" && (group == "networking.k8s.io" || group == "extensions"))
        cluster::addIngress(into, object, place);
    else if (kind == "IngressClass")
        addIngressClass(into, object, place);
    else if (kind == "NetworkPolicy" && group == "networking.k8s.io")
        cluster::addPolicy(into, object, place);
    else if (kind == "Event")
        cluster::addEvent(into, object, place);
    else if (kind == "Node" && group.empty())
        addNode(into, object, place);
    else if (kind == "Namespace" && group.empty())
        into.spaces.push_back(cluster::metaOf(object, place));
    else if (kind == "Gateway" && (isGatewayApi || isIstio))
        cluster::addGateway(into, isIstio, object, place);
    else if (isGatewayApi
        && (kind == "HTTPRoute" || kind == "GRPCRoute" || kind == "TCPRoute" || kind == "TLSRoute" || kind == "UDPRoute"))
        cluster::addGatewayRoute(into, kind, object, place);
    else if (kind == "VirtualService" && isIstio)
        cluster::addVirtualService(into, object, place);
    else if ((kind == "IngressRoute" || kind == "IngressRouteTCP") && group.starts_with("traefik."))
        cluster::addTraefikRoute(into, object, place);
    else if (cluster::addControllerRoute(into, group, kind, object, place))
        return true;
    else
        return cluster::addMeshObject(into, group, kind, object, place);
    return true;
}

bool addObject(Cluster& into, const ConfigTree& object, const ObjectPlace& place)
{
    const std::string version = object.text("apiVersion");
    const std::size_t slash = version.find('/');
    const std::string group = slash == std::string::npos ? std::string() : version.substr(0, slash);
    const std::string kind = object.text("kind");
    if (!kind.ends_with("List") || !object.has("items"))
        return addObject(into, object, group, kind, place);
    bool any = false;
    for (const ConfigTree& item : object.at("items").items)
        any = (item.has("kind") ? addObject(into, item, place)
                                : addObject(into, item, group, kind.substr(0, kind.size() - 4), place))
            || any;
    return any || object.at("items").items.empty();
}

}
