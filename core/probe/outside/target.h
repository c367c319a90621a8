#pragma once

#include "core/base/ids.h"

#include <optional>
#include <string>
#include <string_view>

namespace hopscope::probe {

/// What the profile's url asks for, in the parts that a request needs.
struct Target {
    bool isTls = false;
    std::string host; ///< as DNS takes it (IDNA), without brackets
    base::Port port = 80;
    std::string pathAndQuery = "/";

    bool hasAddressAsHost() const;
    /// The Host header: the port only where it is not the scheme's own (RFC 9110 7.2).
    std::string hostHeader() const;
    bool operator==(const Target&) const = default;
};

std::optional<Target> targetOf(const std::string& url);

/// "name:443", "[::1]:443"
struct NamedPort {
    std::string host;
    base::Port port = 0;
};
std::optional<NamedPort> namedPortOf(std::string_view text);

}
