#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hopscope::report {

/// A piece of a text that names something.
struct Name {
    enum class Kind { Address, HardwareAddress, Domain, Word };
    Kind kind = Kind::Word;
    std::size_t at = 0;
    std::size_t length = 0;
    std::string canonical; ///< of an address: as inet_ntop writes it; else as it stands
};

/// Every address, domain name and word of a text, in order, none overlapping. What lies between is left alone.
std::vector<Name> namesIn(std::string_view text);

/// Loopback and "any": they say nothing about anybody.
bool isImpersonal(std::string_view canonicalAddress);


}
