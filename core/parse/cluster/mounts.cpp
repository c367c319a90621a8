#include "core/parse/cluster/mounts.h"

#include "core/base/text.h"

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
    if (pod.at("volumes").items.empty() || m_wanted.size() >= mostMounted)
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

}
