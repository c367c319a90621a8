#pragma once

#include "core/faults/predicates/assessment.h"
#include "core/faults/predicates/hopview.h"

#include <vector>

namespace hopscope::diagnosis {

/// A cause for one hop with how sure it is beside the others.
struct Hypothesis {
    faults::Assessment assessment;
    double belief = 0; ///< after what other causes' evidence rules out
    std::vector<model::Evidence> consequences; ///< evidence of causes that are mere effects of this one
};

struct Ranking {
    std::vector<Hypothesis> hypotheses; ///< best first
    bool isSettled = false; ///< the first one may be named as the cause
    double confidence = 0; ///< of hop, variant and (where settled) cause together
};

/// Asks every predicate about a hop and ranks what they say.
Ranking rank(const faults::HopView& view);

}
