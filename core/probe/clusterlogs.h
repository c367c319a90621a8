#pragma once

#include "core/model/cluster.h"
#include "core/model/topology.h"
#include "core/probe/hostchecks.h"

#include <vector>

namespace hopscope::probe {

/// Which containers' logs may tell why the request fails: of the pods on the path, the unwell first; of the mesh's
/// proxies beside them; and of the ingress controller. A handful.
std::vector<ClusterLogPlace> clusterLogPlaces(const model::cluster::Cluster& cluster, const model::Topology& topology);

}
