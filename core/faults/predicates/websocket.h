#pragma once

#include "core/faults/predicates/assessment.h"
#include "core/faults/predicates/hopview.h"

#include <optional>

namespace hopscope::faults {

/// The app wants a WebSocket ("426 Upgrade Required"), and nothing in the proxy's configuration lets the wish for one
/// through. A plain request gets the same answer where all is well, so the configuration decides.
std::optional<model::Evidence> lostUpgrade(const HopView& view);

Assessment websocketNotUpgraded(const HopView& view);

}
