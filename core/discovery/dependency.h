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
    /// How it is known: "connection" (it is in use), "log" (the app complains of it), "environment" (the process was
    /// given it), "settings" (a file of its folder names it).
    std::vector<std::string> sources;
    std::string why; ///< the log line
    Software software; ///< as the setting says; "unknown": by what is found there
    model::Protocol protocol = model::Protocol::Tcp; ///< of a known software, or Tls
    std::string group;      ///< of parallel servers
    model::FilePlace place; ///< of the setting

    bool operator==(const Dependency&) const = default;
};

/// Address and port that a line of a log says could not be reached ("connect ECONNREFUSED 127.0.0.1:5432"), or a
/// database's unix socket. Empty where the line reports no such failure.
std::vector<model::Endpoint> unreachableIn(std::string_view line);

/// Which kind of service a line of a stack trace was calling: by a frame in a driver's file, or by the name of a driver's
/// error ("psycopg2.errors.DiskFull: …", `File "/usr/lib/python3.11/smtplib.py"`). Empty: none.
std::string_view driverIn(std::string_view line);

/// By what its settings name, by the app's open connections (to databases by their ports, or to sockets of the profile's
/// hosts) and by the failures of its recent log. `app` is a node of this host with its unit and pid where known;
/// `folders` hold its scripts where that is not its working directory.
std::vector<Dependency> dependenciesOf(const Fleet& fleet, const HostIndex& host, const model::Node& app,
    const std::vector<std::string>& folders = {});

}
