#pragma once

#include "core/base/ids.h"
#include "core/base/time.h"

#include <map>
#include <string>
#include <vector>

namespace hopscope::model {

/// What a chain was like when it was last seen well: what differs from it in an outage is evidence.
struct Baseline {
    struct Node {
        std::string id;
        std::string software;
        std::string version;
        std::string host; ///< empty for what the profile does not reach
        std::string address;
        std::string unit;
        std::string user;
        std::string container;

        bool operator==(const Node&) const = default;
    };
    struct Hop {
        std::string from; ///< node ids
        std::string to;
        std::string target; ///< as Endpoint::text() writes it

        bool operator==(const Hop&) const = default;
    };
    base::TimePoint at {};
    std::vector<Node> nodes; ///< on the request's way
    std::vector<Hop> hops;
    std::vector<std::string> urlAddresses;
    std::string certificate; ///< the site's, as sha256 in hex; empty without TLS
    std::map<base::HostId, std::vector<std::string>> firewall; ///< rules that shut out, of hosts whose rules could be read

    bool operator==(const Baseline&) const = default;
};

}
