#pragma once

#include "core/model/facts.h"

#include <string_view>
#include <vector>

namespace hopscope::parse {

/// Listening sockets where there is no ss: netstat's table under "@@ netstat", or the kernel's own under
/// "@@ /proc/net/…" with "@@ fd" (`ls -l /proc/[0-9]*/fd`) to name their processes.
std::vector<model::Listener> parseOtherListeners(std::string_view output);
std::vector<model::Connection> parseOtherConnections(std::string_view output);

}
