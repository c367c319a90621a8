#pragma once

#include "core/model/profile.h"
#include "core/model/topology.h"
#include "core/profile/sshconfig.h"

namespace hopscope::run {

/// Says in the note of each host that the profile lacks how it could be looked at: by the user's own ssh config where an
/// alias leads there, else, for an address of a private network, through the host that sees it.
void suggestWaysIn(model::Topology& topology, const model::Profile& profile, const profile::SshConfig& config);

}
