#pragma once

#include "core/base/ids.h"
#include "core/base/time.h"

#include <optional>
#include <string>
#include <vector>

namespace hopscope::model {

/// How to log in: an alias of the ssh config, or the parts by hand. Parts given here win over the ssh config's.
struct SshDestination {
    std::string alias;              ///< empty where host is given
    std::string host;               ///< name or address; empty where an alias is given
    std::optional<base::Port> port; ///< default 22, or the ssh config's
    std::string user;               ///< empty: the ssh config's, else the local user
    std::string identityFile;       ///< "~" allowed; empty: the ssh config's, else the default keys
    std::string jump;               ///< a host of the profile, or a DEST; empty: the ssh config's

    bool operator==(const SshDestination&) const = default;
};

/// Which cluster kubectl on a host is to be asked about.
struct KubernetesChoice {
    std::string context;    ///< empty: kubectl's current one
    std::string kubeconfig; ///< a path there, "~" allowed; empty: kubectl's own

    bool operator==(const KubernetesChoice&) const = default;
};

struct ProfileHost {
    base::HostId name;
    bool isLocal = false; ///< run the checks on this machine, without SSH
    SshDestination ssh {};
    KubernetesChoice kubernetes {};

    bool operator==(const ProfileHost&) const = default;
};

struct CheckSettings {
    base::Milliseconds interval { 5000 };     ///< between two runs of a watch
    base::Milliseconds timeout { 30000 };     ///< of a whole run
    std::optional<std::string> controlTarget; ///< "host:port", the only address contacted beyond url and hosts

    bool operator==(const CheckSettings&) const = default;
};

/// What the user asks about: a URL and the hosts behind it. See hopscope.profile/1 in the contract.
struct Profile {
    std::string name;
    std::string url;
    std::string resolve; ///< an address to use in place of DNS for the url; may be empty
    std::vector<ProfileHost> hosts;
    CheckSettings checks;
    std::string baseline; ///< JSON text of the last healthy run's topology and key facts; empty: none
    std::string document; ///< the JSON text it was read from, so that unknown keys survive a save; empty: new

    bool operator==(const Profile&) const = default;
};

}
