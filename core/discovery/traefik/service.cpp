#include "core/discovery/traefik/service.h"

#include "core/discovery/address.h"
#include "core/discovery/routing/duration.h"
#include "core/parse/lines.h"

#include <algorithm>

namespace hopscope::discovery::traefik {

namespace {
using model::Protocol;
using parse::ConfigTree;

constexpr int deepestService = 16;
constexpr std::size_t maximumServers = 1'000;

/// "http://10.0.0.1:80/x", "h2c://…", "10.0.0.1:5432" (TCP).
routing::Upstream upstreamOf(std::string_view url)
{
    routing::Upstream upstream;
    upstream.protocol = Protocol::Tcp;
    base::Port port = 0;
    for (const auto& [scheme, protocol, usual] : { std::tuple<std::string_view, Protocol, base::Port> { "https://", Protocol::Https, 443 },
             { "http://", Protocol::Http, 80 }, { "h2c://", Protocol::Http2, 80 } })
        if (url.starts_with(scheme)) {
            url.remove_prefix(scheme.size());
            url = url.substr(0, url.find_first_of("/?"));
            upstream.protocol = protocol;
            port = usual;
            break;
        }
    upstream.declared.endpoint = parseAddress(url, port).endpoint;
    return upstream;
}

std::optional<base::Milliseconds> seconds(const ConfigTree& value)
{
    const auto time = routing::parseGoDuration(value.scalar, 1e3);
    return time && time->count() == 0 ? std::nullopt : time; // none
}
}

bool Services::isInternal(const std::string& name) { return name.ends_with("@internal"); }

routing::Pass Services::pass(const std::string& name, const std::string& provider) const
{
    routing::Pass pass;
    const Named* service = services.find(name, provider);
    if (!service)
        return pass;
    pass.group = service->name;
    std::set<std::string> seen;
    add(*service, pass, seen, 0);
    return pass;
}

model::Declared Services::declaredBy(const Named& service, const ConfigTree& balancer) const
{
    model::Declared declared = defaults;
    if (const std::string transport = get(balancer, "serversTransport").scalar; !transport.empty()) {
        const Named* named = transports.find(transport, service.provider);
        const ConfigTree& own = named ? *named->tree : get(ConfigTree(), "");
        declared.verifiesCertificate = !flag(own, "insecureSkipVerify", false);
        declared.serverName = get(own, "serverName").scalar;
        const std::vector<std::string> issuers = listOf(get(own, "rootCAs"));
        declared.trustedCertificates = issuers.empty() ? std::string() : issuers.front();
        if (const auto dial = seconds(get(own, { "forwardingTimeouts", "dialTimeout" })))
            declared.timeouts.connect = dial;
        if (const auto read = seconds(get(own, { "forwardingTimeouts", "responseHeaderTimeout" })))
            declared.timeouts.read = read;
    }
    if (!flag(balancer, "passHostHeader", true))
        declared.requestHost = "{http.reverse_proxy.upstream.hostport}";
    if (const ConfigTree& check = get(balancer, "healthCheck"); !check.isNull())
        declared.healthCheck = "GET " + (get(check, "path").scalar.empty() ? "/" : get(check, "path").scalar);
    declared.sendsProxyProtocol = !get(balancer, "proxyProtocol").isNull();
    return declared;
}

void Services::addBalancer(const Named& service, const ConfigTree& balancer, routing::Pass& pass) const
{
    const model::Declared declared = declaredBy(service, balancer);
    for (const ConfigTree& server : get(balancer, "servers").items) {
        if (pass.upstreams.size() >= maximumServers)
            return;
        const ConfigTree& url = get(server, "url").isNull() ? get(server, "address") : get(server, "url");
        if (url.scalar.empty())
            continue;
        routing::Upstream upstream = upstreamOf(url.scalar);
        const model::Endpoint endpoint = upstream.declared.endpoint;
        upstream.declared = declared;
        upstream.declared.endpoint = endpoint;
        upstream.declared.weight = parse::numberOf<int>(get(server, "weight").scalar);
        upstream.declared.place = { service.file, url.line ? url.line : server.line };
        if (const auto place = places.find(url.scalar); place != places.end())
            upstream.declared.place = place->second;
        if (flag(server, "tls", false) && upstream.protocol == Protocol::Tcp)
            upstream.protocol = Protocol::Tls;
        if (upstream.protocol == Protocol::Tcp)
            upstream.declared.requestHost.clear();
        upstream.declared.verifiesCertificate = upstream.declared.verifiesCertificate && upstream.protocol == Protocol::Https;
        if (upstream.protocol == Protocol::Https && upstream.declared.serverName.empty())
            upstream.declared.serverName = "{http.reverse_proxy.upstream.host}";
        upstream.declared.httpVersion = upstream.protocol == Protocol::Tcp || upstream.protocol == Protocol::Tls ? ""
            : upstream.protocol == Protocol::Http2 ? "2"
                                                   : "1.1";
        pass.upstreams.push_back(std::move(upstream));
    }
}

void Services::add(const Named& service, routing::Pass& pass, std::set<std::string>& seen, int depth) const
{
    if (depth > deepestService || !seen.insert(service.name + "@" + service.provider).second)
        return;
    const auto follow = [&](const std::string& name, auto&& change) {
        const Named* inner = services.find(name, service.provider);
        if (name.empty() || !inner)
            return;
        const std::size_t before = pass.upstreams.size();
        add(*inner, pass, seen, depth + 1);
        for (std::size_t i = before; i < pass.upstreams.size(); ++i)
            change(pass.upstreams[i]);
    };
    if (const ConfigTree& balancer = get(*service.tree, "loadBalancer"); !balancer.isNull())
        addBalancer(service, balancer, pass);
    for (const ConfigTree& each : get(*service.tree, { "weighted", "services" }).items) {
        const auto weight = parse::numberOf<int>(get(each, "weight").scalar);
        follow(get(each, "name").scalar, [&](routing::Upstream& upstream) {
            upstream.declared.weight = weight;
            upstream.declared.isDown = upstream.declared.isDown || weight == 0;
        });
    }
    if (const ConfigTree& mirroring = get(*service.tree, "mirroring"); !mirroring.isNull()) {
        follow(get(mirroring, "service").scalar, [](routing::Upstream&) {});
        for (const ConfigTree& mirror : get(mirroring, "mirrors").items)
            follow(get(mirror, "name").scalar, [](routing::Upstream& upstream) { upstream.isMirror = true; });
    }
    if (const ConfigTree& failover = get(*service.tree, "failover"); !failover.isNull()) {
        follow(get(failover, "service").scalar, [](routing::Upstream&) {});
        follow(get(failover, "fallback").scalar, [](routing::Upstream& upstream) { upstream.declared.isBackup = true; });
    }
}

}
