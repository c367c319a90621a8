#pragma once

#include "core/exec/commandrunner.h"
#include "core/exec/shellchannel.h"

#include <memory>

namespace hopscope::exec {

/// Sends checks as one framed script down a shell's stdin and cuts what comes back into results. A check that hangs
/// beyond its limit costs its shell, not the checks after it: these go on in a new shell of the same host.
/// Results' startedAt is by our clock.
std::unique_ptr<CommandRunner> makeScriptRunner(
    base::HostId host, std::unique_ptr<ShellHost> shell, base::WallClock clock = base::systemNow);

/// This machine's own sh, as the current user.
std::unique_ptr<ShellHost> makeLocalHost();

}
