#pragma once

#include "core/ssh/patience.h"
#include "core/ssh/tcp.h"

#include <functional>

#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace hopscope::ssh {

/// A key that an agent holds.
struct AgentKey {
    std::string blob; ///< the public key, binary
    std::string comment;
};

/// A connection to an ssh-agent (draft-ietf-sshm-ssh-agent). One request at a time.
class Agent {
public:
    static base::Result<Agent> connect(const std::string& socketPath);

    base::Result<std::vector<AgentKey>> keys(const Patience& patience);
    /// One message there and one back, without their length words.
    base::Result<std::string> ask(std::string_view message, const Patience& patience);

private:
    explicit Agent(Descriptor descriptor) : m_descriptor(std::move(descriptor)) { }
    Descriptor m_descriptor;
};

/// Stands between libssh and the agent and shows one key only: libssh would offer every key in turn, and a server
/// that counts attempts would refuse us before the right one. Serves from a thread of its own, because libssh waits
/// for its agent without an end; a stop ends it.
class AgentView {
public:
    AgentView(Agent agent, AgentKey key, std::stop_token stop, exec::Deadline deadline);
    ~AgentView();
    AgentView(const AgentView&) = delete;
    AgentView& operator=(const AgentView&) = delete;

    /// For ssh_set_agent_socket, which closes it with its session.
    int takeSocket() { return m_near.release(); }

private:
    void serve(const Patience& patience);

    Agent m_agent;
    const AgentKey m_key;
    Descriptor m_near;
    Descriptor m_far;
    std::stop_source m_ownStop;
    std::stop_callback<std::function<void()>> m_forwardStop;
    std::thread m_thread;
};

}
