#pragma once

#include "core/discovery/discover.h"

#include <string>
#include <vector>

namespace hopscope::discovery {

/// Files that belong together: one instance of one software, or all projects or manifests.
struct OfflineGroup {
    std::string software;
    std::string folder; ///< of its main file
    std::vector<OfflineFile> files;
};

/// A folder may hold the configuration of several programs: a copy of a host's /etc, one folder a host. Each main file
/// ("nginx.conf", "haproxy.cfg" …) begins a group with what lies in its folder and below; sites without a main file are a
/// group by their content. One group, without a software, where the names tell nothing.
std::vector<OfflineGroup> offlineGroups(const std::vector<OfflineFile>& files);

/// The parts as one topology: nodes of different hosts kept apart by their folder's name, what one proxy sends to another
/// one of the same folder joined.
Discovered joined(const std::vector<OfflineGroup>& groups, std::vector<Discovered> found);

/// Targets that a PHP-FPM pool among the files listens on get its name.
void nameFpmPools(const std::vector<OfflineFile>& files, model::Topology& topology);

}
