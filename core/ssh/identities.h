#pragma once

#include "core/ssh/agent.h"
#include "core/ssh/endpoint.h"
#include "core/ssh/libssh.h"

#include <optional>
#include <string>
#include <vector>

namespace hopscope::ssh {

/// One key to log in with, and how it can be used.
struct Identity {
    enum class Source {
        File,      ///< the private key is loaded: one round trip
        Agent,     ///< two round trips
        Encrypted, ///< the file needs its passphrase first
    };
    Source source = Source::File;
    std::string label; ///< for people: the file, or the agent's comment
    std::string file;  ///< empty for a key that only the agent has
    std::string base64; ///< the public key; empty where only the passphrase would tell
    KeyHandle key;     ///< File: the private key, with its certificate where there is one; Encrypted: the public key
    std::optional<AgentKey> agentKey;
};

/// The keys to try, likeliest first: what profile or config name, then the agent's, then the default files, last what
/// needs a passphrase. The same key comes once, in its cheapest way.
struct Identities {
    std::vector<Identity> usable;
    std::vector<std::string> problems; ///< files that were named but can't be used, with why
};
Identities findIdentities(const Endpoint& endpoint, const Patience& patience);

/// The private key of an encrypted file; empty where the passphrase is wrong.
KeyHandle unlocked(const std::string& file, const std::string& passphrase);

}
