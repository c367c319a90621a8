#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace hopscope::parse {

using Variables = std::map<std::string, std::string, std::less<>>;

/// A .env file: NAME=value lines, comments, quotes, "export".
Variables readEnvironmentFile(std::string_view text);

/// "${NAME}", "$NAME", "${NAME:-default}", "${NAME-default}", "${NAME:+other}", "${NAME:?message}" and "$$", as compose fills
/// them. Names without a value are added to `unset`.
std::string filledIn(std::string_view text, const Variables& variables, std::vector<std::string>& unset);

}
