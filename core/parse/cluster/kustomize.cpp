#include "core/parse/cluster/kustomize.h"

#include "core/base/text.h"
#include "core/parse/cluster/treepatch.h"
#include "core/parse/composevariables.h"
#include "core/parse/lines.h"

#include <re2/re2.h>

#include <algorithm>
#include <optional>

namespace hopscope::parse::cluster {

namespace {
constexpr int deepestBase = 16;
constexpr std::size_t mostObjects = 20'000;
constexpr int mostBuilds = 2'000;      ///< of one kustomization within another
constexpr int mostPatched = 200'000;   ///< objects that patches are tried on
constexpr std::size_t mostValues = 4'000; ///< of a generated ConfigMap

bool isKustomization(std::string_view path)
{
    const std::string_view name = base::fileName(path);
    return name == "kustomization.yaml" || name == "kustomization.yml" || name == "Kustomization";
}

/// "k8s/overlays/dev" and "../../base" → "k8s/base"; nothing where it leads out of all files, or to another machine.
std::optional<std::string> pathFrom(const std::string& folder, std::string_view relative)
{
    if (relative.find("://") != std::string_view::npos || relative.starts_with('/') || relative.find('?') != std::string_view::npos)
        return std::nullopt;
    std::vector<std::string_view> parts;
    const std::string whole = folder.empty() ? std::string(relative) : folder + "/" + std::string(relative);
    std::string_view rest = whole;
    while (!rest.empty()) {
        const std::string_view part = rest.substr(0, rest.find('/'));
        rest.remove_prefix(std::min(rest.size(), part.size() + 1));
        if (part.empty() || part == ".")
            continue;
        if (part != "..") {
            parts.push_back(part);
            continue;
        }
        if (parts.empty())
            return std::nullopt;
        parts.pop_back();
    }
    std::string path = whole.starts_with('/') ? "/" : "";
    for (const std::string_view part : parts)
        path += (path.empty() || path == "/" ? "" : "/") + std::string(part);
    return path;
}

/// 0 is what visitors see, then what says nothing of itself, rehearsals, a developer's own.
int distanceFromProduction(const std::string& folder)
{
    const std::string name = base::lowered(folder);
    const auto says = [&](std::initializer_list<std::string_view> words) {
        return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return name.find(word) != std::string::npos; });
    };
    if (says({ "preprod", "pre-prod", "nonprod", "non-prod", "staging", "stage", "uat", "canary", "qa" }))
        return 2;
    if (says({ "prod", "live" }))
        return 0;
    return says({ "dev", "test", "local", "minikube", "kind", "sandbox", "demo", "example", "ci" }) ? 3 : 1;
}

ConfigTree& memberFor(ConfigTree& map, std::string_view key)
{
    map.kind = ConfigTree::Kind::Map;
    for (auto& [name, value] : map.members)
        if (name == key)
            return value;
    map.members.emplace_back(std::string(key), ConfigTree::emptyMap(map.line));
    return map.members.back().second;
}

bool hasNoNamespace(const std::string& kind)
{
    return kind == "Namespace" || kind == "Node" || kind == "IngressClass" || kind == "GatewayClass" || kind.starts_with("ClusterRole")
        || kind == "CustomResourceDefinition" || kind == "PersistentVolume" || kind == "StorageClass";
}

struct Kustomization {
    std::string path;
    std::string folder;
    ConfigTree tree;
    std::vector<std::string> children; ///< folders
    std::vector<std::string> ownFiles; ///< its resources
};

class Builder {
public:
    Builder(const std::vector<model::ConfigFile>& files, const std::map<std::string, std::vector<ConfigTree>>& objectsOf)
        : m_objectsOf(objectsOf)
    {
        for (const model::ConfigFile& file : files)
            m_texts[file.path] = &file.text;
        for (const model::ConfigFile& file : files)
            if (isKustomization(file.path))
                read(file);
    }

