#pragma once

#include "core/discovery/nginx/configuration.h"
#include "core/discovery/proxy.h"

namespace hopscope::discovery::nginx {

struct PassResult {
    std::vector<ProxyTarget> targets;
    std::vector<model::ConfigWarning> warnings;
};

/// Where a directive like proxy_pass sends the request of this state, as declared: one target for each server of the
/// upstream and each value that its variables may have. `state.scope` is the block that applies.
PassResult targetsOf(const Configuration& configuration, const State& state, const parse::NginxDirective& pass);

}
