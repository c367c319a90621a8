#pragma once

#include "core/model/topology.h"

#include <string>
#include <vector>

namespace hopscope::report {

/// The chain for a terminal: each hop with where it was declared and who owns its target; control characters removed.
std::string topologyText(const model::Topology& topology, const std::vector<model::ConfigWarning>& warnings);

}
