#pragma once

#include "core/base/ids.h"
#include "core/base/time.h"

#include <cstddef>
#include <string>
#include <vector>

namespace hopscope::exec {

/// One check to run inside a framed script.
struct CheckSpec {
    base::CheckId check;
    std::string subject;   ///< see CheckResult::subject
    std::string container; ///< see CheckResult::container; the shell text itself enters it
    std::string command;   ///< for people, as they could paste it
    std::string shell;     ///< POSIX sh that prints to stdout and stderr; every discovered word in it is quoted
    base::Milliseconds limit { 5000 };
    std::size_t byteLimit = 256 * 1024; ///< of stdout; stderr gets 16 KiB
    /// Neighbours in the batch with the same number may run at the same time; 0 runs alone. In a group the output may
    /// hold no NUL.
    int group = 0;
    /// Words of our own, one of which must be there: the name of a running process, "command:NAME" of one that can be run, a
    /// path. Where none is, the check is NotInstalled and starts no process. Empty: it always runs.
    std::string needs;
    /// Reads a little of what the kernel has ready and can't wait for anything: it runs without a limit of its own, which
    /// would be most of its cost. Were it to hang, it would cost its shell.
    bool isBrief = false;

    bool operator==(const CheckSpec&) const = default;
};

/// Checks that go down one channel together, in order.
using CheckBatch = std::vector<CheckSpec>;

}
