#include "core/discovery/caddy/reverseproxy.h"

#include "core/discovery/caddy/address.h"
#include "core/discovery/routing/duration.h"
#include "core/parse/lines.h"

#include <algorithm>

namespace hopscope::discovery::caddy {

namespace {
using model::Protocol;

/// Caddy's own limits where the configuration says nothing (reverseproxy/httptransport.go).
constexpr base::Milliseconds defaultDial { 3000 };

std::optional<base::Milliseconds> duration(std::string_view text) { return routing::parseGoDuration(text, 1e-6); }

/// A line of `transport http { … }` or `transport fastcgi { … }`.
void readTransport(const parse::CaddyDirective& line, ReverseProxy& proxy)
{
    const std::string first = line.arguments.empty() ? std::string() : line.arguments.front();
    model::Declared& shared = proxy.shared;
    if (line.name == "dial_timeout")
        shared.timeouts.connect = duration(first);
    else if (line.name == "response_header_timeout" || (line.name == "read_timeout" && !shared.timeouts.read))
        shared.timeouts.read = duration(first);
    else if (line.name == "write_timeout")
        shared.timeouts.send = duration(first);
    else if (line.name == "tls_client_auth" && line.arguments.size() == 2) {
        proxy.isTls = true;
        shared.clientCertificate = line.arguments[0];
        shared.clientKey = line.arguments[1];
    } else if (line.name == "tls" || line.name == "tls_client_auth" || line.name == "tls_timeout")
        proxy.isTls = true;
    else if (line.name == "tls_insecure_skip_verify") {
        proxy.isTls = true;
        shared.verifiesCertificate = false;
    } else if (line.name == "tls_server_name") {
        proxy.isTls = true;
        shared.serverName = longPlaceholders(first);
    } else if (line.name == "tls_trusted_ca_certs" || line.name == "tls_trust_pool") {
        proxy.isTls = true;
        shared.trustedCertificates = line.arguments.empty() ? std::string() : line.arguments.back();
    } else if (line.name == "versions") {
        proxy.isHttp2 = std::find(line.arguments.begin(), line.arguments.end(), "h2c") != line.arguments.end();
    } else if (line.name == "resolvers")
        shared.resolvers = line.arguments;
    else if (line.name == "proxy_protocol")
        shared.sendsProxyProtocol = true;
    else if (line.name == "max_conns_per_host")
        shared.maxConnections = parse::numberOf<int>(first);
    else if (line.name == "keepalive_idle_conns")
        shared.keepalive = parse::numberOf<int>(first);
    else if (line.name == "root")
        proxy.root = longPlaceholders(first);
}

void readHeaderUp(const parse::CaddyDirective& line, model::Declared& shared)
{
    if (line.arguments.size() == 2 && (line.arguments[0] == "Host" || line.arguments[0] == "host"))
        shared.requestHost = longPlaceholders(line.arguments[1]);
}

void readDynamic(const parse::CaddyDirective& line, ReverseProxy& proxy)
{
    if (line.arguments.empty())
        return;
    std::string name = line.arguments.size() > 1 ? line.arguments[1] : std::string();
    std::string port = line.arguments.size() > 2 ? line.arguments[2] : std::string();
    for (const parse::CaddyDirective& each : line.block) {
        if (each.arguments.empty())
            continue;
        if (each.name == "name")
            name = each.arguments.front();
        else if (each.name == "port")
            port = each.arguments.front();
        else if (each.name == "resolvers")
            proxy.shared.resolvers = each.arguments;
    }
    if (name.empty())
        return;
    const bool isPort = !port.empty();
    proxy.dynamic.push_back({ isPort ? name + ":" + port : name, line.place(), {}, {} });
}
}

routing::Pass ReverseProxy::pass() const
{
    routing::Pass result;
    const auto add = [&](const Place& place, bool isDynamic) {
        const Dial dial = parseDial(longPlaceholders(place.dial));
        for (const model::Endpoint& endpoint : dial.endpoints) {
            routing::Upstream upstream;
            upstream.declared = shared;
            upstream.declared.endpoint = endpoint;
            upstream.declared.place = place.place;
            upstream.declared.weight = place.weight;
            if (place.maxRequests)
                upstream.declared.maxConnections = place.maxRequests;
            upstream.protocol = dial.protocol;
            if (isFastCgi)
                upstream.protocol = Protocol::FastCgi;
            else if (isTls && dial.protocol != Protocol::Https)
                upstream.protocol = Protocol::Https;
            else if (isHttp2 && dial.protocol == Protocol::Http)
                upstream.protocol = Protocol::Http2;
            upstream.declared.httpVersion = isFastCgi ? std::string() : upstream.protocol == Protocol::Http2 ? "2" : "1.1";
            if (isFastCgi)
                upstream.declared.scriptFile = (root.empty() ? "{http.vars.root}" : root) + "{http.request.uri.path}";
            if (upstream.protocol == Protocol::Https && upstream.declared.serverName.empty())
                upstream.declared.serverName = "{http.reverse_proxy.upstream.host}";
            if (upstream.protocol != Protocol::Https)
                upstream.declared.verifiesCertificate = false;
            if (isDynamic && endpoint.isUnix())
                continue;
            result.upstreams.push_back(std::move(upstream));
        }
    };
    for (const Place& each : upstreams)
        add(each, false);
    for (const Place& each : dynamic)
        add(each, true);
    if (result.upstreams.size() > 1)
        result.group = result.upstreams.front().declared.endpoint.text();
    return result;
}

ReverseProxy reverseProxyOf(const parse::CaddyDirective& directive, const std::vector<std::string>& upstreams)
{
    ReverseProxy proxy;
    proxy.shared.verifiesCertificate = true;
    for (const std::string& each : upstreams)
        proxy.upstreams.push_back({ each, directive.place(), {}, {} });
    std::optional<base::Milliseconds> tryFor;
    for (const parse::CaddyDirective& line : directive.block) {
        const std::string first = line.arguments.empty() ? std::string() : line.arguments.front();
        if (line.name == "to") {
            for (const std::string& each : line.arguments)
                proxy.upstreams.push_back({ each, line.place(), {}, {} });
        } else if (line.name == "dynamic") {
            readDynamic(line, proxy);
        } else if (line.name == "header_up") {
            readHeaderUp(line, proxy.shared);
        } else if (line.name == "health_uri" || line.name == "health_path") {
            proxy.shared.healthCheck = "GET " + first;
        } else if (line.name == "max_fails") {
            proxy.shared.maxFails = parse::numberOf<int>(first);
        } else if (line.name == "fail_duration") {
            proxy.shared.failTimeout = duration(first);
        } else if (line.name == "lb_try_duration") {
            tryFor = duration(first);
        } else if (line.name == "lb_retries") {
            proxy.shared.retries = parse::numberOf<int>(first);
            proxy.shared.retriesOn = { "error" };
        } else if (line.name == "unhealthy_request_count") {
            proxy.shared.maxConnections = parse::numberOf<int>(first);
        } else if (line.name == "transport") {
            proxy.isFastCgi = proxy.isFastCgi || first == "fastcgi";
            for (const parse::CaddyDirective& each : line.block)
                readTransport(each, proxy);
        }
    }
    if (tryFor && tryFor->count() > 0 && proxy.shared.retriesOn.empty())
        proxy.shared.retriesOn = { "error" };
    if (!proxy.shared.timeouts.connect)
        proxy.shared.timeouts.connect = defaultDial;
    return proxy;
}

ReverseProxy reverseProxyOf(const parse::ConfigTree& handler, const std::string& file)
{
    ReverseProxy proxy;
    proxy.shared.verifiesCertificate = true;
    for (const parse::ConfigTree& upstream : handler.at("upstreams").items)
        if (const std::string dial = upstream.text("dial"); !dial.empty())
            proxy.upstreams.push_back({ dial, { file, upstream.at("dial").line }, {}, parse::numberOf<int>(upstream.text("max_requests")) });
    const parse::ConfigTree& dynamic = handler.at("dynamic_upstreams");
    if (const std::string name = dynamic.text("name"); !name.empty())
        proxy.dynamic.push_back({ dynamic.has("port") ? name + ":" + dynamic.text("port") : name, { file, dynamic.line }, {}, {} });
    model::Declared& shared = proxy.shared;
    const parse::ConfigTree& transport = handler.at("transport");
    proxy.isFastCgi = transport.text("protocol") == "fastcgi";
    proxy.root = transport.text("root");
    shared.timeouts.connect = transport.has("dial_timeout") ? duration(transport.text("dial_timeout")) : defaultDial;
    shared.timeouts.read = duration(transport.at("response_header_timeout", "read_timeout").scalar);
    shared.timeouts.send = duration(transport.text("write_timeout"));
    if (transport.has("tls")) {
        proxy.isTls = true;
        const parse::ConfigTree& tls = transport.at("tls");
        shared.verifiesCertificate = !tls.flag("insecure_skip_verify", false);
        shared.serverName = tls.text("server_name");
        // The first is Caddy's up to 2.7, the second (of the provider "file") what came after it.
        for (const parse::ConfigTree* files : { &tls.at("root_ca_pem_files"), &tls.in({ "ca", "pem_files" }) })
            if (const std::vector<std::string> issuers = files->texts(); !issuers.empty())
                shared.trustedCertificates = issuers.front();
    }
    const std::vector<std::string> versions = transport.at("versions").texts();
    proxy.isHttp2 = std::find(versions.begin(), versions.end(), "h2c") != versions.end();
    shared.resolvers = transport.in({ "resolver", "addresses" }).texts();
    shared.sendsProxyProtocol = transport.has("proxy_protocol");
    const parse::ConfigTree& passive = handler.in({ "health_checks", "passive" });
    shared.failTimeout = duration(passive.text("fail_duration"));
    shared.maxFails = parse::numberOf<int>(passive.text("max_fails"));
    const parse::ConfigTree& active = handler.in({ "health_checks", "active" });
    if (const std::string asked = active.at("uri", "path").scalar; !asked.empty())
        shared.healthCheck = "GET " + asked;
    const parse::ConfigTree& balancing = handler.at("load_balancing");
    if (balancing.has("retries"))
        shared.retries = parse::numberOf<int>(balancing.text("retries"));
    if (balancing.has("retries") || balancing.has("try_duration"))
        shared.retriesOn = { "error" };
    const std::vector<std::string> host = handler.in({ "headers", "request", "set", "Host" }).texts();
    if (!host.empty())
        shared.requestHost = host.front();
    return proxy;
}

}
