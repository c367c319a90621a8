#pragma once

#include "core/base/ids.h"

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace hopscope::test {

/// One accepted connection, in the hands of a test's script.
class Peer {
public:
    explicit Peer(int socket) : m_socket(socket) { }
    ~Peer();
    Peer(const Peer&) = delete;
    Peer& operator=(const Peer&) = delete;

    /// Reads until the end of the request's header, or until the other side goes.
    std::string readRequest() const;
    /// Whatever comes first.
    void readSome() const;
    void send(const std::string& bytes) const;
    /// A FIN would say "closed"; this sends a RST.
    void reset();
    /// Until the other side closes.
    void hang() const;

private:
    int m_socket = -1;
};

/// Listens on a free loopback port and runs the script for each connection, one after the other.
class ScriptedServer {
public:
    using Script = std::function<void(Peer&)>;
    explicit ScriptedServer(Script script, bool isIpv6 = false);
    ~ScriptedServer();

    base::Port port() const { return m_port; }
    std::string lastRequest() const;

private:
    int m_listener = -1;
    base::Port m_port = 0;
    mutable std::mutex m_mutex;
    std::string m_lastRequest;
    std::thread m_thread;
};

/// Sends these bytes to whoever asks, then closes.
ScriptedServer::Script answering(std::string bytes);

/// A loopback port that nobody listens on.
base::Port freePort();

}
