#pragma once

#include "core/faults/predicates/assessment.h"
#include "core/faults/predicates/hopview.h"

#include <optional>
#include <string>

namespace hopscope::faults {

/// A setting of the callee's unit that forbids what its program tried: RestrictAddressFamilies=, ProtectSystem= and their kind.
struct Forbidden {
    std::string setting; ///< "RestrictAddressFamilies=AF_UNIX"
    std::string file;    ///< that most likely says so; empty where not known
    const model::LogLine* line = nullptr; ///< the program's words; null where its end or its sockets tell
};
std::optional<Forbidden> forbiddenByUnit(const HopView& view);

/// Says of a service that does not come up which setting of its unit is in its way, and how to take it back.
void addForbidden(Assessment& found, const HopView& view);

/// It runs, and its unit keeps it from the network: nobody gets to it, or it gets to nobody.
Assessment shutAway(const HopView& view);

}
