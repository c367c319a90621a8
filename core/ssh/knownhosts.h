#pragma once

#include "core/base/ids.h"
#include "core/base/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace hopscope::ssh {

/// A host key as known_hosts writes it.
struct HostKey {
    std::string type;   ///< "ssh-ed25519"
    std::string base64; ///< the blob

    bool operator==(const HostKey&) const = default;
};

/// What the known_hosts files say of a host's key.
struct KeyVerdict {
    enum class Kind {
        Known,
        Unknown,
        Changed, ///< another key of the same type is known
        OtherType, ///< only keys of other types are known
        Revoked,
    };
    Kind kind = Kind::Unknown;
    std::string file; ///< where the line stands that decided
    int line = 0;
    std::string knownType;
};

/// known_hosts files, read once (sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT"): plain, wildcard and hashed names,
/// @revoked. @cert-authority lines are skipped, as host certificates are not offered to us by libssh 0.10.
class KnownHosts {
public:
    /// Files that are not there are empty. Lines that can't be read are skipped.
    static KnownHosts load(const std::vector<std::string>& files);
    void add(std::string_view text, const std::string& file);

    /// `name` as in the files: "host", "[host]:port" or an alias.
    KeyVerdict check(const std::string& name, const HostKey& key) const;
    /// The types of the keys known for it, in order of the files.
    std::vector<std::string> types(const std::string& name) const;

private:
    struct Entry {
        std::string names; ///< as written
        HostKey key;
        bool isRevoked = false;
        std::string file;
        int line = 0;
    };
    std::vector<const Entry*> entriesFor(const std::string& name) const;

    std::vector<Entry> m_entries;
};

/// Appends a line to a known_hosts file, which is made (0600, its folder 0700) where it is missing.
base::Result<void> rememberHostKey(const std::string& file, const std::string& name, const HostKey& key);

}
