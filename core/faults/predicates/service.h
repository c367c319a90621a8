#pragma once

#include "core/faults/predicates/assessment.h"
#include "core/faults/predicates/hopview.h"

namespace hopscope::faults {

Assessment serviceStopped(const HopView& view); ///< of a proxy: proxy-stopped
Assessment serviceFailedToStart(const HopView& view);
Assessment crashLoop(const HopView& view);
Assessment processCrashed(const HopView& view);
Assessment deploymentInProgress(const HopView& view);

}
