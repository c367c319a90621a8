#pragma once

#include <string>
#include <string_view>

namespace hopscope::faults {

/// The text without terminal escape sequences (colours, cursor, titles) and other control characters but the tab.
std::string withoutEscapes(std::string_view line);

/// Typographic quotes and hard spaces, as browsers and chats write them, as ASCII has them.
std::string withPlainPunctuation(std::string_view text);

/// The text with \" as ": programs quote messages that hold quotes (msg="the service \"web\" …").
std::string withoutQuoteEscapes(std::string_view text);

/// Where the line is a JSON object, or ends in one behind a prefix: what it says, as plain text. Its messages come
/// first, one a line; then "key=value" of the fields that tell something ("status=502", "response_flags=UF").
/// Empty where there is no JSON object.
std::string jsonLogText(std::string_view line);

/// The name that a prefix gives for who wrote the line: a syslog tag ("nginx[812]:"), a container ("web-1  | "), a pod.
/// Empty where there is none. A view into the line.
std::string_view writerName(std::string_view line);

}
