#pragma once

#include "core/discovery/apache/configuration.h"
#include "core/discovery/apache/state.h"
#include "core/discovery/proxy.h"

namespace hopscope::discovery::apache {

struct FlowResult {
    std::vector<ProxyTarget> targets;
    std::string note; ///< what Apache itself answers, where it passes the request to nobody
    std::vector<model::ConfigWarning> warnings;
};

/// A request's way through one server: rewriting, ProxyPass, aliases, folders and files with their handlers, internal
/// redirects.
FlowResult followRequest(State state, const ProxyListener& from);

/// Everything that one server may pass on, whatever the request; none is on path.
FlowResult everyTarget(const Configuration& configuration, const Server& server, const ProxyListener& from);

}
