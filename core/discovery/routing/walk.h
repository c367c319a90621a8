#pragma once

#include "core/discovery/routing/rule.h"

#include <functional>

namespace hopscope::discovery::routing {

/// The way of one request through the rules of a server.
struct Walk {
    std::vector<ProxyTarget> targets; ///< all on path
    std::string note;                 ///< where it ended without a target
    bool isTaken = false;             ///< some rule took it to an end
};
Walk walk(const Server& server, const ProxyListener& listener, State state);

/// Every target of the rules, none on path.
std::vector<ProxyTarget> targetsOf(const Server& server, const ProxyListener& listener);

/// Every upstream of the server's rules, to be changed in place (nested rules are copied for it).
void relocate(Server& server, const std::function<void(model::Declared&)>& change);

}
