#include "core/discovery/offline.h"

#include "core/base/text.h"
#include "core/discovery/apache/offline.h"
#include "core/discovery/caddy/caddyoffline.h"
#include "core/discovery/compose/composeoffline.h"
#include "core/discovery/envoy/envoyconfig.h"
#include "core/discovery/hoporder.h"
#include "core/discovery/kubernetes/offlinemanifests.h"
#include "core/discovery/offlinegroups.h"
#include "core/discovery/proxy.h"
#include "core/discovery/software.h"
#include "core/discovery/traefik/traefikconfig.h"
#include "core/parse/cluster/manifests.h"
#include "core/parse/haproxyconfig.h"
#include "core/parse/lines.h"
#include "core/parse/nginxconfig.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace hopscope::discovery {

namespace {
using model::Hop;
using model::Node;
using model::NodeKind;


bool holdsNginx(const std::string& text)
{
    static const re2::RE2 block(R"((?m)^\s*(?:server|http|stream|upstream\s+\S+|location\s+[^{;]+|map\s+\S+\s+\$\w+)\s*\{)");
    static const re2::RE2 directive(R"((?m)(?:^|[;{\s])(?:listen|server_name|proxy_pass|fastcgi_pass|uwsgi_pass|grpc_pass|)"
                                    R"(server|include|worker_processes|return|root|worker_connections)\s+[^;{]+;)");
    return re2::RE2::PartialMatch(text, block) && re2::RE2::PartialMatch(text, directive);
}

bool isDump(const std::string& text)
{
    return text.starts_with("# configuration file /") || text.find("\n# configuration file /") != std::string::npos;
}

std::string commonFolder(const std::vector<model::ConfigFile>& files)
{
    std::string folder = files.empty() ? std::string() : files.front().path;
    for (const model::ConfigFile& file : files)
        while (!folder.empty() && !file.path.starts_with(folder + "/")) {
            const std::size_t slash = folder.rfind('/');
            folder.resize(slash == std::string::npos ? 0 : slash);
        }
    return folder;
}

/// The files that some other file of the list includes.
std::set<std::string> includedFiles(const std::vector<model::ConfigFile>& files)
{
    std::set<std::string> included;
    for (const model::ConfigFile& file : files) {
        const parse::NginxConfig whole = parse::loadNginxConfig(files, file.path);
        std::vector<const std::vector<parse::NginxDirective>*> open { &whole.directives };
        while (!open.empty()) {
            const std::vector<parse::NginxDirective>& directives = *open.back();
            open.pop_back();
            for (const parse::NginxDirective& each : directives) {
                if (const std::string& from = whole.files[static_cast<std::size_t>(each.file)]; from != file.path)
                    included.insert(from);
                open.push_back(&each.block);
            }
        }
    }
    return included;
}

class OfflineTopology {
public:
    explicit OfflineTopology(const model::SoftwareConfig& config)
        : m_software(config.software)
        , m_proxy(makeProxy(config))
    {
    }

    Discovered build()
    {
        m_result.warnings = m_proxy->warnings();
        for (const ProxyListener& listener : m_proxy->listeners())
            proxyNode(listener);
        ProxyRoute route = m_proxy->routeAll();
        m_result.warnings.insert(m_result.warnings.end(), route.warnings.begin(), route.warnings.end());
        for (const ProxyTarget& target : route.targets)
            add(target);
        return std::move(m_result);
    }

private:
    base::NodeId proxyNode(const ProxyListener& listener)
    {
        Node node;
        node.id = base::NodeId(
            listener == ProxyListener() ? m_software : m_software + ":" + (listener.path.empty() ? std::to_string(listener.port) : listener.path));
        node.kind = NodeKind::Proxy;
        node.software = m_software;
        node.sources = { "config" };
        node.label = displayName(m_software);
        if (listener == ProxyListener())
            return addNode(std::move(node));
        node.address = model::Endpoint { listener.address, listener.port, listener.path }.text();
        node.label += ", " + (listener.path.empty() ? "port " + std::to_string(listener.port) : listener.path);
        return addNode(std::move(node));
    }

    base::NodeId addNode(Node node)
    {
        base::NodeId id = node.id;
        if (m_nodes.insert(id.value()).second)
            m_result.topology.nodes.push_back(std::move(node));
        return id;
    }

