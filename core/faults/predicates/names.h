#pragma once

#include "core/faults/predicates/assessment.h"
#include "core/faults/predicates/hopview.h"

namespace hopscope::faults {

Assessment dnsNxdomain(const HopView& view);
Assessment dnsServerUnreachable(const HopView& view);
Assessment dnsServerError(const HopView& view);
Assessment resolverNotConfigured(const HopView& view);
/// The url leads somewhere that none of the profile's hosts is, while one of them would serve it.
Assessment edgeDnsWrong(const HopView& view);

}
