#pragma once

#include "core/discovery/hostindex.h"
#include "core/discovery/proxy.h"
#include "core/model/facts.h"
#include "core/model/profile.h"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hopscope::discovery {

/// Where a caller's target leads.
struct Destination {
    std::vector<std::string> addresses; ///< what its name stands for, as far as known; itself for an address
    std::optional<base::HostId> host;   ///< the profile's host that has it; empty: not one of ours, or not known
    std::string address;                ///< the one of `addresses` by which the host was found
    std::vector<const model::Listener*> accepting; ///< sockets there that take it
    std::vector<const model::Listener*> samePort;  ///< sockets of that port that do not take this address
};

/// One proxy of one host.
struct FleetProxy {
    base::HostId host;
    const model::SoftwareConfig* config = nullptr;
    std::unique_ptr<Proxy> proxy;
};

/// The profile's hosts, ready to ask who is where. The facts must outlive it.
class Fleet {
public:
    Fleet(const model::Profile& profile, const model::Facts& facts);

    const model::Profile& profile() const { return *m_profile; }
    const model::Facts& facts() const { return *m_facts; }
    /// Null for a host that could not be reached.
    const HostIndex* host(const base::HostId& id) const;
    const std::vector<FleetProxy>& proxies() const { return m_proxies; }

    Destination destination(const base::HostId& caller, const model::Endpoint& target) const;
    /// The hosts that have this address, by their interfaces, or by how the profile reaches them.
    std::vector<base::HostId> hostsWith(const std::string& address) const;

private:
    std::vector<std::string> addressesOf(const base::HostId& caller, const model::Endpoint& target) const;
    std::optional<base::HostId> hostFor(const base::HostId& caller, const std::string& address) const;
    std::vector<std::string> addressesByHostName(const std::string& name) const;

    const model::Profile* m_profile;
    const model::Facts* m_facts;
    std::map<base::HostId, HostIndex> m_hosts;
    std::vector<FleetProxy> m_proxies;
};

}
