#pragma once

#include "core/discovery/fleet.h"

#include <string>
#include <vector>

namespace hopscope::discovery {

/// Where the url's requests come in.
struct Entry {
    base::HostId host;
    const FleetProxy* proxy = nullptr; ///< null: something else, or nothing, is at that port
    Request request;                   ///< as it arrives there
};

struct EntrySearch {
    std::vector<Entry> entries; ///< several: replicas behind one balancer
    /// The url's address is none of the profile's hosts: something (NAT, a balancer, a CDN) is in front.
    bool isBehindBoundary = false;
};

/// By the url's addresses where a host has one; else by who serves that name and port.
EntrySearch findEntry(const Fleet& fleet, const Request& request);

}
