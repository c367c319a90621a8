#pragma once

#include "core/discovery/discover.h"

#include <string>
#include <vector>

namespace hopscope::discovery {

/// The ids of the hops that were found, in their order.
inline std::vector<std::string> hops(const Discovered& found, bool onPathOnly = false)
{
    std::vector<std::string> ids;
    for (const model::Hop& hop : found.topology.hops)
        if (hop.isOnPath || !onPathOnly)
            ids.push_back(hop.id.value());
    return ids;
}

/// "file:line message" of each warning.
inline std::vector<std::string> warnings(const Discovered& found)
{
    std::vector<std::string> all;
    for (const model::ConfigWarning& warning : found.warnings)
        all.push_back(warning.place.file + ":" + std::to_string(warning.place.line) + " " + warning.message);
    return all;
}

}
