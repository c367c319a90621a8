#pragma once

#include "core/probe/outside/socketwait.h"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace hopscope::probe {

/// How one read or write ended. `Ended` (FIN) and `Reset` (RST) are kept apart: they have different causes.
enum class StreamState { Done, Ended, Reset, TimedOut, Cancelled, Failed };

struct StreamResult {
    StreamState state = StreamState::Done;
    std::size_t bytes = 0;
    std::string errorText = {};
};

class ByteStream {
public:
    virtual ~ByteStream() = default;
    /// At least one byte where Done.
    virtual StreamResult read(std::span<char> buffer, Clock::time_point limit) = 0;
    /// All of it where Done.
    virtual StreamResult write(std::string_view bytes, Clock::time_point limit) = 0;
};

/// A connected, non-blocking socket.
class SocketStream final : public ByteStream {
public:
    SocketStream(Descriptor socket, SocketWait& wait);
    StreamResult read(std::span<char> buffer, Clock::time_point limit) override;
    StreamResult write(std::string_view bytes, Clock::time_point limit) override;

private:
    Descriptor m_socket;
    SocketWait& m_wait;
};

}
