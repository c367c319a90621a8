#pragma once

#include "core/base/time.h"
#include "core/discovery/hostindex.h"
#include "core/model/topology.h"

#include <optional>
#include <string>

namespace hopscope::discovery {

/// How a running app works, as far as its command line, its settings and its processes say so for certain; what they leave
/// open is empty.
struct AppRuntime {
    std::string version;
    std::optional<int> workers; ///< processes that answer requests: those that run, else those that were asked for
    bool isUpperLimit = false;  ///< `workers` is the most there may be (PHP-FPM)
    std::optional<int> threads; ///< in each
    std::string pool;           ///< PHP-FPM: "www, static"
    std::string heapLimit;      ///< of a Java machine: "512m"
    std::optional<double> oldGenerationPercent; ///< of it, in use
    /// After which the app itself ends a request; only where somebody set it, and where it really ends requests.
    std::optional<base::Milliseconds> requestLimit;
    std::string requestLimitSetting; ///< how it is written: "--timeout 120"
    std::optional<base::Milliseconds> idleLimit; ///< after which it closes a connection that nobody uses
    std::string idleLimitSetting; ///< "--keep-alive 2"; or whose default it is

    bool operator==(const AppRuntime&) const = default;
};

/// Of a node with a process. `host` is the one that it runs on.
AppRuntime appRuntime(const HostIndex& host, const model::Node& node);

/// For people: "4 workers of 2 threads, a request at most 30 s"; empty where nothing is known.
std::string textOf(const AppRuntime& runtime);

}
