#pragma once

#include "core/faults/predicates/hopview.h"

#include <optional>
#include <string>

namespace hopscope::diagnosis {

/// Some of the requests for the profile's path fail, some don't, and it goes on.
struct Intermittent {
    std::string share;   ///< "10 of the last 41 requests"
    std::string variant; ///< what the failing ones met
    std::vector<model::Evidence> evidence;
};

/// Looks for it on a hop whose own attempts went well: the caller's access log with failures among successes, and, where
/// they may be another site's, lines of this hop for them (the callee's errors, or the caller's about this target). Empty where
/// the failures lie behind an unbroken run of successes that chance does not explain: then it is over.
std::optional<Intermittent> intermittentFailure(const faults::HopView& view);

}
