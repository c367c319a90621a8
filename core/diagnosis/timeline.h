#pragma once

#include "core/faults/predicates/hopview.h"

namespace hopscope::diagnosis {

/// "2026-11-21T09:30:00Z".
std::string clockTime(base::TimePoint at);

/// The first of the unbroken row of failures that the caller's log shows for this hop; empty where no log
/// shows one.
std::optional<base::TimePoint> firstFailureInLogs(const faults::HopView& view);

/// How the requests for the profile's path went of late, by the access log of a failing hop's caller.
struct Trend {
    std::optional<base::TimePoint> lastSuccess; ///< before the failures; empty: none stands in what was read
    base::TimePoint firstFailure {};            ///< after it
    int failures = 0;                           ///< since then
    model::Evidence evidence;
};
/// Empty where no log shows that the last requests failed.
std::optional<Trend> trendInLogs(const faults::HopView& view);

/// What changed on any host in the day before the onset (or, without one, before the run), newest first.
std::vector<model::Change> changesBefore(
    const model::Facts& facts, std::optional<base::TimePoint> onset, base::TimePoint runStart);

}
