#pragma once

#include "core/model/cluster.h"

#include <string>

namespace hopscope::discovery::kubernetes {

/// "shop/web"; the name alone for what has no namespace.
std::string named(const model::cluster::Meta& meta);

}
