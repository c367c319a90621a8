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
    bool isIdentitiesOnlyGiven = false; ///< a first "no" wins over a later "yes"
    std::string identityAgent;
    std::vector<std::string> userKnownHostsFiles;
    std::vector<std::string> globalKnownHostsFiles;
    std::string strictHostKeyChecking; ///< as written; empty: default
    std::string hostKeyAlias;
    std::optional<int> connectTimeoutSeconds;
    std::optional<int> serverAliveIntervalSeconds;
    std::string addressFamily;
    std::string proxyCommand; ///< kept so that it can be said that it is not supported
    std::optional<bool> compression;
    bool allowsPublicKey = true;
    bool allowsPassword = true;
    bool allowsKeyboardInteractive = true;
    // As written, with their '+', '-' or '^'; for hosts that only speak old algorithms.
    std::string hostKeyAlgorithms;
    std::string kexAlgorithms;
    std::string ciphers;
    std::string macs;
    std::string publicKeyAlgorithms;
};

/// A parsed ssh config; missing file: empty. Total: lines that can't be read are skipped. Match exec never matches, as
/// it would run a command; nor do canonical and final.
class SshConfig {
public:
    /// One file and what it includes, as `ssh -F` reads it.
    static SshConfig load(const std::string& path);
    /// ~/.ssh/config, then /etc/ssh/ssh_config.
    static SshConfig loadDefault();

    /// `user`: from the destination itself; empty where it names none. "~", "%" tokens and ${VARIABLES} are expanded.
    SshConfigEntry entryFor(const std::string& destination, const std::string& user) const;
    /// Every concrete alias (no wildcards), for completion.
    std::vector<std::string> aliases() const;

private:
    struct Line {
        std::string keyword; ///< lower case; "include-begin" and "include-end" stand round an included file
        std::vector<std::string> arguments;
        std::string rest; ///< all after the keyword, as written
    };
    void append(const std::string& path, int depth);
    void include(const std::string& pattern, const std::string& from, int depth);

    std::vector<Line> m_lines;
};

/// "~", "~user" and "~/x" of a path; others unchanged.
std::string expandedHome(const std::string& path);

}
