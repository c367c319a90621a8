#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <thread>

namespace hopscope::test {

/// A TCP proxy on loopback that behaves like a line with the given round trip, for connections to one loopback port.
///
/// How the line is modelled (d: half a round trip). A byte arrives d after it was sent, in each direction, whatever the
/// amount: bandwidth and slow start are not modelled. On a real line connect() returns after 2d, and the server has the
/// connection after 3d; a connect to the proxy returns at once, so what the client sends before 2d counts as sent at
/// 2d, and the proxy connects to the server at 3d. From there on each side sees its bytes when it would see them on
/// that line; only the client's own clock for the connect itself reads 2d too little, and its first wait 2d too much.
class DelayProxy {
public:
    DelayProxy(unsigned short target, std::chrono::milliseconds roundTrip);
    ~DelayProxy();
    DelayProxy(const DelayProxy&) = delete;
    DelayProxy& operator=(const DelayProxy&) = delete;

    unsigned short port() const { return m_port; }

private:
    void serve();

    const unsigned short m_target;
    const std::chrono::milliseconds m_oneWay;
    int m_listener = -1;
    unsigned short m_port = 0;
    std::atomic<bool> m_isOver = false;
    std::thread m_thread;
};

}
