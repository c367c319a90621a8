#pragma once

#include "core/faults/predicates/assessment.h"
#include "core/faults/predicates/hopview.h"

namespace hopscope::faults {

/// A proxy that answered by itself, by a rule or for want of one, in place of passing the request on.
struct TurnedAway {
    std::string variant;
    Assessment assessment; ///< of its one cause
    bool isStated = false; ///< by a line of the proxy's log, or by a rule of its configuration
};

/// Reads the caller's attempt at a proxy: its status, whether what is behind the proxy would have answered otherwise, what
/// the proxy's log and configuration say. Nothing for an answer that was passed on, or that is no refusal: a login that
/// was always wanted is none.
std::optional<TurnedAway> turnedAway(const HopView& view);

/// A proxy that has no connection left to serve the caller with, by its own log or status.
std::optional<TurnedAway> fullProxy(const HopView& view);

}
