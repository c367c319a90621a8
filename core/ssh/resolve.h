#pragma once

#include "core/ssh/tcp.h"

#include <sys/socket.h>

#include <vector>

namespace hopscope::ssh {

struct SocketAddress {
    sockaddr_storage storage {};
    socklen_t size = 0;

    std::string text() const; ///< "203.0.113.7:22"
};

/// The addresses of the target, families mixed. The resolver can't be interrupted: on a stop or at the deadline it is
/// left to end by itself in a thread that nobody waits for.
base::Result<std::vector<SocketAddress>> resolve(const TcpTarget& target, const Patience& patience);

}
