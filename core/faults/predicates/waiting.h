#pragma once

#include "core/faults/predicates/assessment.h"
#include "core/faults/predicates/hopview.h"

namespace hopscope::faults {

Assessment appHung(const HopView& view);
Assessment slowEndpoint(const HopView& view);
Assessment timeoutTooShort(const HopView& view);
Assessment workerPoolExhausted(const HopView& view);
Assessment workerTimeout(const HopView& view);
Assessment gcPause(const HopView& view);
Assessment acceptQueueFull(const HopView& view);

}
