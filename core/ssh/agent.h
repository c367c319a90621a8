#pragma once

#include "core/ssh/patience.h"
#include "core/ssh/tcp.h"

#include <functional>
#include <mutex>

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

/// Stands between libssh and the agent and shows one key at a time: libssh would offer every key in turn, and a server
/// that counts attempts would refuse us before the right one. Serves from a thread of its own, because libssh waits
/// for its agent without an end; a stop ends it.
class AgentView {
public:
    AgentView(Agent agent, std::stop_token stop, exec::Deadline deadline);
    ~AgentView();
    AgentView(const AgentView&) = delete;
    AgentView& operator=(const AgentView&) = delete;

    /// The key to show from here on. Not while libssh asks.
    void show(AgentKey key);

    /// For ssh_set_agent_socket, once: the session closes it at its end, and only the last one it was given.
    int takeSocket() { return m_near.release(); }

private:
    void serve(const Patience& patience);

    Agent m_agent;
    std::mutex m_mutex;
    AgentKey m_key; ///< guarded by m_mutex
    Descriptor m_near;
    Descriptor m_far;
    std::stop_source m_ownStop;
    std::stop_callback<std::function<void()>> m_forwardStop;
    std::thread m_thread;
};

}
