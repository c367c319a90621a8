#include "core/parse/cluster/manifests.h"

#include "core/base/text.h"
#include "core/parse/cluster/helm.h"
#include "core/parse/cluster/kustomize.h"
#include "core/parse/cluster/objects.h"
#include "core/parse/lines.h"

#include <algorithm>
#include <iterator>
#include <map>

namespace hopscope::parse {

namespace {
using model::cluster::Cluster;

constexpr std::size_t largestFile = 8 * 1024 * 1024;

struct Piece {
    int firstLine = 1;
    std::string_view text;
};

/// The documents of a file, so that a mistake in one does not cost the others.
std::vector<Piece> piecesOf(std::string_view text)
{
    std::vector<Piece> pieces;
    std::size_t start = 0;
    int startLine = 1;
    int line = 1;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        const std::string_view here = text.substr(at, end - at);
        const bool isMark = here.starts_with("---") && trimmed(here.substr(3, 1)).empty();
        if (isMark) {
            pieces.push_back({ startLine, text.substr(start, at - start) });
            start = std::min(end + 1, text.size());
            startLine = line + 1;
        }
        at = end + 1;
        ++line;
    }
    pieces.push_back({ startLine, text.substr(start) });
    std::erase_if(pieces, [](const Piece& each) { return trimmed(each.text).empty(); });
    return pieces;
}

void shift(ConfigTree& tree, int by)
{
    tree.line += by;
    for (ConfigTree& item : tree.items)
        shift(item, by);
    for (auto& member : tree.members)
        shift(member.second, by);
}

bool isYaml(std::string_view path)
{
    return path.ends_with(".yaml") || path.ends_with(".yml") || path.ends_with(".tpl") || path.ends_with(".tmpl")
        || path.ends_with(".yaml.j2") || path.ends_with(".yml.j2");
}

/// A chart's own values and name, for the templates below it.
struct Chart {
    ConfigTree values;
    std::string name;
};

std::map<std::string, Chart> chartsOf(const std::vector<model::ConfigFile>& files)
{
    std::map<std::string, Chart> charts;
    for (const model::ConfigFile& file : files) {
        const std::string_view name = base::fileName(file.path);
        if (name != "Chart.yaml" && name != "values.yaml")
            continue;
        ConfigDocuments read = parseYaml(file.path, std::string_view(file.text).substr(0, largestFile));
        if (read.documents.empty())
            continue;
        Chart& chart = charts[base::folderOf(file.path)];
        if (name == "Chart.yaml")
            chart.name = read.documents.front().text("name");
        else
            chart.values = std::move(read.documents.front());
    }
    return charts;
}

const Chart& chartFor(const std::map<std::string, Chart>& charts, const std::string& path)
{
    static const Chart none;
    for (std::string folder = base::folderOf(path); !folder.empty(); folder = base::folderOf(folder))
        if (const auto found = charts.find(folder); found != charts.end())
            return found->second;
    const auto top = charts.find("");
    return top == charts.end() ? none : top->second;
}

bool isObject(const ConfigTree& document) { return document.has("kind") && document.has("apiVersion"); }

/// The objects of one file.
std::vector<ConfigTree> readYaml(Manifests& result, const model::ConfigFile& file, const Chart& chart)
{
    std::vector<ConfigTree> objects;
    const cluster::Unrendered plain
        = cluster::withoutHelm(std::string_view(file.text).substr(0, largestFile), chart.values, chart.name);
    bool holdsObject = false;
    for (const Piece& piece : piecesOf(plain.text)) {
        ConfigDocuments read = parseYaml(file.path, piece.text);
        const bool isOurs = holdsManifest(piece.text);
        holdsObject = holdsObject || isOurs;
        if (isOurs)
            for (model::ConfigWarning& warning : read.warnings) {
                warning.place.line += warning.place.line > 0 ? piece.firstLine - 1 : 0;
                result.warnings.push_back(std::move(warning));
            }
        for (ConfigTree& document : read.documents) {
            shift(document, piece.firstLine - 1);
            if (isObject(document))
                objects.push_back(std::move(document));
        }
    }
    if (plain.firstLine > 0 && holdsObject)
        result.warnings.push_back({ { file.path, plain.firstLine },
            "a template that is not rendered: what stands in {{ }} is guessed (helm template shows the real objects)" });
    return objects;
}
}

bool holdsManifest(std::string_view text)
{
    const auto hasKey = [&](std::string_view key) {
        for (std::size_t at = text.find(key); at != std::string_view::npos; at = text.find(key, at + 1)) {
            const char before = at == 0 ? '\n' : text[at - 1];
            if (before == '\n' || before == '"' || before == ' ' || before == '{' || before == ',' || before == '\xBF')
                return true;
        }
        return false;
    };
    return (hasKey("apiVersion:") || hasKey("apiVersion\"")) && (hasKey("kind:") || hasKey("kind\""));
}

Manifests readManifests(const std::vector<model::ConfigFile>& files)
{
    Manifests result;
    result.cluster.isManifest = true;
    const std::map<std::string, Chart> charts = chartsOf(files);
    std::map<std::string, std::vector<ConfigTree>> objectsOf;
    for (const model::ConfigFile& file : files) {
        const bool isSingle = files.size() == 1;
        const bool isJson = file.path.ends_with(".json") || (isSingle && trimmed(file.text).starts_with('{') && !trimmed(file.text).starts_with("{{"));
        if (file.text.size() > largestFile)
            result.warnings.push_back({ { file.path, 0 }, "larger than 8 MiB: the rest was not read" });
        std::vector<ConfigTree>& objects = objectsOf[file.path];
        if (isJson) {
            ConfigDocuments read = parseJson(file.path, std::string_view(file.text).substr(0, largestFile));
            std::copy_if(read.documents.begin(), read.documents.end(), std::back_inserter(objects), isObject);
            if (!objects.empty() || isSingle)
                for (model::ConfigWarning& warning : read.warnings)
                    result.warnings.push_back(std::move(warning));
            continue;
        }
        if (!isSingle && !isYaml(file.path))
            continue;
        objects = readYaml(result, file, chartFor(charts, file.path));
        if (isSingle && objects.empty() && !holdsManifest(file.text))
            result.warnings.push_back({ { file.path, 1 }, "no Kubernetes object stands in it" });
    }
    cluster::Mounts mounts;
    const auto add = [&](const ConfigTree& object, const std::string& path) {
        mounts.add(object, path);
        addObject(result.cluster, object, { path, 0, "default" });
    };
    cluster::Kustomized built = cluster::kustomized(files, objectsOf);
    std::move(built.warnings.begin(), built.warnings.end(), std::back_inserter(result.warnings));
    for (const cluster::ManifestObject& object : built.objects)
        add(object.tree, object.file);
    for (const model::ConfigFile& file : files)
        if (!built.taken.contains(file.path))
            for (const ConfigTree& object : objectsOf[file.path])
                add(object, file.path);
    result.mounts = mounts.resolve();
    mounts.fillEnvironment(result.cluster);
    return result;
}

}
