#include "core/parse/cluster/mounts.h"

#include "core/base/text.h"
#include "core/parse/cluster/reading.h"
#include "core/parse/lines.h"

#include <QByteArray>

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

/// A Secret's values, whichever way they are written.
ConfigTree decoded(const ConfigTree& object)
{
    ConfigTree data = ConfigTree::emptyMap(object.line);
    for (const auto& [key, value] : object.at("data").members) {
        const auto plain = QByteArray::fromBase64Encoding(QByteArray::fromStdString(value.scalar), QByteArray::AbortOnBase64DecodingErrors);
        if (plain)
            data.members.emplace_back(key, ConfigTree::ofText(textOf(plain.decoded.toStdString()), value.line));
    }
    for (const auto& [key, value] : object.at("stringData").members) // wins over `data`
        if (value.isScalar()) {
            std::erase_if(data.members, [&name = key](const auto& each) { return each.first == name; });
            data.members.emplace_back(key, value);
        }
    return data;
}

/// The ConfigMaps and Secrets of a volume, and what names them there.
std::vector<std::pair<const ConfigTree*, const char*>> sourcesOf(const ConfigTree& volume)
{
    std::vector<std::pair<const ConfigTree*, const char*>> sources { { &volume.at("configMap"), nullptr }, { &volume.at("secret"), "secretName" } };
    for (const ConfigTree& each : volume.in({ "projected", "sources" }).items) {
        sources.emplace_back(&each.at("configMap"), nullptr);
        sources.emplace_back(&each.at("secret"), "name");
    }
    return sources;
}

bool namesMap(const ConfigTree& pod)
{
    const auto fromMap = [](const ConfigTree& variable) {
        return variable.in({ "valueFrom" }).has("configMapKeyRef") || variable.in({ "valueFrom" }).has("secretKeyRef");
    };
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
    const std::string ownName = kind + " " + spaceOf(object) + "/" + object.at("metadata").text("name");
    if (kind == "ConfigMap" && object.at("data").isMap()) {
        m_maps[ownName] = { object.at("data"), file, false };
        return;
    }
    if (kind == "Secret") {
        m_maps[ownName] = { decoded(object), file, true };
        return;
    }
    const ConfigTree& spec = object.at("spec");
    const ConfigTree& pod = kind == "Pod" ? spec : spec.in({ "template", "spec" });
    if ((pod.at("volumes").items.empty() && !namesMap(pod)) || m_wanted.size() >= mostMounted)
        return;
    m_wanted.push_back({ base::lowered(kind) + "/" + spaceOf(object) + "/" + object.at("metadata").text("name"), spaceOf(object), pod });
}

const Mounts::Map* Mounts::mapOf(const Wanted& wanted, const ConfigTree& source, const char* secretsName) const
{
    const bool isSecret = secretsName != nullptr;
    const auto map = m_maps.find((isSecret ? "Secret " : "ConfigMap ") + wanted.space + "/" + source.text(isSecret ? secretsName : "name"));
    return source.isNull() || map == m_maps.end() ? nullptr : &map->second;
}

void Mounts::mount(const Wanted& wanted, const ConfigTree& place, const ConfigTree& volume, ContainerMounts& into) const
{
    for (const auto& [source, secretsName] : sourcesOf(volume)) {
        const Map* map = mapOf(wanted, *source, secretsName);
        if (!map)
            continue;
        const std::string part = place.text("subPath");
        for (const auto& [key, path] : keysOf(*source, map->data)) {
            if ((!part.empty() && part != path) || into.files.size() >= mostMounted)
                continue;
            const ConfigTree& text = map->data.at(key);
            into.files.push_back({ part.empty() ? joined(place.text("mountPath"), path) : place.text("mountPath"), text.scalar, { map->file, text.line }, map->isSecret });
        }
    }
}

std::vector<ContainerMounts> Mounts::resolve() const
{
    std::vector<ContainerMounts> all;
    for (const Wanted& wanted : m_wanted)
        for (const ConfigTree& container : wanted.pod.at("containers").items) {
            ContainerMounts found { wanted.workload, container.text("name"), container.text("image"), {} };
            for (const ConfigTree& place : container.at("volumeMounts").items)
                for (const ConfigTree& volume : wanted.pod.at("volumes").items)
                    if (volume.text("name") == place.text("name"))
                        mount(wanted, place, volume, found);
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
    const auto put = [](model::cluster::Container& into, const std::string& name, const ConfigTree& value, const Map& from) {
        if (from.isSecret)
            addSecretVariable(into, name, value.scalar);
        else
            addVariable(into, name, value);
    };
    for (const ConfigTree& container : wanted->pod.at("containers").items) {
        const auto into = std::find_if(pod.containers.begin(), pod.containers.end(),
            [&](const model::cluster::Container& each) { return each.name == container.text("name"); });
        if (into == pod.containers.end())
            continue;
        const std::vector<ConfigTree>& own = container.at("env").items;
        for (const ConfigTree& variable : own)
            for (const auto& [reference, secretsName] : { std::pair("configMapKeyRef", static_cast<const char*>(nullptr)), std::pair("secretKeyRef", "name") }) {
                const ConfigTree& source = variable.in({ "valueFrom", reference });
                if (const Map* map = mapOf(*wanted, source, secretsName))
                    put(*into, variable.text("name"), map->data.at(source.text("key")), *map);
            }
        for (const ConfigTree& whole : container.at("envFrom").items)
            for (const auto& [reference, secretsName] : { std::pair("configMapRef", static_cast<const char*>(nullptr)), std::pair("secretRef", "name") })
                if (const Map* map = mapOf(*wanted, whole.at(reference), secretsName))
                    for (const auto& [key, value] : map->data.members) {
                        const std::string name = whole.text("prefix") + key;
                        // What the container says itself wins.
                        if (std::none_of(own.begin(), own.end(), [&](const ConfigTree& each) { return each.text("name") == name; }))
                            put(*into, name, value, *map);
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
