#pragma once

#include <chrono>
#include <poll.h>
#include <stop_token>
#include <string>
#include <vector>

namespace hopscope::probe {

using Clock = std::chrono::steady_clock;

double millisecondsSince(Clock::time_point start);

/// Owns one file descriptor.
class Descriptor {
public:
    Descriptor() = default;
    explicit Descriptor(int number) : m_number(number) { }
    Descriptor(Descriptor&& other) noexcept : m_number(other.release()) { }
    Descriptor& operator=(Descriptor&& other) noexcept;
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() { close(); }

    int number() const { return m_number; }
    bool isOpen() const { return m_number >= 0; }
    int release();
    void close();

private:
    int m_number = -1;
};

/// Sockets that want to be served while somebody waits for another one.
class BackgroundSockets {
public:
    virtual ~BackgroundSockets() = default;
    virtual void addTo(std::vector<pollfd>& polled) const = 0;
    /// Called after each wait, with what was added (or nothing of it ready), so that time-outs are seen too.
    virtual void serve(const std::vector<pollfd>& polled) = 0;
};

/// Every wait of the outside view goes through here, so that each ends by the run's deadline and soon (20 ms) after a
/// stop. One thread.
class SocketWait {
public:
    enum class Outcome { Ready, TimedOut, Cancelled };

    SocketWait(std::stop_token stop, Clock::time_point deadline);

    void setBackground(BackgroundSockets* sockets) { m_background = sockets; }
    /// For `events` on `socket`, at most until `limit` or the deadline. `socket` -1: only the background.
    Outcome wait(int socket, short events, Clock::time_point limit);

    bool isCancelled() const { return m_stop.stop_requested(); }
    const std::stop_token& stop() const { return m_stop; }
    Clock::time_point deadline() const { return m_deadline; }
    Clock::time_point within(std::chrono::milliseconds time) const;

private:
    std::stop_token m_stop;
    Clock::time_point m_deadline;
    BackgroundSockets* m_background = nullptr;
};

/// Words for an errno that do not change with the locale: "connection refused (ECONNREFUSED)".
std::string errnoWords(int number);

}
