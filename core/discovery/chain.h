#pragma once

#include "core/discovery/dependency.h"
#include "core/discovery/discover.h"
#include "core/discovery/entry.h"
#include "core/discovery/fleet.h"
#include "core/discovery/kubernetes/site.h"

#include <map>
#include <set>
#include <string>
#include <unordered_map>

namespace hopscope::discovery {

/// Builds the topology: follows the request from proxy to proxy, names who is behind each target, and looks behind apps.
class Chain {
public:
    explicit Chain(const Fleet& fleet);

    void start(const Request& request, const EntrySearch& search);
    Discovered take() { return std::move(m_result); }

private:
    std::size_t addNode(model::Node node);
    void addHop(model::Hop hop);
    void addSource(model::Node& node, const std::string& source);

    std::size_t clientNode();
    std::size_t boundaryNode(const Request& request);
    std::size_t entryNode(const Entry& entry);
    std::size_t proxyNode(const FleetProxy& proxy, const ProxyListener& listener);
    std::size_t ownerNode(const base::HostId& host, const model::Listener& listener);
    std::size_t missingNode(const base::HostId& host, const model::Endpoint& target, const std::string& note);
    std::size_t containerNode(const base::HostId& host, const model::Container& container, base::Port port);
    std::size_t containerProxyNode(const FleetProxy& proxy, const ProxyListener& listener);
    std::size_t externalNode(const model::Endpoint& target, const Destination& destination);

    void enterProxy(std::size_t node, const FleetProxy& proxy, const Request& request, int depth);
    void addTarget(std::size_t from, const FleetProxy& proxy, const ProxyTarget& target, int depth);
    std::size_t calleeNode(const base::HostId& caller, const model::Endpoint& endpoint, const Destination& destination);
    const FleetProxy* proxyAt(const Destination& destination, const Request& request, ProxyListener& listener) const;
    void addDependencies();
    void describeApps();
    void describeProxies();
    std::size_t enterCluster(const kubernetes::Arrival& arrival, const Request& request, bool isOnPath);
    bool startInCluster(const Request& request, const EntrySearch& search);
    static void noteAnswers(model::Node& node, const ProxyRoute& route);
    bool comesBack(const base::NodeId& node, const Request& request) const;
    const std::vector<std::string>& workerUsers(const FleetProxy& proxy);
    std::string callerUser(const FleetProxy& proxy, const std::string& declared);
    std::vector<std::string> scriptFolders(const base::NodeId& app) const;
    std::size_t dependencyNode(
        const base::HostId& caller, const Dependency& dependency, const Destination& destination);
    static model::Protocol spokenTo(const Dependency& dependency, const model::Node& node);

    const Fleet& m_fleet;
    kubernetes::Sites m_sites;
    Discovered m_result;
    std::unordered_map<std::string, std::size_t> m_nodes;
    std::unordered_map<std::string, std::size_t> m_hops;
    std::map<std::pair<std::string, std::string>, std::vector<std::string>> m_workerUsers; ///< by host and software
    std::set<std::string> m_entered;
    std::vector<std::string> m_open; ///< the proxies, with host and path, that the request is in now, outermost first
    std::size_t m_followed = 0;
};

}
