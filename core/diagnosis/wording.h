#pragma once

#include "core/diagnosis/hypotheses.h"
#include "core/faults/catalogue.h"

#include <string>

namespace hopscope::diagnosis {

/// One sentence for someone who runs a shop, not servers: who fails at whom, and why.
std::string summaryOf(
    const faults::HopView& view, const Hypothesis* cause, const faults::Catalogue& catalogue);

/// Where to look first: real names, one place.
std::string firstPlaceOf(
    const faults::HopView& view, const Hypothesis* cause, const faults::Catalogue& catalogue);

/// Whose problem it is, as the contract's `responsible`.
std::string responsibleFor(const faults::HopView& view, const Hypothesis* cause);

/// "nginx on edge", "users" for the client.
std::string callerName(const faults::HopView& view);
std::string calleeName(const faults::HopView& view);

}
