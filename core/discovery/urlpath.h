#pragma once

#include <string>
#include <string_view>

namespace hopscope::discovery {

/// A request's path as a proxy compares it: decoded, dots resolved, slashes merged where the proxy does so.
std::string normalizedPath(std::string_view path, bool mergesSlashes = true);

}
