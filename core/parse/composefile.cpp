#include "core/parse/composefile.h"

#include "core/base/text.h"
#include "core/parse/addresses.h"
#include "core/parse/composevariables.h"
#include "core/parse/configtree.h"
#include "core/parse/lines.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <set>

namespace hopscope::parse {

namespace {
constexpr std::size_t maximumPorts = 200; ///< of one range
constexpr int deepestExtension = 8;

std::string composeFolder(std::string_view path)
{
    const std::size_t slash = path.rfind('/');
    return std::string(slash == std::string_view::npos ? std::string_view() : path.substr(0, slash));
}

/// Best first, as compose looks for them.
constexpr auto mainNames
    = std::to_array<std::string_view>({ "compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml" });
constexpr auto overrideNames = std::to_array<std::string_view>({ "compose.override.yaml", "compose.override.yml",
    "docker-compose.override.yaml", "docker-compose.override.yml" });

std::string joined(const std::string& folder, std::string path)
{
    while (path.starts_with("./"))
        path.erase(0, 2);
    return folder.empty() || path.starts_with('/') ? path : folder + "/" + path;
}

bool mayBeSecret(std::string_view name)
{
    static const re2::RE2 secret("(?i)passw|secret|token|credential|private|salt|signature|(?:^|_)(?:api_?)?keys?(?:_|$)");
    return re2::RE2::PartialMatch(re2::StringPiece(name.data(), name.size()), secret);
}

/// What may be kept of a variable: of one that may be secret no more than the addresses in urls.
std::string keptOf(std::string_view name, std::string value)
{
    if (!mayBeSecret(name))
        return value;
    std::vector<NamedAddress> addresses = addressesIn(value);
    std::erase_if(addresses, [](const NamedAddress& each) { return each.scheme.empty(); });
    return addressesAsText(addresses);
}

/// Variables and labels in either spelling: "- NAME=value" as "NAME: value".
ConfigTree asMap(const ConfigTree& tree)
{
    if (!tree.isList())
        return tree;
    ConfigTree map;
    map.kind = ConfigTree::Kind::Map;
    map.line = tree.line;
    for (const ConfigTree& item : tree.items) {
        const std::size_t equals = item.scalar.find('=');
        ConfigTree value;
        value.line = item.line;
        if (equals != std::string::npos) {
            value.kind = ConfigTree::Kind::Scalar;
            value.scalar = item.scalar.substr(equals + 1);
        }
        map.members.emplace_back(item.scalar.substr(0, equals), std::move(value));
    }
    return map;
}

/// Later files win: maps are merged, lists appended, all else replaced.
void mergeInto(ConfigTree& base, const ConfigTree& other, int depth)
{
    if (base.isMap() && other.isMap() && depth < 12) {
        for (const auto& [name, value] : other.members) {
            const auto own = std::find_if(
                base.members.begin(), base.members.end(), [&key = name](const auto& each) { return each.first == key; });
            if (own == base.members.end())
                base.members.emplace_back(name, value);
            else if (name == "command" || name == "entrypoint")
                own->second = value;
            else if (name == "environment" || name == "labels")
                mergeInto(own->second = asMap(own->second), asMap(value), depth + 1);
            else
                mergeInto(own->second, value, depth + 1);
        }
    } else if (base.isList() && other.isList()) {
        for (const ConfigTree& item : other.items)
            if (std::find(base.items.begin(), base.items.end(), item) == base.items.end())
                base.items.push_back(item);
    } else if (!other.isNull()) {
        base = other;
    }
}

/// A service as its files have it, and the first of them.
struct Written {
    ConfigTree tree;
    std::string path;
};

/// The first form of the file has its services at the outermost level.
const ConfigTree& servicesOf(const ConfigTree& tree)
{
    const bool isLater = tree.has("services") || tree.has("version") || tree.has("include") || tree.has("name");
    const bool isFirst = !isLater && std::any_of(tree.members.begin(), tree.members.end(), [](const auto& each) {
        return each.second.isMap() && (each.second.has("image") || each.second.has("build"));
    });
    return isFirst ? tree : tree.at("services");
}

class ProjectReader {
public:
    ProjectReader(const std::vector<ComposeText>& files, std::string folder)
        : m_files(files)
    {
        m_project.folder = std::move(folder);
        if (const ComposeText* environment = environmentFile(joined(m_project.folder, ".env")))
            m_variables = readEnvironmentFile(environment->text);
    }

