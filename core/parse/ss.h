#pragma once

#include "core/model/facts.h"

#include <optional>
#include <string_view>
#include <vector>

namespace hopscope::parse {

struct Endpoint {
    std::string address;
    base::Port port = 0;
};

/// "127.0.0.1:80", "[::1]:80", "*:80", "127.0.0.53%lo:53", "[fe80::1]%eth0:80", ":::80" (netstat), without the zone.
std::optional<Endpoint> endpointOf(std::string_view text);

/// `ss -H -ltuxnpO` or with -e: one line a socket, the network's id first; a section "passwd" names the users.
std::vector<model::Listener> parseSsListeners(std::string_view output);
/// `ss -H -tnpO state connected …`, with or without the state column.
std::vector<model::Connection> parseSsConnections(std::string_view output);

}
