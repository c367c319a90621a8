#include "core/discovery/envoy/envoyconfig.h"

#include "core/discovery/envoy/cluster.h"
#include "core/discovery/envoy/routes.h"
#include "core/discovery/routing/walk.h"
#include "core/parse/configtree.h"

#include <re2/re2.h>

#include <algorithm>
#include <iterator>
#include <list>

namespace hopscope::discovery::envoy {

namespace {
using parse::ConfigTree;

bool hasType(const ConfigTree& tree, std::string_view name) { return tree.text("@type").ends_with(name); }

/// Listeners, clusters, routes and endpoints from wherever they come.
class Resources {
public:
    Clusters clusters;
    std::vector<Placed> listeners;
    std::map<std::string, Placed> routes;

    void add(const ConfigTree& tree, const std::string& file)
    {
        const ConfigTree& fixed = field(tree, "static_resources");
        for (const ConfigTree* part : { &fixed, &tree }) {
            for (const ConfigTree* each : valuesOf(part->at("listeners")))
                addListener(*each, file);
            for (const ConfigTree* each : valuesOf(part->at("clusters")))
                addCluster(*each, file);
        }
        // a discovery response, as a file of filesystem xDS
        for (const ConfigTree& each : tree.at("resources").items)
            addResource(each.has("resource") ? each.at("resource") : each, file);
        for (const ConfigTree& dump : tree.at("configs").items)
            addDump(dump, file);
        if (!field(tree, "virtual_hosts").isNull() && tree.has("name"))
            routes.emplace(tree.text("name"), Placed { &tree, file });
        if (!field(tree, "cluster_name").isNull() && tree.has("endpoints"))
            clusters.addAssignment({ &tree, file });
    }

private:
    void addListener(const ConfigTree& listener, const std::string& file)
    {
        if (!listener.isMap())
            return;
        if (!listener.at("address").isNull() || !field(listener, "filter_chains").isNull())
            listeners.push_back({ &listener, file });
    }
    void addCluster(const ConfigTree& cluster, const std::string& file)
    {
        if (cluster.isMap())
            clusters.add({ &cluster, file });
    }

    void addResource(const ConfigTree& each, const std::string& file)
    {
        if (hasType(each, "Listener"))
            addListener(each, file);
        else if (hasType(each, "Cluster"))
            addCluster(each, file);
        else if (hasType(each, "ClusterLoadAssignment") || !field(each, "cluster_name").isNull())
            clusters.addAssignment({ &each, file });
        else if (hasType(each, "RouteConfiguration") || !field(each, "virtual_hosts").isNull())
            routes.emplace(each.text("name"), Placed { &each, file });
        else if (!field(each, "filter_chains").isNull())
            addListener(each, file);
        else if (!field(each, "load_assignment").isNull() || !field(each, "connect_timeout").isNull())
            addCluster(each, file);
    }

