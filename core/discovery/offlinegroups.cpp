#include "core/discovery/offlinegroups.h"

#include "core/base/address.h"
#include "core/base/text.h"
#include "core/discovery/address.h"
#include "core/discovery/compose/composeoffline.h"
#include "core/discovery/offline.h"
#include "core/parse/composefile.h"
#include "core/parse/phpfpmpool.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace hopscope::discovery {

namespace {
using model::Endpoint;
using model::Hop;
using model::Node;
using model::NodeKind;



bool isBelow(std::string_view path, std::string_view folder)
{
    return folder.empty() || (path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/');
}

/// Texts about configurations are none.
bool mayConfigure(std::string_view name)
{
    constexpr auto endings = std::to_array<std::string_view>({ ".md", ".rst", ".txt", ".html", ".sh", ".py", ".js", ".go", ".rb", ".php",
        ".tf", ".xml", ".lock", ".sql", ".css", ".ts", ".service", ".adoc", ".htaccess", ".bak", ".orig", ".example" });
    return std::none_of(endings.begin(), endings.end(), [&](std::string_view ending) { return name.ends_with(ending); });
}

bool isFpmPool(const OfflineFile& file)
{
    return (file.path.find("fpm") != std::string::npos || file.path.find("pool.d/") != std::string::npos)
        && file.text.find("listen") != std::string::npos && file.text.find('[') != std::string::npos;
}

std::vector<std::string> projectFolders(const std::vector<OfflineFile>& files)
{
    std::vector<std::string> folders;
    for (const OfflineFile& file : files)
        if (parse::isComposeFile(file.path, file.text))
            folders.push_back(base::folderOf(file.path));
    std::sort(folders.begin(), folders.end());
    return folders;
}

bool isObject(const OfflineFile& file) { return isManifest(file) && !parse::isComposeFile(file.path, file.text); }

std::vector<OfflineGroup> instancesOf(const std::vector<OfflineFile>& files)
{
    std::vector<OfflineGroup> instances;
    for (const OfflineFile& file : files) {
        const std::string software = softwareOfMainFile(base::fileName(file.path));
        const std::string folder = base::folderOf(file.path);
        if (software.empty())
            continue;
        // A main file below another one's folder is what that one includes, or a sample.
        const bool isInner = std::any_of(files.begin(), files.end(), [&](const OfflineFile& other) {
            return softwareOfMainFile(base::fileName(other.path)) == software && base::folderOf(other.path) != folder && isBelow(folder, base::folderOf(other.path));
        });
        const bool isKnown = std::any_of(instances.begin(), instances.end(),
            [&](const OfflineGroup& each) { return each.software == software && each.folder == folder; });
        if (!isInner && !isKnown)
            instances.push_back({ software, folder, {} });
    }
    return instances;
}
}

namespace {
/// Something to be copied, rather than what runs.
bool isForShow(const std::string& path)
{
    const std::string name = base::lowered(path);
    for (const char* word : { "example", "sample", "doc", "test", "demo" })
        if (name.find(word) != std::string::npos)
            return true;
    return false;
}

/// A main file beside a compose project that none of its services has.
bool isInFront(const std::vector<OfflineFile>& files, const OfflineGroup& instance)
{
    if (isForShow(instance.folder))
        return false;
    return std::any_of(files.begin(), files.end(), [&](const OfflineFile& file) {
        return base::folderOf(file.path) == instance.folder && softwareOfMainFile(base::fileName(file.path)) == instance.software
            && !compose::isOfService(files, file.path, instance.software);
    });
}
}

std::vector<OfflineGroup> offlineGroups(const std::vector<OfflineFile>& files)
{
    const std::string whole = softwareOfFiles(files);
    if (whole.empty() || whole == "kubernetes" || files.size() < 2)
        return { { whole, {}, files } };
    std::vector<OfflineGroup> instances = instancesOf(files);
    std::vector<OfflineGroup> others;
    const std::vector<std::string> projects = projectFolders(files);
    const auto isOfProject = [&](const std::string& path) {
        return std::any_of(projects.begin(), projects.end(), [&](const std::string& folder) { return isBelow(path, folder); });
    };
    if (whole == "compose") {
        // What lies with a project is its services' own, or a sample; else it is for a proxy in front of it.
        std::erase_if(instances, [&](const OfflineGroup& each) { return isOfProject(each.folder + "/x") && !isInFront(files, each); });
        others.push_back({ whole, projects.front(), files });
    } else if (!projects.empty()) {
        OfflineGroup group { "compose", projects.front(), {} };
        std::copy_if(files.begin(), files.end(), std::back_inserter(group.files), [&](const OfflineFile& file) { return isOfProject(file.path); });
        others.push_back(std::move(group));
    }
    if (const auto manifest = std::find_if(files.begin(), files.end(), isObject); manifest != files.end()) {
        OfflineGroup group { "kubernetes", base::folderOf(manifest->path), {} };
        std::copy_if(files.begin(), files.end(), std::back_inserter(group.files),
            [](const OfflineFile& file) { return !parse::isComposeFile(file.path, file.text); });
        others.push_back(std::move(group));
    }
    const auto instanceFor = [&](const std::string& path, const std::string& software) -> OfflineGroup* {
        OfflineGroup* best = nullptr;
        for (OfflineGroup& each : instances)
            if ((software.empty() || each.software == software) && isBelow(path, each.folder)
                && (!best || each.folder.size() > best->folder.size()))
                best = &each;
        return best;
    };
    constexpr int mostSites = 50;
    int checkedSites = 0;
    for (const OfflineFile& file : files) {
        const std::string main = softwareOfMainFile(base::fileName(file.path));
        const std::string own = !main.empty() ? main : !mayConfigure(base::fileName(file.path)) ? std::string() : softwareOfFiles({ file });
        if (own == "kubernetes" || own == "compose")
            continue;
        OfflineGroup* place = instanceFor(file.path, own);
        if (!place && isOfProject(file.path)) {
            // A site of the host's own proxy: it names a port that the project publishes.
            const bool mayBeSite = !own.empty() && !isForShow(file.path) && checkedSites++ < mostSites;
            if (!mayBeSite || !compose::leadsToPublished(files, file, own))
                continue;
        }
        if (!place && !own.empty()) {
            // Its main file is somewhere else, or nowhere.
            const auto same = std::find_if(instances.begin(), instances.end(), [&](const OfflineGroup& each) { return each.software == own; });
            place = same != instances.end() ? &*same : &instances.emplace_back(OfflineGroup { own, base::folderOf(file.path), {} });
        }
        if (own.empty()) {
            // Lists, maps and snippets: for whoever has this folder.
            bool isTaken = false;
            for (OfflineGroup& each : instances)
                if (isBelow(file.path, each.folder)) {
                    each.files.push_back(file);
                    isTaken = true;
                }
            if (!isTaken)
                for (OfflineGroup& each : instances)
                    each.files.push_back(file);
            continue;
        }
        place->files.push_back(file);
    }
    std::erase_if(instances, [](const OfflineGroup& each) { return each.files.empty(); });
    if (instances.size() + others.size() < 2)
        return { { whole, {}, files } };
    std::move(instances.begin(), instances.end(), std::back_inserter(others));
    return others;
}

namespace {
/// The first part of each folder in which they differ: "edge" of "sets/edge/nginx" and "sets/app1/haproxy".
std::vector<std::string> hostsOf(const std::vector<OfflineGroup>& groups)
{
    std::vector<std::string> rest;
    for (const OfflineGroup& each : groups)
        rest.push_back(each.folder + "/");
    for (;;) {
        const std::size_t slash = rest.front().find('/');
        if (slash == std::string::npos || slash + 1 >= rest.front().size())
            break;
        const std::string head = rest.front().substr(0, slash + 1);
        if (!std::all_of(rest.begin(), rest.end(), [&](const std::string& each) { return each.starts_with(head) && each.size() > head.size(); }))
            break;
        for (std::string& each : rest)
            each.erase(0, head.size());
    }
    for (std::string& each : rest)
        each = each.substr(0, each.find('/'));
    return rest;
}

bool isProgramFolder(std::string_view name)
{
    constexpr auto names = std::to_array<std::string_view>({ "", "nginx", "haproxy", "apache2", "apache", "httpd", "caddy", "traefik", "envoy",
        "openresty", "etc", "conf", "config", "configs", "conf.d", "sites-enabled", "sites", "vhosts", "proxy" });
    return std::find(names.begin(), names.end(), name) != names.end();
}

struct Part {
    std::string host; ///< empty: the same machine as all others without one
    Discovered found;
};

/// What the listener of another proxy accepts.
const Node* listenerFor(const std::vector<Part>& parts, const Part& caller, const Endpoint& target)
{
    for (const Part& each : parts) {
        if (&each == &caller)
            continue;
        const bool isSameHost = each.host == caller.host;
        const bool isNamed = !each.host.empty() && target.host == each.host;
        for (const Node& node : each.found.topology.nodes) {
            if (node.kind != NodeKind::Proxy || node.address.empty())
                continue;
            if (target.isUnix() ? isSameHost && node.address == target.text()
                                : node.address.ends_with(":" + std::to_string(target.port))
                        && ((isSameHost && base::isLoopback(target.host)) || isNamed || node.address == target.text()))
                return &node;
        }
    }
    return nullptr;
}
}

namespace {
/// The service of a compose project on the same host that publishes the port.
const base::NodeId* publisherOf(const std::vector<Part>& parts, const Part& caller, const Endpoint& target)
{
    if (target.isUnix() || !base::isLoopback(target.host) || !caller.host.empty())
        return nullptr;
    for (const Part& each : parts)
        for (const Hop& hop : each.found.topology.hops)
            if (&each != &caller && hop.from.value() == "client" && hop.declared.endpoint.port == target.port)
                return &hop.to;
    return nullptr;
}
}

Discovered joined(const std::vector<OfflineGroup>& groups, std::vector<Discovered> found)
{
    std::vector<Part> parts;
    const std::vector<std::string> hosts = hostsOf(groups);
    std::set<std::string> seen;
    std::set<std::string> repeated;
    for (std::size_t i = 0; i < groups.size(); ++i)
        if (!seen.insert(groups[i].software + " " + (isProgramFolder(hosts[i]) ? "" : hosts[i])).second)
            repeated.insert(groups[i].folder);
    for (std::size_t i = 0; i < groups.size(); ++i) {
        const bool isWhole = groups[i].software == "compose" || groups[i].software == "kubernetes";
        const bool isOfProject = std::any_of(groups.begin(), groups.end(),
            [&](const OfflineGroup& each) { return each.software == "compose" && isBelow(groups[i].folder + "/x", each.folder); });
        std::string host = isWhole || isOfProject || isProgramFolder(hosts[i]) ? std::string() : hosts[i];
        if (!isWhole && repeated.contains(groups[i].folder)) // two of one software in one place: by their own folders
            host = std::string(base::fileName(groups[i].folder));
        parts.push_back({ std::move(host), std::move(found[i]) });
    }
    // Proxies of different hosts bear the host in their ids, as they do when they are seen live.
    for (Part& part : parts) {
        std::map<std::string, std::string> renamed;
        for (Node& node : part.found.topology.nodes)
            if (node.kind == NodeKind::Proxy && !part.host.empty()) {
                renamed[node.id.value()] = part.host + "/" + node.id.value();
                node.id = base::NodeId(part.host + "/" + node.id.value());
                node.label += " of " + part.host;
            }
        for (Hop& hop : part.found.topology.hops)
            for (base::NodeId* end : { &hop.from, &hop.to })
                if (const auto name = renamed.find(end->value()); name != renamed.end())
                    *end = base::NodeId(name->second);
    }
    Discovered result;
    std::set<std::string> nodes;
    std::set<std::string> used;
    std::set<std::string> replaced;
    std::set<std::string> hops;
    for (Part& part : parts) {
        for (Hop& hop : part.found.topology.hops) {
            const Node* callee = part.found.topology.node(hop.to);
            const Node* next = callee && callee->kind == NodeKind::App ? listenerFor(parts, part, hop.declared.endpoint) : nullptr;
            const base::NodeId* publisher = callee && callee->kind == NodeKind::App && !next ? publisherOf(parts, part, hop.declared.endpoint) : nullptr;
            if (next || publisher) {
                replaced.insert(hop.to.value());
                hop.to = next ? next->id : *publisher;
            }
            hop.id = base::HopId(hop.from.value() + ">" + hop.to.value());
            used.insert(hop.to.value());
            if (hops.insert(hop.id.value()).second)
                result.topology.hops.push_back(hop);
        }
        std::move(part.found.warnings.begin(), part.found.warnings.end(), std::back_inserter(result.warnings));
    }
    for (const Part& part : parts)
        for (const Node& node : part.found.topology.nodes)
            if ((!replaced.contains(node.id.value()) || used.contains(node.id.value())) && nodes.insert(node.id.value()).second)
                result.topology.nodes.push_back(node);
    return result;
}

void nameFpmPools(const std::vector<OfflineFile>& files, model::Topology& topology)
{
    std::vector<model::ConfigFile> texts;
    for (const OfflineFile& file : files)
        if (isFpmPool(file))
            texts.push_back({ file.path, file.text, {}, {} });
    if (texts.empty())
        return;
    for (const parse::PhpFpmPool& pool : parse::parsePhpFpmPools(texts).pools)
        for (Node& node : topology.nodes) {
            const bool isIts = pool.endpoint.isUnix() ? node.address == pool.endpoint.text()
                                                      : pool.endpoint.port != 0 && node.address.ends_with(":" + std::to_string(pool.endpoint.port))
                    && (node.address == pool.endpoint.text() || node.address.starts_with("127.") || node.address.starts_with("localhost:"));
            if (!isIts || node.software != "unknown")
                continue;
            node.software = "php-fpm";
            node.label = "PHP-FPM, pool " + pool.name;
            node.user = pool.user;
            node.note = "listens by " + pool.listenPlace.text();
        }
}

}
