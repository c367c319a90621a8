#pragma once

#include <string>
#include <string_view>

namespace hopscope::faults {

/// The app's own word for its error, out of a line of a log; empty where the line has none: the head of a traceback, a
/// request's line.
std::string errorIn(std::string_view line);

/// The setting that a line names: "KeyError: 'SECRET_KEY'", "environment variable: SECRET_KEY".
std::string settingIn(std::string_view text);

/// The name in `database "shop" does not exist` and `Unknown database 'shop'`; empty where there is none.
std::string missingDatabase(std::string_view text);

/// The word in quotes behind `name` in PostgreSQL's own sentence; empty where there is none.
std::string quotedAfter(std::string_view text, std::string_view name);

}
