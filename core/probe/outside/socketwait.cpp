#include "core/probe/outside/socketwait.h"

#include <algorithm>
#include <cerrno>
#include <unistd.h>
#include <utility>

namespace hopscope::probe {

double millisecondsSince(Clock::time_point start)
{
    return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept
{
    if (this != &other) {
        close();
        m_number = other.release();
    }
    return *this;
}

int Descriptor::release() { return std::exchange(m_number, -1); }

void Descriptor::close()
{
    if (m_number >= 0)
        ::close(release());
}

SocketWait::SocketWait(std::stop_token stop, Clock::time_point deadline)
    : m_stop(std::move(stop))
    , m_deadline(deadline)
{
}

Clock::time_point SocketWait::within(std::chrono::milliseconds time) const
{
    return std::min(m_deadline, Clock::now() + time);
}

SocketWait::Outcome SocketWait::wait(int socket, short events, Clock::time_point limit)
{
    using namespace std::chrono_literals;
    limit = std::min(limit, m_deadline);
    for (;;) {
        if (m_stop.stop_requested())
            return Outcome::Cancelled;
        std::vector<pollfd> polled { { socket, events, 0 } };
        if (m_background)
            m_background->addTo(polled);
        // Short naps keep the promise to be gone soon after a stop without a wake-up pipe a request.
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(limit - Clock::now());
        const auto nap = std::clamp<std::chrono::milliseconds>(left, 0ms, 20ms);
        const int ready = ::poll(polled.data(), nfds_t(polled.size()), int(nap.count()));
        if (ready < 0 && errno != EINTR)
            return Outcome::TimedOut;
        if (m_background)
            m_background->serve(polled);
        if (polled.front().revents != 0)
            return Outcome::Ready;
        if (ready > 0 && socket < 0)
            return Outcome::Ready;
        if (Clock::now() >= limit)
            return Outcome::TimedOut;
    }
}

std::string errnoWords(int number)
{
    switch (number) {
    case ECONNREFUSED: return "connection refused (ECONNREFUSED)";
    case ECONNRESET: return "connection reset by peer (ECONNRESET)";
    case ETIMEDOUT: return "connection timed out (ETIMEDOUT)";
    case EHOSTUNREACH: return "no route to host (EHOSTUNREACH)";
    case ENETUNREACH: return "network is unreachable (ENETUNREACH)";
    case EHOSTDOWN: return "host is down (EHOSTDOWN)";
    case ENETDOWN: return "network is down (ENETDOWN)";
    case EADDRNOTAVAIL: return "cannot assign requested address (EADDRNOTAVAIL)";
    case EACCES: return "permission denied (EACCES)";
    case EPERM: return "operation not permitted (EPERM)";
    case EMFILE: return "too many open files (EMFILE)";
    case EPIPE: return "broken pipe (EPIPE)";
    default: return "system error " + std::to_string(number);
    }
}

}
