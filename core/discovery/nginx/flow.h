#pragma once

#include "core/discovery/nginx/configuration.h"
#include "core/discovery/proxy.h"

namespace hopscope::discovery::nginx {

struct FlowResult {
    std::vector<ProxyTarget> targets;
    std::string note; ///< what nginx itself answers, where it passes the request to nobody
    std::vector<model::OwnAnswer> ownAnswers; ///< on the request's way, or where a condition that can't be told holds
    std::vector<model::ConfigWarning> warnings;
};

/// A request's way through one server block: rewrites, location, try_files, index, the directive that passes it on; and
/// beside it what else it may meet: the other courses of an undecidable `if`, auth_request, mirror, error_page.
/// `state` has its server, listen and path set.
FlowResult followRequest(const Configuration& configuration, State state);

}
