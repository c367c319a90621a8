#pragma once

#include "core/model/topology.h"

#include <string_view>

namespace hopscope::discovery {

/// "name", "name:80", "[::1]:80", "unix:/path" as an endpoint; `defaultPort` where it has none.
struct Address {
    model::Endpoint endpoint;
    bool hasPort = false;
};
Address parseAddress(std::string_view text, base::Port defaultPort);

/// Whether it holds what a template's renderer would fill in: "{{ host }}", "<%= @host %>", "${HOST}" (capitals: what envsubst
/// and shells fill in; no proxy's own variable is written so).
bool isPlaceholder(std::string_view text);

/// Whether it is an address and not a name that must be looked up.
bool isIpAddress(std::string_view host);

}
