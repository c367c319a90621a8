#pragma once

#include "core/discovery/nginx/scope.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hopscope::discovery::nginx {

/// "name", "name:80", "[::1]:80", "unix:/path" as an endpoint; `defaultPort` where it has none.
struct Address {
    model::Endpoint endpoint;
    bool hasPort = false;
};
Address parseAddress(std::string_view text, base::Port defaultPort);

/// Whether it is an address and not a name that must be looked up.
bool isIpAddress(std::string_view host);

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
};

Upstream parseUpstream(const Scope& block);

}
