#pragma once

#include "core/model/topology.h"

#include <vector>

namespace hopscope::discovery {

/// Puts before each hop one that leads to where it begins, from the requests' beginning on; what stands so already stays as
/// it is, and so do hops of circles that nothing leads into.
void putOuterFirst(std::vector<model::Hop>& hops);

}
