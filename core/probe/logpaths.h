#pragma once

#include "core/model/facts.h"

#include <string>
#include <vector>

namespace hopscope::probe {

/// Files that the configuration of this host's proxies and pool managers logs to, without what is no file (syslog,
/// stderr, off, names with variables). At most `limit`, in the order of the configuration.
struct LogPaths {
    std::vector<std::string> errorLogs;
    std::vector<std::string> accessLogs;
    std::vector<std::string> poolLogs; ///< PHP-FPM's
    std::vector<std::string> balancerLogs; ///< HAProxy's: one line a request, and what it says of its servers
};
LogPaths logPaths(const model::HostFacts& host, std::size_t limit);

}
