#pragma once

#include "tests/support/socket.h"

#include <atomic>
#include <string>
#include <thread>

namespace hopscope::test {

/// A server for a proxy to pass requests to, over HTTP or FastCGI. It answers with what it was asked, at which of its
/// addresses (all of 127.0.0.0/8): "127.0.0.3 /path?query host" or "127.0.0.3 fastcgi /script/file.php host".
class EchoBackend {
public:
    EchoBackend();
    ~EchoBackend();

    std::uint16_t port() const { return m_port; }

private:
    void serve();

    Socket m_listener;
    std::uint16_t m_port;
    std::atomic<bool> m_isEnding = false;
    std::thread m_thread;
};

}