    Kustomized run()
    {
        std::set<std::string> children;
        for (const auto& [folder, each] : m_kustomizations)
            children.insert(each.children.begin(), each.children.end());
        std::vector<const Kustomization*> tops;
        for (const auto& [folder, each] : m_kustomizations)
            if (!children.contains(folder) && each.tree.text("kind") != "Component")
                tops.push_back(&each);
        if (tops.empty()) // each names another in a ring
            for (const auto& [folder, each] : m_kustomizations)
                tops.push_back(&each);
        std::stable_sort(tops.begin(), tops.end(), [](const Kustomization* a, const Kustomization* b) {
            return distanceFromProduction(a->folder) < distanceFromProduction(b->folder);
        });
        for (const Kustomization* top : tops)
            addTop(*top);
        return std::move(m_result);
    }

private:
    void read(const model::ConfigFile& file)
    {
        ConfigDocuments documents = parseYaml(file.path, file.text);
        if (documents.documents.empty())
            return;
        Kustomization each;
        each.path = file.path;
        each.folder = base::folderOf(file.path);
        each.tree = std::move(documents.documents.front());
        m_result.taken.insert(file.path);
        for (const char* key : { "resources", "bases", "components" })
            for (const std::string& entry : each.tree.at(key).texts())
                if (const auto path = pathFrom(each.folder, entry)) {
                    if (m_texts.contains(*path))
                        each.ownFiles.push_back(*path);
                    else
                        each.children.push_back(*path);
                }
        m_result.taken.insert(each.ownFiles.begin(), each.ownFiles.end());
        for (const char* key : { "patches", "patchesStrategicMerge", "patchesJson6902" })
            for (const ConfigTree& patch : each.tree.at(key).items)
                if (const auto path = pathFrom(each.folder, patch.isScalar() ? patch.scalar : patch.text("path")); path && m_texts.contains(*path))
                    m_result.taken.insert(*path);
        m_kustomizations.emplace(each.folder, std::move(each));
    }

    void filesOf(const Kustomization& top, std::set<std::string>& files, std::set<std::string>& seen) const
    {
        if (!seen.insert(top.folder).second)
            return;
        files.insert(top.ownFiles.begin(), top.ownFiles.end());
        for (const std::string& child : top.children)
            if (const auto found = m_kustomizations.find(child); found != m_kustomizations.end())
                filesOf(found->second, files, seen);
    }

    /// Two that build mostly the same are variants of it; what two applications share is read once.
    void addTop(const Kustomization& top)
    {
        std::set<std::string> files;
        std::set<std::string> seen;
        filesOf(top, files, seen);
        const auto shared = static_cast<std::size_t>(std::count_if(files.begin(), files.end(), [&](const std::string& file) { return m_built.contains(file); }));
        if (shared > 0 && shared * 2 >= files.size()) {
            m_result.warnings.push_back({ { top.path, 0 }, "another variant of what " + m_builtBy + " builds: it is left out" });
            return;
        }
        std::vector<ManifestObject> objects = build(top, 0);
        std::erase_if(objects, [&](const ManifestObject& each) { return m_built.contains(each.file); });
        if (m_result.objects.size() + objects.size() > mostObjects)
            return;
        std::move(objects.begin(), objects.end(), std::back_inserter(m_result.objects));
        m_built.insert(files.begin(), files.end());
        m_builtBy = top.path;
    }

    std::vector<ManifestObject> build(const Kustomization& from, int depth)
    {
        std::vector<ManifestObject> objects;
        apply(from, objects, depth);
        return objects;
    }

