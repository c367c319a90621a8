#pragma once

#include "core/faults/predicates/assessment.h"
#include "core/faults/predicates/hopview.h"

namespace hopscope::faults {

Assessment proxyConfigInvalid(const HopView& view);
Assessment proxyConfigNotReloaded(const HopView& view);
Assessment portConflict(const HopView& view);
Assessment bindPermissionDenied(const HopView& view);
Assessment connectionLimitReached(const HopView& view);
Assessment maintenanceMode(const HopView& view);
Assessment rateLimited(const HopView& view);
Assessment accessDenied(const HopView& view);
Assessment requestTooLarge(const HopView& view);

Assessment routeMissingInProxy(const HopView& view);
Assessment proxyLoop(const HopView& view);
Assessment circuitBreakerOpen(const HopView& view);
Assessment queueLimitReached(const HopView& view);
Assessment outlierEjected(const HopView& view);

}
