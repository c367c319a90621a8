#pragma once

#include "core/model/facts.h"

#include <string>
#include <string_view>
#include <vector>

namespace hopscope::parse {

/// What core/probe/shell/nginx-config.sh (apache-config.sh, haproxy-config.sh) shows: one entry an instance, its files split at nginx's own
/// "# configuration file PATH:" lines. A file's Source.line is the line above its first one, so that line n of the
/// file is line n + source.line of the output.
struct ProxyInstances {
    std::vector<model::SoftwareConfig> configs;
    std::vector<int> pids;                ///< of each config's master; 0: not running
    std::vector<std::string> unreadable;  ///< files that could not be read
    bool isTestDenied = false;            ///< a test failed only because we may not read what it needs
    std::vector<std::string> containers;  ///< of each config: its container's id; empty: none
    int elsewhere = 0;                    ///< masters in other mount namespaces whose configuration could not be read
};
ProxyInstances parseProxyDump(std::string_view output, const std::string& software);

/// The process that runs with this configuration (and its workers' parent); 0 where none does, or it is not known.
int masterOf(const model::SoftwareConfig& config);

/// The files of all PHP-FPM installations, in the same form; one entry an installation.
std::vector<model::SoftwareConfig> parsePhpFpmFiles(std::string_view output);

}
