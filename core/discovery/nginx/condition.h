#pragma once

#include "core/discovery/nginx/state.h"

namespace hopscope::discovery::nginx {

struct ConditionValue {
    bool isTrue = false;
    bool isCertain = true; ///< else other requests may see it the other way
    std::optional<PatternMatch> captures;
};

/// The condition of an `if` block, its arguments as written: `($host`, `=`, `example.com)`.
ConditionValue evaluateCondition(const State& state, const std::vector<std::string>& arguments);

}
