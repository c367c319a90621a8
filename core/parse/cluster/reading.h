#pragma once

#include "core/parse/cluster/objects.h"

#include <optional>

/// What the readers of the kinds share.
namespace hopscope::parse::cluster {

using Tree = ConfigTree;

std::optional<int> numberIn(const Tree& tree);
base::Port portIn(const Tree& tree);
std::optional<base::TimePoint> timeIn(const Tree& tree);
model::cluster::Labels labelsIn(const Tree& map);
model::cluster::Selector selectorIn(const Tree& tree); ///< matchLabels, matchExpressions
model::cluster::Meta metaOf(const Tree& object, const ObjectPlace& place);
std::vector<model::cluster::Condition> conditionsIn(const Tree& list);
/// Go's durations: "1h10m", "1.5s", "300ms".
std::optional<base::Milliseconds> durationIn(std::string_view text);

model::cluster::Pod podOf(const Tree& object, const ObjectPlace& place);
/// A variable of the container, where its value names a host and nothing secret.
void addVariable(model::cluster::Container& container, const std::string& name, const Tree& value);
/// One of a secret: only the addresses in it, or its port, ever get further.
void addSecretVariable(model::cluster::Container& container, const std::string& name, std::string_view value);
void addWorkload(model::cluster::Cluster& cluster, const std::string& kind, const Tree& object, const ObjectPlace& place);
void addService(model::cluster::Cluster& cluster, const Tree& object, const ObjectPlace& place);
void addSlice(model::cluster::Cluster& cluster, const std::string& kind, const Tree& object, const ObjectPlace& place);
void addPolicy(model::cluster::Cluster& cluster, const Tree& object, const ObjectPlace& place);
void addEvent(model::cluster::Cluster& cluster, const Tree& object, const ObjectPlace& place);
void addIngress(model::cluster::Cluster& cluster, const Tree& object, const ObjectPlace& place);
void addGateway(model::cluster::Cluster& cluster, bool isIstio, const Tree& object, const ObjectPlace& place);
void addGatewayRoute(model::cluster::Cluster& cluster, const std::string& kind, const Tree& object, const ObjectPlace& place);
void addVirtualService(model::cluster::Cluster& cluster, const Tree& object, const ObjectPlace& place);
void addTraefikRoute(model::cluster::Cluster& cluster, const Tree& object, const ObjectPlace& place);
/// Routes of OpenShift, Contour, Emissary and APISIX, and ingress-nginx's list of TCP ports; false for others.
bool addControllerRoute(model::cluster::Cluster& cluster, const std::string& group, const std::string& kind, const Tree& object,
    const ObjectPlace& place);
/// Where an action leads that annotations define for a cloud's balancer ("use-annotation"); none where it redirects.
std::vector<model::cluster::Backend> annotatedBackends(
    const model::cluster::Labels& annotations, const std::string& action, const std::string& space, int line);
/// Istio's and Linkerd's own kinds; false for others.
bool addMeshObject(model::cluster::Cluster& cluster, const std::string& group, const std::string& kind, const Tree& object,
    const ObjectPlace& place);

}
