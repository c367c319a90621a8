#include "core/probe/outside/bytestream.h"

#include <cerrno>
#include <sys/socket.h>

namespace hopscope::probe {
namespace {

    StreamResult fromErrno(int number)
    {
        const bool isReset = number == ECONNRESET || number == EPIPE;
        return { isReset ? StreamState::Reset : StreamState::Failed, 0, errnoWords(number) };
    }

    StreamResult fromWait(SocketWait::Outcome outcome)
    {
        return { outcome == SocketWait::Outcome::Cancelled ? StreamState::Cancelled : StreamState::TimedOut };
    }

#ifdef MSG_NOSIGNAL
    constexpr int sendFlags = MSG_NOSIGNAL;
#else
    constexpr int sendFlags = 0;
#endif

}

SocketStream::SocketStream(Descriptor socket, SocketWait& wait)
    : m_socket(std::move(socket))
    , m_wait(wait)
{
#ifdef SO_NOSIGPIPE
    const int on = 1;
    ::setsockopt(m_socket.number(), SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof on);
#endif
}

StreamResult SocketStream::read(std::span<char> buffer, Clock::time_point limit)
{
    for (;;) {
        const ssize_t count = ::recv(m_socket.number(), buffer.data(), buffer.size(), 0);
        if (count > 0)
            return { StreamState::Done, std::size_t(count) };
        if (count == 0)
            return { StreamState::Ended };
        if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)
            return fromErrno(errno);
        const auto outcome = m_wait.wait(m_socket.number(), POLLIN, limit);
        if (outcome != SocketWait::Outcome::Ready)
            return fromWait(outcome);
    }
}

StreamResult SocketStream::write(std::string_view bytes, Clock::time_point limit)
{
    std::size_t sent = 0;
    while (sent < bytes.size()) {
        const ssize_t count = ::send(m_socket.number(), bytes.data() + sent, bytes.size() - sent, sendFlags);
        if (count >= 0) {
            sent += std::size_t(count);
            continue;
        }
        if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)
            return fromErrno(errno);
        const auto outcome = m_wait.wait(m_socket.number(), POLLOUT, limit);
        if (outcome != SocketWait::Outcome::Ready)
            return fromWait(outcome);
    }
    return { StreamState::Done, sent };
}

}
