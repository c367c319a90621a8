#pragma once

#include "core/faults/predicates/hopview.h"

namespace hopscope::diagnosis {

/// A line of this very outage by which an app, or what it depends on, says that the two don't get on, though a connection
/// could be made: a wrong password, no connection left, a full disk. Null where neither says so.
const faults::ReadLine* dependencyComplaint(const faults::HopView& view);

/// What the app sees then, as a variant.
std::string complainedVariant(const faults::ReadLine& complaint);

}
