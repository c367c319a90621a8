#pragma once

#include "core/discovery/routing/rule.h"
#include "core/parse/configtree.h"

#include <map>
#include <string>

namespace hopscope::discovery::envoy {

/// A tree with the file that it stands in.
struct Placed {
    const parse::ConfigTree* tree = nullptr;
    std::string file;
};

/// A field in either of Envoy's spellings ("connect_timeout", "connectTimeout").
const parse::ConfigTree& field(const parse::ConfigTree& tree, std::string_view name);

/// The values of a repeated field; Envoy takes one alone without its list.
std::vector<const parse::ConfigTree*> valuesOf(const parse::ConfigTree& repeated);

/// `address: {socket_address: {address, port_value}}`, `{pipe: {path}}`, or the old bare form.
struct SocketAddress {
    model::Endpoint endpoint;
    bool isUdp = false;
    bool isReadable = false;
};
SocketAddress socketAddressOf(const parse::ConfigTree& address);

/// "5s" and {seconds: 5, nanos: 0}.
std::optional<base::Milliseconds> durationOf(const parse::ConfigTree& value);

/// Every cluster that is known, and the endpoints that a discovery service gave for some.
class Clusters {
public:
    void add(Placed cluster);
    /// A ClusterLoadAssignment: of EDS, or of a file that EDS reads.
    void addAssignment(Placed assignment);

    bool has(const std::string& name) const { return m_clusters.contains(name); }
    /// Its servers, with what the cluster says of them. No servers where it is not known or has none.
    std::vector<routing::Upstream> upstreams(const std::string& name) const;
    std::vector<std::string> names() const;
    const Placed* cluster(const std::string& name) const;

private:
    void addEndpoints(const parse::ConfigTree& assignment, const std::string& file, const routing::Upstream& shared,
        std::vector<routing::Upstream>& all) const;

    std::map<std::string, Placed> m_clusters;
    std::map<std::string, Placed> m_assignments;
};

}
