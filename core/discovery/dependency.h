#pragma once

#include "core/discovery/fleet.h"
#include "core/model/topology.h"

#include <string>
#include <string_view>
#include <vector>

namespace hopscope::discovery {

/// Something an app uses behind the scenes: its database, its cache, another service.
struct Dependency {
    model::Endpoint endpoint;
    std::string source; ///< "connection" or "log"
    std::string why;    ///< the log line; empty for a connection

    bool operator==(const Dependency&) const = default;
};

/// Address and port that a line of a log says could not be reached ("connect ECONNREFUSED 127.0.0.1:5432"), or a
/// database's unix socket. Empty where the line reports no such failure.
std::vector<model::Endpoint> unreachableIn(std::string_view line);

/// By the app's open connections (to databases by their ports, or to sockets of the profile's hosts) and by the failures
/// of its recent log. `app` is a node of this host with its unit and pid where known.
std::vector<Dependency> dependenciesOf(const Fleet& fleet, const HostIndex& host, const model::Node& app);

}
