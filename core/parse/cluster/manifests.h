#pragma once

#include "core/model/cluster.h"
#include "core/model/facts.h"
#include "core/model/topology.h"
#include "core/parse/cluster/mounts.h"

#include <string_view>
#include <vector>

namespace hopscope::parse {

struct Manifests {
    model::cluster::Cluster cluster;
    std::vector<model::ConfigWarning> warnings;
    std::vector<cluster::ContainerMounts> mounts; ///< what ConfigMaps put into containers
};

/// YAML (several documents a file) and JSON. What a template leaves open is a word that tells which value it is; the same
/// expression gives the same word, so that names and labels that belong together still meet.
Manifests readManifests(const std::vector<model::ConfigFile>& files);

/// Whether a file holds a Kubernetes object, by its text.
bool holdsManifest(std::string_view text);

}
