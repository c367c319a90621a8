#pragma once

#include <netinet/in.h>

#include <cstdint>
#include <string>

namespace hopscope::test {

/// An open descriptor that closes itself.
class Socket {
public:
    explicit Socket(int descriptor = -1)
        : m_descriptor(descriptor)
    {
    }
    ~Socket();
    Socket(Socket&& other) noexcept;
    Socket& operator=(Socket&& other) noexcept;

    int descriptor() const { return m_descriptor; }
    std::uint16_t port() const;
    /// The address that the other side connected to.
    std::string localAddress() const;
    void send(const std::string& bytes) const;
    /// What is there now, or waits for it; empty at the end.
    std::string receive() const;
    std::string receiveAll() const;

private:
    int m_descriptor;
};

/// 127.0.0.1 with that port.
sockaddr_in loopback(std::uint16_t port);

/// Listens on every IPv4 address, at a free port.
Socket listenAnywhere();
Socket connectTo(const std::string& address, std::uint16_t port);

}
