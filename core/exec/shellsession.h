#pragma once

#include "core/exec/commandrunner.h"
#include "core/exec/resultcutter.h"
#include "core/exec/shellchannel.h"

#include <memory>

namespace hopscope::exec {

/// One running `sh -s` that speaks our frames: hello, then any number of batches.
class ShellSession {
public:
    ShellSession(base::HostId host, std::unique_ptr<ShellChannel> channel, base::WallClock clock);

    /// The checks that come next. Before begin() they go out with the shell's first words.
    void expect(const CheckBatch& batch);
    base::Result<void> sendExpected(std::stop_token stop, Deadline deadline);
    /// Sends the preamble and what is expected, and waits for the hello.
    base::Result<void> begin(std::stop_token stop, Deadline deadline);

    /// Waits for anything at all in answer to a batch. False: the transport is gone, and nothing of the batch came.
    bool waitForSign(std::stop_token stop, Deadline deadline);

    /// Gives results until the batch is done, or a check hung (it got its TimedOut; this shell is of no more use), or
    /// the transport failed (an error; the rest got nothing).
    base::Result<void> readResults(const ResultCutter::Sink& sink, std::stop_token stop, Deadline deadline);

    std::string user() const;
    std::optional<base::Milliseconds> clockOffset() const { return m_clockOffset; }

private:
    base::Result<void> waitForHello(const ResultCutter::Sink& sink, std::stop_token stop, Deadline deadline);
    void takeHelloTime();
    base::Error notPosix() const;
    base::Error error(base::ErrorCode code, std::string detail, std::string advice) const;
    base::Milliseconds patience() const;

    const base::HostId m_host;
    const std::unique_ptr<ShellChannel> m_channel;
    const base::WallClock m_clock;
    const std::string m_marker;
    ResultCutter m_cutter;
    std::string m_unsent;
    std::vector<base::Milliseconds> m_limits; ///< of the checks not given yet, the longest of each one's group
    std::vector<model::CheckResult> m_early;  ///< came before anybody asked for results
    base::TimePoint m_helloAt {};
    std::optional<base::Milliseconds> m_clockOffset;
};

}
