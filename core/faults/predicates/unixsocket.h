#pragma once

#include "core/faults/predicates/assessment.h"
#include "core/faults/predicates/hopview.h"

namespace hopscope::faults {

Assessment socketPermissions(const HopView& view);
Assessment staleSocket(const HopView& view);

/// `app-misconfigured`: it listens at the socket's path, but in a mount namespace of its own.
Assessment hiddenSocket(const HopView& view);

}
