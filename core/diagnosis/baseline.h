#pragma once

#include "core/faults/predicates/hopview.h"
#include "core/model/baseline.h"

#include <vector>

namespace hopscope::diagnosis {

/// What is worth to be remembered of a chain that is well.
model::Baseline baselineOf(const model::Capture& capture, const model::Facts& facts, const model::Topology& topology);

/// What differs at this hop, and at what it leads to, from the time when all was well; the most telling first.
std::vector<model::Evidence> differencesAt(const faults::HopView& view, const model::Baseline& baseline);

}
