#pragma once

#include "core/faults/predicates/assessment.h"
#include "core/faults/predicates/hopview.h"

namespace hopscope::faults {

/// "be_shop/app1: DOWN, L7STS: 404 Not Found", as evidence of what the caller itself says of its server.
model::Evidence reportEvidence(const HopView& view);

Assessment healthCheckMisconfigured(const HopView& view);
Assessment healthCheckFailing(const HopView& view);

}
