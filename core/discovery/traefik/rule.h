#pragma once

#include "core/discovery/routing/condition.h"

#include <string>
#include <string_view>

namespace hopscope::discovery::traefik {

struct RuleReading {
    routing::Condition condition; ///< Unknown where the rule can't be read
    std::string problem;          ///< empty: none
    std::string stripPrefix;      ///< of Traefik 1's "PathPrefixStrip:"
};

/// A router's rule: "Host(`a.example`) && PathPrefix(`/api`) || !Method(`POST`)", in the words of versions 2 and 3
/// (`{name:pattern}` in names and paths too); "Host:a.example;PathPrefix:/x" of version 1. Linear, bounded in depth.
RuleReading readRule(std::string_view rule);

/// Whether some HostSNI stands in it: a TCP router's rule.
bool isServerNameRule(std::string_view rule);

}
