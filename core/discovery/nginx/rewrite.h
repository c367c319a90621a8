#pragma once

#include "core/discovery/nginx/state.h"

#include <vector>

namespace hopscope::discovery::nginx {

/// How the rewrite directives of a block end for one course of a request.
struct RewriteEnd {
    enum class Kind {
        Continue, ///< on with this block's content
        Restart,  ///< the path changed: choose the location again
        Return,   ///< nginx answers by itself
    };
    Kind kind = Kind::Continue;
    State state; ///< its scope is the `if` block where one was entered
    int status = 0;   ///< of Return
    std::string text; ///< of Return: a body or where it redirects to
    const parse::NginxDirective* directive = nullptr; ///< of Return
};

/// Runs `set`, `rewrite`, `return`, `break` and `if` of a server or location in their order. An `if` that can't be told
/// gives both courses; the less likely one is not on path. At most 64 courses.
std::vector<RewriteEnd> runRewrites(State state, const Scope& scope);

}