    /// The same proxy's own socket, where a target is that.
    const ProxyListener* ownListener(const model::Endpoint& endpoint)
    {
        if (m_listeners.empty())
            m_listeners = m_proxy->listeners();
        const bool isHere = endpoint.isUnix() || endpoint.host.starts_with("127.") || endpoint.host == "localhost"
            || endpoint.host == "::1";
        for (const ProxyListener& each : m_listeners)
            if (endpoint.isUnix() ? each.path == endpoint.path : each.path.empty() && each.port == endpoint.port
                    && (each.address == endpoint.host || isHere))
                return &each;
        return nullptr;
    }

    base::NodeId targetNode(const ProxyTarget& target)
    {
        const model::Endpoint& endpoint = target.declared.endpoint;
        if (const ProxyListener* own = ownListener(endpoint))
            return proxyNode(*own);
        Node node;
        node.id = base::NodeId(endpoint.text());
        node.software = target.protocol == model::Protocol::Memcached ? "memcached" : "unknown";
        node.kind = target.protocol == model::Protocol::Memcached ? NodeKind::Cache : NodeKind::App;
        node.address = endpoint.text();
        node.label = endpoint.text();
        node.sources = { "config" };
        return addNode(std::move(node));
    }

    void add(const ProxyTarget& target)
    {
        Hop hop;
        hop.from = proxyNode(target.from);
        hop.to = targetNode(target);
        hop.id = base::HopId(hop.from.value() + ">" + hop.to.value());
        hop.protocol = target.protocol;
        hop.group = target.group;
        hop.declared = target.declared;
        if (m_hops.insert(hop.id.value()).second)
            m_result.topology.hops.push_back(std::move(hop));
    }

    std::string m_software;
    std::unique_ptr<Proxy> m_proxy;
    std::vector<ProxyListener> m_listeners;
    std::set<std::string> m_nodes;
    std::set<std::string> m_hops;
    Discovered m_result;
};
}

bool isManifest(const OfflineFile& file)
{
    const std::string_view name = base::fileName(file.path);
    const bool mayBe = name.find('.') == std::string_view::npos || name.ends_with(".yaml") || name.ends_with(".yml")
        || name.ends_with(".json") || name.ends_with(".tpl") || name.ends_with(".j2") || name.ends_with(".tmpl");
    return mayBe && parse::holdsManifest(file.text);
}

std::string softwareOfMainFile(std::string_view name)
{
    constexpr auto names = std::to_array<std::pair<std::string_view, std::string_view>>({ { "nginx.conf", "nginx" },
        { "haproxy.cfg", "haproxy" }, { "haproxy.conf", "haproxy" }, { "Caddyfile", "caddy" }, { "apache2.conf", "apache" },
        { "httpd.conf", "apache" }, { "traefik.yml", "traefik" }, { "traefik.yaml", "traefik" }, { "traefik.toml", "traefik" },
        { "envoy.yaml", "envoy" }, { "envoy.yml", "envoy" }, { "envoy.json", "envoy" } });
    for (const auto& [file, software] : names)
        if (name == file)
            return std::string(software);
    return {};
}

std::string softwareOfFiles(const std::vector<OfflineFile>& files)
{
    const auto hasMainOf = [&](std::string_view software) {
        return std::any_of(files.begin(), files.end(),
            [&](const OfflineFile& file) { return softwareOfMainFile(base::fileName(file.path)) == software; });
    };
    if (compose::holdsProject(files))
        return "compose";
    if (hasMainOf("nginx") || std::any_of(files.begin(), files.end(), [](const OfflineFile& file) { return isDump(file.text); }))
        return "nginx";
    for (const char* software : { "haproxy", "caddy", "apache" })
        if (hasMainOf(software))
            return software;
    // Before what an object may hold: a ConfigMap with a whole nginx.conf is a manifest all the same.
    if (std::any_of(files.begin(), files.end(), [](const OfflineFile& file) { return isManifest(file); }))
        return "kubernetes";
    for (const char* software : { "traefik", "envoy" })
        if (hasMainOf(software))
            return software;
    for (const OfflineFile& file : files) {
        if (holdsNginx(file.text))
            return "nginx";
        if (apache::isApacheText(file.text))
            return "apache";
        if (parse::isHaproxyText(file.text))
            return "haproxy";
        if (envoy::isEnvoyText(file.path, file.text))
            return "envoy";
        if (traefik::isTraefikText(file.path, file.text))
            return "traefik";
        if (caddy::isCaddyText(file.text))
            return "caddy";
    }
    return {};
}

