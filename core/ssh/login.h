#pragma once

#include "core/ssh/endpoint.h"
#include "core/ssh/interaction.h"
#include "core/ssh/link.h"

#include <stop_token>

namespace hopscope::ssh {

/// Proves who we are to the server of a link whose keys are exchanged: keys, then what only a person can answer.
/// The error names what was tried and what the server would take.
base::Result<void> logIn(Link& link, const Endpoint& endpoint, Interaction& interaction, std::stop_token stop,
    const Patience& patience);

}
