// Routes in the kinds of single controllers: OpenShift, Contour, Emissary, APISIX, and the list of TCP ports of ingress-nginx.
#include "core/parse/cluster/reading.h"
#include "core/parse/lines.h"

#include <re2/re2.h>

#include <algorithm>

namespace hopscope::parse::cluster {

namespace {
namespace c = model::cluster;
using Kind = c::RouteMatch::Kind;

c::Route routeOf(const Tree& object, const ObjectPlace& place, std::string ingressClass)
{
    c::Route route;
    route.kind = "IngressRoute"; // of the controller itself, as Traefik's
    route.meta = metaOf(object, place);
    route.ingressClass = std::move(ingressClass);
    return route;
}

c::RouteRule ruleFor(const std::vector<std::string>& hosts, const std::string& prefix, int line)
{
    c::RouteRule rule;
    rule.line = line;
    for (const std::string& host : hosts)
        if (!host.empty() && host != "*")
            rule.hosts.push_back(host);
    if (!prefix.empty() && prefix != "/" && prefix != "/*")
        rule.matches.push_back({ Kind::Prefix, prefix, {} });
    return rule;
}

/// OpenShift's: the port is a pod's, or the name of a service's.
void addOpenShiftRoute(c::Cluster& cluster, const Tree& object, const ObjectPlace& place)
{
    c::Route route = routeOf(object, place, "openshift");
    const Tree& spec = object.at("spec");
    c::RouteRule rule = ruleFor({ spec.text("host") }, spec.text("path"), spec.line);
    const std::string port = spec.in({ "port", "targetPort" }).scalar;
    const auto add = [&](const Tree& to) {
        if (to.isMap() && (!to.has("kind") || to.text("kind") == "Service"))
            rule.backends.push_back({ route.meta.space, to.text("name"), numberOf<int>(port) ? std::string() : port, {}, numberIn(to.at("weight")), to.line });
    };
    add(spec.at("to"));
    for (const Tree& other : spec.at("alternateBackends").items)
        add(other);
    route.rules.push_back(std::move(rule));
    cluster.routes.push_back(std::move(route));
}

void addContourProxy(c::Cluster& cluster, const Tree& object, const ObjectPlace& place)
{
    c::Route route = routeOf(object, place, "contour");
    const Tree& spec = object.at("spec");
    const std::string host = spec.in({ "virtualhost", "fqdn" }).scalar;
    const auto add = [&](const Tree& each) {
        std::string prefix;
        for (const Tree& condition : each.at("conditions").items)
            if (condition.has("prefix"))
                prefix = condition.text("prefix");
        c::RouteRule rule = ruleFor({ host }, prefix, each.line);
        for (const Tree& service : each.at("services").items)
            rule.backends.push_back({ route.meta.space, service.text("name"), service.text("port"), {}, numberIn(service.at("weight")), service.line });
        route.rules.push_back(std::move(rule));
    };
    for (const Tree& each : spec.at("routes").items)
        add(each);
    if (spec.has("tcpproxy"))
        add(spec.at("tcpproxy"));
    cluster.routes.push_back(std::move(route));
}

/// Emissary's, whose service is an address: "http://quote.shop:80".
void addMapping(c::Cluster& cluster, const Tree& object, const ObjectPlace& place)
{
    static const re2::RE2 address(R"(^(?:[a-z0-9]+://)?([a-z0-9-]+)(?:\.([a-z0-9-]+))?(?:\.svc[a-z0-9.-]*)?(?::(\d{1,5}))?/?$)");
    c::Route route = routeOf(object, place, "ambassador");
    const Tree& spec = object.at("spec");
    c::RouteRule rule = ruleFor({ spec.text(spec.has("hostname") ? "hostname" : "host") }, spec.text("prefix"), spec.line);
    std::string name;
    std::string space;
    std::string port;
    if (re2::RE2::FullMatch(spec.text("service"), address, &name, &space, &port))
        rule.backends.push_back({ space.empty() ? route.meta.space : space, name, port, {}, {}, spec.at("service").line });
    route.rules.push_back(std::move(rule));
    cluster.routes.push_back(std::move(route));
}

void addApisixRoute(c::Cluster& cluster, const Tree& object, const ObjectPlace& place)
{
    c::Route route = routeOf(object, place, "apisix");
    const Tree& spec = object.at("spec");
    for (const char* list : { "http", "stream" })
        for (const Tree& each : spec.at(list).items) {
            const std::vector<std::string> paths = each.in({ "match", "paths" }).texts();
            std::string prefix = paths.size() == 1 ? paths.front() : std::string();
            if (prefix.ends_with('*'))
                prefix.pop_back();
            c::RouteRule rule = ruleFor(each.in({ "match", "hosts" }).texts(), prefix, each.line);
            std::vector<const Tree*> backends;
            for (const Tree& backend : each.at("backends").items)
                backends.push_back(&backend);
            if (each.has("backend"))
                backends.push_back(&each.at("backend"));
            for (const Tree* backend : backends)
                rule.backends.push_back({ route.meta.space, backend->text("serviceName"), backend->text("servicePort"), {}, numberIn(backend->at("weight")), backend->line });
            route.rules.push_back(std::move(rule));
        }
    cluster.routes.push_back(std::move(route));
}

/// ingress-nginx: `data: {"5432": "shop/db:5432:PROXY"}`
void addTcpServices(c::Cluster& cluster, const Tree& object, const ObjectPlace& place)
{
    static const re2::RE2 service(R"(^([a-z0-9-]+)/([a-z0-9.-]+):([a-z0-9-]+)(?::PROXY)*$)");
    c::Route route = routeOf(object, place, "nginx");
    for (const auto& [port, value] : object.at("data").members) {
        std::string space;
        std::string name;
        std::string number;
        if (!numberOf<base::Port>(port) || !re2::RE2::FullMatch(value.scalar, service, &space, &name, &number))
            return; // any other ConfigMap
        c::RouteRule rule;
        rule.line = value.line;
        rule.matches.push_back({ Kind::Any, {}, "port " + port });
        rule.backends.push_back({ space, name, number, {}, {}, value.line });
        route.rules.push_back(std::move(rule));
    }
    if (!route.rules.empty())
        cluster.routes.push_back(std::move(route));
}
}

bool addControllerRoute(c::Cluster& cluster, const std::string& group, const std::string& kind, const Tree& object, const ObjectPlace& place)
{
    if (group == "route.openshift.io" && kind == "Route")
        addOpenShiftRoute(cluster, object, place);
    else if (group == "projectcontour.io" && kind == "HTTPProxy")
        addContourProxy(cluster, object, place);
    else if ((group == "getambassador.io" || group == "x.getambassador.io") && (kind == "Mapping" || kind == "TCPMapping"))
        addMapping(cluster, object, place);
    else if (group == "apisix.apache.org" && kind == "ApisixRoute")
        addApisixRoute(cluster, object, place);
    else if (group.empty() && kind == "ConfigMap" && object.at("data").isMap())
        addTcpServices(cluster, object, place);
    else
        return false;
    return true;
}

std::vector<c::Backend> annotatedBackends(const c::Labels& annotations, const std::string& action, const std::string& space, int line)
{
    std::vector<c::Backend> backends;
    const auto found = annotations.find("alb.ingress.kubernetes.io/actions." + action);
    if (found == annotations.end())
        return backends;
    for (const ConfigTree& document : parseJson({}, found->second).documents) {
        const ConfigTree& forward = document.at("forwardConfig", "ForwardConfig");
        for (const ConfigTree& group : forward.at("targetGroups", "TargetGroups").items) {
            const ConfigTree& name = group.at("serviceName", "ServiceName");
            if (!name.scalar.empty())
                backends.push_back({ space, name.scalar, group.at("servicePort", "ServicePort").scalar, {}, numberIn(group.at("weight", "Weight")), line });
        }
    }
    return backends;
}

}