    ComposeProject read(const std::vector<const ComposeText*>& ordered)
    {
        std::vector<std::string> order;
        std::map<std::string, Written> services;
        for (const ComposeText* each : ordered)
            readFile(*each, order, services, 0);
        for (const std::string& name : order)
            addService(name, services[name].tree, services[name].path);
        for (const std::string& name : m_unset)
            m_project.warnings.push_back({ { ordered.front()->path, 0 },
                "the variable " + name + " is not set: it counts as empty" });
        return std::move(m_project);
    }

private:
    const ComposeText* file(const std::string& path) const
    {
        for (const ComposeText& each : m_files)
            if (each.path == path)
                return &each;
        return nullptr;
    }

    ConfigTree treeOf(const ComposeText& text)
    {
        ConfigDocuments documents = parseYaml(text.path, text.text);
        for (model::ConfigWarning& warning : documents.warnings)
            m_project.warnings.push_back(std::move(warning));
        return documents.documents.empty() ? ConfigTree() : std::move(documents.documents.front());
    }

    void readFile(const ComposeText& text, std::vector<std::string>& order,
        std::map<std::string, Written>& services, int depth)
    {
        if (depth > deepestExtension || !m_read.insert(text.path).second)
            return;
        const ConfigTree tree = treeOf(text);
        for (const ConfigTree& each : tree.at("include").items) {
            std::vector<std::string> paths = each.isMap() ? each.at("path").texts() : each.texts();
            for (const std::string& path : paths) {
                const std::string whole = joined(composeFolder(text.path), filled(path));
                if (const ComposeText* included = file(whole))
                    readFile(*included, order, services, depth + 1);
                else
                    m_project.warnings.push_back({ { text.path, each.line }, "the included file " + path + " is not there" });
            }
        }
        for (const auto& [name, value] : tree.at("configs").members)
            m_configs[name] = { value, text.path };
        for (const auto& [name, value] : servicesOf(tree).members) {
            if (value.isScalar() || value.isList())
                continue; // "volumes" and the like beside services of the first form
            ConfigTree service = extended(value, tree, text.path, 0);
            if (const auto known = services.find(name); known != services.end()) {
                mergeInto(known->second.tree, service, 0);
            } else {
                order.push_back(name);
                services[name] = { std::move(service), text.path };
            }
        }
    }

    /// With what `extends` names below it.
    ConfigTree extended(const ConfigTree& service, const ConfigTree& tree, const std::string& path, int depth)
    {
        const ConfigTree& extends = service.at("extends");
        if (extends.isNull() || depth > deepestExtension)
            return service;
        const std::string name = extends.isMap() ? extends.text("service") : extends.scalar;
        const std::string other = extends.isMap() ? filled(extends.text("file")) : std::string();
        ConfigTree base;
        if (other.empty()) {
            base = extended(servicesOf(tree).at(name), tree, path, depth + 1);
        } else if (const ComposeText* text = file(joined(composeFolder(path), other))) {
            const ConfigTree whole = parseYaml(text->path, text->text).documents.empty() ? ConfigTree() : treeOf(*text);
            base = extended(servicesOf(whole).at(name), whole, text->path, depth + 1);
        } else {
            m_project.warnings.push_back({ { path, extends.line }, "the extended file " + other + " is not there" });
        }
        // what starts before it is no part of what is shared
        std::erase_if(base.members, [](const auto& each) { return each.first == "depends_on" || each.first == "extends"; });
        if (base.isNull())
            return service;
        mergeInto(base, service, 0);
        return base;
    }

    std::string filled(const std::string& text) { return filledIn(text, m_variables, m_unset); }

