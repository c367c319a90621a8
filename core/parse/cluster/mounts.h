#pragma once

#include "core/model/cluster.h"
#include "core/parse/configtree.h"

#include <map>
#include <string>
#include <vector>

namespace hopscope::parse::cluster {

/// A file that a ConfigMap of the manifests puts into a container.
struct MountedFile {
    std::string path; ///< inside the container
    std::string text;
    model::FilePlace place; ///< of the line before its first one
};

/// One container of a workload with the files that ConfigMaps give it.
struct ContainerMounts {
    std::string workload; ///< "deployment/shop/front"
    std::string image;
    std::vector<MountedFile> files;
};

/// Gathers ConfigMaps and who mounts or names them, whatever their order. Manifests only: a live cluster's are not asked for.
class Mounts {
public:
    void add(const ConfigTree& object, const std::string& file);
    std::vector<ContainerMounts> resolve() const;
    /// Variables that containers take from a ConfigMap, read as those that stand in the manifest itself.
    void fillEnvironment(model::cluster::Cluster& cluster) const;

private:
    struct Wanted {
        std::string workload;
        std::string space;
        ConfigTree pod; ///< its spec
    };
    struct Map {
        ConfigTree data;
        std::string file;
    };
    void fill(model::cluster::Pod& pod, const std::string& workload) const;

    std::map<std::string, Map> m_maps; ///< by "namespace/name"
    std::vector<Wanted> m_wanted;
};

}
