#pragma once

#include "core/discovery/nginx/server.h"
#include "core/discovery/nginx/state.h"
#include "core/discovery/nginx/upstream.h"

#include <map>

namespace hopscope::discovery::nginx {

/// One nginx's whole configuration, read. Its parts refer to each other, so it stays where it is made.
class Configuration {
public:
    explicit Configuration(const model::SoftwareConfig& config);
    Configuration(const Configuration&) = delete;
    Configuration& operator=(const Configuration&) = delete;

    const parse::NginxConfig& source() const { return m_source; }
    const Scope& root() const { return m_root; }
    const std::vector<Server>& servers() const { return m_servers; }
    const Definitions& definitions() const { return m_definitions; }
    /// Null where no block of that name is there; http and stream have upstreams of their own.
    const Upstream* upstream(const std::string& name, bool isStream) const;
    /// The user that the workers run as, by the configuration.
    const std::string& workerUser() const { return m_workerUser; }

    const std::vector<model::ConfigWarning>& warnings() const { return m_warnings; }

private:
    void readUpstreams(const Scope& scope, bool isStream);

    parse::NginxConfig m_source;
    Scope m_root;
    std::vector<Server> m_servers;
    Definitions m_definitions;
    std::map<std::pair<std::string, bool>, Upstream> m_upstreams;
    std::string m_workerUser;
    std::vector<model::ConfigWarning> m_warnings;
};

}
