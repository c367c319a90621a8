#pragma once

#include "core/base/address.h"
#include "core/model/facts.h"

#include <string_view>

namespace hopscope::faults {

using Family = base::AddressFamily;
using base::familyOf;
using base::hostPart;
using base::isLoopback;
using base::isSameAddress;
using base::isWildcard;
using base::isWithin;

/// Whether a TCP listener would accept a connection to this address (its port is not compared).
bool accepts(const model::Listener& listener, std::string_view address);

}
