#include "core/probe/outside/connecting.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace hopscope::probe {

model::AttemptResult resultOfErrno(int number)
{
    switch (number) {
    case 0: return model::AttemptResult::Succeeded;
    case ECONNREFUSED: return model::AttemptResult::Refused;
    case ETIMEDOUT: return model::AttemptResult::TimedOut;
    case EHOSTUNREACH:
    case ENETUNREACH:
    case EHOSTDOWN:
    case ENETDOWN:
    case EADDRNOTAVAIL: return model::AttemptResult::Unreachable;
    default: return model::AttemptResult::OtherError;
    }
}

Connecting::Connecting(const std::vector<std::string>& addresses, base::Port port, std::chrono::milliseconds limit)
    : m_sockets(addresses.size())
    , m_isPending(addresses.size(), false)
    , m_startedAt(Clock::now())
    , m_limit(limit)
{
    for (const std::string& address : addresses) {
        model::TcpAttempt attempt;
        attempt.address = address;
        attempt.port = port;
        m_attempts.push_back(attempt);
    }
    for (std::size_t index = 0; index < addresses.size(); ++index)
        start(index);
}

void Connecting::start(std::size_t index)
{
    addrinfo hints {};
    hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    const std::string port = std::to_string(m_attempts[index].port);
    if (getaddrinfo(m_attempts[index].address.c_str(), port.c_str(), &hints, &found) != 0 || !found) {
        m_attempts[index].result = model::AttemptResult::OtherError;
        m_attempts[index].errorText = "not an address";
        return;
    }
    Descriptor socket(::socket(found->ai_family, SOCK_STREAM, 0));
    int error = socket.isOpen() ? 0 : errno;
    if (socket.isOpen()) {
        ::fcntl(socket.number(), F_SETFD, FD_CLOEXEC);
        ::fcntl(socket.number(), F_SETFL, O_NONBLOCK);
        const int on = 1;
        ::setsockopt(socket.number(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        if (::connect(socket.number(), found->ai_addr, found->ai_addrlen) != 0)
            error = errno;
    }
    freeaddrinfo(found);
    m_sockets[index] = std::move(socket);
    if (error == EINPROGRESS)
        m_isPending[index] = true;
    else
        settle(index, error);
}

void Connecting::settle(std::size_t index, int error)
{
    model::TcpAttempt& attempt = m_attempts[index];
    m_isPending[index] = false;
    attempt.milliseconds = millisecondsSince(m_startedAt);
    attempt.result = resultOfErrno(error);
    attempt.errorText = error == 0 ? "" : errnoWords(error);
    if (error == 0 && !m_first)
        m_first = index;
    else
        m_sockets[index].close();
    if (m_changed)
        m_changed();
}

bool Connecting::isSettled() const { return std::find(m_isPending.begin(), m_isPending.end(), true) == m_isPending.end(); }

Descriptor Connecting::takeConnected() { return m_first ? std::move(m_sockets[*m_first]) : Descriptor(); }

void Connecting::abandon(Reason reason)
{
    constexpr double telling = 3000; // milliseconds
    for (std::size_t index = 0; index < m_attempts.size(); ++index) {
        if (!isUnderWay(index))
            continue;
        model::TcpAttempt& attempt = m_attempts[index];
        m_isPending[index] = false;
        m_sockets[index].close();
        attempt.milliseconds = millisecondsSince(m_startedAt);
        switch (reason) {
        case Reason::Cancelled: attempt.errorText = "cancelled"; break;
        case Reason::RunIsOver:
            if (attempt.milliseconds >= telling)
                attempt.result = model::AttemptResult::TimedOut;
            attempt.errorText = "no answer within " + std::to_string(int(attempt.milliseconds)) + " ms, when the run's time was over";
            break;
        }
    }
}

void Connecting::addTo(std::vector<pollfd>& polled) const
{
    for (std::size_t index = 0; index < m_attempts.size(); ++index)
        if (isUnderWay(index))
            polled.push_back({ m_sockets[index].number(), POLLOUT, 0 });
}

void Connecting::serve(const std::vector<pollfd>& polled)
{
    const bool isOver = Clock::now() - m_startedAt >= m_limit;
    for (std::size_t index = 0; index < m_attempts.size(); ++index) {
        if (!isUnderWay(index))
            continue;
        const int number = m_sockets[index].number();
        const bool isReady = std::any_of(polled.begin(), polled.end(),
            [number](const pollfd& each) { return each.fd == number && each.revents != 0; });
        if (isReady) {
            int error = 0;
            socklen_t size = sizeof error;
            ::getsockopt(number, SOL_SOCKET, SO_ERROR, &error, &size);
            settle(index, error);
        } else if (isOver) {
            settle(index, ETIMEDOUT);
            m_attempts[index].errorText = "no answer within " + std::to_string(m_limit.count()) + " ms";
        }
    }
}

}
