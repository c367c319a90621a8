#include "core/discovery/kubernetes/site.h"

#include <algorithm>

namespace hopscope::discovery::kubernetes {

namespace {
namespace c = model::cluster;

/// Whether two readings are of one cluster: by its API's address, else by its nodes or services.
bool isSame(const c::Cluster& left, const c::Cluster& right)
{
    const bool isLocal = left.server.find("127.0.0.1") != std::string::npos || left.server.find("localhost") != std::string::npos;
    if (!left.server.empty() && left.server == right.server && !isLocal)
        return true;
    const auto names = [](const c::Cluster& cluster) {
        std::set<std::string> all;
        for (const c::Service& service : cluster.services)
            all.insert(service.meta.space + "/" + service.meta.name + "/" + service.clusterIp);
        return all;
    };
    return names(left) == names(right);
}
}

Sites::Sites(const Fleet& fleet)
    : m_fleet(fleet)
{
    for (const auto& [name, host] : fleet.facts().hosts)
        for (const c::Cluster& cluster : host.clusters)
            if (std::none_of(m_clusters.begin(), m_clusters.end(), [&](const c::Cluster* each) { return isSame(*each, cluster); }))
                m_clusters.push_back(&cluster);
}

bool Sites::isNode(const c::Cluster& cluster, const std::string& address) const
{
    const ClusterMap map(cluster);
    if (map.hasNodeAddress(address))
        return true;
    // A host of the profile is a node by any of its addresses.
    for (const base::HostId& id : m_fleet.hostsWith(address))
        if (const HostIndex* host = m_fleet.host(id))
            for (const std::string& own : host->facts().addresses)
                if (map.hasNodeAddress(own))
                    return true;
    return false;
}

std::optional<Arrival> Sites::at(
    const base::HostId& caller, const model::Endpoint& target, const std::vector<std::string>& addresses) const
{
    if (target.isUnix() || target.port == 0)
        return std::nullopt;
    const HostIndex* host = m_fleet.host(caller);
    for (const c::Cluster* cluster : m_clusters) {
        const ClusterMap map(*cluster);
        std::vector<std::string> tried = addresses;
        tried.push_back(target.host);
        for (const std::string& address : tried) {
            bool isHere = isNode(*cluster, address);
            if (isThisHost(address) && host)
                for (const std::string& own : host->facts().addresses)
                    isHere = isHere || map.hasNodeAddress(own);
            if (auto entrance = map.entranceAt(address, target.port, isHere))
                return Arrival { cluster, *entrance, true };
        }
    }
    return std::nullopt;
}

std::optional<Arrival> Sites::forUrl(const Request& request) const
{
    for (const c::Cluster* cluster : m_clusters) {
        const ClusterMap map(*cluster);
        for (const std::string& address : urlAddresses(request))
            if (auto entrance = map.entranceAt(address, request.port, isNode(*cluster, address)))
                return Arrival { cluster, *entrance, true };
    }
    return byName(request);
}

std::vector<std::string> Sites::urlAddresses(const Request& request) const
{
    std::vector<std::string> addresses = m_fleet.facts().urlAddresses;
    const std::string& chosen = m_fleet.profile().resolve;
    if (addresses.empty() && !chosen.empty())
        addresses.push_back(plainAddress(chosen));
    const bool isLiteral = request.host.find(':') != std::string::npos
        || request.host.find_first_not_of("0123456789.") == std::string::npos;
    if (addresses.empty() && isLiteral)
        addresses.push_back(plainAddress(request.host));
    return addresses;
}

std::optional<Arrival> Sites::byName(const Request& request) const
{
    for (const c::Cluster* cluster : m_clusters)
        if (auto entrance = ClusterMap(*cluster).entranceFor(request)) {
            const std::vector<std::string> own = ClusterMap(*cluster).addressesOf(*entrance);
            const std::vector<std::string> asked = urlAddresses(request);
            const bool isByAddress = std::any_of(asked.begin(), asked.end(),
                [&](const std::string& each) { return std::find(own.begin(), own.end(), each) != own.end(); });
            return Arrival { cluster, *entrance, isByAddress };
        }
    return std::nullopt;
}

}
