#pragma once

#include "core/model/topology.h"

#include <string>
#include <string_view>
#include <vector>

namespace hopscope::parse {

/// One address that a setting's value names.
struct NamedAddress {
    std::string scheme; ///< lower-case; a driver's own word ("postgresql" of "jdbc:postgresql:"); empty: the value has none
    std::string host;   ///< without brackets; lower-case
    base::Port port = 0; ///< 0: the value has none

    bool operator==(const NamedAddress&) const = default;
};

/// The addresses in a setting's value, logins and passwords left out, whatever spelling drivers have for them: urls with
/// one host or several (also among other words), jdbc and Go's "user@tcp(host:port)/db", "Server=host,1433;…",
/// "host=a,b port=5432", "mysql:host=db;port=3306", lists of "host:port", and one bare word, which its setting's name has to
/// confirm as a host's. Empty where any other thing stands there: a path, a sentence, a version, a placeholder. Total,
/// linear in the value's length, which is cut at 8 KiB.
std::vector<NamedAddress> addressesIn(std::string_view value);

/// The same addresses in one spelling, which `addressesIn` reads: "postgres://a:5432,postgres://b:5432". Nothing of the
/// value but schemes, hosts and ports is in it.
std::string addressesAsText(const std::vector<NamedAddress>& addresses);

}
