#pragma once

#include "core/model/cluster.h"
#include "core/model/facts.h"

#include <string>
#include <string_view>
#include <vector>

namespace hopscope::parse {

struct ClusterReading {
    model::cluster::Cluster cluster;
    std::vector<std::string> gaps; ///< what could not be listed, with the least grant that would show it
};

/// The output of the check "kubernetes". What a cut-off list still holds is kept.
/// Rollouts: when a workload got a new revision, and what differs in it.
std::vector<model::Change> clusterChanges(const model::cluster::Cluster& cluster);

ClusterReading parseCluster(std::string_view output, const std::string& user);

}
