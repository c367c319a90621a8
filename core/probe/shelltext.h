#pragma once

#include <string>
#include <string_view>

namespace hopscope::probe {

/// A file of core/probe/shell as it was at build time, without its comment lines. Empty for a name that is none of them.
std::string shellText(std::string_view file);

}
