#pragma once

#include "core/faults/predicates/hopview.h"

#include <optional>

namespace hopscope::faults {

/// What a proxy calls in place of this hop's target: its file was changed, and what runs has the older one.
struct OldTarget {
    std::string address; ///< "10.1.0.3:3000"; empty where only the log of a group shows it
    std::string variant; ///< what it meets there
    model::Evidence evidence;
};

/// By the proxy's own report of its servers, or by its newest log line about a target that no file names any more.
std::optional<OldTarget> oldTarget(const HopView& view);

}
