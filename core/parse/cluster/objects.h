#pragma once

#include "core/model/cluster.h"
#include "core/parse/configtree.h"

#include <string>

namespace hopscope::parse {

/// Where an object stands: a manifest's file, or a check's output.
struct ObjectPlace {
    std::string file;
    int line = 0; ///< of live objects, for all of one list; else 0 and the tree's own lines count
    std::string space; ///< the namespace where the object names none
};

/// Reads one Kubernetes object (or a List of them) into the cluster. False where its kind says nothing to us.
/// Total: fields of the wrong kind count as missing.
bool addObject(model::cluster::Cluster& cluster, const ConfigTree& object, const ObjectPlace& place);
/// One object whose kind the caller knows: the items of a live list carry none.
bool addObject(model::cluster::Cluster& cluster, const ConfigTree& object, const std::string& group, const std::string& kind,
    const ObjectPlace& place);

}
