#pragma once

#include "core/model/facts.h"

#include <optional>
#include <string>
#include <string_view>

namespace hopscope::faults {

enum class Family { Ipv4, Ipv6 };

/// The family of a literal address (brackets and a zone are allowed); empty for a name.
std::optional<Family> familyOf(std::string_view address);

bool isLoopback(std::string_view address); ///< 127/8, ::1, "localhost"
bool isWildcard(std::string_view address); ///< 0.0.0.0, ::, *
bool isSameAddress(std::string_view left, std::string_view right);

/// Whether an address lies in "10.0.0.0/8", equals "10.0.0.1", or `network` is empty (any).
bool isWithin(std::string_view address, std::string_view network);

/// "10.1.0.3" of "10.1.0.3:3000", "::1" of "[::1]:80"; the whole where there is no port.
std::string hostPart(std::string_view endpoint);

/// Whether a TCP listener would accept a connection to this address (its port is not compared).
bool accepts(const model::Listener& listener, std::string_view address);

}
