#pragma once

#include "core/faults/predicates/assessment.h"
#include "core/faults/predicates/hopview.h"

namespace hopscope::faults {

/// `listen.allowed_clients` of the PHP-FPM pool behind the hop, where the caller's address is not in it; PHP-FPM says so only in
/// a log that it seldom writes.
void addAllowedClients(Assessment& found, const HopView& view);

}
