#include "tests/servers/ssh/tcpfake.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace hopscope::test {

TcpFake::TcpFake(Handler handler)
    : m_handler(std::move(handler))
    , m_listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
{
    sockaddr_in address {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ::bind(m_listener, reinterpret_cast<sockaddr*>(&address), size);
    ::listen(m_listener, 16);
    ::getsockname(m_listener, reinterpret_cast<sockaddr*>(&address), &size);
    m_port = ntohs(address.sin_port);
    m_thread = std::thread([this] { serve(); });
}

TcpFake::~TcpFake()
{
    m_isOver = true;
    ::shutdown(m_listener, SHUT_RDWR);
    if (const int connection = m_connection; connection >= 0)
        ::shutdown(connection, SHUT_RDWR);
    m_thread.join();
    ::close(m_listener);
}

void TcpFake::serve()
{
    while (!m_isOver) {
        const int connection = ::accept4(m_listener, nullptr, nullptr, SOCK_CLOEXEC);
        if (connection < 0)
            continue;
        m_connection = connection;
        if (!m_isOver)
            m_handler(connection);
        m_connection = -1;
        ::close(connection);
    }
}

void staySilent(int connection)
{
    char buffer[1024];
    while (::recv(connection, buffer, sizeof buffer, 0) > 0) { }
}

TcpFake::Handler sayOnce(const std::string& text, bool closesAfterwards)
{
    return [text, closesAfterwards](int connection) {
        ::send(connection, text.data(), text.size(), MSG_NOSIGNAL);
        if (!closesAfterwards)
            staySilent(connection);
    };
}

void sayWithoutEnd(int connection)
{
    const std::string text(4096, 'x');
    while (::send(connection, text.data(), text.size(), MSG_NOSIGNAL) > 0) { }
}

}
