#pragma once

#include "core/parse/configtree.h"

namespace hopscope::discovery::traefik {

/// Traefik 1 had `frontends` and `backends`.
bool isOldConfig(const parse::ConfigTree& tree);
/// The same as `http.routers` and `http.services`, all else as it is.
parse::ConfigTree fromOldConfig(const parse::ConfigTree& tree);

}
