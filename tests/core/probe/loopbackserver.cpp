#include "tests/core/probe/loopbackserver.h"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <condition_variable>
#include <cstring>
#include <mutex>
#include <stdexcept>

namespace hopscope::probe {
namespace {

/// Waits for the stop or the time, without polling.
void waitFor(std::chrono::milliseconds time, const std::stop_token& stop)
{
    std::mutex mutex;
    std::condition_variable_any condition;
    std::unique_lock lock(mutex);
    condition.wait_for(lock, stop, time, [] { return false; });
}

void readSome(int connection)
{
    char buffer[4096];
    [[maybe_unused]] const ssize_t count = ::read(connection, buffer, sizeof buffer);
}

}

LoopbackServer::LoopbackServer(Behaviour behave, const std::string& path)
    : m_behave(std::move(behave))
{
    m_socket = ::socket(path.empty() ? AF_INET : AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in tcp {};
    sockaddr_un local {};
    tcp.sin_family = AF_INET;
    tcp.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    local.sun_family = AF_UNIX;
    path.copy(local.sun_path, sizeof local.sun_path - 1);
    sockaddr* address = path.empty() ? reinterpret_cast<sockaddr*>(&tcp) : reinterpret_cast<sockaddr*>(&local);
    socklen_t length = path.empty() ? sizeof tcp : sizeof local;
    if (::bind(m_socket, address, length) != 0 || ::listen(m_socket, 16) != 0)
        throw std::runtime_error(std::string("cannot listen: ") + std::strerror(errno));
    if (path.empty()) {
        ::getsockname(m_socket, address, &length);
        m_port = ntohs(tcp.sin_port);
    }
    m_thread = std::jthread([this](std::stop_token stop) { serve(std::move(stop)); });
}

LoopbackServer::~LoopbackServer()
{
    m_thread.request_stop();
    ::shutdown(m_socket, SHUT_RDWR); // wakes accept
    m_thread.join();
    ::close(m_socket);
}

void LoopbackServer::serve(std::stop_token stop)
{
    std::vector<std::jthread> connections;
    while (!stop.stop_requested()) {
        const int connection = ::accept4(m_socket, nullptr, nullptr, SOCK_CLOEXEC);
        if (connection < 0)
            break;
        connections.emplace_back([this, connection](std::stop_token each) {
            m_behave(connection, std::move(each));
            ::close(connection);
        });
    }
}

void hangUntilStopped(int, std::stop_token stop) { waitFor(std::chrono::hours(1), stop); }

void readThenClose(int connection, std::stop_token) { readSome(connection); }

void readThenReset(int connection, std::stop_token)
{
    readSome(connection);
    const linger atOnce { 1, 0 };
    ::setsockopt(connection, SOL_SOCKET, SO_LINGER, &atOnce, sizeof atOnce);
}

LoopbackServer::Behaviour replies(std::string text) { return repliesAfter({}, std::move(text)); }

LoopbackServer::Behaviour repliesAfter(std::chrono::milliseconds delay, std::string text)
{
    return [delay, text = std::move(text)](int connection, std::stop_token stop) {
        readSome(connection);
        if (delay.count() > 0)
            waitFor(delay, stop);
        [[maybe_unused]] const ssize_t count = ::send(connection, text.data(), text.size(), MSG_NOSIGNAL);
    };
}

}
