#pragma once

#include <string_view>

namespace hopscope::parse {

/// Whether a path matches a shell pattern as glob(3) does: `*`, `?` and `[…]` never match a slash, nor a dot at the start
/// of a path's part. Each part is matched in time of its length times the pattern's.
bool matchesPath(std::string_view pattern, std::string_view path);

}
