#pragma once

#include "core/discovery/haproxy/state.h"

#include <span>
#include <string>

namespace hopscope::discovery::haproxy {

enum class Truth { No, Maybe, Yes };

struct ConditionValue {
    Truth truth = Truth::Yes;
    bool isByHost = false; ///< the Host header or the name in TLS decided it
};

/// The words behind `if` or `unless`: ACL names, `!`, `{ … }`, `||`.
ConditionValue evaluateCondition(const State& state, std::span<const std::string> words);

/// The condition of a rule: the words from the first `if` or `unless` on; without one it always holds.
ConditionValue conditionOf(const State& state, const std::vector<std::string>& words);

}
