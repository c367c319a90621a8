#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hopscope::base {

/// One word for a POSIX shell: unchanged where it is safe, else in single quotes. The only way a discovered value
/// enters a command. NUL bytes are dropped (no shell word can hold one).
std::string shellQuoted(std::string_view word);

/// Words to a command line, each quoted where needed.
std::string shellCommand(const std::vector<std::string>& words);

}
