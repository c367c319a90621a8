#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hopscope::base {

/// A literal address without brackets; IPv6 may have a zone ("fe80::1%eth0").
bool isIpv4Address(std::string_view text);
bool isIpv6Address(std::string_view text);
bool isAddress(std::string_view text);

enum class AddressFamily { Ipv4, Ipv6 };

// All below take an address with or without brackets and zone; an IPv4 address mapped into IPv6 counts as IPv4.

/// Empty for a name.
std::optional<AddressFamily> familyOf(std::string_view address);

bool isLoopback(std::string_view address); ///< 127.0.0.0/8, ::1, "localhost" and names below it (RFC 6761)
bool isWildcard(std::string_view address); ///< 0.0.0.0, ::, "*", nothing: every address, for one that binds
bool isSameAddress(std::string_view left, std::string_view right);

/// Whether an address lies in "10.0.0.0/8" or "10.0.0.1-10.0.0.9", equals "10.0.0.1", or `network` is empty (any).
bool isWithin(std::string_view address, std::string_view network);

/// "10.1.0.3" of "10.1.0.3:3000", "::1" of "[::1]:80"; the whole where there is no port.
std::string hostPart(std::string_view endpoint);

}
