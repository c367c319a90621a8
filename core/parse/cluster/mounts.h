#pragma once

#include "core/model/cluster.h"
#include "core/parse/configtree.h"

#include <map>
#include <string>
#include <vector>

namespace hopscope::parse::cluster {

/// A file that a ConfigMap or a Secret of the manifests puts into a container.
struct MountedFile {
    std::string path; ///< inside the container
    std::string text;
    model::FilePlace place; ///< of the line before its first one
    bool isSecret = false;  ///< nothing of it but addresses may be kept or shown
};

/// One container of a workload with the files that it is given.
struct ContainerMounts {
    std::string workload; ///< "deployment/shop/front"
    std::string container;
    std::string image;
    std::vector<MountedFile> files;
};

/// Gathers ConfigMaps and Secrets and who mounts or names them, whatever their order. Manifests only: a live cluster's are not asked for.
class Mounts {
public:
    void add(const ConfigTree& object, const std::string& file);
    std::vector<ContainerMounts> resolve() const;
    /// Variables that containers take from a ConfigMap, read as those that stand in the manifest itself; of those from a Secret
    /// the addresses alone.
    void fillEnvironment(model::cluster::Cluster& cluster) const;

private:
    struct Wanted {
        std::string workload;
        std::string space;
        ConfigTree pod; ///< its spec
    };
    struct Map {
        ConfigTree data; ///< of a Secret decoded
        std::string file;
        bool isSecret = false;
    };
    const Map* mapOf(const Wanted& wanted, const ConfigTree& source, const char* secretsName) const;
    void mount(const Wanted& wanted, const ConfigTree& place, const ConfigTree& volume, ContainerMounts& into) const;
    void fill(model::cluster::Pod& pod, const std::string& workload) const;

    std::map<std::string, Map> m_maps; ///< by "ConfigMap namespace/name"
    std::vector<Wanted> m_wanted;
};

}
