#pragma once

#include "core/faults/predicates/assessment.h"
#include "core/faults/predicates/hopview.h"

namespace hopscope::faults {

Assessment containerExited(const HopView& view);
Assessment containerUnhealthy(const HopView& view);
Assessment containerPortUnpublished(const HopView& view);
Assessment containerNetworkDetached(const HopView& view);

// The container's part of causes that services have as well; each says nothing where the callee is in no container.
Assessment containedCrashLoop(const HopView& view);
Assessment containedCrash(const HopView& view);
Assessment containedOomKill(const HopView& view);
Assessment containedPause(const HopView& view);
Assessment containedFailureToStart(const HopView& view);
Assessment containedLoopback(const HopView& view);
Assessment containedWrongPort(const HopView& view);
Assessment containedWrongAddress(const HopView& view);
Assessment containedImagePull(const HopView& view);

}
