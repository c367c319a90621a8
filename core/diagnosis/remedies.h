#pragma once

#include "core/diagnosis/hypotheses.h"
#include "core/faults/catalogue.h"

namespace hopscope::diagnosis {

/// What to do, safest first, filled with this chain's own names; without a cause, what settles it.
std::vector<model::Remediation> remediesFor(
    const faults::HopView& view, const Hypothesis* cause, const faults::Catalogue& catalogue);
std::vector<model::Remediation> preventionFor(
    const faults::HopView& view, const Hypothesis* cause, const faults::Catalogue& catalogue);

}
