#pragma once

#include "core/ssh/endpoint.h"
#include "core/ssh/interaction.h"
#include "core/ssh/link.h"

namespace hopscope::ssh {

/// Banner, key exchange and the host key's check, by the rules for known and new keys.
base::Result<void> handshake(
    Link& link, const Endpoint& endpoint, Interaction& interaction, const Patience& patience);

}
