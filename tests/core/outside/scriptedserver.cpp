#include "scriptedserver.h"

#include <arpa/inet.h>
#include <cstdio>
#include <cstdlib>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace hopscope::test {
namespace {

    [[noreturn]] void die(const char* what)
    {
        std::perror(what);
        std::abort();
    }

    int listening(bool isIpv6, base::Port& port)
    {
        const int socket = ::socket(isIpv6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in6 address6 {};
        address6.sin6_family = AF_INET6;
        address6.sin6_addr = in6addr_loopback;
        sockaddr_in address4 {};
        address4.sin_family = AF_INET;
        address4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        auto* address = isIpv6 ? reinterpret_cast<sockaddr*>(&address6) : reinterpret_cast<sockaddr*>(&address4);
        socklen_t size = isIpv6 ? sizeof address6 : sizeof address4;
        if (socket < 0 || ::bind(socket, address, size) != 0 || ::listen(socket, 8) != 0
            || ::getsockname(socket, address, &size) != 0)
            die("listen on loopback");
        port = ntohs(isIpv6 ? address6.sin6_port : address4.sin_port);
        return socket;
    }

}

Peer::~Peer()
{
    if (m_socket >= 0)
        ::close(m_socket);
}

std::string Peer::readRequest() const
{
    std::string request;
    char buffer[4096];
    while (request.find("\r\n\r\n") == std::string::npos) {
        const ssize_t count = ::recv(m_socket, buffer, sizeof buffer, 0);
        if (count <= 0)
            break;
        request.append(buffer, std::size_t(count));
    }
    return request;
}

void Peer::readSome() const
{
    char buffer[4096];
    (void)!::recv(m_socket, buffer, sizeof buffer, 0);
}

void Peer::send(const std::string& bytes) const { (void)!::send(m_socket, bytes.data(), bytes.size(), MSG_NOSIGNAL); }

void Peer::reset()
{
    const linger now { 1, 0 };
    ::setsockopt(m_socket, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    ::close(m_socket);
    m_socket = -1;
}

void Peer::hang() const
{
    char buffer[4096];
    while (::recv(m_socket, buffer, sizeof buffer, 0) > 0) { }
}

ScriptedServer::ScriptedServer(Script script, bool isIpv6)
{
    m_listener = listening(isIpv6, m_port);
    m_thread = std::thread([this, script = std::move(script)] {
        for (;;) {
            const int socket = ::accept4(m_listener, nullptr, nullptr, SOCK_CLOEXEC);
            if (socket < 0)
                return;
            Peer peer(socket);
            script(peer);
        }
    });
}

ScriptedServer::~ScriptedServer()
{
    ::shutdown(m_listener, SHUT_RDWR);
    m_thread.join();
    ::close(m_listener);
}

ScriptedServer::Script answering(std::string bytes)
{
    return [bytes = std::move(bytes)](Peer& peer) {
        peer.readRequest();
        peer.send(bytes);
    };
}

base::Port freePort()
{
    base::Port port = 0;
    ::close(listening(false, port));
    return port;
}

}
