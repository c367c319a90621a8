#pragma once

#include "core/exec/shellchannel.h"
#include "core/model/profile.h"
#include "core/ssh/interaction.h"

#include <memory>
#include <string>
#include <vector>

namespace hopscope::ssh {

struct SshSettings {
    std::string configFile;     ///< empty: ~/.ssh/config
    std::string knownHostsFile; ///< empty: ~/.ssh/known_hosts
    bool acceptNewHostKeys = false;
};

/// One host of the profile, reached over SSH, through its jumps. `all` are the profile's hosts, which a jump may name.
std::unique_ptr<exec::ShellHost> makeSshHost(const model::ProfileHost& host, const std::vector<model::ProfileHost>& all,
    const SshSettings& settings, std::shared_ptr<Interaction> interaction);

}
