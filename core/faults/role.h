#pragma once

#include "core/faults/catalogue.h"

#include <optional>
#include <string_view>

namespace hopscope::faults {

/// The role of that id ("upstream-app"); nothing where there is none.
std::optional<Role> roleFromId(std::string_view text);

}