    void apply(const Kustomization& from, std::vector<ManifestObject>& objects, int depth)
    {
        for (const std::string& file : from.ownFiles)
            if (const auto found = m_objectsOf.find(file); found != m_objectsOf.end())
                for (const ConfigTree& object : found->second)
                    objects.push_back({ object, file });
        for (const std::string& folder : from.children) {
            const auto child = m_kustomizations.find(folder);
            if (child == m_kustomizations.end() || depth >= deepestBase || objects.size() > mostObjects || ++m_builds > mostBuilds)
                continue;
            if (child->second.tree.text("kind") == "Component") {
                apply(child->second, objects, depth + 1);
                continue;
            }
            std::vector<ManifestObject> built = build(child->second, depth + 1);
            std::move(built.begin(), built.end(), std::back_inserter(objects));
        }
        for (const ConfigTree& each : from.tree.at("configMapGenerator").items)
            generate(from, each, "ConfigMap", objects);
        for (const ConfigTree& each : from.tree.at("secretGenerator").items)
            generate(from, each, "Secret", objects);
        for (const char* key : { "helmCharts", "helmChartInflationGenerator" })
            for (const ConfigTree& each : from.tree.at(key).items)
                m_result.warnings.push_back({ { from.path, each.line },
                    "the chart " + each.text(each.has("name") ? "name" : "chartName") + " is not among these files: what it makes is not here" });
        for (const char* key : { "patches", "patchesStrategicMerge", "patchesJson6902" })
            for (const ConfigTree& patch : from.tree.at(key).items)
                applyPatch(from, patch, objects);
        for (const ConfigTree& each : from.tree.at("replicas").items)
            for (ManifestObject& object : objects)
                if (object.tree.at("metadata").text("name") == each.text("name") && object.tree.at("spec").has("replicas"))
                    memberFor(memberFor(object.tree, "spec"), "replicas") = ConfigTree::ofText(each.text("count"), object.tree.line);
        if (const std::string space = from.tree.text("namespace"); !space.empty())
            for (ManifestObject& object : objects)
                if (!hasNoNamespace(object.tree.text("kind")))
                    memberFor(memberFor(object.tree, "metadata"), "namespace") = ConfigTree::ofText(space, object.tree.line);
    }

    /// A ConfigMap or a Secret out of literals, files and files of variables.
    void generate(const Kustomization& from, const ConfigTree& wanted, const std::string& kind, std::vector<ManifestObject>& objects) const
    {
        ConfigTree data = ConfigTree::emptyMap(wanted.line);
        const auto put = [&](const std::string& key, std::string value) {
            if (data.members.size() < mostValues)
                memberFor(data, key) = ConfigTree::ofText(std::move(value), wanted.line);
        };
        for (const std::string& literal : wanted.at("literals").texts())
            if (const std::size_t equals = literal.find('='); equals != std::string::npos) {
                std::string value = literal.substr(equals + 1);
                const bool isQuoted = value.size() > 1 && (value.front() == '"' || value.front() == '\'') && value.back() == value.front();
                put(literal.substr(0, equals), isQuoted ? value.substr(1, value.size() - 2) : value);
            }
        std::vector<std::string> environments = wanted.at("envs").texts();
        if (wanted.has("env"))
            environments.push_back(wanted.text("env"));
        for (const std::string& file : environments)
            if (const std::string* text = textAt(from.folder, file))
                for (const auto& [name, value] : readEnvironmentFile(*text))
                    put(name, value);
        for (const std::string& entry : wanted.at("files").texts()) {
            const std::size_t equals = entry.find('=');
            const std::string file = equals == std::string::npos ? entry : entry.substr(equals + 1);
            if (const std::string* text = textAt(from.folder, file))
                put(equals == std::string::npos ? std::string(base::fileName(file)) : entry.substr(0, equals), *text);
        }
        const std::string place = kind == "Secret" ? "stringData" : "data";
        const std::string behavior = wanted.text("behavior");
        if (behavior == "merge" || behavior == "replace")
            for (ManifestObject& object : objects)
                if (object.tree.text("kind") == kind && object.tree.at("metadata").text("name") == wanted.text("name")) {
                    ConfigTree& own = memberFor(object.tree, place);
                    if (behavior == "replace")
                        own = ConfigTree::emptyMap(own.line);
                    for (const auto& [key, value] : data.members)
                        memberFor(own, key) = value;
                    return;
                }
        ManifestObject made { ConfigTree::emptyMap(wanted.line), from.path };
        memberFor(made.tree, "apiVersion") = ConfigTree::ofText("v1", wanted.line);
        memberFor(made.tree, "kind") = ConfigTree::ofText(kind, wanted.line);
        ConfigTree& meta = memberFor(made.tree, "metadata");
        memberFor(meta, "name") = ConfigTree::ofText(wanted.text("name"), wanted.line);
        if (wanted.has("namespace"))
            memberFor(meta, "namespace") = ConfigTree::ofText(wanted.text("namespace"), wanted.line);
        memberFor(made.tree, place) = std::move(data);
        objects.push_back(std::move(made));
    }

