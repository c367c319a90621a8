#pragma once

#include "core/model/facts.h"

#include <vector>

namespace hopscope::parse {

/// What somebody did with containers: created one anew (a deploy), stopped one. What ends or restarts by itself is none.
std::vector<model::Change> changesOf(const std::vector<model::Container>& containers);

}
