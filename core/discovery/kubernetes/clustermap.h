#pragma once

#include "core/discovery/proxy.h"
#include "core/discovery/request.h"
#include "core/discovery/settingaddress.h"
#include "core/model/cluster.h"
#include "core/model/topology.h"

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace hopscope::discovery::kubernetes {

/// Where requests come into a cluster.
struct Entrance {
    enum class Kind { Controller, Gateway, Service, Pod };
    Kind kind = Kind::Controller;
    std::string ingressClass;
    const model::cluster::Gateway* gateway = nullptr;
    const model::cluster::Service* service = nullptr;
    const model::cluster::ServicePort* port = nullptr;
    const model::cluster::Pod* pod = nullptr;
    base::Port number = 0; ///< the port that is connected to
};

/// One cluster's part of a topology: entrances, and the pods (or, of manifests, the workloads) behind its services.
/// The cluster must outlive it.
class ClusterMap {
public:
    explicit ClusterMap(const model::cluster::Cluster& cluster);

    /// What has this address and port: a node's port, a load balancer's or cluster address, a pod; `name` may be a
    /// service's name. `isNode`: the address is one of a node's.
    std::optional<Entrance> entranceAt(const std::string& address, base::Port port, bool isNode) const;
    /// By the rules: who serves this name. Only where one of them names it.
    std::optional<Entrance> entranceFor(const Request& request) const;
    bool hasNodeAddress(const std::string& address) const;
    /// The addresses that the entrance's own objects give for it.
    std::vector<std::string> addressesOf(const Entrance& entrance) const;

    /// Adds the entrance and what is behind it, the request's way as on path; gives the entrance's node.
    base::NodeId follow(const Entrance& entrance, const Request& request);
    /// Adds the entrance alone: other requests than the one at hand come in there.
    base::NodeId enter(const Entrance& entrance) { return entranceNode(entrance); }
    /// Adds everything; nothing is on path.
    void addAll();
    /// What a workload's own proxy configuration sends on: to services of this cluster, or elsewhere.
    void addProxied(const std::string& workload, const ProxyTarget& target, const model::FilePlace& place);
    model::Topology take() { return std::move(m_topology); }

private:
    /// One caller's way to a service.
    struct Call {
        base::NodeId from;
        std::string space; ///< the caller's
        bool isOnPath = false;
        model::Protocol protocol = model::Protocol::Tcp;
        model::FilePlace place;
        std::string word;  ///< the port as the caller names it
        std::optional<base::Milliseconds> timeout;
        std::string requestHost;
        std::string requestPath;
        std::optional<int> weight;
        std::string subset;
        int depth = 0;
    };

    static constexpr std::size_t mostHops = 5000;

    base::NodeId addNode(model::Node node);
    void addHop(model::Hop hop);
    base::NodeId entranceNode(const Entrance& entrance);
    std::vector<const model::cluster::Route*> routesOf(const Entrance& entrance) const;
    void addRule(const base::NodeId& from, const model::cluster::Route& route, const model::cluster::RouteRule& rule,
        const Request* request);
    const model::cluster::Labels* subsetOf(const Call& call, const model::cluster::Service& service) const;
    void call(const Call& call, const model::cluster::Service& service, const model::cluster::ServicePort* port);
    void callPod(const Call& call, const model::cluster::Service& service, const model::cluster::ServicePort* port,
        const model::cluster::Pod& pod, const model::cluster::Workload* workload);
    void callMissing(const Call& call, const std::string& space, const std::string& name, const std::string& port,
        const std::string& note);
    base::NodeId podNode(const model::cluster::Pod& pod, const model::cluster::Workload* workload, base::Port port);
    void addDependencies(const base::NodeId& from, const model::cluster::Pod& pod, bool isOnPath, int depth);
    static std::vector<std::pair<std::string, std::string>> settingsOf(const model::cluster::Container& container);
    bool callsAnything(const model::cluster::Workload& workload) const; ///< by its environment
    /// What a setting names, as a call of a service of this cluster or of something elsewhere.
    void callNamed(Call& call, const model::cluster::Service& service, const SettingAddress& named);
    void callOutside(Call& call, const std::string& variable, const SettingAddress& named, const std::vector<std::string>& owner);
    void addExternal(const Call& call, const model::Endpoint& endpoint, const std::string& note);
    model::FilePlace placeOf(const model::cluster::Meta& meta, const std::string& kind, int line) const;

    const model::cluster::Cluster& m_cluster;
    model::Topology m_topology;
    std::set<std::string> m_nodes;
    std::set<std::string> m_hops;
    std::set<std::string> m_called;  ///< services that some hop leads to
    std::set<std::string> m_entered; ///< pods and workloads whose own calls were followed
};

}
