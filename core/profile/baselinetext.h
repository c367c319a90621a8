#pragma once

#include "core/model/baseline.h"

#include <optional>
#include <string>

namespace hopscope::profile {

/// "hopscope.baseline/1", what a profile keeps as its `baseline`.
std::string baselineText(const model::Baseline& baseline);
/// Empty where it is none of ours: it then says nothing.
std::optional<model::Baseline> readBaseline(const std::string& text);

}
