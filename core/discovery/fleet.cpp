#include "core/discovery/fleet.h"

#include "core/discovery/address.h"

#include <algorithm>

namespace hopscope::discovery {

namespace {
bool isIp(std::string_view host) { return isIpAddress(host); }

std::string firstLabel(const std::string& name) { return name.substr(0, name.find('.')); }
}

Fleet::Fleet(const model::Profile& profile, const model::Facts& facts)
    : m_profile(&profile)
    , m_facts(&facts)
{
    for (const auto& [id, host] : facts.hosts) {
        m_hosts.emplace(id, HostIndex(host));
        for (const model::SoftwareConfig& config : host.configs)
            if (std::unique_ptr<Proxy> proxy = config.container.empty() ? makeProxy(config, &host) : nullptr)
                m_proxies.push_back({ id, &config, std::move(proxy) });
    }
}

const HostIndex* Fleet::host(const base::HostId& id) const
{
    const auto found = m_hosts.find(id);
    return found == m_hosts.end() ? nullptr : &found->second;
}

std::vector<base::HostId> Fleet::hostsWith(const std::string& address) const
{
    std::vector<base::HostId> found;
    for (const auto& [id, index] : m_hosts)
        if (index.hasAddress(address))
            found.push_back(id);
    const std::string plain = plainAddress(address);
    if (found.empty() && !isLoopback(plain))
        for (const model::ProfileHost& host : m_profile->hosts)
            if (!host.ssh.host.empty() && plainAddress(host.ssh.host) == plain)
                found.push_back(host.name);
    if (found.empty() && isLoopback(plain))
        for (const model::ProfileHost& host : m_profile->hosts)
            if (host.isLocal)
                found.push_back(host.name);
    return found;
}

std::optional<base::HostId> Fleet::hostFor(const base::HostId& caller, const std::string& address) const
{
    if (isLoopback(address))
        return caller;
    const std::vector<base::HostId> hosts = hostsWith(address);
    if (std::find(hosts.begin(), hosts.end(), caller) != hosts.end())
        return caller;
    // An address that several hosts have (a container bridge's) says nothing.
    return hosts.size() == 1 ? std::optional(hosts.front()) : std::nullopt;
}

std::vector<std::string> Fleet::addressesByHostName(const std::string& name) const
{
    for (const auto& [id, index] : m_hosts) {
        const std::string& own = index.facts().hostname;
        const bool isIts = id.value() == name || own == name || (!own.empty() && firstLabel(own) == firstLabel(name));
        if (isIts)
            return index.facts().addresses;
    }
    return {};
}

std::vector<std::string> Fleet::addressesOf(const base::HostId& caller, const model::Endpoint& target) const
{
    if (isIp(target.host))
        return { plainAddress(target.host) };
    const HostIndex* index = host(caller);
    if (index)
        if (const auto found = index->facts().hostsFile.find(target.host); found != index->facts().hostsFile.end())
            return found->second;
    if (target.host == "localhost")
        return { "127.0.0.1", "::1" };
    // What the caller's own resolver said, once it was asked.
    for (const model::HopProbe& probe : m_facts->probes)
        if (probe.host == caller && probe.seat == model::Seat::Caller && probe.target == target.text()
            && !probe.resolved.empty())
            return probe.resolved;
    return addressesByHostName(target.host);
}

Destination Fleet::destination(const base::HostId& caller, const model::Endpoint& target) const
{
    Destination result;
    if (target.isUnix()) {
        result.host = caller;
        if (const HostIndex* index = host(caller))
            result.accepting = index->accepting(target.path);
        return result;
    }
    result.addresses = addressesOf(caller, target);
    for (const std::string& address : result.addresses) {
        const std::optional<base::HostId> found = hostFor(caller, address);
        if (!found)
            continue;
        const HostIndex* index = host(*found);
        const std::vector<const model::Listener*> accepting
            = index ? index->accepting(address, target.port) : std::vector<const model::Listener*>();
        if (!result.host || (result.accepting.empty() && !accepting.empty())) {
            result.host = found;
            result.address = address;
            result.accepting = accepting;
        }
        if (!result.accepting.empty())
            break;
    }
    if (result.host && result.accepting.empty())
        if (const HostIndex* index = host(*result.host))
            result.samePort = index->onPort(target.port);
    return result;
}

}
