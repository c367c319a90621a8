#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace hopscope::base {

using Milliseconds = std::chrono::milliseconds;
/// A moment of the wall clock, in UTC.
using TimePoint = std::chrono::sys_time<Milliseconds>;
/// Where the wall clock comes in. Nothing that computes reads a clock by itself.
using WallClock = std::function<TimePoint()>;

TimePoint systemNow();

/// "2026-11-21T09:30:00.000Z"; RFC 3339, always UTC with milliseconds.
std::string toIso8601(TimePoint time);

/// RFC 3339 with any number of fraction digits (or none), 'T' or a space, and "Z", "+hh:mm", "+hhmm" or no zone (UTC).
std::optional<TimePoint> fromIso8601(std::string_view text);

/// Seconds since 1970 as text, "1763717400" or "1763717400.123456".
std::optional<TimePoint> fromUnixSeconds(std::string_view text);

}
