#pragma once

#include "core/discovery/nginx/configuration.h"
#include "core/discovery/proxy.h"

namespace hopscope::discovery::nginx {

/// What this nginx does with a request, and beside it everything else it is configured to pass on.
/// `host` gives what is known of the machine (files); may be null.
ProxyRoute routeRequest(const Configuration& configuration, const Request& request, const model::HostFacts* host);

/// Every target of the configuration, whatever the request. None is on path.
ProxyRoute routeAll(const Configuration& configuration);

}
