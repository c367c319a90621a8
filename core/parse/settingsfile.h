#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hopscope::parse {

/// What a program's own configuration file says, nested keys joined by dots and items by their number: "redis.nodes.0".
/// YAML, JSON, TOML, lines of "key = value" with their [section], and the backends of Varnish's VCL; nothing of files in other formats. A YAML document that is
/// only for a profile of Spring's is left out. Bounded in depth and number.
std::vector<std::pair<std::string, std::string>> settingsInFile(const std::string& path, std::string_view text);

/// "jdbc:postgresql://${DB_HOST:localhost}:5432/shop" with its places filled in, innermost first, a default behind ':' or ':-';
/// `valueOf` gives null for a name that is not set. False where a name has neither, and the text is then of no use.
bool fillPlaces(std::string& text, const std::map<std::string, std::string>& values);

/// "spring.data.redis.host" → "SPRING_DATA_REDIS_HOST", as Spring's relaxed binding has it; "bootstrap-servers" loses its dash.
std::string variableNamed(std::string_view key);

}
