#pragma once

#include "core/discovery/chainnodes.h"
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
    Discovered take();

private:
    void addHop(model::Hop hop);

    void enterProxy(std::size_t node, const FleetProxy& proxy, const Request& request, int depth);
    void addTarget(std::size_t from, const FleetProxy& proxy, const ProxyTarget& target, int depth);
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
    static model::Protocol spokenTo(const Dependency& dependency, const model::Node& node);

    const Fleet& m_fleet;
    ChainNodes m_nodes;
    kubernetes::Sites m_sites;
    Discovered m_result;
    std::unordered_map<std::string, std::size_t> m_hops;
    std::map<std::pair<std::string, std::string>, std::vector<std::string>> m_workerUsers; ///< by host and software
    std::set<std::string> m_entered;
    std::vector<std::string> m_open; ///< the proxies, with host and path, that the request is in now, outermost first
    std::size_t m_followed = 0;
};

}
