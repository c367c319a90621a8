#pragma once

#include "core/model/cluster.h"

#include <string>
#include <string_view>
#include <vector>

/// What the objects of a cluster say together: who selects whom. Pure; used by discovery and by the faults' predicates.
namespace hopscope::parse::cluster {

bool selects(const model::cluster::Labels& selector, const model::cluster::Labels& labels);
bool selects(const model::cluster::Selector& selector, const model::cluster::Labels& labels);

const model::cluster::Service* serviceNamed(
    const model::cluster::Cluster& cluster, std::string_view space, std::string_view name);
/// "web", "web.shop", "web.shop.svc.cluster.local", also a pod's own name before a headless service's; null for others.
const model::cluster::Service* serviceOfHost(
    const model::cluster::Cluster& cluster, std::string_view host, std::string_view fromSpace);
const model::cluster::Pod* podNamed(const model::cluster::Cluster& cluster, std::string_view space, std::string_view name);

/// By number or name; with no word, the only one there is.
const model::cluster::ServicePort* portOf(const model::cluster::Service& service, std::string_view word);
/// The container's port that this service's port leads to; 0 where the pod has none of that name.
base::Port targetPort(const model::cluster::ServicePort& port, const model::cluster::Pod& pod);
/// A probe's or policy's port, by number or by name.
base::Port portNumber(std::string_view word, const model::cluster::Pod& pod);

/// Pods that the service selects: neither finished nor on their way out, unless there are no others.
std::vector<const model::cluster::Pod*> podsOf(
    const model::cluster::Cluster& cluster, const model::cluster::Service& service);
/// Workloads whose pods the service selects; the topmost of each (a Deployment, not its ReplicaSets).
std::vector<const model::cluster::Workload*> workloadsOf(
    const model::cluster::Cluster& cluster, const model::cluster::Service& service);
/// The Deployment or the like that a pod belongs to; null where none is known.
const model::cluster::Workload* workloadOf(const model::cluster::Cluster& cluster, const model::cluster::Pod& pod);

struct EndpointCount {
    bool isKnown = false; ///< the cluster said which addresses are behind the service
    int all = 0;
    int ready = 0;
};
EndpointCount endpointsOf(const model::cluster::Cluster& cluster, const model::cluster::Service& service);

bool isReady(const model::cluster::Pod& pod);
/// "istio" or "linkerd" for a mesh's proxy beside the app; else empty.
std::string meshOf(const model::cluster::Container& container);
/// The sidecar; null where the pod has none.
const model::cluster::Container* sidecarOf(const model::cluster::Pod& pod);
/// The container that has this port, else the only one that is neither sidecar nor init container, else the first.
const model::cluster::Container* appContainer(const model::cluster::Pod& pod, base::Port port);
const model::cluster::Condition* conditionOf(
    const std::vector<model::cluster::Condition>& conditions, std::string_view type);
const model::cluster::Labels& labelsOfSpace(const model::cluster::Cluster& cluster, const std::string& space);

/// "app=web,tier=front"
std::string textOf(const model::cluster::Labels& labels);

}
