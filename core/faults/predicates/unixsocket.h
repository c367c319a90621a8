#pragma once

#include "core/faults/predicates/assessment.h"
#include "core/faults/predicates/hopview.h"

namespace hopscope::faults {

Assessment socketPermissions(const HopView& view);
Assessment staleSocket(const HopView& view);

}
