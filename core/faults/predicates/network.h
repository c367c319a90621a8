#pragma once

#include "core/faults/predicates/assessment.h"
#include "core/faults/predicates/hopview.h"

namespace hopscope::faults {

Assessment firewallDrop(const HopView& view);
Assessment firewallReject(const HopView& view);
Assessment hostDown(const HopView& view);
Assessment networkPartition(const HopView& view);
Assessment routeMissing(const HopView& view);
Assessment mtuBlackHole(const HopView& view);
Assessment securityPolicyDenied(const HopView& view);

}
