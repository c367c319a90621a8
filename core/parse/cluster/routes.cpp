// From a name and a path to services: Ingress, Gateway API, Istio's VirtualService, Traefik's IngressRoute.
#include "core/parse/cluster/reading.h"

#include <re2/re2.h>

namespace hopscope::parse::cluster {

namespace {
namespace c = model::cluster;
using Kind = c::RouteMatch::Kind;

/// The old spelling has serviceName and servicePort in place of service.name and service.port.
c::Backend ingressBackendOf(const Tree& tree, const std::string& space)
{
    c::Backend backend;
    backend.space = space;
    backend.line = tree.line;
    if (const Tree& service = tree.at("service"); service.isMap()) {
        const Tree& port = service.at("port");
        backend.service = service.text("name");
        backend.port = port.has("number") ? port.text("number") : port.text("name");
        backend.line = service.line;
    } else {
        backend.service = tree.text("serviceName");
        backend.port = tree.text("servicePort");
    }
    return backend;
}

void addIngressPath(c::Route& route, const std::string& host, const Tree& tree)
{
    c::RouteRule rule;
    rule.line = tree.line;
    if (!host.empty())
        rule.hosts = { host };
    c::RouteMatch match;
    match.path = tree.text("path");
    const std::string type = tree.text("pathType");
    match.kind = type == "Exact" ? Kind::Exact : type == "Prefix" ? Kind::PathElements : Kind::Prefix;
    if (match.path.empty() || match.path == "/*")
        match = { Kind::Any, {}, {} };
    const auto usesRegex = route.meta.annotations.find("nginx.ingress.kubernetes.io/use-regex");
    const bool isRewritten = route.meta.annotations.contains("nginx.ingress.kubernetes.io/rewrite-target");
    // ingress-nginx takes every path of such an Ingress for an expression.
    if (match.kind != Kind::Any && match.kind != Kind::Exact
        && ((usesRegex != route.meta.annotations.end() && usesRegex->second == "true")
            || (isRewritten && match.path.find_first_of("(*[|\\$") != std::string::npos)))
        match.kind = Kind::Regex;
    rule.matches = { match };
    if (tree.has("backend")) {
        rule.backends = { ingressBackendOf(tree.at("backend"), route.meta.space) };
        if (const c::Backend named = rule.backends.front(); named.port == "use-annotation") {
            rule.backends = annotatedBackends(route.meta.annotations, named.service, route.meta.space, named.line);
            rule.answer = rule.backends.empty() ? "answers as its annotation " + named.service + " says" : std::string();
        }
    }
    route.rules.push_back(std::move(rule));
}

/// Annotations that say how long the controller waits; seconds, with or without a unit.
std::optional<base::Milliseconds> annotatedTimeout(const c::Labels& annotations)
{
    for (const char* name : { "nginx.ingress.kubernetes.io/proxy-read-timeout", "nginx.org/proxy-read-timeout",
             "haproxy.org/timeout-server", "ingress.kubernetes.io/timeout-server" })
        if (const auto found = annotations.find(name); found != annotations.end()) {
            const std::string& value = found->second;
            const bool isBare = value.find_first_not_of("0123456789") == std::string::npos;
            return durationIn(isBare ? value + "s" : value);
        }
    return std::nullopt;
}

c::RouteMatch gatewayMatchOf(const Tree& tree)
{
    c::RouteMatch match;
    const Tree& path = tree.at("path");
    if (path.isMap()) {
        const std::string type = path.text("type");
        match.path = path.has("value") ? path.text("value") : "/";
        match.kind = type == "Exact" ? Kind::Exact : type == "RegularExpression" ? Kind::Regex : Kind::PathElements;
    }
    if (tree.has("headers"))
        match.further = "headers";
    if (tree.has("queryParams"))
        match.further = "query";
    if (const Tree& method = tree.at("method"); method.isScalar() ? method.scalar != "GET" : method.isMap())
        match.further = "method";
    return match;
}

c::RouteParent parentOf(const Tree& tree, const std::string& space)
{
    return { tree.has("kind") ? tree.text("kind") : "Gateway", tree.has("namespace") ? tree.text("namespace") : space,
        tree.text("name"), tree.text("sectionName") };
}

c::RouteMatch virtualMatchOf(const Tree& tree)
{
    c::RouteMatch match;
    const Tree& uri = tree.at("uri");
    if (uri.has("exact"))
        match = { Kind::Exact, uri.text("exact"), {} };
    else if (uri.has("prefix"))
        match = { Kind::Prefix, uri.text("prefix"), {} };
    else if (uri.has("regex"))
        match = { Kind::Regex, uri.text("regex"), {} };
    if (const Tree& method = tree.at("method"); method.isMap() && method.text("exact") != "GET")
        match.further = "method";
    for (const char* other : { "headers", "queryParams", "sourceLabels", "sourceNamespace", "withoutHeaders" })
        if (tree.has(other))
            match.further = other;
    return match;
}

c::Backend destinationOf(const Tree& tree, const std::string& space)
{
    c::Backend backend;
    const Tree& destination = tree.at("destination");
    backend.space = space;
    backend.service = destination.text("host");
    const Tree& port = destination.at("port");
    backend.port = port.has("number") ? port.text("number") : port.text("name");
    backend.subset = destination.text("subset");
    backend.weight = numberIn(tree.at("weight"));
    backend.line = destination.line;
    return backend;
}

c::RouteRule virtualRuleOf(const Tree& tree, const std::string& space)
{
    c::RouteRule rule;
    rule.line = tree.line;
    for (const Tree& match : tree.at("match").items)
        rule.matches.push_back(virtualMatchOf(match));
    for (const Tree& destination : tree.at("route").items)
        rule.backends.push_back(destinationOf(destination, space));
    // Copies go there as well; nobody waits for their answers.
    const auto addMirror = [&](const Tree& mirror) {
        c::Backend backend;
        backend.space = space;
        backend.service = mirror.text("host");
        backend.port = mirror.in({ "port", "number" }).scalar;
        backend.subset = mirror.text("subset");
        backend.weight = 0;
        backend.line = mirror.line;
        if (!backend.service.empty() && !rule.backends.empty())
            rule.backends.push_back(std::move(backend));
    };
    addMirror(tree.at("mirror"));
    for (const Tree& each : tree.at("mirrors").items)
        addMirror(each.at("destination"));
    if (tree.at("timeout").isScalar())
        rule.timeout = durationIn(tree.text("timeout"));
    if (tree.has("redirect"))
        rule.answer = "redirects";
    else if (tree.has("directResponse"))
        rule.answer = "answers by itself";
    const Tree& abort = tree.in({ "fault", "abort" });
    if (abort.isMap())
        rule.abortStatus = numberIn(abort.at("httpStatus")).value_or(503);
    return rule;
}

/// Only the two conditions that choose by name and path; what else stands there must hold too.
void readTraefikRule(const std::string& text, c::RouteRule& rule)
{
    static const re2::RE2 part(R"re((!?\w+)\(\s*((?:[`'"][^`'"]*[`'"]\s*,?\s*)*)\))re");
    static const re2::RE2 word(R"re([`'"]([^`'"]*)[`'"])re");
    re2::StringPiece rest(text);
    std::string name;
    std::string words;
    std::string further;
    while (RE2::FindAndConsume(&rest, part, &name, &words)) {
        re2::StringPiece list(words);
        std::string each;
        while (RE2::FindAndConsume(&list, word, &each)) {
            if (name == "Host")
                rule.hosts.push_back(each);
            else if (name == "Path")
                rule.matches.push_back({ Kind::Exact, each, {} });
            else if (name == "PathPrefix")
                rule.matches.push_back({ Kind::Prefix, each, {} });
            else if (name == "PathRegexp")
                rule.matches.push_back({ Kind::Regex, each, {} });
        }
        if (name != "Host" && name != "Path" && name != "PathPrefix" && name != "PathRegexp" && name != "HostSNI")
            further = name;
    }
    if (!further.empty() && rule.matches.empty())
        rule.matches.emplace_back();
    for (c::RouteMatch& match : rule.matches)
        match.further = further;
}
}

void addIngress(c::Cluster& cluster, const Tree& object, const ObjectPlace& place)
{
    c::Route route;
    route.kind = "Ingress";
    route.meta = metaOf(object, place);
    const Tree& spec = object.at("spec");
    route.ingressClass = spec.text("ingressClassName");
    if (const auto old = route.meta.annotations.find("kubernetes.io/ingress.class");
        route.ingressClass.empty() && old != route.meta.annotations.end())
        route.ingressClass = old->second;
    for (const Tree& tls : spec.at("tls").items) {
        for (const std::string& host : tls.at("hosts").texts())
            route.tlsHosts.push_back(host);
        if (tls.has("secretName"))
            route.tlsSecrets.push_back(tls.text("secretName"));
    }
    for (const Tree& each : spec.at("rules").items) {
        const Tree& paths = each.in({ "http", "paths" });
        for (const Tree& path : paths.items)
            addIngressPath(route, each.text("host"), path);
    }
    if (const Tree& backend = spec.at("defaultBackend", "backend"); backend.isMap()) {
        c::RouteRule rule;
        rule.isDefault = true;
        rule.line = backend.line;
        rule.backends = { ingressBackendOf(backend, route.meta.space) };
        route.rules.push_back(std::move(rule));
    }
    const auto timeout = annotatedTimeout(route.meta.annotations);
    for (c::RouteRule& rule : route.rules)
        rule.timeout = timeout;
    for (const Tree& point : object.in({ "status", "loadBalancer", "ingress" }).items)
        route.addresses.push_back(point.has("ip") ? point.text("ip") : point.text("hostname"));
    cluster.routes.push_back(std::move(route));
}

void addGateway(c::Cluster& cluster, bool isIstio, const Tree& object, const ObjectPlace& place)
{
    c::Gateway gateway;
    gateway.meta = metaOf(object, place);
    gateway.isIstio = isIstio;
    const Tree& spec = object.at("spec");
    gateway.gatewayClass = spec.text("gatewayClassName");
    gateway.selector = labelsIn(spec.at("selector"));
    for (const Tree& item : spec.at(isIstio ? "servers" : "listeners").items) {
        c::GatewayListener listener;
        const Tree& port = item.at("port");
        listener.name = isIstio ? port.text("name") : item.text("name");
        listener.port = portIn(isIstio ? port.at("number") : port);
        listener.protocol = isIstio ? port.text("protocol") : item.text("protocol");
        listener.hosts = isIstio ? item.at("hosts").texts() : item.at("hostname").texts();
        for (std::string& host : listener.hosts) // "namespace/host" of Istio
            host.erase(0, host.find('/') + 1);
        listener.tlsMode = item.at("tls").text("mode");
        listener.line = item.line;
        gateway.listeners.push_back(std::move(listener));
    }
    for (const char* part : { "spec", "status" })
        for (const Tree& address : object.in({ part, "addresses" }).items)
            gateway.addresses.push_back(address.text("value"));
    gateway.conditions = conditionsIn(object.in({ "status", "conditions" }));
    cluster.gateways.push_back(std::move(gateway));
}

void addGatewayRoute(c::Cluster& cluster, const std::string& kind, const Tree& object, const ObjectPlace& place)
{
    c::Route route;
    route.kind = kind;
    route.meta = metaOf(object, place);
    const Tree& spec = object.at("spec");
    for (const Tree& parent : spec.at("parentRefs").items)
        route.parents.push_back(parentOf(parent, route.meta.space));
    route.hosts = spec.at("hostnames").texts();
    for (const Tree& each : spec.at("rules").items) {
        c::RouteRule rule;
        rule.line = each.line;
        for (const Tree& match : each.at("matches").items)
            rule.matches.push_back(gatewayMatchOf(match));
        for (const Tree& item : each.at("backendRefs").items) {
            if (item.has("kind") && item.text("kind") != "Service")
                continue;
            c::Backend backend;
            backend.space = item.has("namespace") ? item.text("namespace") : route.meta.space;
            backend.service = item.text("name");
            backend.port = item.text("port");
            backend.weight = numberIn(item.at("weight"));
            backend.line = item.line;
            rule.backends.push_back(std::move(backend));
        }
        for (const Tree& filter : each.at("filters").items)
            if (filter.text("type") == "RequestRedirect")
                rule.answer = "redirects";
        const Tree& timeouts = each.at("timeouts");
        rule.timeout = durationIn(timeouts.has("backendRequest") ? timeouts.text("backendRequest") : timeouts.text("request"));
        route.rules.push_back(std::move(rule));
    }
    for (const Tree& parent : object.in({ "status", "parents" }).items)
        for (c::Condition& condition : conditionsIn(parent.at("conditions")))
            route.conditions.push_back(std::move(condition));
    cluster.routes.push_back(std::move(route));
}

void addVirtualService(c::Cluster& cluster, const Tree& object, const ObjectPlace& place)
{
    c::Route route;
    route.kind = "VirtualService";
    route.meta = metaOf(object, place);
    const Tree& spec = object.at("spec");
    route.hosts = spec.at("hosts").texts();
    const std::vector<std::string> gateways = spec.at("gateways").texts();
    route.servesMesh = gateways.empty();
    for (const std::string& name : gateways) {
        if (name == "mesh") {
            route.servesMesh = true;
            continue;
        }
        const std::size_t slash = name.find('/');
        route.parents.push_back({ "Gateway", slash == std::string::npos ? route.meta.space : name.substr(0, slash),
            slash == std::string::npos ? name : name.substr(slash + 1), {} });
    }
    for (const char* list : { "http", "tls", "tcp" })
        for (const Tree& each : spec.at(list).items)
            route.rules.push_back(virtualRuleOf(each, route.meta.space));
    cluster.routes.push_back(std::move(route));
}

void addTraefikRoute(c::Cluster& cluster, const Tree& object, const ObjectPlace& place)
{
    c::Route route;
    route.kind = "IngressRoute";
    route.meta = metaOf(object, place);
    const Tree& spec = object.at("spec");
    route.ingressClass = "traefik";
    if (spec.at("tls").isMap())
        route.tlsSecrets.push_back(spec.at("tls").text("secretName"));
    for (const Tree& each : spec.at("routes").items) {
        c::RouteRule rule;
        rule.line = each.line;
        readTraefikRule(each.text("match"), rule);
        for (const Tree& item : each.at("services").items) {
            if (item.has("kind") && item.text("kind") != "Service")
                continue;
            rule.backends.push_back({ item.has("namespace") ? item.text("namespace") : route.meta.space, item.text("name"),
                item.text("port"), {}, numberIn(item.at("weight")), item.line });
        }
        route.rules.push_back(std::move(rule));
    }
    cluster.routes.push_back(std::move(route));
}

}
