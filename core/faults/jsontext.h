#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace hopscope::faults {

/// How many bytes the UTF-8 character at `at` takes (1 to 4); 0 where there is no valid one.
std::size_t utf8Length(std::string_view text, std::size_t at);

/// Adds the text as a JSON string with its quotes. What is not valid UTF-8 becomes U+FFFD.
void appendJsonString(std::string_view text, std::string& out);

}
