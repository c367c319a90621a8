#pragma once

#include "core/discovery/routing/condition.h"
#include "core/parse/caddyfile.h"
#include "core/parse/configtree.h"

#include <map>
#include <string>

namespace hopscope::discovery::caddy {

using Matchers = std::map<std::string, routing::Condition>; ///< by "@name"

/// One line of a matcher's definition ("path /a /b", "not { … }", "header_regexp X y").
routing::Condition matcherOf(const parse::CaddyDirective& line);

/// "@name …" with its lines or its one line.
routing::Condition namedMatcherOf(const parse::CaddyDirective& definition);

/// One matcher set of the JSON: {"host": […], "path": […], "not": […]}.
routing::Condition matcherSetOf(const parse::ConfigTree& set);

/// A JSON route's `match`: any of its sets; Always where there is none.
routing::Condition matchOf(const parse::ConfigTree& sets);

/// Caddy's path matcher for these values: case ignored, "*" at the ends or within.
routing::Condition pathCondition(std::vector<std::string> paths);

}
