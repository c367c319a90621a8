#pragma once

#include "core/model/facts.h"

#include <string_view>
#include <vector>

namespace hopscope::parse {

/// One JSON line a container, of `docker inspect --format …`, under "@@ docker" or "@@ podman".
std::vector<model::Container> parseContainers(std::string_view output);

}
