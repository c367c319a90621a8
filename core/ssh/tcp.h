#pragma once

#include "core/ssh/patience.h"

#include <string>

namespace hopscope::ssh {

/// A descriptor that is closed with its owner.
class Descriptor {
public:
    Descriptor() = default;
    explicit Descriptor(int value) : m_value(value) { }
    Descriptor(Descriptor&& other) noexcept : m_value(other.release()) { }
    Descriptor& operator=(Descriptor&& other) noexcept;
    ~Descriptor();

    int value() const { return m_value; }
    int release();

private:
    int m_value = -1;
};

struct TcpConnection {
    Descriptor descriptor; ///< non-blocking, without Nagle's delay
    std::string address;   ///< "203.0.113.7:22", "[2001:db8::7]:22"
};

struct TcpTarget {
    std::string host;
    base::Port port = 22;
    std::string family; ///< "inet", "inet6", else any
};

/// Connects to the first address of the target that answers: each next one is tried a quarter of a second after the
/// one before, beside it. The error is that of the address that came closest to an answer and tells all of them.
base::Result<TcpConnection> connectTcp(const TcpTarget& target, const Patience& patience);

}
