#pragma once

#include "core/model/topology.h"
#include "core/parse/configtree.h"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace hopscope::parse::cluster {

/// One object of the manifests and the file that it stands in.
struct ManifestObject {
    ConfigTree tree;
    std::string file;
};

struct Kustomized {
    std::vector<ManifestObject> objects;
    std::set<std::string> taken; ///< files that a kustomization speaks for: patches and the like are no objects of their own
    std::vector<model::ConfigWarning> warnings;
};

/// What `kustomize build` would make of the kustomizations among these files. Of several variants of one base (overlays/dev,
/// overlays/production) one is built, the one nearest to production, and a warning names the others. Names keep neither
/// prefix, suffix nor hash, since what calls them by an address does not get these either.
Kustomized kustomized(const std::vector<model::ConfigFile>& files, const std::map<std::string, std::vector<ConfigTree>>& objectsOf);

}