    void addService(const std::string& name, const ConfigTree& tree, const std::string& path)
    {
        ComposeService service;
        service.name = name;
        service.place = { path, tree.line };
        service.image = filled(tree.text("image"));
        service.containerName = filled(tree.text("container_name"));
        const ConfigTree& build = tree.at("build");
        service.buildContext = filled(build.isMap() ? build.text("context") : build.scalar);
        if (build.isMap() && build.has("dockerfile"))
            service.dockerfile = filled(build.text("dockerfile"));
        readPairs(build.at("args"), path, [&](std::string key, std::string value, const model::FilePlace&) {
            service.buildArguments[std::move(key)] = std::move(value);
        });
        service.networkMode = filled(tree.text("network_mode"));
        for (const std::string& word : tree.at("command").texts())
            service.command += (service.command.empty() ? "" : " ") + filled(word);
        if (service.command.empty())
            for (const std::string& word : tree.at("entrypoint").texts())
                service.command += (service.command.empty() ? "" : " ") + filled(word);
        for (const ConfigTree& port : tree.at("ports").items)
            readPort(port, path, service);
        for (const std::string& port : tree.at("expose").texts())
            for (const base::Port each : range(filled(port).substr(0, filled(port).find('/'))))
                service.expose.push_back(each);
        readNetworks(tree.at("networks"), service);
        readDependencies(tree.at("depends_on"), path, service);
        for (const ConfigTree& link : tree.at("links").items) {
            const std::string words = filled(link.scalar);
            const std::string other = words.substr(0, words.find(':'));
            service.dependsOn.push_back({ other, { path, link.line } });
            if (other.size() < words.size())
                service.links[words.substr(other.size() + 1)] = other;
        }
        for (const ConfigTree& volume : tree.at("volumes").items)
            readVolume(volume, path, service);
        for (const ConfigTree& config : tree.at("configs").items)
            readConfig(config, path, service);
        readEnvironmentFiles(tree.at("env_file"), path, service);
        readPairs(tree.at("environment"), path, [&](std::string key, std::string value, model::FilePlace place) {
            value = keptOf(key, std::move(value));
            service.environment.push_back({ std::move(key), std::move(value), std::move(place) });
        });
        readPairs(tree.at("labels"), path, [&](std::string key, std::string value, const model::FilePlace&) {
            service.labels.emplace_back(std::move(key), std::move(value));
        });
        // a swarm's labels stand with how it deploys
        readPairs(tree.at("deploy").at("labels"), path, [&](std::string key, std::string value, const model::FilePlace&) {
            service.labels.emplace_back(std::move(key), std::move(value));
        });
        service.profiles = tree.at("profiles").texts();
        service.hasHealthCheck = tree.has("healthcheck") && !tree.at("healthcheck").flag("disable", false);
        m_project.services.push_back(std::move(service));
    }

    /// A file of variables. Where a project comes without it (it holds secrets), the example of it that it comes with.
    const ComposeText* environmentFile(const std::string& path)
    {
        if (const ComposeText* there = file(path))
            return there;
        const std::size_t slash = path.rfind('/');
        const std::string folder = slash == std::string::npos ? std::string() : path.substr(0, slash + 1);
        std::string name = path.substr(folder.size());
        for (const char* ending : { ".example", ".sample", ".dist", ".template" }) {
            const std::string bare = std::string(ending + 1);
            for (const std::string& candidate : { name + ending, "." + bare + name, bare + name, name.substr(name.starts_with('.') ? 1 : 0) + ending })
                if (const ComposeText* example = file(folder + candidate)) {
                    if (m_examples.insert(example->path).second)
                        m_project.warnings.push_back({ { example->path, 0 }, name + " is not there: its values are taken from " + candidate });
                    return example;
                }
        }
        return nullptr;
    }

    /// "NAME=value" items, or members.
    template <class Add> void readPairs(const ConfigTree& tree, const std::string& path, Add add)
    {
        for (const auto& [key, value] : tree.members)
            add(key, filled(value.scalar), model::FilePlace { path, value.line });
        for (const ConfigTree& item : tree.items) {
            const std::size_t equals = item.scalar.find('=');
            const std::string key = item.scalar.substr(0, equals);
            add(filled(key), equals == std::string::npos ? std::string() : filled(item.scalar.substr(equals + 1)),
                model::FilePlace { path, item.line });
        }
    }

    void readEnvironmentFiles(const ConfigTree& tree, const std::string& path, ComposeService& service)
    {
        std::vector<std::string> names = tree.texts();
        for (const ConfigTree& item : tree.items)
            if (item.isMap())
                names.push_back(item.text("path"));
        for (const std::string& name : names)
            if (const ComposeText* text = environmentFile(joined(m_project.folder, filled(name))))
                for (const auto& [key, value] : readEnvironmentFile(text->text))
                    service.environment.push_back({ key, keptOf(key, value), { text->path, 0 } });
        static_cast<void>(path);
    }

