#pragma once

#include "core/model/facts.h"

#include <string_view>
#include <vector>

namespace hopscope::parse {

/// The output of core/probe/shell/cpu-groups.sh: limits and counters, each line after its file.
std::vector<model::CpuGroup> parseCpuGroups(std::string_view output);

/// Another look at the same groups: what it counts goes beside what the first one did.
void addLaterLook(std::vector<model::CpuGroup>& groups, std::vector<model::CpuGroup> later);

}
