#pragma once

#include "core/discovery/envoy/cluster.h"

#include <set>

namespace hopscope::discovery::envoy {

/// Route configurations and filter chains to rules.
class Routes {
public:
    Routes(const Clusters& clusters, const std::map<std::string, Placed>& routeConfigurations)
        : m_clusters(clusters)
        , m_routeConfigurations(routeConfigurations)
    {
    }

    /// What a filter chain does: its HTTP connection manager's routes, or its TCP proxy's cluster.
    routing::Rules ofFilters(const parse::ConfigTree& filters, const std::string& file);
    /// What its HTTP filters ask besides: rate limits, keys of tokens. Whether a request fails without an answer is theirs.
    routing::Rules ofServices(const parse::ConfigTree& filters, const std::string& file) const;
    /// The services that a part of the configuration reports to or asks by a cluster's name: tracing, access logs, discovery.
    routing::Rules ofReports(const parse::ConfigTree& part, const std::string& file) const;
    /// A virtual host that a route configuration holds, domain by domain, the best one first.
    routing::Rules ofConfiguration(const parse::ConfigTree& configuration, const std::string& file);

    /// A cluster that discovery or filters ask: no requests are routed to it.
    void exclude(const std::string& cluster) { m_asked.insert(cluster); }

    std::vector<model::ConfigWarning> takeWarnings() { return std::move(m_warnings); }

private:
    void addPass(routing::Pass pass, const std::string& file, routing::Rules& rules) const;
    void clustersIn(const parse::ConfigTree& tree, std::vector<std::string>& names, int depth) const;
    std::shared_ptr<const routing::Rules> ofVirtualHost(const parse::ConfigTree& host, const std::string& file);
    routing::Rule ofRoute(const parse::ConfigTree& route, const parse::ConfigTree& host, const std::string& file);
    void addAction(const parse::ConfigTree& action, const parse::ConfigTree& match, const parse::ConfigTree& host, const std::string& file, routing::Rule& rule);
    /// The service of a `grpc_service`: one of the clusters, or Google's own client with an address.
    routing::Pass askedOf(const parse::ConfigTree& grpc) const;
    void addQuestions(const parse::ConfigTree& manager, const std::string& file, routing::Rules& rules);
    void warn(const std::string& file, int line, std::string message);

    const Clusters& m_clusters;
    std::set<std::string> m_asked;
    const std::map<std::string, Placed>& m_routeConfigurations;
    std::vector<model::ConfigWarning> m_warnings;
};

}