    const std::string* textAt(const std::string& folder, const std::string& file) const
    {
        const auto path = pathFrom(folder, file);
        const auto found = path ? m_texts.find(*path) : m_texts.end();
        return found == m_texts.end() ? nullptr : found->second;
    }

    static bool isMeant(const ConfigTree& target, const ConfigTree& object)
    {
        // names are whole regular expressions
        const auto agrees = [](const std::string& wanted, const std::string& own) {
            return wanted.empty() || wanted == own || (wanted.size() < 200 && re2::RE2::FullMatch(own, re2::RE2(wanted, re2::RE2::Quiet)));
        };
        return agrees(target.text("kind"), object.text("kind")) && agrees(target.text("name"), object.at("metadata").text("name"))
            && (target.text("namespace").empty() || object.at("metadata").text("namespace").empty()
                || target.text("namespace") == object.at("metadata").text("namespace"))
            && !target.has("labelSelector") && !target.has("annotationSelector");
    }

    void applyPatch(const Kustomization& from, const ConfigTree& patch, std::vector<ManifestObject>& objects)
    {
        if (m_patched > mostPatched)
            return;
        std::string text = patch.isScalar() ? patch.scalar : patch.text("patch");
        if (const std::string* file = textAt(from.folder, patch.isScalar() ? patch.scalar : patch.text("path")))
            text = *file;
        const ConfigTree& target = patch.at("target");
        for (const ConfigTree& each : parseYaml(from.path, text).documents) {
            const auto concerns = [&](const ManifestObject& object) {
                if (!target.isNull())
                    return isMeant(target, object.tree);
                return each.isMap() && each.has("kind") && each.text("kind") == object.tree.text("kind")
                    && each.at("metadata").text("name") == object.tree.at("metadata").text("name");
            };
            if (each.isMap() && each.text("$patch") == "delete") {
                std::erase_if(objects, concerns);
                continue;
            }
            for (ManifestObject& object : objects) {
                if (++m_patched > mostPatched || !concerns(object))
                    continue;
                if (each.isList()) {
                    applyOperations(object.tree, each);
                } else if (each.isMap()) {
                    const std::string name = object.tree.at("metadata").text("name");
                    mergePatch(object.tree, each);
                    memberFor(memberFor(object.tree, "metadata"), "name") = ConfigTree::ofText(name, object.tree.line);
                }
            }
        }
    }

    const std::map<std::string, std::vector<ConfigTree>>& m_objectsOf;
    std::map<std::string, const std::string*> m_texts;
    std::map<std::string, Kustomization> m_kustomizations; ///< by folder
    std::set<std::string> m_built; ///< files whose objects are in the result
    std::string m_builtBy;
    int m_builds = 0;
    int m_patched = 0;
    Kustomized m_result;
};
}

Kustomized kustomized(const std::vector<model::ConfigFile>& files, const std::map<std::string, std::vector<ConfigTree>>& objectsOf)
{
    return Builder(files, objectsOf).run();
}

}
