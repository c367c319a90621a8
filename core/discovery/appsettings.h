#pragma once

#include "core/discovery/hostindex.h"
#include "core/model/topology.h"

#include <set>
#include <string>
#include <vector>

namespace hopscope::discovery {

/// The processes of an app: its family, and whatever else runs in its unit or container.
std::set<int> processesOf(const HostIndex& host, const model::Node& app);

/// The settings of this host that are this app's: of its processes' environment, of its unit, of the files that its
/// command lines name, and of the usual files in its folders. `folders` are further ones than its working directory (a
/// PHP pool's scripts). Of several processes with one setting the first one's is taken.
std::vector<const model::Setting*> settingsOf(
    const HostIndex& host, const model::Node& app, const std::vector<std::string>& folders);

}
