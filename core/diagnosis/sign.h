#pragma once

#include "core/model/diagnosis.h"
#include "core/model/topology.h"

#include <string>
#include <vector>

namespace hopscope::diagnosis {

/// What shows that a hop fails, and how.
struct Sign {
    std::string variant;
    double confidence = 0; ///< that this is what the caller sees
    std::vector<model::Evidence> evidence {};
    std::string share {}; ///< "10 of the last 41 requests", where not all of them fail
    bool isProbed = false; ///< by the caller's own attempt
    bool isDisguised = false; ///< the status alone looks like the client's own mistake
    bool isOwn = false; ///< what fails is the callee itself, whatever lies behind it
    bool isIntermittent = false; ///< only some of the requests fail
    bool isStray = false; ///< whoever answered may be none of the profile's hosts
    model::State state = model::State::Failing;
};

}
