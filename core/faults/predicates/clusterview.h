#pragma once

#include "core/model/cluster.h"
#include "core/model/facts.h"
#include "core/model/topology.h"
#include "core/parse/cluster/policy.h"

#include <optional>
#include <string>
#include <vector>

namespace hopscope::faults {

/// What a cluster says of one hop into or inside it. Borrows from the facts.
struct ClusterView {
    const model::cluster::Cluster* cluster = nullptr;
    const model::HostFacts* vantage = nullptr; ///< the host whose kubectl told
    const model::cluster::Service* service = nullptr; ///< by which the callee is reached
    const model::cluster::ServicePort* port = nullptr;
    const model::cluster::Pod* pod = nullptr; ///< the callee, or the one that it runs in
    const model::cluster::Container* container = nullptr; ///< the callee's own: the app's, or the sidecar
    parse::cluster::Caller callers; ///< the pods that call: one app, or all of an ingress controller
    std::string serviceName; ///< "shop/web", also where no such service exists
    std::string portWord;    ///< as the caller names it
    bool isIntoSidecar = false;
    bool isIntoService = false; ///< the callee is the service itself: a node's port, or one without pods

    std::string space() const;
    /// These words for kubectl as a person would paste them on the vantage, context included.
    std::string kubectl(const std::vector<std::string>& words) const;
};

/// Empty for hops that no cluster knows.
std::optional<ClusterView> clusterViewOf(
    const model::Facts& facts, const model::Hop& hop, const model::Node* caller, const model::Node* callee);

/// What keeps a pod from being used.
struct PodTrouble {
    enum class Kind { None, Starting, CrashLoop, OutOfMemory, ImagePull, Unschedulable, Evicted, Liveness, Readiness, Sidecar, ConfigError, Ended, Leaving };
    Kind kind = Kind::None;
    const model::cluster::Container* container = nullptr; ///< that shows it
    std::string words; ///< what its state says: "CrashLoopBackOff, last exit 1 (Error), 7 restarts"
};
PodTrouble troubleOf(const ClusterView& view, const model::cluster::Pod& pod, base::TimePoint now);

/// Warnings about one object, newest first; at most `most`.
std::vector<const model::cluster::Event*> eventsOf(const model::cluster::Cluster& cluster, const std::string& kind,
    const std::string& space, const std::string& name, std::size_t most);
/// The newest event about the pod whose reason or words hold this; null where there is none.
const model::cluster::Event* eventSaying(const ClusterView& view, const model::cluster::Pod& pod, std::string_view words);

/// Whether a pod of this service serves requests just now: it is ready, and in the service's addresses where those are known.
bool isServing(const ClusterView& view, const model::cluster::Pod& pod);

/// "shop/web".
std::string named(const model::cluster::Meta& meta);

}
