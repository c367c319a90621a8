#pragma once

#include "core/discovery/nginx/state.h"

namespace hopscope::discovery::nginx {

/// The value of a variable that a `map`, `geo` or `split_clients` block defines.
Expansion definedValue(const State& state, const Scope& block, int depth);

}
