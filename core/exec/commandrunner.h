#pragma once

#include "core/base/result.h"
#include "core/exec/checkspec.h"
#include "core/exec/deadline.h"
#include "core/exec/following.h"
#include "core/model/capture.h"

#include <functional>
#include <stop_token>

namespace hopscope::exec {

/// Runs checks on one host. Used from one thread (the host's); every call returns by the deadline or soon after a
/// stop was asked for, whatever the other side does.
class CommandRunner {
public:
    virtual ~CommandRunner() = default;

    /// Reaches the host and opens its shell. The session's `error` says why it could not be used.
    virtual model::HostSession open(std::stop_token stop, Deadline deadline) = 0;

    /// Runs the batch, giving each result to `sink` as it ends. Each spec yields exactly one result: a transport that
    /// is lost midway yields TransportLost for what had not ended.
    virtual void run(const CheckBatch& batch, const std::function<void(model::CheckResult)>& sink,
        std::stop_token stop, Deadline deadline)
        = 0;

    /// open() and run() in one, which saves a round trip where the transport can send the batch with the shell's first
    /// words. `opened` is told once, before the first result; where the session has an error, there are no results.
    virtual void openAndRun(const CheckBatch& batch, const std::function<void(const model::HostSession&)>& opened,
        const std::function<void(model::CheckResult)>& sink, std::stop_token stop, Deadline deadline)
    {
        const model::HostSession session = open(stop, deadline);
        opened(session);
        if (session.isReachable())
            run(batch, sink, stop, deadline);
    }

    /// Batches of `following`, which must outlive the runner, may join the one that runs: their results go to its sink,
    /// behind its own. A runner that can't do that takes none.
    virtual void follow(Following& following) { (void)following; }
};

}
