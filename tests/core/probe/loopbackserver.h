#pragma once

#include "core/base/ids.h"

#include <functional>
#include <string>
#include <thread>
#include <vector>

namespace hopscope::probe {

/// A server of this process: each connection is handed to `behave` on a thread of its own, then closed.
class LoopbackServer {
public:
    using Behaviour = std::function<void(int connection, std::stop_token stop)>;

    /// On a free TCP port of 127.0.0.1, or at the unix socket's path where one is given.
    explicit LoopbackServer(Behaviour behave, const std::string& path = {});
    ~LoopbackServer();
    LoopbackServer(const LoopbackServer&) = delete;
    LoopbackServer& operator=(const LoopbackServer&) = delete;

    base::Port port() const { return m_port; }

private:
    void serve(std::stop_token stop);

    Behaviour m_behave;
    int m_socket = -1;
    base::Port m_port = 0;
    std::jthread m_thread;
};

// What servers do to their callers.
void hangUntilStopped(int connection, std::stop_token stop);
void readThenClose(int connection, std::stop_token stop);
void readThenReset(int connection, std::stop_token stop);
LoopbackServer::Behaviour replies(std::string text);
LoopbackServer::Behaviour repliesAfter(std::chrono::milliseconds delay, std::string text);

}
