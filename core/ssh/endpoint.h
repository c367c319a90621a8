#pragma once

#include "core/base/result.h"
#include "core/model/profile.h"
#include "core/profile/sshconfig.h"
#include "core/ssh/sshhost.h"

#include <string>
#include <vector>

namespace hopscope::ssh {

/// Everything needed to log in to one host, after profile, ssh config and defaults.
struct Endpoint {
    std::string name;        ///< for people: the profile's name, or the DEST of a jump
    std::string destination; ///< what a person would give to `ssh`
    std::string host;        ///< to connect to
    base::Port port = 22;
    std::string user;
    std::vector<std::string> identityFiles; ///< in order
    bool hasOwnIdentities = false;          ///< named by profile or config; else the default files
    bool identitiesOnly = false;
    std::string agentSocket; ///< empty: no agent
    std::vector<std::string> userKnownHosts;
    std::vector<std::string> globalKnownHosts;
    std::string knownHostsName; ///< "host", "[host]:port" or the HostKeyAlias
    bool acceptsNewKeys = false;
    bool mayAskForNewKeys = true;
    profile::SshConfigEntry config;
};

/// The endpoints from the first jump to the host itself. Fails for what can't be done (ProxyCommand, a jump that
/// leads back to itself).
base::Result<std::vector<Endpoint>> routeTo(
    const model::ProfileHost& host, const std::vector<model::ProfileHost>& all, const SshSettings& settings);

}
