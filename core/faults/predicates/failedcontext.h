#pragma once

#include "core/faults/predicates/hopview.h"

#include <optional>

namespace hopscope::faults {

/// The app server runs, but the one application that the request is for did not start in it: Tomcat answers 404 for all of
/// it then, as for a page that nobody has. Its own log says so, and of no later attempt.
std::optional<model::Evidence> failedContext(const HopView& view);

}
