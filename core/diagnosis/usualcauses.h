#pragma once

#include "core/faults/catalogue.h"
#include "core/faults/predicates/hopview.h"
#include "core/model/diagnosis.h"

namespace hopscope::diagnosis {

/// Where nothing tells causes apart: what usually is behind such a symptom, with what would tell. Guesses, so
/// never above one half.
void addUsualCauses(std::vector<model::Alternative>& alternatives, const faults::HopView& view,
    const faults::Catalogue& catalogue);

}
