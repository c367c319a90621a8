#pragma once

#include "core/discovery/nginx/state.h"

namespace hopscope::discovery::nginx {

/// The value of a variable that a `map`, `geo` or `split_clients` block defines.
Expansion definedValue(const State& state, const Scope& block, int depth);

/// A variable that a named group in a map's regular expressions sets; unknown where there is none.
Expansion capturedByMap(const State& state, const std::string& name, int depth);

}
