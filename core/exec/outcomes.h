#pragma once

#include "core/exec/checkspec.h"
#include "core/model/outcome.h"

#include <string>

namespace hopscope::exec {

/// How a check ended, as the script told it.
struct CheckEnd {
    int status = 0;
    bool isTruncated = false;
    std::string errorOutput;
    base::Milliseconds duration {};
};

/// The conventions of README.md: 0, 77 and 126 (denied), 124 and 137 (time limit), 127 (not installed), the rest.
model::Outcome outcomeOf(const CheckSpec& spec, const CheckEnd& end);

}
