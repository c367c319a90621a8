#include "core/discovery/kubernetes/offlinemanifests.h"

#include "core/discovery/kubernetes/clustermap.h"
#include "core/parse/cluster/manifests.h"

namespace hopscope::discovery::kubernetes {

Discovered discoverManifests(const std::vector<OfflineFile>& files)
{
    std::vector<model::ConfigFile> texts;
    for (const OfflineFile& file : files) {
        model::ConfigFile each;
        each.path = file.path;
        each.text = file.text;
        texts.push_back(std::move(each));
    }
    parse::Manifests read = parse::readManifests(texts);
    ClusterMap map(read.cluster);
    map.addAll();
    return { map.take(), std::move(read.warnings) };
}

}
