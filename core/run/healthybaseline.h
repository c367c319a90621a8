#pragma once

#include "core/run/run.h"

#include <string>

namespace hopscope::run {

/// What a profile is to remember of this run (Profile::baseline); empty where not all was well.
std::string healthyBaseline(const Snapshot& snapshot);

}
