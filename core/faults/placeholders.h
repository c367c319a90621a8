#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hopscope::faults {

using PlaceholderValues = std::map<std::string, std::string>;

/// True for the names that a placeholder or a pattern's group may have.
bool isPlaceholderName(std::string_view name);

/// The first "{name}" or "{name|fallback}" of the text whose name is no known one; empty where all are known.
/// Braces that hold no plain word (awk's "{print $1}", a shell's "${name}", curl's "%{name}") are text.
std::string unknownPlaceholder(std::string_view text);

/// True where the text holds any placeholder.
bool hasPlaceholder(std::string_view text);

/// Values fit for use: without control characters, without a leading '-' (an option to the command it lands in), and
/// with "hostPort" made of address and port ("[::1]:80").
PlaceholderValues usableValues(const PlaceholderValues& values);

/// The text with its placeholders filled; nothing where one has neither value nor fallback.
std::optional<std::string> filled(std::string_view text, const PlaceholderValues& usable);

/// Prose: as filled(), but a placeholder without value or fallback becomes its own name in words ("the port").
std::string filledProse(std::string_view text, const PlaceholderValues& usable);

}
