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
    const model::Container* container = nullptr;   ///< that it ends in, running or not; null: in no container
    base::Port containerPort = 0;                  ///< the port inside; of a published port not the one connected to
    bool isPublished = false;                      ///< by a port of the host's (its forwarder, or NAT), not directly
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

    /// `container` names the one that the caller runs in; empty: none.
    Destination destination(
        const base::HostId& caller, const model::Endpoint& target, const std::string& container = {}) const;
    /// A request to a host's port as it reaches this proxy of that host: at a published port the one inside. Nothing
    /// where the proxy runs in a container that such a request does not reach.
    std::optional<Request> arriving(const FleetProxy& proxy, const Request& request) const;
    /// The hosts that have this address, by their interfaces, or by how the profile reaches them.
    std::vector<base::HostId> hostsWith(const std::string& address) const;

private:
    std::vector<std::string> addressesOf(
        const base::HostId& caller, const model::Endpoint& target, const model::Container* from) const;
    Destination onHosts(const base::HostId& caller, const model::Endpoint& target, std::vector<std::string> addresses,
        const model::Container* from) const;
    void findContainer(Destination& destination, const model::HostFacts& host, base::Port port) const;
    std::optional<base::HostId> hostFor(const base::HostId& caller, const std::string& address) const;
    std::vector<std::string> addressesByHostName(const std::string& name) const;

    const model::Profile* m_profile;
    const model::Facts* m_facts;
    std::map<base::HostId, HostIndex> m_hosts;
    std::vector<FleetProxy> m_proxies;
};

}