model::SoftwareConfig nginxConfigOf(const std::vector<OfflineFile>& files, std::vector<model::ConfigWarning>& warnings)
{
    model::SoftwareConfig config;
    config.software = "nginx";
    for (const OfflineFile& file : files) {
        if (isDump(file.text)) {
            for (model::ConfigFile& each : parse::splitNginxDump(file.text))
                config.files.push_back(std::move(each));
            continue;
        }
        model::ConfigFile each;
        each.path = file.path;
        each.text = file.text;
        config.files.push_back(std::move(each));
    }
    for (const model::ConfigFile& file : config.files)
        if (base::fileName(file.path) == "nginx.conf"
            && (config.mainFile.empty() || file.path.size() < config.mainFile.size()))
            config.mainFile = file.path;
    const std::set<std::string> included = includedFiles(config.files);
    std::string all;
    const std::string folder = commonFolder(config.files);
    for (const model::ConfigFile& file : config.files) {
        const bool isAlone = file.path != config.mainFile && !included.contains(file.path)
            && (config.files.size() == 1 || holdsNginx(file.text));
        if (!isAlone)
            continue;
        if (!config.mainFile.empty())
            warnings.push_back({ { file.path, 0 }, "no file includes it from " + config.mainFile + ": it is left out" });
        else
            all += "include \"" + (folder.empty() ? file.path : file.path.substr(folder.size() + 1)) + "\";\n";
    }
    if (config.mainFile.empty()) {
        // Sites without their nginx.conf: all of them together.
        model::ConfigFile main;
        main.path = folder.empty() ? "nginx.conf" : folder + "/nginx.conf";
        main.text = all;
        config.mainFile = main.path;
        config.files.push_back(std::move(main));
    }
    return config;
}

model::SoftwareConfig haproxyConfigOf(const std::vector<OfflineFile>& files)
{
    model::SoftwareConfig config;
    config.software = "haproxy";
    for (const OfflineFile& file : files)
        config.files.push_back({ file.path, file.text, {}, {} });
    // haproxy -f haproxy.cfg -f conf.d: the main file first, then the others by name
    const auto rank = [](const model::ConfigFile& file) { return base::fileName(file.path) == "haproxy.cfg" ? 0 : 1; };
    std::stable_sort(config.files.begin(), config.files.end(), [&](const model::ConfigFile& a, const model::ConfigFile& b) {
        return std::pair(rank(a), a.path) < std::pair(rank(b), b.path);
    });
    if (!config.files.empty())
        config.mainFile = config.files.front().path;
    return config;
}

model::SoftwareConfig configOf(
    const std::vector<OfflineFile>& files, const std::string& software, std::vector<model::ConfigWarning>& warnings)
{
    if (software == "nginx")
        return nginxConfigOf(files, warnings);
    if (software == "apache")
        return apache::offlineConfig(files, warnings);
    if (software == "haproxy")
        return haproxyConfigOf(files);
    if (software == "caddy")
        return caddy::offlineConfig(files, warnings);
    if (software == "traefik")
        return traefik::offlineConfig(files);
    if (software == "envoy")
        return envoy::offlineConfig(files);
    return {};
}

namespace {
Discovered discoverGroup(const std::vector<OfflineFile>& files, const std::string& wanted)
{
    if (wanted == "kubernetes" && !files.empty())
        return kubernetes::discoverManifests(files);
    if (wanted == "compose" && !files.empty())
        return compose::discoverProjects(files);
    std::vector<model::ConfigWarning> warnings;
    const model::SoftwareConfig config = configOf(files, wanted, warnings);
    if (files.empty() || !makeProxy(config)) {
        const std::string message = files.empty() ? "there are no files to read"
            : wanted.empty()                      ? "what software these files configure can't be told; name it with --software"
                                                  : wanted + " configuration is not supported yet";
        Discovered nothing;
        nothing.warnings.push_back({ { files.empty() ? std::string() : files.front().path, 0 }, message });
        return nothing;
    }
    Discovered result = OfflineTopology(config).build();
    result.warnings.insert(result.warnings.end(), warnings.begin(), warnings.end());
    return result;
}
}

Discovered discoverOffline(const std::vector<OfflineFile>& written, const std::string& software)
{
    std::vector<OfflineFile> files = written;
    for (OfflineFile& file : files)
        file.text = parse::withoutUtf16(std::move(file.text));
    std::vector<OfflineGroup> groups { { software, {}, {} } };
    if (software.empty())
        groups = offlineGroups(files);
    Discovered found;
    if (groups.size() == 1) {
        found = discoverGroup(files, groups.front().software);
    } else {
        std::vector<Discovered> parts;
        for (const OfflineGroup& group : groups)
            parts.push_back(discoverGroup(group.files, group.software));
        found = joined(groups, std::move(parts));
    }
    nameFpmPools(files, found.topology);
    putOuterFirst(found.topology.hops);
    return found;
}

}
