#pragma once

#include "core/base/ids.h"

#include <string>
#include <string_view>

namespace hopscope::report {

/// What a check's command itself printed: the lines by which our scripts mark their parts become headings or go, and
/// the names and numbers of a hop's attempt become words. Bytes of any origin; to be made plain before it is shown.
std::string ownOutput(const base::CheckId& check, std::string_view output);

}
