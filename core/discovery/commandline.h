#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hopscope::discovery {

using Arguments = std::vector<std::string>;

/// The words of a command line as ps or a unit's ExecStart shows it; quotes part words like blanks do.
Arguments argumentWords(std::string_view text);

/// The value of an option, the last one where there are several: "--workers 4", "--workers=4", "-w 4", "-w4".
std::optional<std::string> optionOf(const Arguments& words, std::initializer_list<std::string_view> names);

/// The values of an option that may be given several times, in their order.
std::vector<std::string> optionsOf(const Arguments& words, std::initializer_list<std::string_view> names);

}
