#pragma once

#include "core/discovery/discover.h"

namespace hopscope::discovery::kubernetes {

/// The topology that manifests describe: workloads stand for the pods that they would make.
Discovered discoverManifests(const std::vector<OfflineFile>& files);

}
