#include "core/discovery/envoy/cluster.h"

#include "core/discovery/routing/duration.h"
#include "core/parse/lines.h"

#include <algorithm>
#include <cctype>

namespace hopscope::discovery::envoy {

namespace {
using model::Protocol;
using parse::ConfigTree;

constexpr std::size_t maximumEndpoints = 2'000;

bool isTransport(const ConfigTree& socket, std::string_view name)
{
    const std::string type = socket.at("typed_config", "typedConfig").text("@type");
    return type.ends_with(name) || socket.text("name").ends_with(name);
}

/// What TLS the cluster speaks; nothing of it where it speaks none.
void readTls(const ConfigTree& cluster, routing::Upstream& shared)
{
    const ConfigTree* socket = &field(cluster, "transport_socket");
    if (socket->isNull())
        for (const ConfigTree& match : field(cluster, "transport_socket_matches").items)
            if (socket->isNull())
                socket = &field(match, "transport_socket");
    const ConfigTree& config = field(*socket, "typed_config");
    if (isTransport(*socket, "upstream_proxy_protocol") || isTransport(*socket, "ProxyProtocolUpstreamTransport"))
        shared.declared.sendsProxyProtocol = true;
    const ConfigTree& old = field(cluster, "tls_context");
    const bool isTls = isTransport(*socket, "UpstreamTlsContext") || isTransport(*socket, "envoy.transport_sockets.tls") || !old.isNull();
    if (!isTls)
        return;
    const ConfigTree& tls = old.isNull() ? config : old;
    shared.protocol = Protocol::Https;
    shared.declared.serverName = tls.text("sni");
    const ConfigTree& context = field(field(tls, "common_tls_context"), "validation_context");
    const ConfigTree& issuers = field(context, "trusted_ca");
    shared.declared.verifiesCertificate = !issuers.isNull() || field(field(tls, "common_tls_context"), "combined_validation_context").isMap();
    shared.declared.trustedCertificates = issuers.text("filename");
}

bool speaksHttp2(const ConfigTree& cluster)
{
    if (!field(cluster, "http2_protocol_options").isNull())
        return true;
    for (const auto& [name, options] : field(cluster, "typed_extension_protocol_options").members)
        if (field(field(options, "explicit_http_config"), "http2_protocol_options").isMap()
            || !field(field(options, "explicit_http_config"), "http2_protocol_options").isNull())
            return true;
    return false;
}

void readCluster(const ConfigTree& cluster, routing::Upstream& shared)
{
    model::Declared& declared = shared.declared;
    declared.timeouts.connect = durationOf(field(cluster, "connect_timeout")).value_or(base::Milliseconds(5'000));
    readTls(cluster, shared);
    if (speaksHttp2(cluster) && shared.protocol == Protocol::Http)
        shared.protocol = Protocol::Http2;
    declared.httpVersion = speaksHttp2(cluster) ? "2" : "1.1";
    for (const ConfigTree& threshold : field(field(cluster, "circuit_breakers"), "thresholds").items)
        if (const std::string priority = threshold.text("priority"); priority.empty() || priority == "DEFAULT")
            declared.maxConnections = parse::numberOf<int>(field(threshold, "max_connections").scalar);
    if (const ConfigTree& outlier = field(cluster, "outlier_detection"); !outlier.isNull()) {
        declared.maxFails = parse::numberOf<int>(field(outlier, "consecutive_5xx").scalar).value_or(5);
        declared.failTimeout = durationOf(field(outlier, "base_ejection_time")).value_or(base::Milliseconds(30'000));
    }
    for (const ConfigTree& check : field(cluster, "health_checks").items) {
        const ConfigTree& http = field(check, "http_health_check");
        declared.healthCheck = http.isNull() ? "connect" : "GET " + (http.has("path") ? http.text("path") : std::string("/"));
    }
    for (const ConfigTree& resolver : field(cluster, "dns_resolvers").items)
        declared.resolvers.push_back(socketAddressOf(resolver).endpoint.text());
}
}

const ConfigTree& field(const ConfigTree& tree, std::string_view name)
{
    if (const ConfigTree& found = tree.at(name); !found.isNull() || name.find('_') == std::string_view::npos)
        return found;
    std::string camel;
    for (std::size_t i = 0; i < name.size(); ++i)
        if (name[i] == '_' && i + 1 < name.size())
            camel += static_cast<char>(std::toupper(static_cast<unsigned char>(name[++i])));
        else
            camel += name[i];
    return tree.at(camel);
}

std::vector<const ConfigTree*> valuesOf(const ConfigTree& repeated)
{
    std::vector<const ConfigTree*> values;
    for (const ConfigTree& each : repeated.items)
        values.push_back(&each);
    if (repeated.isMap())
        values.push_back(&repeated);
    return values;
}

SocketAddress socketAddressOf(const ConfigTree& address)
{
    SocketAddress result;
    const ConfigTree& socket = field(address, "socket_address");
    const ConfigTree& plain = socket.isNull() ? address : socket;
    if (const std::string path = field(address, "pipe").text("path"); !path.empty()) {
        result.endpoint.path = path;
        result.isReadable = true;
        return result;
    }
    result.endpoint.host = plain.text("address");
    result.endpoint.port = parse::numberOf<base::Port>(field(plain, "port_value").scalar).value_or(0);
    result.isUdp = plain.text("protocol") == "UDP";
    result.isReadable = !result.endpoint.host.empty();
    return result;
}

std::optional<base::Milliseconds> durationOf(const ConfigTree& value)
{
    if (value.isScalar())
        return routing::parseGoDuration(value.scalar, 1e3);
    if (!value.isMap())
        return {};
    const double seconds = static_cast<double>(parse::numberOf<long>(value.text("seconds")).value_or(0));
    const double nanos = static_cast<double>(parse::numberOf<long>(value.text("nanos")).value_or(0));
    constexpr double longest = 1e9;
    if (seconds < 0 || seconds > longest)
        return {};
    return base::Milliseconds(static_cast<base::Milliseconds::rep>(seconds * 1e3 + nanos / 1e6));
}

void Clusters::add(Placed cluster)
{
    const std::string name = cluster.tree->text("name");
    if (!name.empty())
        m_clusters.emplace(name, std::move(cluster));
}

void Clusters::addAssignment(Placed assignment)
{
    const std::string name = field(*assignment.tree, "cluster_name").scalar;
    if (!name.empty())
        m_assignments.emplace(name, std::move(assignment));
}

const Placed* Clusters::cluster(const std::string& name) const
{
    const auto found = m_clusters.find(name);
    return found == m_clusters.end() ? nullptr : &found->second;
}

std::vector<std::string> Clusters::names() const
{
    std::vector<std::string> all;
    for (const auto& [name, cluster] : m_clusters)
        all.push_back(name);
    return all;
}

void Clusters::addEndpoints(
    const ConfigTree& assignment, const std::string& file, const routing::Upstream& shared, std::vector<routing::Upstream>& all) const
{
    for (const ConfigTree* locality : valuesOf(assignment.at("endpoints"))) {
        const int priority = parse::numberOf<int>(locality->text("priority")).value_or(0);
        for (const ConfigTree* endpoint : valuesOf(field(*locality, "lb_endpoints"))) {
            const ConfigTree& each = *endpoint;
            const ConfigTree& address = field(each.at("endpoint"), "address");
            const SocketAddress socket = socketAddressOf(address);
            if (!socket.isReadable || all.size() >= maximumEndpoints)
                continue;
            routing::Upstream upstream = shared;
            upstream.declared.endpoint = socket.endpoint;
            upstream.declared.isBackup = priority > 0;
            upstream.declared.weight = parse::numberOf<int>(field(each, "load_balancing_weight").scalar);
            const std::string health = field(each, "health_status").scalar;
            upstream.declared.isDown = health == "UNHEALTHY" || health == "DRAINING" || health == "TIMEOUT";
            const ConfigTree& place = field(field(address, "socket_address"), "address");
            upstream.declared.place = { file, place.line ? place.line : address.line };
            all.push_back(std::move(upstream));
        }
    }
}

std::vector<routing::Upstream> Clusters::upstreams(const std::string& name) const
{
    std::vector<routing::Upstream> all;
    const auto found = m_clusters.find(name);
    if (found == m_clusters.end())
        return all;
    const ConfigTree& cluster = *found->second.tree;
    routing::Upstream shared;
    readCluster(cluster, shared);
    shared.declared.name = name;
    addEndpoints(field(cluster, "load_assignment"), found->second.file, shared, all);
    for (const ConfigTree* host : valuesOf(cluster.at("hosts"))) { // version 2
        const SocketAddress socket = socketAddressOf(*host);
        if (!socket.isReadable)
            continue;
        routing::Upstream upstream = shared;
        upstream.declared.endpoint = socket.endpoint;
        upstream.declared.place = { found->second.file, host->line };
        all.push_back(std::move(upstream));
    }
    const std::string service = field(field(cluster, "eds_cluster_config"), "service_name").scalar;
    for (const std::string& wanted : { service, name })
        if (const auto assignment = m_assignments.find(wanted); all.empty() && assignment != m_assignments.end())
            addEndpoints(*assignment->second.tree, assignment->second.file, shared, all);
    return all;
}

}
