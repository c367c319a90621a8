#pragma once

#include "core/discovery/haproxy/state.h"
#include "core/discovery/proxy.h"

#include <string>
#include <vector>

namespace hopscope::discovery::haproxy {

/// A backend that a request may come to.
struct BackendChoice {
    const Section* backend = nullptr;
    bool isOnPath = false;
};

struct FlowResult {
    std::vector<BackendChoice> backends;
    State state; ///< the request as the frontend's rules left it
    std::string note; ///< what HAProxy itself answers, where it passes the request to nobody
    bool isUnrouted = false; ///< no rule names a backend for it
    bool isByHost = false; ///< the request's host decided it
    std::vector<model::ConfigWarning> warnings;
};

/// A request's way through a frontend: its rules in order, then the backend that they or `default_backend` name. Rules
/// that can't be told are taken not to apply; what they would lead to is there too, not on path.
FlowResult followFrontend(State state);

/// Runs the http-request rules of a section on the request. Text: HAProxy answers by itself.
std::string runRules(State& state, const Section& section);

/// Every backend that a frontend's rules can lead to, whatever the request.
std::vector<const Section*> everyBackend(const Configuration& configuration, const Section& frontend);

}
