#pragma once

#include "core/faults/catalogue.h"

#include <memory>
#include <optional>

namespace hopscope::app {

/// The built-in fault catalogue with the user's own entries (~/.config/hopscope/faults, if there is such a folder).
/// Empty, with a line on stderr, where an entry is wrong.
std::optional<std::shared_ptr<const faults::Catalogue>> loadCatalogue();

}