    void readNetworks(const ConfigTree& tree, ComposeService& service)
    {
        for (const std::string& name : tree.texts())
            service.networks[name];
        for (const auto& [name, settings] : tree.members)
            service.networks[name] = settings.at("aliases").texts();
    }

    void readDependencies(const ConfigTree& tree, const std::string& path, ComposeService& service)
    {
        for (const ConfigTree& item : tree.items)
            service.dependsOn.push_back({ filled(item.scalar), { path, item.line } });
        for (const auto& [name, settings] : tree.members)
            service.dependsOn.push_back({ name, { path, settings.line } });
    }

    void readVolume(const ConfigTree& tree, const std::string& path, ComposeService& service)
    {
        if (tree.isMap()) {
            service.volumes.push_back({ placed(filled(tree.text("source")), path), filled(tree.text("target")) });
            return;
        }
        const std::string text = filled(tree.scalar);
        const std::size_t colon = text.find(':');
        if (colon == std::string::npos || colon == 0)
            return;
        const std::string rest = text.substr(colon + 1);
        service.volumes.push_back({ placed(text.substr(0, colon), path), rest.substr(0, rest.find(':')) });
    }

    /// A file that the project has by a name of its own: "nginx_conf", { source: nginx_conf, target: /etc/nginx/nginx.conf }.
    void readConfig(const ConfigTree& tree, const std::string& path, ComposeService& service)
    {
        const std::string name = filled(tree.isMap() ? tree.text("source") : tree.scalar);
        const std::string target = tree.isMap() && tree.has("target") ? filled(tree.text("target")) : "/" + name;
        const auto known = m_configs.find(name);
        if (known == m_configs.end() || (!known->second.tree.has("content") && !known->second.tree.has("file"))) {
            service.volumes.push_back({ name, target });
            return;
        }
        const Written& config = known->second;
        if (const ConfigTree& content = config.tree.at("content"); !content.isNull())
            service.inlineFiles.push_back({ target, filled(content.scalar), { config.path, content.line } });
        else
            service.volumes.push_back({ placed(asPath(filled(config.tree.text("file"))), path), target });
    }

    static std::string asPath(const std::string& file) { return file.starts_with('/') || file.starts_with('.') || file.starts_with('~') ? file : "./" + file; }

    /// A path of the host, as the files' own paths are; a named volume stays a name.
    std::string placed(std::string source, const std::string&) const
    {
        while (source.size() > 1 && source.ends_with('/'))
            source.pop_back();
        const bool isPath = source.starts_with('.') || source.find('/') != std::string::npos;
        if (!isPath || source.starts_with('/') || source.starts_with('~'))
            return source;
        return joined(m_project.folder, source == "." ? std::string() : source);
    }

    static std::vector<base::Port> range(std::string_view text)
    {
        std::string_view rest = text;
        const auto first = numberOf<base::Port>(takeUntil(rest, "-"));
        const auto last = text.find('-') == std::string_view::npos ? first : numberOf<base::Port>(rest);
        std::vector<base::Port> ports;
        if (first && last && *first != 0)
            for (int port = *first; port <= *last && ports.size() < maximumPorts; ++port)
                ports.push_back(static_cast<base::Port>(port));
        return ports;
    }

