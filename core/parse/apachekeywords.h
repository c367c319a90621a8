#pragma once

#include <string_view>

namespace hopscope::parse {

/// The directive of Apache's own that a name (lower-case) most likely means; empty where it is one, or is like none. Names
/// of other people's modules are many: a name that resembles nothing is no mistake.
std::string_view meantApacheDirective(std::string_view name);

}
