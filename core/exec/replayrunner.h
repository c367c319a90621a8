#pragma once

#include "core/exec/commandrunner.h"

#include <memory>

namespace hopscope::exec {

/// Answers from a recording: the session of that host, and for each spec what was recorded for the same check, subject
/// and container, else Skipped. A check that was recorded several times is answered in that order, then by its last.
std::unique_ptr<CommandRunner> makeReplayRunner(base::HostId host, std::shared_ptr<const model::Capture> capture);

}
