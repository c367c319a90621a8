#include "core/ssh/tcp.h"

#include "core/ssh/resolve.h"

#include <cerrno>
#include <cstring>
#include <optional>

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <unistd.h>

namespace hopscope::ssh {
namespace {

    using std::chrono::steady_clock;
    constexpr base::Milliseconds headStart { 250 }; // RFC 8305, section 5

    base::ErrorCode codeOf(int problem)
    {
        switch (problem) {
        case ECONNREFUSED:
        case ECONNRESET: return base::ErrorCode::ConnectionRefused;
        case ETIMEDOUT: return base::ErrorCode::ConnectionTimedOut;
        default: return base::ErrorCode::HostUnreachable;
        }
    }

    const char* adviceFor(base::ErrorCode code)
    {
        if (code == base::ErrorCode::ConnectionRefused)
            return "The host answers, but nothing accepts on that port: is sshd running, and is it this port? The "
                   "provider's console is the other way in.";
        if (code == base::ErrorCode::ConnectionTimedOut)
            return "The host is down or a firewall drops the packets: look at the provider's console and the "
                   "firewall's rules for this address.";
        return "There is no way to this address from here: check this machine's network, VPN and the address itself.";
    }

    /// A watch leaves its connections idle between runs: probes keep the way open through NAT, and let a dead peer be
    /// noticed. What the system does not have is left out.
    void keepAlive(int descriptor)
    {
        const auto set = [&](int level, int name, int value) { ::setsockopt(descriptor, level, name, &value, sizeof value); };
        set(SOL_SOCKET, SO_KEEPALIVE, 1);
#ifdef TCP_KEEPIDLE
        set(IPPROTO_TCP, TCP_KEEPIDLE, 15);
        set(IPPROTO_TCP, TCP_KEEPINTVL, 5);
        set(IPPROTO_TCP, TCP_KEEPCNT, 3);
#endif
#ifdef TCP_USER_TIMEOUT
        set(IPPROTO_TCP, TCP_USER_TIMEOUT, 10000);
#endif
    }

    /// The connects that are under way, and what came of those that are over.
    class Race {
    public:
        Race(const TcpTarget& target, std::vector<SocketAddress> addresses)
            : m_target(target)
            , m_addresses(std::move(addresses))
        {
        }

        base::Result<TcpConnection> run(const Patience& patience)
        {
            auto nextStart = steady_clock::now();
            while (true) {
                if (m_next < m_addresses.size() && (steady_clock::now() >= nextStart || m_attempts.empty())) {
                    start();
                    nextStart = steady_clock::now() + headStart;
                }
                if (m_attempts.empty() && m_next >= m_addresses.size())
                    return base::failure(error());
                const bool isMoreToStart = m_next < m_addresses.size();
                const Patience step { patience.stop, isMoreToStart ? patience.deadline.orAt(nextStart) : patience.deadline };
                if (auto connected = pollOnce(step))
                    return std::move(*connected);
                if (patience.stop.isRaised())
                    return base::failure({ base::ErrorCode::Cancelled, "connect to", m_target.host, "cancelled", "" });
                if (patience.isOver()) {
                    for (const Attempt& attempt : m_attempts)
                        note(attempt.address, ETIMEDOUT);
                    return base::failure(error());
                }
            }
        }

    private:
        struct Attempt {
            Descriptor descriptor;
            SocketAddress address;
        };

        void start()
        {
            const SocketAddress& address = m_addresses[m_next++];
            Descriptor descriptor(::socket(address.storage.ss_family, SOCK_STREAM, 0));
            if (descriptor.value() < 0) {
                note(address, errno);
                return;
            }
            ::fcntl(descriptor.value(), F_SETFD, FD_CLOEXEC);
            ::fcntl(descriptor.value(), F_SETFL, O_NONBLOCK);
            const int on = 1;
            ::setsockopt(descriptor.value(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
            const int rc = ::connect(
                descriptor.value(), reinterpret_cast<const sockaddr*>(&address.storage), address.size);
            if (rc != 0 && errno != EINPROGRESS)
                note(address, errno);
            else
                m_attempts.push_back({ std::move(descriptor), address });
        }

        std::optional<TcpConnection> pollOnce(const Patience& patience)
        {
            std::vector<pollfd> polled { { patience.stop.descriptor(), POLLIN, 0 } };
            for (const Attempt& attempt : m_attempts)
                polled.push_back({ attempt.descriptor.value(), POLLOUT, 0 });
            ::poll(polled.data(), polled.size(), patience.pollMilliseconds());
            for (std::size_t i = m_attempts.size(); i-- > 0;) {
                if (!polled[i + 1].revents)
                    continue;
                int problem = 0;
                socklen_t size = sizeof problem;
                ::getsockopt(m_attempts[i].descriptor.value(), SOL_SOCKET, SO_ERROR, &problem, &size);
                Attempt ended = std::move(m_attempts[i]);
                m_attempts.erase(m_attempts.begin() + std::ptrdiff_t(i));
                if (problem == 0) {
                    keepAlive(ended.descriptor.value());
                    return TcpConnection { std::move(ended.descriptor), ended.address.text() };
                }
                note(ended.address, problem);
            }
            return std::nullopt;
        }

        void note(const SocketAddress& address, int problem)
        {
            const base::ErrorCode code = codeOf(problem);
            // Refused is an answer; no answer tells more than no route.
            if (!m_code || code == base::ErrorCode::ConnectionRefused
                || (code == base::ErrorCode::ConnectionTimedOut && *m_code == base::ErrorCode::HostUnreachable))
                m_code = code;
            const char* const words = problem == ETIMEDOUT ? "no answer in time" : std::strerror(problem);
            m_detail += (m_detail.empty() ? "" : "; ") + address.text() + ": " + words;
        }

        base::Error error() const
        {
            const base::ErrorCode code = m_code.value_or(base::ErrorCode::HostUnreachable);
            return { code, "connect to", m_target.host, m_detail, adviceFor(code) };
        }

        const TcpTarget& m_target;
        const std::vector<SocketAddress> m_addresses;
        std::size_t m_next = 0;
        std::vector<Attempt> m_attempts;
        std::optional<base::ErrorCode> m_code;
        std::string m_detail;
    };

}

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept
{
    std::swap(m_value, other.m_value);
    return *this;
}

Descriptor::~Descriptor()
{
    if (m_value >= 0)
        ::close(m_value);
}

int Descriptor::release() { return std::exchange(m_value, -1); }

base::Result<TcpConnection> connectTcp(const TcpTarget& target, const Patience& patience)
{
    auto addresses = resolve(target, patience);
    if (!addresses)
        return base::failure(addresses.error());
    return Race(target, std::move(*addresses)).run(patience);
}

}
