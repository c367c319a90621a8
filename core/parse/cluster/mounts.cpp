#include "core/parse/cluster/mounts.h"

#include "core/base/text.h"
#include "core/parse/cluster/reading.h"

#include <algorithm>

namespace hopscope::parse::cluster {

namespace {
constexpr std::size_t mostMounted = 500;

std::string spaceOf(const ConfigTree& object)
{
    const std::string space = object.at("metadata").text("namespace");
    return space.empty() ? "default" : space;
}

std::string joined(const std::string& folder, const std::string& name)
{
    return folder.ends_with('/') ? folder + name : folder + "/" + name;
}

/// Which keys of the map go where: all by their names, or those that `items` lists.
std::vector<std::pair<std::string, std::string>> keysOf(const ConfigTree& source, const ConfigTree& data)
{
    std::vector<std::pair<std::string, std::string>> keys;
    for (const ConfigTree& item : source.at("items").items)
        keys.emplace_back(item.text("key"), item.text("path"));
    if (keys.empty())
        for (const auto& member : data.members)
            keys.emplace_back(member.first, member.first);
    return keys;
}

bool namesMap(const ConfigTree& pod)
{
    const auto fromMap = [](const ConfigTree& variable) { return variable.in({ "valueFrom" }).has("configMapKeyRef"); };
    return std::any_of(pod.at("containers").items.begin(), pod.at("containers").items.end(), [&](const ConfigTree& container) {
        const std::vector<ConfigTree>& own = container.at("env").items;
        return !container.at("envFrom").items.empty() || std::any_of(own.begin(), own.end(), fromMap);
    });
}
}

void Mounts::add(const ConfigTree& object, const std::string& file)
{
    const std::string kind = object.text("kind");
    if (kind == "List")
        for (const ConfigTree& item : object.at("items").items)
            add(item, file);
    if (kind == "ConfigMap" && object.at("data").isMap()) {
        m_maps[spaceOf(object) + "/" + object.at("metadata").text("name")] = { object.at("data"), file };
        return;
    }
    const ConfigTree& spec = object.at("spec");
    const ConfigTree& pod = kind == "Pod" ? spec : spec.in({ "template", "spec" });
    if ((pod.at("volumes").items.empty() && !namesMap(pod)) || m_wanted.size() >= mostMounted)
        return;
    m_wanted.push_back({ base::lowered(kind) + "/" + spaceOf(object) + "/" + object.at("metadata").text("name"), spaceOf(object), pod });
}

std::vector<ContainerMounts> Mounts::resolve() const
{
    std::vector<ContainerMounts> all;
    for (const Wanted& wanted : m_wanted)
        for (const ConfigTree& container : wanted.pod.at("containers").items) {
            ContainerMounts found { wanted.workload, container.text("image"), {} };
            for (const ConfigTree& mount : container.at("volumeMounts").items)
                for (const ConfigTree& volume : wanted.pod.at("volumes").items) {
                    const ConfigTree& source = volume.at("configMap");
                    const auto map = m_maps.find(wanted.space + "/" + source.text("name"));
                    if (volume.text("name") != mount.text("name") || map == m_maps.end())
                        continue;
                    const std::string part = mount.text("subPath");
                    for (const auto& [key, path] : keysOf(source, map->second.data)) {
                        if ((!part.empty() && part != path) || found.files.size() >= mostMounted)
                            continue;
                        const ConfigTree& text = map->second.data.at(key);
                        found.files.push_back({ part.empty() ? joined(mount.text("mountPath"), path) : mount.text("mountPath"), text.scalar,
                            { map->second.file, text.line } });
                    }
                }
            if (!found.files.empty())
                all.push_back(std::move(found));
        }
    return all;
}

void Mounts::fill(model::cluster::Pod& pod, const std::string& workload) const
{
    const auto wanted = std::find_if(m_wanted.begin(), m_wanted.end(), [&](const Wanted& each) { return each.workload == workload; });
    if (wanted == m_wanted.end())
        return;
    const auto mapOf = [&](const ConfigTree& source) -> const ConfigTree* {
        const auto map = m_maps.find(wanted->space + "/" + source.text("name"));
        return map == m_maps.end() ? nullptr : &map->second.data;
    };
    for (const ConfigTree& container : wanted->pod.at("containers").items) {
        const auto into = std::find_if(pod.containers.begin(), pod.containers.end(),
            [&](const model::cluster::Container& each) { return each.name == container.text("name"); });
        if (into == pod.containers.end())
            continue;
        const std::vector<ConfigTree>& own = container.at("env").items;
        for (const ConfigTree& variable : own) {
            const ConfigTree& source = variable.in({ "valueFrom", "configMapKeyRef" });
            if (const ConfigTree* map = mapOf(source))
                addVariable(*into, variable.text("name"), map->at(source.text("key")));
        }
        for (const ConfigTree& whole : container.at("envFrom").items)
            if (const ConfigTree* map = mapOf(whole.at("configMapRef")))
                for (const auto& [key, value] : map->members) {
                    const std::string name = whole.text("prefix") + key;
                    // What the container says itself wins.
                    if (std::none_of(own.begin(), own.end(), [&](const ConfigTree& each) { return each.text("name") == name; }))
                        addVariable(*into, name, value);
                }
    }
}

void Mounts::fillEnvironment(model::cluster::Cluster& cluster) const
{
    for (model::cluster::Workload& workload : cluster.workloads)
        fill(workload.pod, base::lowered(workload.kind) + "/" + workload.meta.space + "/" + workload.meta.name);
    for (model::cluster::Pod& pod : cluster.pods)
        fill(pod, "pod/" + pod.meta.space + "/" + pod.meta.name);
}

}
