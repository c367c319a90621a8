#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace hopscope::report {

/// Text of unknown origin, made safe to print: invalid UTF-8 becomes U+FFFD; control characters, escape sequences and
/// the marks that reorder or hide text become visible ("\x1b", "\u{202e}"). Newlines and tabs stay.
std::string plainText(std::string_view text);

/// The same as one line: newlines become " ⏎ ", tabs a blank; cut to `longest` characters with "…".
std::string plainLine(std::string_view text, std::size_t longest = 400);

}
