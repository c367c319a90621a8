#pragma once

#include "core/model/cluster.h"

#include <string>
#include <vector>

/// What the policies of a cluster and its mesh say of one call. Pure.
namespace hopscope::parse::cluster {

/// Who calls: what is known of it. No pods: the caller is not known.
struct Caller {
    std::vector<const model::cluster::Pod*> pods;
    bool isMeshGateway = false;
};

/// The pods that a proxy of the cluster runs in: an ingress controller's, or an Istio gateway's.
Caller ingressCaller(const model::cluster::Cluster& cluster, const std::string& software);
Caller gatewayCaller(const model::cluster::Cluster& cluster, const std::string& space, const std::string& name);

enum class Admission { Admitted, Denied, Unknown };

struct PolicyVerdict {
    Admission admission = Admission::Admitted;
    const model::cluster::NetworkPolicy* policy = nullptr; ///< one that keeps the call out
    bool isEgress = false;
};
PolicyVerdict networkVerdict(const model::cluster::Cluster& cluster, const Caller& caller, const model::cluster::Pod& callee,
    base::Port port);

struct TlsConflict {
    bool isThere = false;
    std::string words; ///< "PeerAuthentication shop/default is STRICT, but the caller has no sidecar"
    const model::cluster::PeerAuthentication* server = nullptr;
    const model::cluster::DestinationRule* client = nullptr;
};
/// Whether one side of an Istio mesh insists on encryption and the other has none.
TlsConflict tlsConflict(const model::cluster::Cluster& cluster, const Caller& caller, const model::cluster::Pod& callee,
    const model::cluster::Service& service, const model::cluster::ServicePort* port);

struct AccessVerdict {
    Admission admission = Admission::Admitted;
    std::string words;
    std::string policy; ///< "authorizationpolicy/shop/deny-all"
};
/// Istio's AuthorizationPolicy and Linkerd's Server with its authorizations.
AccessVerdict accessVerdict(const model::cluster::Cluster& cluster, const Caller& caller, const model::cluster::Pod& callee,
    base::Port port);

/// The rule for a service's host, and the subset that a route names, if it is defined anywhere.
std::vector<const model::cluster::DestinationRule*> rulesFor(
    const model::cluster::Cluster& cluster, const model::cluster::Service& service);

}