    void readPort(const ConfigTree& tree, const std::string& path, ComposeService& service)
    {
        const model::FilePlace place { path, tree.line };
        if (tree.isMap()) {
            const auto inside = range(filled(tree.text("target")));
            const auto outside = range(filled(tree.text("published")));
            for (std::size_t i = 0; i < inside.size(); ++i)
                service.ports.push_back({ filled(tree.text("host_ip")), i < outside.size() ? outside[i] : base::Port(0),
                    inside[i], tree.text("protocol") == "udp", place });
            return;
        }
        std::string text = filled(tree.scalar);
        const bool isUdp = text.ends_with("/udp");
        text = text.substr(0, text.find('/'));
        // "ADDRESS:OUTSIDE:INSIDE", the address of IPv6 in brackets; from the end, so that it may hold colons
        const std::size_t last = text.rfind(':');
        const std::string inside = last == std::string::npos ? text : text.substr(last + 1);
        std::string address;
        std::string outside;
        if (last != std::string::npos) {
            const std::string before = text.substr(0, last);
            const std::size_t second = before.ends_with(']') ? std::string::npos : before.rfind(':');
            outside = second == std::string::npos ? before : before.substr(second + 1);
            address = second == std::string::npos ? std::string() : before.substr(0, second);
        }
        if (address.starts_with('[') && address.ends_with(']'))
            address = address.substr(1, address.size() - 2);
        const auto insides = range(inside);
        const auto outsides = range(outside);
        if (insides.empty())
            m_project.warnings.push_back({ place, "\"" + tree.scalar + "\" is no port" });
        for (std::size_t i = 0; i < insides.size(); ++i)
            service.ports.push_back({ address, i < outsides.size() ? outsides[i] : base::Port(0), insides[i], isUdp, place });
    }

    const std::vector<ComposeText>& m_files;
    ComposeProject m_project;
    Variables m_variables;
    std::vector<std::string> m_unset;
    std::map<std::string, Written> m_configs; ///< files by the project's names for them
    std::set<std::string> m_examples; ///< that stand in for files of variables
    std::set<std::string> m_read;
};

bool isNamedMain(std::string_view name)
{
    return std::find(mainNames.begin(), mainNames.end(), name) != mainNames.end();
}
}

bool isComposeFile(std::string_view path, std::string_view text)
{
    const std::string_view name = base::fileName(path);
    if (!name.ends_with(".yml") && !name.ends_with(".yaml"))
        return false;
    static const re2::RE2 services(R"((?m)^(?:"services"|services)\s*:)");
    const re2::StringPiece piece(text.data(), std::min<std::size_t>(text.size(), 1 << 20));
    static const re2::RE2 manifest(R"((?m)^(?:apiVersion|kind)\s*:)");
    // the first form: services at the outermost level
    static const re2::RE2 old(R"((?m)^["']?[\w.-]+["']?\s*:\s*(?:#.*)?\n(?:\s*(?:#.*)?\n|\s+[^\n]*\n)*?\s+(?:image|build)\s*:)");
    if (isNamedMain(name) && !re2::RE2::PartialMatch(piece, services))
        return re2::RE2::PartialMatch(piece, old);
    return re2::RE2::PartialMatch(piece, services) && (isNamedMain(name) || !re2::RE2::PartialMatch(piece, manifest))
        && (name.find("compose") != std::string_view::npos || text.find("image:") != std::string_view::npos
            || text.find("build:") != std::string_view::npos);
}

std::vector<ComposeProject> parseComposeProjects(const std::vector<ComposeText>& files)
{
    std::map<std::string, std::vector<const ComposeText*>> folders;
    for (const ComposeText& each : files)
        if (isComposeFile(each.path, each.text))
            folders[composeFolder(each.path)].push_back(&each);
    std::vector<ComposeProject> projects;
    // Beside projects with a main file, files of other names and folders are what these extend or include.
    const bool hasAnyMain = std::any_of(folders.begin(), folders.end(), [](const auto& each) {
        return std::any_of(each.second.begin(), each.second.end(), [](const ComposeText* text) { return isNamedMain(base::fileName(text->path)); });
    });
    for (auto& [folder, found] : folders) {
        std::vector<const ComposeText*> ordered;
        const auto take = [&ordered, &texts = found](const auto& names) {
            for (const std::string_view name : names)
                for (const ComposeText* each : texts)
                    if (base::fileName(each->path) == name)
                        return ordered.push_back(each);
        };
        take(mainNames);
        const bool hasMain = !ordered.empty();
        if (!hasMain && hasAnyMain)
            continue;
        if (hasMain)
            take(overrideNames);
        else
            ordered = { found.front() }; // one of a name of its own, as -f would give it
        ComposeProject project = ProjectReader(files, folder).read(ordered);
        for (const ComposeText* each : found)
            if (std::find(ordered.begin(), ordered.end(), each) == ordered.end())
                project.warnings.push_back({ { each->path, 0 },
                    "compose reads this file only where it is named with -f: it is left out" });
        projects.push_back(std::move(project));
    }
    return projects;
}

}
