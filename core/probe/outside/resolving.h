#pragma once

#include "core/model/outside.h"
#include "core/probe/outside/socketwait.h"

#include <string>

namespace hopscope::probe {

/// Asks the system's resolver (hosts file, DNS, whatever nsswitch names) for IPv4 and IPv6 apart, and where that
/// failed or an alias stands between, the system's DNS servers for the very answer code and the CNAME chain.
/// Waits at most `limit`; a resolver that hangs is left behind (the system call can't be cancelled).
model::DnsAnswer resolved(const std::string& name, SocketWait& wait, std::chrono::milliseconds limit);

}
