#pragma once

#include "core/faults/predicates/hopview.h"

namespace hopscope::diagnosis {

/// The first of the unbroken row of failures that the caller's log shows for this hop; empty where no log
/// shows one.
std::optional<base::TimePoint> firstFailureInLogs(const faults::HopView& view);

/// What changed on any host in the day before the onset (or, without one, before the run), newest first.
std::vector<model::Change> changesBefore(
    const model::Facts& facts, std::optional<base::TimePoint> onset, base::TimePoint runStart);

}
