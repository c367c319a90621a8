#pragma once

#include "core/base/result.h"
#include "core/model/profile.h"
#include "core/ssh/sshhost.h"

#include <memory>
#include <string>
#include <vector>

namespace hopscope::demo {

struct Fault {
    std::string name;
    std::string description;
};

/// What can be broken; "none" is among them. The first is the default.
const std::vector<Fault>& faults();

/// A real outage to practise on: sshd, nginx and a small app of their own, on free loopback ports, as the current user,
/// in a private directory. Nothing of the user's own servers, keys or settings is read or changed.
///
/// The servers belong to a keeper process that ends them and removes the directory when this object is destroyed, and
/// just so when this process dies in any other way. What a killed keeper left is cleared away by the next start.
class DemoOutage {
public:
    /// Blocks until the servers run and the outage shows (under five seconds). `directoryParent` holds the private
    /// directory; empty: the system's directory for temporary files.
    static base::Result<std::unique_ptr<DemoOutage>> start(
        const std::string& fault, const std::string& directoryParent = {});
    ~DemoOutage();
    DemoOutage(const DemoOutage&) = delete;
    DemoOutage& operator=(const DemoOutage&) = delete;

    const model::Profile& profile() const { return m_profile; }
    /// The demo's own ssh config (empty) and known_hosts.
    const ssh::SshSettings& sshOptions() const { return m_sshOptions; }
    /// Where the servers' configuration and logs are.
    const std::string& directory() const { return m_directory; }

private:
    DemoOutage() = default;

    int m_keeper = -1;   ///< process id
    int m_lifeline = -1; ///< the keeper's standard input; its end is the demo's end
    std::string m_directory;
    model::Profile m_profile;
    ssh::SshSettings m_sshOptions;
};

}
