#pragma once

#include "core/faults/predicates/hopview.h"

#include <string>
#include <vector>

namespace hopscope::faults {

/// Something in the cluster's own objects that keeps a call from its pod, although the pod is well.
struct Obstacle {
    const char* cause = "";
    const char* variant = "";
    double weight = 0; ///< how surely calls fail of it
    std::string words; ///< for the summary
    std::string firstPlace;
    model::Evidence evidence;
    std::map<std::string, std::string> values;
};

/// Network policies, encryption and access rules of the mesh, subsets, ports. Only what can be told for sure.
std::vector<Obstacle> obstaclesOf(const HopView& view);

/// "kubectl get …" as evidence of a cluster's object.
model::Evidence clusterEvidence(
    const HopView& view, model::Source source, const std::vector<std::string>& command, std::string observed);

}
