#pragma once

#include "core/faults/predicates/assessment.h"
#include "core/faults/predicates/hopview.h"

namespace hopscope::faults {

Assessment containerExited(const HopView& view);
Assessment containerUnhealthy(const HopView& view);

}
