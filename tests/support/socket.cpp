#include "tests/support/socket.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <stdexcept>
#include <utility>

namespace hopscope::test {

namespace {
constexpr int timeoutSeconds = 10;

int makeSocket()
{
    const int descriptor = socket(AF_INET, SOCK_STREAM, 0);
    const timeval limit { timeoutSeconds, 0 };
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    return descriptor;
}

sockaddr_in addressOf(const std::string& address, std::uint16_t port)
{
    sockaddr_in result {};
    result.sin_family = AF_INET;
    result.sin_port = htons(port);
    inet_pton(AF_INET, address.c_str(), &result.sin_addr);
    return result;
}
}

Socket::~Socket()
{
    if (m_descriptor >= 0)
        close(m_descriptor);
}

Socket::Socket(Socket&& other) noexcept
    : m_descriptor(std::exchange(other.m_descriptor, -1))
{
}

Socket& Socket::operator=(Socket&& other) noexcept
{
    std::swap(m_descriptor, other.m_descriptor);
    return *this;
}

std::uint16_t Socket::port() const
{
    sockaddr_in address {};
    socklen_t size = sizeof address;
    getsockname(m_descriptor, reinterpret_cast<sockaddr*>(&address), &size);
    return ntohs(address.sin_port);
}

std::string Socket::localAddress() const
{
    sockaddr_in address {};
    socklen_t size = sizeof address;
    getsockname(m_descriptor, reinterpret_cast<sockaddr*>(&address), &size);
    std::array<char, INET_ADDRSTRLEN> text {};
    inet_ntop(AF_INET, &address.sin_addr, text.data(), text.size());
    return text.data();
}

void Socket::send(const std::string& bytes) const
{
    std::size_t sent = 0;
    while (sent < bytes.size()) {
        const ssize_t count = ::send(m_descriptor, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
        if (count <= 0)
            return;
        sent += static_cast<std::size_t>(count);
    }
}

std::string Socket::receive() const
{
    std::array<char, 16384> buffer {};
    const ssize_t count = recv(m_descriptor, buffer.data(), buffer.size(), 0);
    return count > 0 ? std::string(buffer.data(), static_cast<std::size_t>(count)) : std::string();
}

std::string Socket::receiveAll() const
{
    std::string all;
    for (std::string part = receive(); !part.empty(); part = receive())
        all += part;
    return all;
}

sockaddr_in loopback(std::uint16_t port)
{
    sockaddr_in address {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    return address;
}

Socket listenAnywhere()
{
    Socket result(makeSocket());
    const sockaddr_in address = addressOf("0.0.0.0", 0);
    if (bind(result.descriptor(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0
        || listen(result.descriptor(), 128) != 0)
        throw std::runtime_error("cannot listen on a free port");
    return result;
}

Socket connectTo(const std::string& address, std::uint16_t port)
{
    Socket result(makeSocket());
    const sockaddr_in to = addressOf(address, port);
    if (connect(result.descriptor(), reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0)
        throw std::runtime_error("cannot connect to " + address);
    return result;
}

}
