#pragma once

#include "core/discovery/fleet.h"
#include "core/discovery/kubernetes/clustermap.h"

#include <optional>
#include <vector>

namespace hopscope::discovery::kubernetes {

/// A way into one of the clusters that the profile's hosts speak to.
struct Arrival {
    const model::cluster::Cluster* cluster = nullptr;
    Entrance entrance;
    bool isByAddress = false; ///< else only a rule's name speaks for it
};

/// The clusters of all hosts; one that several hosts speak to counts once.
class Sites {
public:
    explicit Sites(const Fleet& fleet);

    bool isEmpty() const { return m_clusters.empty(); }
    /// What a host's caller reaches at this target, if that is a cluster's.
    std::optional<Arrival> at(
        const base::HostId& caller, const model::Endpoint& target, const std::vector<std::string>& addresses) const;
    /// Where the url comes in: by its addresses, else by the rules' names.
    std::optional<Arrival> forUrl(const Request& request) const;
    std::optional<Arrival> byName(const Request& request) const;
    /// What the url's host is for the user, as far as it is known here.
    std::vector<std::string> urlAddresses(const Request& request) const;
    bool isNode(const model::cluster::Cluster& cluster, const std::string& address) const;

private:
    const Fleet& m_fleet;
    std::vector<const model::cluster::Cluster*> m_clusters;
};

}
