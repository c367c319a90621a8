#pragma once

#include "core/faults/predicates/assessment.h"
#include "core/faults/predicates/hopview.h"

namespace hopscope::faults {

Assessment appError(const HopView& view);
Assessment appMisconfigured(const HopView& view);
Assessment scriptNotFound(const HopView& view);
Assessment dependencyDown(const HopView& view);
Assessment dependencyAuthFailed(const HopView& view);
Assessment dependencyLimitReached(const HopView& view);
Assessment slowDependency(const HopView& view);
Assessment wrongProtocol(const HopView& view);
Assessment responseHeaderTooBig(const HopView& view);
Assessment responseMalformed(const HopView& view);
Assessment keepaliveRace(const HopView& view);

}
