#pragma once

#include "core/faults/predicates/assessment.h"
#include "core/faults/predicates/hopview.h"

namespace hopscope::faults {

Assessment appError(const HopView& view);
Assessment appMisconfigured(const HopView& view);
Assessment scriptNotFound(const HopView& view);

}
