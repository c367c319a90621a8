#pragma once

#include "core/model/facts.h"
#include "core/model/topology.h"

#include <string>

namespace hopscope::diagnosis {

/// What one attempt shows of a hop.
struct ProbeReading {
    enum class Kind {
        Good, ///< the hop works
        Bad, ///< it fails: `variant` says how
        Blank, ///< the attempt says nothing, or not enough
    };
    Kind kind = Kind::Blank;
    std::string variant;
    double confidence = 0;
};

ProbeReading readProbe(const model::HopProbe& probe, const model::Hop& hop);

}
