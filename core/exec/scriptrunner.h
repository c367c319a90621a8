#pragma once

#include "core/exec/commandrunner.h"
#include "core/exec/shellchannel.h"

#include <memory>

namespace hopscope::exec {

/// Sends checks as one framed script down a shell's stdin and cuts what comes back into results.
std::unique_ptr<CommandRunner> makeScriptRunner(base::HostId host, std::unique_ptr<ShellHost> shell);

/// This machine's own sh, as the current user.
std::unique_ptr<ShellHost> makeLocalHost();

}
