#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hopscope::profile {

/// '*' and '?' as in ssh_config(5), without regard to case.
bool matchesSshPattern(std::string_view text, std::string_view pattern);

/// A list where one '!' pattern that matches means no, else one that matches means yes.
bool matchesSshPatterns(std::string_view text, const std::vector<std::string>& patterns);

/// "a,b,!c" to its parts.
std::vector<std::string> splitAtCommas(std::string_view list);

}
