#pragma once

#include "core/model/outside.h"
#include "core/probe/outside/socketwait.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace hopscope::probe {

/// A TCP connect to each address at once. The first that succeeds can be taken for the request while the others go on.
/// Plain sockets, because the very errno of a failed connect is what a diagnosis stands on.
class Connecting final : public BackgroundSockets {
public:
    Connecting(const std::vector<std::string>& addresses, base::Port port, std::chrono::milliseconds limit);

    /// Called on the waiting thread whenever an attempt settles after this.
    void onChange(std::function<void()> changed) { m_changed = std::move(changed); }

    const std::vector<model::TcpAttempt>& attempts() const { return m_attempts; }
    bool isSettled() const;
    bool hasConnected() const { return m_first.has_value(); }
    /// The socket that connected first, once; and which attempt it was.
    Descriptor takeConnected();
    const model::TcpAttempt& connectedAttempt() const { return m_attempts[*m_first]; }
    enum class Reason { Cancelled, RunIsOver };
    /// Ends what is still under way. Silence counts as a time-out only after three seconds, two tries of the kernel's;
    /// before, it says nothing about the address (NotTried).
    void abandon(Reason reason);

    void addTo(std::vector<pollfd>& polled) const override;
    void serve(const std::vector<pollfd>& polled) override;

private:
    void start(std::size_t index);
    void settle(std::size_t index, int error);
    bool isUnderWay(std::size_t index) const { return m_sockets[index].isOpen() && m_isPending[index]; }

    std::vector<model::TcpAttempt> m_attempts;
    std::vector<Descriptor> m_sockets;
    std::vector<bool> m_isPending;
    std::optional<std::size_t> m_first;
    Clock::time_point m_startedAt;
    std::chrono::milliseconds m_limit;
    std::function<void()> m_changed;
};

model::AttemptResult resultOfErrno(int number);

}
