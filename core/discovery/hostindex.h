#pragma once

#include "core/discovery/software.h"
#include "core/model/facts.h"

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace hopscope::discovery {

/// Who is behind a socket.
struct SocketOwner {
    const model::Process* process = nullptr; ///< the one that stands for it: the master where there are workers
    std::string unit;
    std::string user; ///< whom the work is done as: the workers' user where the master is root
    std::string container;
    Software software;
};

/// Quick answers from one host's facts, which must outlive it.
class HostIndex {
public:
    explicit HostIndex(const model::HostFacts& facts);

    const model::HostFacts& facts() const { return *m_facts; }
    const model::Process* process(int pid) const;
    const model::Unit* unit(std::string_view name) const;
    /// Every process of its family: same program up to the topmost parent, and all children.
    std::vector<const model::Process*> family(int pid) const;
    SocketOwner ownerOf(const model::Listener& listener) const;

    bool hasAddress(std::string_view address) const; ///< of an interface, loopback aside
    /// TCP sockets that would accept a connection to this address and port of this host.
    std::vector<const model::Listener*> accepting(std::string_view address, base::Port port) const;
    std::vector<const model::Listener*> accepting(std::string_view socketPath) const;
    /// TCP sockets of this port, whatever their address.
    std::vector<const model::Listener*> onPort(base::Port port) const;

private:
    const model::HostFacts* m_facts;
    std::unordered_map<int, const model::Process*> m_processes;
    std::unordered_multimap<int, const model::Process*> m_children;
};

/// 127.0.0.0/8, ::1, and the "any" addresses, which a connect takes as loopback.
bool isThisHost(std::string_view address);
/// Without brackets, zone and "::ffff:".
std::string plainAddress(std::string_view address);

}
