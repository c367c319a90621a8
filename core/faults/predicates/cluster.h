#pragma once

#include "core/faults/predicates/assessment.h"
#include "core/faults/predicates/hopview.h"

namespace hopscope::faults {

// What a cluster's objects say of the pods behind a service …
Assessment podCrashLoop(const HopView& view);
Assessment podNotReady(const HopView& view);
Assessment podUnschedulable(const HopView& view);
Assessment podEvicted(const HopView& view);
Assessment livenessProbeFailing(const HopView& view);
Assessment imagePullFailed(const HopView& view);
Assessment readinessTestWrong(const HopView& view); ///< of health-check-misconfigured
Assessment sidecarNotReady(const HopView& view);
Assessment podOutOfMemory(const HopView& view);   ///< of oom-killed
Assessment podMisconfigured(const HopView& view); ///< of app-misconfigured
// … of the service itself …
Assessment noEndpoints(const HopView& view);
Assessment selectorMismatch(const HopView& view);
Assessment servicePortMismatch(const HopView& view);
Assessment routeMissingInCluster(const HopView& view);
Assessment meshRouteMissing(const HopView& view);
// … and of what stands between.
Assessment networkPolicy(const HopView& view);
Assessment mtlsMismatch(const HopView& view);
Assessment meshPolicyDenied(const HopView& view);
Assessment subsetMissing(const HopView& view);
Assessment faultInjected(const HopView& view);
Assessment controlPlaneUnreachable(const HopView& view);

}
