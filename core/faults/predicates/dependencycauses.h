#pragma once

#include "core/faults/predicates/assessment.h"
#include "core/faults/predicates/hopview.h"

namespace hopscope::faults {

Assessment dependencyDown(const HopView& view);
Assessment dependencyAuthFailed(const HopView& view);
Assessment dependencyLimitReached(const HopView& view);
Assessment slowDependency(const HopView& view);

}
