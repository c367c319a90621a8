#pragma once

#include "core/faults/predicates/assessment.h"
#include "core/faults/predicates/hopview.h"

namespace hopscope::faults {

/// The app meets a read-only file system where the host has none: its unit shuts it off (ProtectSystem=, ProtectHome=).
Assessment shutOffFolder(const HopView& view);

}
