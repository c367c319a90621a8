#include "core/discovery/kubernetes/offlinemanifests.h"

#include "core/base/text.h"
#include "core/discovery/compose/mountedconfig.h"
#include "core/discovery/image.h"
#include "core/discovery/kubernetes/clustermap.h"
#include "core/discovery/proxy.h"
#include "core/discovery/springfile.h"
#include "core/parse/cluster/manifests.h"
#include "core/parse/cluster/reading.h"
#include "core/parse/settingsfile.h"

#include <map>

namespace hopscope::discovery::kubernetes {

namespace {
/// A proxy whose configuration comes out of a ConfigMap.
void addConfigured(ClusterMap& map, const parse::cluster::ContainerMounts& mounts, std::vector<model::ConfigWarning>& warnings)
{
    model::SoftwareConfig config;
    config.software = softwareOfImage(mounts.image).id;
    std::map<std::string, model::FilePlace> places;
    for (const parse::cluster::MountedFile& each : mounts.files)
        if (!each.isSecret && compose::isConfiguration(config.software, each.path)) {
            config.files.push_back({ each.path, each.text, {}, {} });
            places[each.path] = each.place;
        }
    if (config.files.empty())
        return;
    compose::setMainFile(config);
    const std::unique_ptr<Proxy> proxy = makeProxy(config);
    if (!proxy)
        return;
    const auto placed = [&](const model::FilePlace& place) {
        const auto own = places.find(place.file);
        return own == places.end() ? place : model::FilePlace { own->second.file, own->second.line + place.line };
    };
    const ProxyRoute route = proxy->routeAll();
    for (const std::vector<model::ConfigWarning>& found : { proxy->warnings(), route.warnings })
        for (const model::ConfigWarning& each : found)
            warnings.push_back({ placed(each.place), each.message });
    for (const ProxyTarget& target : route.targets)
        map.addProxied(mounts.workload, target, placed(target.declared.place));
}
}

namespace {
/// A program's own folder bears its workload's name: what its Spring configuration says beside the manifest.
void addSpringSettings(model::cluster::Cluster& cluster, const std::vector<OfflineFile>& files)
{
    std::map<std::string, std::string> folders; // by the program's name
    constexpr std::string_view resources = "/src/main/resources/application";
    for (const OfflineFile& file : files)
        if (const std::size_t at = file.path.find(resources); at != std::string::npos)
            folders.emplace(base::fileName(std::string_view(file.path).substr(0, at)), file.path.substr(0, at));
    if (folders.empty())
        return;
    for (model::cluster::Workload& workload : cluster.workloads) {
        const auto folder = folders.find(workload.meta.name);
        if (folder == folders.end() || workload.pod.containers.empty())
            continue;
        model::cluster::Container& container = workload.pod.containers.front();
        const std::map<std::string, std::string> given(container.environment.begin(), container.environment.end());
        for (const auto& [name, value] : springSettings(files, folder->second, given))
            parse::cluster::addVariable(container, name, parse::ConfigTree::ofText(value, 0));
    }
}

/// What an app's own files out of ConfigMaps and Secrets name, as if it had been given that in its environment.
void addMountedSettings(model::cluster::Cluster& cluster, const parse::cluster::ContainerMounts& mounts, std::size_t& bytes)
{
    constexpr std::size_t largest = 256 * 1024;
    constexpr std::size_t mostBytes = 8 * 1024 * 1024; // of all containers together
    for (model::cluster::Workload& workload : cluster.workloads)
        for (model::cluster::Container& container : workload.pod.containers) {
            if (base::lowered(workload.kind) + "/" + workload.meta.space + "/" + workload.meta.name != mounts.workload || container.name != mounts.container)
                continue;
            const std::map<std::string, std::string> given(container.environment.begin(), container.environment.end());
            for (const parse::cluster::MountedFile& file : mounts.files) {
                if (file.text.size() > largest || (bytes += file.text.size()) > mostBytes)
                    continue;
                for (auto& [key, value] : parse::settingsInFile(file.path, file.text)) {
                    const std::string name = parse::variableNamed(key);
                    if (given.contains(name) || !parse::fillPlaces(value, given))
                        continue;
                    if (file.isSecret)
                        parse::cluster::addSecretVariable(container, name, value);
                    else
                        parse::cluster::addVariable(container, name, parse::ConfigTree::ofText(value, 0));
                }
            }
        }
}
}

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
    addSpringSettings(read.cluster, files);
    std::size_t mountedBytes = 0;
    for (const parse::cluster::ContainerMounts& mounts : read.mounts)
        if (softwareOfImage(mounts.image).kind == model::NodeKind::App && !isObserver(mounts.image))
            addMountedSettings(read.cluster, mounts, mountedBytes);
    ClusterMap map(read.cluster);
    for (const parse::cluster::ContainerMounts& mounts : read.mounts)
        addConfigured(map, mounts, read.warnings);
    map.addAll();
    return { map.take(), std::move(read.warnings) };
}

}
