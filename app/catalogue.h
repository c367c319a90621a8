#pragma once

#include "core/faults/catalogue.h"

#include <future>
#include <memory>
#include <optional>

namespace hopscope::app {

/// The built-in fault catalogue with the user's own entries (~/.config/hopscope/faults, if there is such a folder).
/// Empty, with a line on stderr, where an entry is wrong.
std::optional<std::shared_ptr<const faults::Catalogue>> loadCatalogue();

/// The same on a thread of its own, for who has logins to begin meanwhile; null where an entry is wrong.
std::shared_future<std::shared_ptr<const faults::Catalogue>> startLoadingCatalogue();

}
