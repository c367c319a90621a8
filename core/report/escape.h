#pragma once

#include <string>
#include <string_view>

namespace hopscope::report {

/// For element content and for quoted attributes of HTML. Invalid UTF-8, controls and text that reorders itself are
/// made visible first (plainText).
std::string htmlEscaped(std::string_view text);

/// As inline text of Markdown: nothing in it is markup, a link, an image, a mention or HTML. One line.
std::string markdownEscaped(std::string_view text, std::size_t longest);
/// As a code span whose fence no run of backticks in the text can close. One line.
std::string markdownSpan(std::string_view text);
/// As a fenced block, likewise.
std::string markdownFence(std::string_view text, const std::string& language);

}
