#pragma once

#include <string>
#include <string_view>

namespace hopscope::base {

/// With A to Z as a to z and every other byte as it is, whatever the locale: names of hosts, headers and keywords.
std::string lowered(std::string_view text);

}
