#pragma once

#include "core/faults/catalogueread.h"

#include <vector>

namespace hopscope::faults {

/// resources/faults/*.yaml as they were when the program was built, taxonomy.yaml first. The definition is made by
/// embed.cmake.
std::vector<CatalogueFile> builtInFiles();

}
