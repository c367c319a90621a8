#pragma once

#include <array>
#include <cstdint>
#include <string>

namespace hopscope::parse {

/// "10.1.0.3"
std::string ipv4Text(const std::array<std::uint8_t, 4>& bytes);
/// RFC 5952: lower case, the longest run of zero groups as "::"; an IPv4-mapped address as IPv4.
std::string ipv6Text(const std::array<std::uint8_t, 16>& bytes);

}
