#pragma once

#include "core/model/capture.h"
#include "core/ssh/endpoint.h"
#include "core/ssh/interaction.h"
#include "core/ssh/link.h"

#include <memory>
#include <stop_token>

namespace hopscope::ssh {

/// Questions that were answered sooner are not why a server closed the connection.
inline constexpr base::Milliseconds shortestTooLate { 1000 };

/// Connects and logs in along a route, each endpoint through the one before. Fills the session's address, user and
/// times as far as it got: `connect` is all until the last endpoint's keys are exchanged, `authenticate` its login. A server that closed the
/// connection while a person thought about an answer is `Disconnected`.
base::Result<std::shared_ptr<Link>> connectAlong(const std::vector<Endpoint>& route, Interaction& interaction,
    model::HostSession& session, std::stop_token stop, const Patience& patience);

}
