#pragma once

#include "core/discovery/dependency.h"
#include "core/discovery/entry.h"
#include "core/discovery/fleet.h"

#include <string>
#include <unordered_map>
#include <vector>

namespace hopscope::discovery {

/// The nodes of a chain: says who stands at a place, and keeps each real thing once, with all that speaks of it. The makers
/// give an index, as nodes that are added move the others.
class ChainNodes {
public:
    explicit ChainNodes(const Fleet& fleet)
        : m_fleet(fleet)
    {
    }

    model::Node& operator[](std::size_t index) { return m_nodes[index]; }
    std::size_t size() const { return m_nodes.size(); }
    auto begin() { return m_nodes.begin(); }
    auto end() { return m_nodes.end(); }
    bool contains(const base::NodeId& id) const { return m_byId.contains(id.value()); }
    std::size_t indexOf(const base::NodeId& id) const { return m_byId.at(id.value()); } ///< throws where it is not there
    std::vector<model::Node> take() { return std::move(m_nodes); }

    std::size_t add(model::Node node);
    static void addSource(model::Node& node, const std::string& source);

    std::size_t clientNode();
    /// What stands before the profile's hosts: a provider's balancer, a CDN.
    std::size_t boundaryNode(const Request& request);
    /// Where the url's request comes in.
    std::size_t entryNode(const Entry& entry);
    std::size_t proxyNode(const FleetProxy& proxy, const ProxyListener& listener);
    /// What a target leads to, where that is no proxy of ours.
    std::size_t calleeNode(const base::HostId& caller, const model::Endpoint& endpoint, const Destination& destination);
    /// The same for what an app uses, named by its setting where it can't be looked at.
    std::size_t dependencyNode(const base::HostId& caller, const std::string& callersContainer, const Dependency& dependency,
        const Destination& destination);

private:
    std::size_t ownerNode(const base::HostId& host, const model::Listener& listener);
    std::size_t missingNode(const base::HostId& host, const model::Endpoint& target, const std::string& note);
    std::size_t containerNode(const base::HostId& host, const model::Container& container, base::Port port);
    std::size_t containerProxyNode(const FleetProxy& proxy, const ProxyListener& listener);
    std::size_t externalNode(const model::Endpoint& target, const Destination& destination);

    const Fleet& m_fleet;
    std::vector<model::Node> m_nodes;
    std::unordered_map<std::string, std::size_t> m_byId;
};

}
