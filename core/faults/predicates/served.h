#pragma once

#include "core/faults/predicates/hopview.h"

#include <optional>

namespace hopscope::faults {

/// A request that went well over a hop that now fails.
struct Served {
    base::TimePoint at;
    model::Evidence evidence;

    bool operator==(const Served&) const = default;
};

/// The caller's access log shows the very request of this run answered well, by processes that run since before that:
/// with the configuration that they hold now, the target was right then. Empty where that can't be told.
std::optional<Served> servedBefore(const HopView& view);

/// Whether the caller's access log shows this request answered well after this time: what had started then had come up.
bool servedAfter(const HopView& view, base::TimePoint start);

/// When the callee's own access log last says that this request was answered with 2xx or 3xx, whatever it ran with then.
std::optional<Served> answeredWellBefore(const HopView& view);

/// Whether a line of a proxy's error log quotes (request: "GET /cart HTTP/1.1") the request of this run. Empty where it
/// quotes none.
std::optional<bool> isAboutThisRequest(const HopView& view, std::string_view text);

}
