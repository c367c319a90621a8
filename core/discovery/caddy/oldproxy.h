#pragma once

#include "core/discovery/routing/rule.h"
#include "core/parse/caddyfile.h"

#include <string_view>

namespace hopscope::discovery::caddy {

/// `proxy` and `fastcgi` of Caddy 1: their first word is the beginning of the paths that they take.
bool isOldProxy(std::string_view name);
/// Without steps where it names no upstream.
routing::Rule oldProxyOf(const parse::CaddyDirective& directive);

}
