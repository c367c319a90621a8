#pragma once

#include "core/faults/predicates/assessment.h"
#include "core/faults/predicates/hopview.h"

namespace hopscope::faults {

Assessment httpVersionMismatch(const HopView& view);
Assessment proxyProtocolMismatch(const HopView& view);

}
