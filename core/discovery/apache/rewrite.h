#pragma once

#include "core/discovery/apache/state.h"

#include <string>
#include <vector>

namespace hopscope::discovery::apache {

/// How mod_rewrite's rules of one place end for a request.
struct RewriteEnd {
    enum class Kind {
        Unchanged,
        Path,     ///< `text` is the new path, to be looked up from the start (or the file, in a server's own rules)
        Proxy,    ///< `text` is the url to pass it to
        Redirect, ///< `text` is where it redirects to
        Status,   ///< Apache answers this `status`
    };
    Kind kind = Kind::Unchanged;
    std::string text;
    int status = 0;
    bool isPassedThrough = false;                 ///< [PT]: ProxyPass and Alias still see it
    bool isFinal = false;                         ///< [END]: no more rules in any further round
    const parse::ApacheDirective* rule = nullptr; ///< the one that decided
};

/// Runs the rules; `state` keeps the changed query and environment. `folder`: of a <Directory> or .htaccess, with its slash
/// at the end and `base` the path that stands for it; empty: a server's own rules.
RewriteEnd runRewrites(State& state, const Block& block, const std::string& folder, const std::string& base);

/// The url of a rule with [P], with its references as they stand; empty for other rules.
std::string proxiedUrl(const parse::ApacheDirective& rule);

}
