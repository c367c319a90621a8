#pragma once

#include "core/exec/checkspec.h"
#include "core/model/facts.h"
#include "core/model/topology.h"

#include <string>

namespace hopscope::probe {

// Single looks at what stands behind a hop; each is one read-only command with its words quoted.

exec::CheckSpec socketStatus(const std::string& path);
exec::CheckSpec listenerQueue(const model::Hop& hop, const model::Endpoint& listening);
exec::CheckSpec route(const model::Hop& hop, const std::string& address);
exec::CheckSpec unitState(const std::string& unit);
exec::CheckSpec unitLog(const std::string& unit);
exec::CheckSpec proxyErrorLog(const std::string& path);
exec::CheckSpec proxyAccessLog(const std::string& path);
/// HAProxy's log: all but the requests that went well.
exec::CheckSpec balancerLog(const std::string& path);
exec::CheckSpec appLog(const std::string& path);
exec::CheckSpec processLog(int pid, const std::vector<std::string>& names);
exec::CheckSpec containerLog(const std::string& container, const std::string& engine);
exec::CheckSpec appChanges(const std::string& folder);

}
