#pragma once

#include "core/faults/predicates/assessment.h"
#include "core/faults/predicates/hopview.h"

namespace hopscope::faults {

/// "be_shop/app1: DOWN, L7STS: 404 Not Found", as evidence of what the caller itself says of its server.
model::Evidence reportEvidence(const HopView& view);

/// The caller itself says whether this server is well by its checks; Caddy's own count of failures leaves its active check out.
bool tellsItsServersHealth(const HopView& view);

/// Whether HAProxy set the server aside for what it answered to visitors ("observe", shown as HANA), not to a health check.
bool isTakenOutByItsAnswers(const HopView& view);
Assessment healthCheckMisconfigured(const HopView& view);
Assessment healthCheckFailing(const HopView& view);

}
