#pragma once

#include "core/faults/predicates/assessment.h"
#include "core/faults/predicates/hopview.h"

namespace hopscope::faults {

Assessment wrongProtocol(const HopView& view);
Assessment responseHeaderTooBig(const HopView& view);
Assessment responseMalformed(const HopView& view);
Assessment keepaliveRace(const HopView& view);

}
