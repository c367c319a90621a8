#pragma once

#include "core/base/result.h"
#include "core/exec/commandrunner.h"

#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

namespace hopscope::exec {

/// What came since the last read. Both empty and `isEnd` false: nothing yet (never returned before the deadline).
struct ShellBytes {
    std::string out;
    std::string error;
    bool isEnd = false;
};

/// A POSIX `sh -s` somewhere, with its three streams. Local process, SSH channel, or a test's fake.
class ShellChannel {
public:
    virtual ~ShellChannel() = default;

    /// Takes in what the other side sends meanwhile, so that neither waits for the other for ever.
    virtual base::Result<void> write(std::string_view bytes, std::stop_token stop, Deadline deadline) = 0;
    /// Waits for bytes. Errors: Cancelled, TimedOut (deadline), Disconnected. `isEnd`: the shell is gone.
    virtual base::Result<ShellBytes> read(std::stop_token stop, Deadline deadline) = 0;
};

/// Opens the shell of one host.
class ShellHost {
public:
    virtual ~ShellHost() = default;

    /// Fills `session` (address, user, times) as far as it got, also where it fails. Asked again, it opens a further
    /// shell on the connection that is there, or connects anew where that was lost. Channels must not outlive the host.
    virtual base::Result<std::unique_ptr<ShellChannel>> open(
        model::HostSession& session, std::stop_token stop, Deadline deadline)
        = 0;
};

}
