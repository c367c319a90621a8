#pragma once

#include "core/base/result.h"
#include "core/model/profile.h"

#include <optional>
#include <string>
#include <vector>

namespace hopscope::profile {

/// What the ssh config says of one destination, after Host, Match (host, user, all, originalhost) and Include; first
/// value wins, as in ssh_config(5).
struct SshConfigEntry {
    std::string hostName;
    std::optional<base::Port> port;
    std::string user;
    std::vector<std::string> identityFiles;
    std::string proxyJump; ///< "none" or empty: no jump
    bool identitiesOnly = false;
    std::string identityAgent;
    std::vector<std::string> userKnownHostsFiles;
    std::vector<std::string> globalKnownHostsFiles;
    std::string strictHostKeyChecking; ///< as written; empty: default
    std::string hostKeyAlias;
    std::optional<int> connectTimeoutSeconds;
    std::optional<int> serverAliveIntervalSeconds;
    std::string addressFamily;
    std::string proxyCommand; ///< kept so that it can be said that it is not supported
};

/// A parsed ssh config; missing file: empty. Total: lines that can't be read are skipped.
class SshConfig {
public:
    static SshConfig load(const std::string& path);
    SshConfigEntry entryFor(const std::string& destination, const std::string& user) const;
    /// Every concrete alias (no wildcards), for completion.
    std::vector<std::string> aliases() const;

private:
    struct Line {
        std::string keyword; ///< lower case
        std::vector<std::string> arguments;
    };
    std::vector<Line> m_lines;
};

}