    /// One part of the admin interface's /config_dump.
    void addDump(const ConfigTree& dump, const std::string& file)
    {
        for (const ConfigTree& each : field(dump, "static_listeners").items)
            addListener(each.at("listener"), file);
        for (const ConfigTree& each : field(dump, "dynamic_listeners").items)
            addListener(field(each, "active_state").at("listener"), file);
        for (const ConfigTree& each : field(dump, "static_clusters").items)
            addCluster(each.at("cluster"), file);
        for (const ConfigTree& each : field(dump, "dynamic_active_clusters").items)
            addCluster(each.at("cluster"), file);
        for (const char* kind : { "static_route_configs", "dynamic_route_configs" })
            for (const ConfigTree& each : field(dump, kind).items)
                if (const ConfigTree& route = field(each, "route_config"); route.isMap())
                    routes.emplace(route.text("name"), Placed { &route, file });
        for (const char* kind : { "static_endpoint_configs", "dynamic_endpoint_configs" })
            for (const ConfigTree& each : field(dump, kind).items)
                if (const ConfigTree& assignment = field(each, "endpoint_config"); assignment.isMap())
                    clusters.addAssignment({ &assignment, file });
    }
};

ProxyListener listenerOf(const ConfigTree& listener)
{
    const SocketAddress socket = socketAddressOf(listener.at("address"));
    ProxyListener result;
    result.address = socket.endpoint.isUnix() ? std::string() : socket.endpoint.host;
    result.port = socket.endpoint.port;
    result.path = socket.endpoint.path;
    return result;
}

/// The clusters that are named as services of Envoy itself.
void excludeAsked(const ConfigTree& tree, Routes& routes, int depth)
{
    constexpr int deepest = 24;
    if (depth > deepest)
        return;
    if (const std::string& name = field(field(tree, "envoy_grpc"), "cluster_name").scalar; !name.empty())
        routes.exclude(name);
    for (const auto& [key, value] : tree.members)
        excludeAsked(value, routes, depth + 1);
    for (const ConfigTree& item : tree.items)
        excludeAsked(item, routes, depth + 1);
}

void append(routing::Rules& rules, routing::Rules more) { std::move(more.begin(), more.end(), std::back_inserter(rules)); }

/// What Envoy itself asks and reports to, whatever comes in: discovery, traces, figures, limits.
void addOwnServices(const ConfigTree& tree, const std::string& file, const Routes& routes, routing::Configuration& result)
{
    routing::Rules own;
    for (const char* part : { "dynamic_resources", "tracing", "stats_sinks", "rate_limit_service", "layered_runtime", "hds_config" })
        append(own, routes.ofReports(field(tree, part), file));
    if (own.empty())
        return;
    if (result.servers.empty()) { // its listeners come from discovery
        routing::Server server;
        server.listeners.emplace_back();
        result.servers.push_back(std::move(server));
    }
    append(result.servers.front().otherRules, std::move(own));
}

void addServers(const Placed& placed, Routes& routes, routing::Configuration& result)
{
    const ConfigTree& listener = *placed.tree;
    const ProxyListener base = listenerOf(listener);
    if (base == ProxyListener() || (base.port == 0 && base.path.empty()))
        return;
    std::vector<const ConfigTree*> chains = valuesOf(field(listener, "filter_chains"));
    if (const ConfigTree& fallback = field(listener, "default_filter_chain"); fallback.isMap())
        chains.push_back(&fallback);
    for (const ConfigTree* chain : chains) {
        routing::Server server;
        ProxyListener own = base;
        const ConfigTree& match = field(*chain, "filter_chain_match");
        const ConfigTree& socket = field(*chain, "transport_socket");
        own.isTls = socket.text("name").find("tls") != std::string::npos
            || field(socket, "typed_config").text("@type").ends_with("DownstreamTlsContext") || !field(*chain, "tls_context").isNull();
        server.listeners.push_back(own);
        server.serverNames = field(match, "server_names").texts();
        server.unmatched = "answers 404: no virtual host or route takes this";
        server.rules = routes.ofFilters(chain->at("filters"), placed.file);
        server.otherRules = routes.ofServices(chain->at("filters"), placed.file);
        append(server.otherRules, routes.ofReports(field(listener, "access_log"), placed.file));
        result.servers.push_back(std::move(server));
    }
    if (chains.empty()) {
        routing::Server server;
        server.listeners.push_back(base);
        server.rules = routes.ofFilters(field(listener, "listener_filters"), placed.file); // UDP's proxy is one of these
        result.servers.push_back(std::move(server));
    }
}
}

routing::Configuration configurationOf(const model::SoftwareConfig& config)
{
    routing::Configuration result;
    result.software = "envoy";
    const auto isAdmin = [](const model::ConfigFile& file) { return file.path.starts_with(adminPrefix); };
    const bool hasDump = std::any_of(config.files.begin(), config.files.end(),
        [&](const model::ConfigFile& file) { return isAdmin(file) && file.text.find("configs") != std::string::npos; });
    std::list<std::pair<std::string, parse::ConfigDocuments>> documents;
    Resources resources;
    std::map<std::string, model::FilePlace> places; // of endpoints, by their text: the admin interface has no lines
    for (const model::ConfigFile& file : config.files) {
        documents.emplace_back(file.path, isAdmin(file) ? parse::parseJson(file.path, file.text) : parse::parseConfigTree(file.path, file.text));
        for (model::ConfigWarning& warning : documents.back().second.warnings)
            result.warnings.push_back(std::move(warning));
        if (!hasDump || isAdmin(file))
            for (const ConfigTree& tree : documents.back().second.documents)
                resources.add(tree, file.path);
    }
    if (hasDump) {
        Resources written;
        for (const auto& [path, read] : documents)
            if (!path.starts_with(adminPrefix))
                for (const ConfigTree& tree : read.documents)
                    written.add(tree, path);
        for (const std::string& name : written.clusters.names())
            for (const routing::Upstream& upstream : written.clusters.upstreams(name))
                places.emplace(name + " " + upstream.declared.endpoint.text(), upstream.declared.place);
    }
    Routes routes(resources.clusters, resources.routes);
    for (const auto& [path, read] : documents)
        for (const ConfigTree& tree : read.documents)
            excludeAsked(tree, routes, 0);
    for (const Placed& listener : resources.listeners)
        addServers(listener, routes, result);
    for (const auto& [path, read] : documents)
        if (!path.starts_with(adminPrefix)) // a dump's own parts are no bootstrap
            for (const ConfigTree& tree : read.documents)
                addOwnServices(tree, path, routes, result);
    for (model::ConfigWarning& warning : routes.takeWarnings())
        result.warnings.push_back(std::move(warning));
    for (routing::Server& server : result.servers)
        routing::relocate(server, [&](model::Declared& declared) {
            if (const auto found = places.find(declared.name + " " + declared.endpoint.text()); found != places.end())
                declared.place = found->second;
        });
    return result;
}

bool isEnvoyText(const std::string& path, const std::string& text)
{
    if (!(path.ends_with(".yml") || path.ends_with(".yaml") || path.ends_with(".json")))
        return false;
    static const re2::RE2 words(R"(static_resources|staticResources|filter_chains|filterChains|type\.googleapis\.com/envoy|load_assignment|config_dump|BootstrapConfigDump)");
    return re2::RE2::PartialMatch(text, words);
}

model::SoftwareConfig offlineConfig(const std::vector<OfflineFile>& files)
{
    model::SoftwareConfig config;
    config.software = "envoy";
    for (const OfflineFile& file : files) {
        const std::string name = file.path.substr(file.path.rfind('/') + 1);
        if (files.size() > 1 && !isEnvoyText(file.path, file.text) && !name.starts_with("envoy.") && file.text.find("cluster_name") == std::string::npos
            && file.text.find("virtual_hosts") == std::string::npos)
            continue;
        const bool isDump = file.text.find("BootstrapConfigDump") != std::string::npos || file.text.find("ListenersConfigDump") != std::string::npos;
        config.files.push_back({ isDump ? adminPrefix + file.path : file.path, file.text, {}, {} });
        if (config.mainFile.empty() || name.starts_with("envoy."))
            config.mainFile = file.path;
    }
    return config;
}

}
