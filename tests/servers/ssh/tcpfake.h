#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <thread>

namespace hopscope::test {

/// A loopback listener that hands each connection to a function, one after the other. The function may keep it for
/// as long as it likes: a stop shuts the connection down.
class TcpFake {
public:
    using Handler = std::function<void(int connection)>;
    explicit TcpFake(Handler handler);
    ~TcpFake();
    TcpFake(const TcpFake&) = delete;
    TcpFake& operator=(const TcpFake&) = delete;

    unsigned short port() const { return m_port; }

private:
    void serve();

    const Handler m_handler;
    int m_listener = -1;
    unsigned short m_port = 0;
    std::atomic<int> m_connection = -1;
    std::atomic<bool> m_isOver = false;
    std::thread m_thread;
};

/// Handlers.
void staySilent(int connection);
TcpFake::Handler sayOnce(const std::string& text, bool closesAfterwards);
void sayWithoutEnd(int connection);

}
