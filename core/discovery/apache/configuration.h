#pragma once

#include "core/discovery/apache/server.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace hopscope::discovery::apache {

/// `balancer://name` with its members.
struct Balancer {
    std::string name; ///< lower-case
    std::vector<const parse::ApacheDirective*> members; ///< BalancerMember
    std::vector<std::string> parameters; ///< of ProxySet and ProxyPass: "timeout=5"
};

/// One Apache's whole configuration, read. Its parts refer to each other, so it stays where it is made.
struct Configuration {
    explicit Configuration(const model::SoftwareConfig& config);
    Configuration(const Configuration&) = delete;
    Configuration& operator=(const Configuration&) = delete;

    model::FilePlace place(const parse::ApacheDirective& directive) const;
    /// Null where no such balancer is there.
    const Balancer* balancer(const Server& server, const std::string& name) const;
    /// The directives of FOLDER/.htaccess; null where there is none.
    const Block* accessFile(const std::string& folder) const;

    parse::ApacheConfig source;
    Servers servers;
    std::string workerUser;

private:
    void readBalancers(const Block& block, const Server* server);
    void readAccessFiles(const std::vector<model::ConfigFile>& files);

    std::map<std::pair<const Server*, std::string>, Balancer> m_balancers; ///< null: of the main server
    std::map<std::string, std::unique_ptr<Block>> m_accessFiles; ///< by folder
};

}
