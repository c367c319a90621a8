#pragma once

#include "core/model/facts.h"

#include <string>
#include <string_view>
#include <vector>

namespace hopscope::parse {

/// core/probe/shell/socket-status.sh: `stat` of a path and of each directory above it.
std::vector<model::FileStatus> parseFileStatus(std::string_view output);

}
