#pragma once

#include "core/base/time.h"

#include <optional>
#include <string_view>

namespace hopscope::discovery::routing {

/// "1m30s", "250ms", "0.25s", "2d" as Go writes durations; a number alone counts as `unit` milliseconds each.
std::optional<base::Milliseconds> parseGoDuration(std::string_view text, double unit);

}
