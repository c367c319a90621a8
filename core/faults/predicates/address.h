#pragma once

#include "core/faults/predicates/assessment.h"
#include "core/faults/predicates/hopview.h"

namespace hopscope::faults {

Assessment boundToLoopback(const HopView& view);
Assessment wrongPort(const HopView& view);
Assessment wrongAddress(const HopView& view);
Assessment addressFamilyMismatch(const HopView& view);
Assessment staleAddress(const HopView& view);

}
