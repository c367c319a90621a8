#pragma once

#include "core/model/facts.h"
#include "core/parse/clock.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace hopscope::parse {

/// Who a host is, and how to read its time stamps. Fields are those of model::HostFacts.
struct Identity {
    std::string osName;
    std::string osFamily;
    std::string initSystem;
    std::string hostname;
    std::string cloud;
    std::string user;
    bool isRoot = false;
    bool mayUseSudo = false;
    std::vector<std::string> tools;
    std::optional<base::TimePoint> bootedAt;
    HostClock clock;
};
Identity parseIdentity(std::string_view output);

/// Addresses of all interfaces: `ip -o addr`, ifconfig, or /proc's own tables.
std::vector<std::string> parseAddresses(std::string_view output);

struct Names {
    std::map<std::string, std::vector<std::string>> hostsFile;
    std::vector<std::string> resolvers;
};
/// hosts(5) and resolv.conf(5) under "@@ PATH".
Names parseNames(std::string_view output);

/// `ip route` of the main table, under "@@ routes".
std::vector<model::Route> parseRoutes(std::string_view output);

/// `ip route get` under "asked=ADDRESS"; nothing where neither an answer nor a refusal is there.
std::optional<model::RouteAnswer> parseRouteAnswer(std::string_view output);

/// `ip neigh`, or /proc/net/arp.
std::vector<model::Neighbour> parseNeighbours(std::string_view output);

}
