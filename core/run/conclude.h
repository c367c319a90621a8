#pragma once

#include "core/faults/catalogue.h"
#include "core/model/capture.h"
#include "core/model/diagnosis.h"
#include "core/model/facts.h"

namespace hopscope::run {

/// All that follows from a capture, computed in one go.
struct Conclusion {
    model::Facts facts;
    model::Topology topology; ///< as discovered; the diagnosis holds it with states
    model::Diagnosis diagnosis;
};

/// capture → facts → topology → diagnosis. Pure.
Conclusion conclude(const model::Capture& capture, const faults::Catalogue& catalogue);

}
