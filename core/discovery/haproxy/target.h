#pragma once

#include "core/discovery/haproxy/configuration.h"
#include "core/discovery/haproxy/state.h"
#include "core/discovery/proxy.h"

#include <vector>

namespace hopscope::discovery::haproxy {

struct BackendTargets {
    std::vector<ProxyTarget> targets;
    std::string note; ///< what the backend answers by itself, where it has nobody to ask
    std::vector<model::ConfigWarning> warnings;
};

/// The servers of a backend as this request meets them. `from` is the listener that took it.
BackendTargets targetsOf(State state, const Section& backend, const ProxyListener& from, bool isOnPath);

}
