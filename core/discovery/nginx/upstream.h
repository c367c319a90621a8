#pragma once

#include "core/discovery/address.h"
#include "core/discovery/nginx/scope.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hopscope::discovery::nginx {

struct UpstreamServer {
    const parse::NginxDirective* directive = nullptr;
    model::Endpoint endpoint;
    bool isBackup = false;
    bool isDown = false;
    bool isResolvedAgain = false; ///< `resolve`
    std::optional<int> weight;
    std::optional<int> maxFails;
    std::optional<base::Milliseconds> failTimeout;
    std::optional<int> maxConnections;
};

/// An `upstream` block.
struct Upstream {
    const Scope* scope = nullptr;
    std::string name;
    std::vector<UpstreamServer> servers;
    std::optional<int> keepalive;
    std::optional<base::Milliseconds> idleTimeout; ///< of connections that are kept
};

Upstream parseUpstream(const Scope& block);

}
