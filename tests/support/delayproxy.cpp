#include "tests/support/delayproxy.h"

#include "tests/support/socket.h"

#include <algorithm>
#include <cerrno>
#include <deque>
#include <list>
#include <string>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace hopscope::test {
namespace {

    using Clock = std::chrono::steady_clock;
    constexpr std::size_t mostUnderWay = 8 * 1024 * 1024;

    void quicken(int socket)
    {
        const int on = 1;
        ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    }

    /// Bytes on their way from one socket to the other.
    struct Direction {
        struct Piece {
            Clock::time_point due;
            std::string bytes; ///< empty: the sender's end
        };
        std::deque<Piece> underWay;
        std::size_t size = 0;
        bool hasEnded = false;

        void take(int from, Clock::time_point sentAt, Clock::duration delay)
        {
            char buffer[65536];
            while (!hasEnded && size < mostUnderWay) {
                const ssize_t count = ::recv(from, buffer, sizeof buffer, MSG_DONTWAIT);
                if (count < 0 && (errno == EAGAIN || errno == EINTR))
                    return;
                hasEnded = count <= 0;
                underWay.push_back({ sentAt + delay, hasEnded ? std::string() : std::string(buffer, std::size_t(count)) });
                size += hasEnded ? 0 : std::size_t(count);
            }
        }

        void give(int to, Clock::time_point now)
        {
            while (!underWay.empty() && underWay.front().due <= now) {
                std::string& bytes = underWay.front().bytes;
                if (bytes.empty()) {
                    ::shutdown(to, SHUT_WR);
                } else {
                    const ssize_t count = ::send(to, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
                    if (count < 0 && (errno == EAGAIN || errno == EINTR))
                        return;
                    const std::size_t sent = count < 0 ? bytes.size() : std::size_t(count);
                    size -= sent;
                    bytes.erase(0, sent);
                    if (!bytes.empty())
                        return;
                }
                underWay.pop_front();
            }
        }

        bool isOver() const { return hasEnded && underWay.empty(); }
    };

    struct Connection {
        int client = -1;
        int server = -1;
        Clock::time_point acceptedAt;
        Direction up;
        Direction down;

        ~Connection()
        {
            ::close(client);
            if (server >= 0)
                ::close(server);
        }
    };

}

DelayProxy::DelayProxy(unsigned short target, std::chrono::milliseconds roundTrip)
    : m_target(target)
    , m_oneWay(roundTrip / 2)
    , m_listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
{
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    ::bind(m_listener, reinterpret_cast<sockaddr*>(&address), size);
    ::listen(m_listener, 64);
    ::getsockname(m_listener, reinterpret_cast<sockaddr*>(&address), &size);
    m_port = ntohs(address.sin_port);
    m_thread = std::thread([this] { serve(); });
}

DelayProxy::~DelayProxy()
{
    m_isOver = true;
    ::shutdown(m_listener, SHUT_RDWR);
    m_thread.join();
    ::close(m_listener);
}

void DelayProxy::serve()
{
    std::list<Connection> connections;
    while (!m_isOver) {
        auto next = Clock::now() + std::chrono::milliseconds(500);
        std::vector<pollfd> polled { { m_listener, POLLIN, 0 } };
        for (Connection& connection : connections) {
            if (!connection.up.hasEnded)
                polled.push_back({ connection.client, POLLIN, 0 });
            if (connection.server >= 0 && !connection.down.hasEnded)
                polled.push_back({ connection.server, POLLIN, 0 });
            if (connection.server < 0)
                next = std::min(next, connection.acceptedAt + 3 * m_oneWay);
            for (const Direction* direction : { &connection.up, &connection.down }) {
                if (!direction->underWay.empty())
                    next = std::min(next, direction->underWay.front().due);
            }
        }
        const auto wait = std::chrono::ceil<std::chrono::milliseconds>(next - Clock::now()).count();
        ::poll(polled.data(), nfds_t(polled.size()), int(std::max<long long>(wait, polled.size() > 1 ? 1 : 0)));
        const auto now = Clock::now();
        if (polled[0].revents && !m_isOver) {
            if (const int client = ::accept4(m_listener, nullptr, nullptr, SOCK_CLOEXEC); client >= 0) {
                quicken(client);
                connections.emplace_back();
                connections.back().client = client;
                connections.back().acceptedAt = now;
            }
        }
        for (auto at = connections.begin(); at != connections.end();) {
            Connection& connection = *at;
            const auto sentAt = std::max(now, connection.acceptedAt + 2 * m_oneWay);
            connection.up.take(connection.client, sentAt, m_oneWay);
            if (connection.server < 0 && now >= connection.acceptedAt + 3 * m_oneWay) {
                connection.server = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
                quicken(connection.server);
                const sockaddr_in address = loopback(m_target);
                ::connect(connection.server, reinterpret_cast<const sockaddr*>(&address), sizeof address);
            }
            if (connection.server >= 0) {
                connection.down.take(connection.server, now, m_oneWay);
                connection.up.give(connection.server, now);
                connection.down.give(connection.client, now);
            }
            const bool isOver = connection.down.isOver() || (connection.up.isOver() && connection.down.hasEnded);
            at = isOver ? connections.erase(at) : std::next(at);
        }
    }
}

}
