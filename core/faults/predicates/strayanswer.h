#pragma once

#include "core/faults/predicates/hopview.h"

#include <optional>
#include <string>

namespace hopscope::faults {

/// Whether a host of the profile has this address, or was reached by it.
bool isProfilesAddress(const HopView& view, const std::string& address);

/// An answer "not here" or "not you" (403, 404, 410, 421) to the user's request, from an address that none of the
/// profile's hosts has, and of which nothing that was read on them knows: whoever gave it may be anybody.
struct StrayAnswer {
    std::string address;
    int status = 0;
    /// The site's own server answers the same request well: the answer came from elsewhere.
    const model::HopProbe* ownAnswer = nullptr;
};

/// Of the user's hop alone. Nothing where the profile itself gives the address, where what is behind the first server
/// answers alike, or where that server's log or a rule of its configuration shows that the answer is its own.
std::optional<StrayAnswer> strayAnswer(const HopView& view);

}
