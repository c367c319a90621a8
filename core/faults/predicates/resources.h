#pragma once

#include "core/faults/predicates/assessment.h"
#include "core/faults/predicates/hopview.h"

namespace hopscope::faults {

Assessment oomKilled(const HopView& view);
Assessment heapExhausted(const HopView& view);
Assessment cpuSaturated(const HopView& view);
Assessment cpuThrottled(const HopView& view);
Assessment memoryExhausted(const HopView& view);
Assessment diskFull(const HopView& view);
Assessment inodesExhausted(const HopView& view);
Assessment fdExhausted(const HopView& view);
Assessment conntrackFull(const HopView& view);
Assessment neighbourTableFull(const HopView& view);
Assessment ephemeralPortsExhausted(const HopView& view);

}
