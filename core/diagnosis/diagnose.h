#pragma once

#include "core/faults/catalogue.h"
#include "core/model/capture.h"
#include "core/model/diagnosis.h"
#include "core/model/facts.h"
#include "core/model/topology.h"

namespace hopscope::diagnosis {

/// The conclusion from all that was seen. Pure: no I/O, no clock; the same input gives the same answer.
/// Works on a capture that is still growing: what has not come yet counts as unknown.
model::Diagnosis diagnose(const model::Capture& capture, const model::Facts& facts,
    const model::Topology& topology, const faults::Catalogue& catalogue);

}
