#include "core/ssh/endpoint.h"

#include "core/base/text.h"
#include "core/profile/profilefile.h"
#include "core/profile/sshpattern.h"

#include <algorithm>
#include <cstdlib>

#include <pwd.h>
#include <unistd.h>

namespace hopscope::ssh {
namespace {

    constexpr std::size_t mostJumps = 8;

    std::string localUser()
    {
        const passwd* const entry = ::getpwuid(::getuid());
        return entry ? entry->pw_name : "root";
    }

    std::string environment(const char* name)
    {
        const char* const value = std::getenv(name);
        return value ? value : "";
    }

    std::string agentSocket(const std::string& configured)
    {
        if (configured.empty() || configured == "SSH_AUTH_SOCK")
            return environment("SSH_AUTH_SOCK");
        if (base::lowered(configured) == "none")
            return {};
        if (configured.starts_with('$'))
            return environment(configured.c_str() + 1);
        return configured;
    }

    bool isNone(const std::string& word) { return word.empty() || base::lowered(word) == "none"; }

    std::string knownHostsName(const Endpoint& endpoint)
    {
        if (!endpoint.config.hostKeyAlias.empty())
            return endpoint.config.hostKeyAlias;
        const std::string host = base::lowered(endpoint.host);
        return endpoint.port == 22 ? host : "[" + host + "]:" + std::to_string(endpoint.port);
    }

    void setKnownHosts(Endpoint& endpoint, const SshSettings& settings)
    {
        const std::string strict = base::lowered(endpoint.config.strictHostKeyChecking);
        endpoint.acceptsNewKeys
            = settings.acceptNewHostKeys || strict == "accept-new" || strict == "no" || strict == "off";
        endpoint.mayAskForNewKeys = strict != "yes";
        if (!settings.knownHostsFile.empty())
            endpoint.userKnownHosts = { profile::expandedHome(settings.knownHostsFile) };
        else if (!endpoint.config.userKnownHostsFiles.empty())
            endpoint.userKnownHosts = endpoint.config.userKnownHostsFiles;
        else
            endpoint.userKnownHosts
                = { profile::expandedHome("~/.ssh/known_hosts"), profile::expandedHome("~/.ssh/known_hosts2") };
        endpoint.globalKnownHosts = endpoint.config.globalKnownHostsFiles;
        if (endpoint.globalKnownHosts.empty())
            endpoint.globalKnownHosts = { "/etc/ssh/ssh_known_hosts", "/etc/ssh/ssh_known_hosts2" };
        endpoint.knownHostsName = knownHostsName(endpoint);
    }

    Endpoint endpointOf(
        const model::SshDestination& given, const std::string& name, const profile::SshConfig& config,
        const SshSettings& settings)
    {
        const std::string destination = given.alias.empty() ? given.host : given.alias;
        Endpoint endpoint;
        endpoint.name = name.empty() ? destination : name;
        endpoint.destination = destination;
        endpoint.config = config.entryFor(destination, given.user);
        // A host given by hand is that host, but an ssh config may well hold HostName for its name.
        endpoint.host = endpoint.config.hostName;
        endpoint.port = given.port.value_or(endpoint.config.port.value_or(22));
        endpoint.user = endpoint.config.user.empty() ? localUser() : endpoint.config.user;
        if (!given.identityFile.empty())
            endpoint.identityFiles.push_back(profile::expandedHome(given.identityFile));
        for (const std::string& file : endpoint.config.identityFiles) {
            if (!isNone(file))
                endpoint.identityFiles.push_back(file);
        }
        endpoint.hasOwnIdentities = !endpoint.identityFiles.empty() || !endpoint.config.identityFiles.empty();
        if (!endpoint.hasOwnIdentities) {
            for (const char* file : { "~/.ssh/id_ed25519", "~/.ssh/id_ecdsa", "~/.ssh/id_rsa" })
                endpoint.identityFiles.push_back(profile::expandedHome(file));
        }
        endpoint.identitiesOnly = endpoint.config.identitiesOnly;
        endpoint.agentSocket = agentSocket(endpoint.config.identityAgent);
        setKnownHosts(endpoint, settings);
        return endpoint;
    }

    /// Walks from the host back to this machine.
    class Route {
    public:
        Route(const std::vector<model::ProfileHost>& all, const SshSettings& settings)
            : m_all(all)
            , m_settings(settings)
            , m_config(settings.configFile.empty() ? profile::SshConfig::loadDefault()
                                                   : profile::SshConfig::load(settings.configFile))
        {
        }

        base::Result<void> add(const model::SshDestination& given, const std::string& name)
        {
            if (m_depth++ > mostJumps)
                return base::failure({ base::ErrorCode::JumpFailed, "log in to", name,
                    "the jumps lead in a circle or are more than " + std::to_string(mostJumps),
                    "Look at jump in the profile and ProxyJump in the ssh config." });
            Endpoint endpoint = endpointOf(given, name, m_config, m_settings);
            if (!isNone(endpoint.config.proxyCommand) && given.jump.empty())
                return base::failure({ base::ErrorCode::Unsupported, "log in to", endpoint.name,
                    "the ssh config sets ProxyCommand " + endpoint.config.proxyCommand,
                    "Hopscope runs no ProxyCommand: name the jump host with ProxyJump in the ssh config, or with jump "
                    "in the profile." });
            const std::string jumps = given.jump.empty() ? endpoint.config.proxyJump : given.jump;
            if (!isNone(jumps)) {
                if (const auto added = addJumps(jumps, endpoint.name); !added)
                    return added;
            }
            m_endpoints.push_back(std::move(endpoint));
            return {};
        }

        std::vector<Endpoint> take() { return std::move(m_endpoints); }

    private:
        /// Of "a,b" the way to a is that of a's own settings; b is reached from a, whatever its settings say.
        base::Result<void> addJumps(const std::string& jumps, const std::string& target)
        {
            bool isFirst = true;
            for (const std::string& jump : profile::splitAtCommas(jumps)) {
                const auto host = std::find_if(m_all.begin(), m_all.end(),
                    [&](const model::ProfileHost& candidate) { return candidate.name.value() == jump; });
                model::SshDestination destination;
                if (host != m_all.end()) {
                    if (host->isLocal)
                        continue;
                    destination = host->ssh;
                } else {
                    auto parsed = profile::parseDestination(jump);
                    if (!parsed)
                        return base::failure({ base::ErrorCode::JumpFailed, "log in to", target,
                            "its jump \"" + jump + "\" can't be read: " + parsed.error().detail, "" });
                    destination = *parsed;
                }
                if (isFirst) {
                    if (const auto added = add(destination, jump); !added)
                        return added;
                } else {
                    m_endpoints.push_back(endpointOf(destination, jump, m_config, m_settings));
                }
                isFirst = false;
            }
            return {};
        }

        const std::vector<model::ProfileHost>& m_all;
        const SshSettings& m_settings;
        const profile::SshConfig m_config;
        std::vector<Endpoint> m_endpoints;
        std::size_t m_depth = 0;
    };

}

base::Result<std::vector<Endpoint>> routeTo(
    const model::ProfileHost& host, const std::vector<model::ProfileHost>& all, const SshSettings& settings)
{
    Route route(all, settings);
    if (const auto added = route.add(host.ssh, host.name.value()); !added)
        return base::failure(added.error());
    return route.take();
}

}
