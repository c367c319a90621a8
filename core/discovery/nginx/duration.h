#pragma once

#include "core/base/time.h"

#include <optional>
#include <string_view>

namespace hopscope::discovery::nginx {

/// "60", "30s", "500ms", "1h 30m"; empty for what nginx would refuse.
std::optional<base::Milliseconds> parseDuration(std::string_view text);

}
