#pragma once

#include "core/model/runtime.h"

#include <string_view>
#include <vector>

namespace hopscope::parse {

/// What core/probe/shell/settings.awk let through: "@@ env", "@@ unit NAME FILE", "@@ args PID FILE", "@@ file FILE".
/// Masked once more, should a host ever send what it must not.
std::vector<model::Setting> parseAppSettings(std::string_view output);

}
