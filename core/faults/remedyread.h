#pragma once

#include "core/faults/yamlmap.h"

namespace hopscope::faults {

/// The list under `remedies` or `prevention`. Throws CatalogueFailure.
std::vector<Remedy> readRemedies(const YAML::Node& node, const std::string& file);

}
