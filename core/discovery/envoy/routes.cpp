#include "core/discovery/envoy/routes.h"

#include "core/discovery/address.h"
#include "core/parse/lines.h"

#include <algorithm>
#include <iterator>
#include <tuple>

namespace hopscope::discovery::envoy {

namespace {
using parse::ConfigTree;
using routing::Condition;
using routing::Rewrite;
using routing::Rule;
using routing::Rules;
using Kind = Condition::Kind;

constexpr std::size_t maximumWarnings = 200;
constexpr base::Milliseconds defaultTimeout { 15'000 };

std::string regexOf(const ConfigTree& matcher) { return matcher.isScalar() ? matcher.scalar : matcher.text("regex"); }

/// A StringMatcher.
Condition stringCondition(Kind plain, Kind pattern, const std::string& name, const ConfigTree& matcher)
{
    Condition condition;
    condition.name = name;
    condition.kind = plain;
    condition.ignoresCase = field(matcher, "ignore_case").scalar == "true";
    if (matcher.has("exact"))
        condition.values = { matcher.text("exact") };
    else if (matcher.has("prefix"))
        condition.values = { matcher.text("prefix") + "*" };
    else if (matcher.has("suffix"))
        condition.values = { "*" + matcher.text("suffix") };
    else if (matcher.has("contains"))
        condition.values = { "*" + matcher.text("contains") + "*" };
    else if (!field(matcher, "safe_regex").isNull()) {
        condition.kind = pattern;
        condition.values = { "^(?:" + regexOf(field(matcher, "safe_regex")) + ")$" };
    }
    return condition;
}

Condition headerCondition(const ConfigTree& header)
{
    const std::string name = header.text("name");
    Condition condition;
    if (name == ":method") {
        const std::string method = header.has("exact_match") ? header.text("exact_match") : field(header, "string_match").text("exact");
        condition = method.empty() ? Condition::of(Kind::Unknown) : Condition::of(Kind::Method, { method });
    } else if (name == ":authority" || name == ":path" || name == ":scheme") {
        const ConfigTree& text = field(header, "string_match");
        const bool isAuthority = name == ":authority" && (text.has("exact") || !field(header, "exact_match").isNull());
        condition = isAuthority ? Condition::of(Kind::Host, { text.has("exact") ? text.text("exact") : field(header, "exact_match").scalar })
                                : Condition::of(Kind::Unknown);
    } else if (!field(header, "string_match").isNull()) {
        condition = stringCondition(Kind::Header, Kind::HeaderPattern, name, field(header, "string_match"));
    } else {
        condition.kind = Kind::Header;
        condition.name = name;
        for (const auto& [key, before, after] : { std::tuple { "exact_match", "", "" }, std::tuple { "prefix_match", "", "*" },
                 std::tuple { "suffix_match", "*", "" }, std::tuple { "contains_match", "*", "*" } })
            if (const ConfigTree& value = field(header, key); !value.isNull())
                condition.values = { before + value.scalar + after };
        if (const ConfigTree& regex = field(header, "safe_regex_match"); !regex.isNull()) {
            condition.kind = Kind::HeaderPattern;
            condition.values = { "^(?:" + regexOf(regex) + ")$" };
        }
        if (field(header, "present_match").scalar == "false")
            condition = Condition::none({ condition });
    }
    const bool isInverted = field(header, "invert_match").scalar == "true";
    return isInverted ? Condition::none({ std::move(condition) }) : condition;
}

Condition matchOf(const ConfigTree& match)
{
    std::vector<Condition> all;
    const bool ignoresCase = field(match, "case_sensitive").scalar == "false";
    const auto path = [&](Kind kind, std::string value) {
        all.push_back(Condition::of(kind, { std::move(value) }));
        all.back().ignoresCase = ignoresCase;
    };
    if (match.has("path"))
        path(Kind::Path, match.text("path"));
    else if (match.has("prefix")) {
        if (match.text("prefix") != "/")
            path(Kind::PathPrefix, match.text("prefix"));
    } else if (!field(match, "path_separated_prefix").isNull())
        path(Kind::PathBelow, field(match, "path_separated_prefix").scalar);
    else if (!field(match, "safe_regex").isNull())
        path(Kind::PathPattern, "^(?:" + regexOf(field(match, "safe_regex")) + ")$");
    else if (match.has("regex"))
        path(Kind::PathPattern, "^(?:" + match.text("regex") + ")$");
    else if (!field(match, "connect_matcher").isNull())
        all.push_back(Condition::of(Kind::Method, { "CONNECT" }));
    else if (!field(match, "path_match_policy").isNull())
        all.push_back(Condition::of(Kind::Unknown));
    for (const ConfigTree& header : match.at("headers").items)
        all.push_back(headerCondition(header));
    for (const ConfigTree& parameter : field(match, "query_parameters").items) {
        const ConfigTree& text = field(parameter, "string_match");
        all.push_back(text.isNull() ? Condition::of(Kind::Query) : stringCondition(Kind::Query, Kind::Unknown, {}, text));
        all.back().name = parameter.text("name");
    }
    // gRPC alone, TLS details, a part of the traffic: nobody can tell for one request.
    if (!match.at("grpc").isNull())
        all.push_back(Condition::none({ Condition() }));
    if (!field(match, "runtime_fraction").isNull() || !field(match, "dynamic_metadata").isNull() || !field(match, "tls_context").isNull())
        all.push_back(Condition::of(Kind::Unknown));
    if (all.empty())
        return {};
    return all.size() == 1 ? std::move(all.front()) : Condition::all(std::move(all));
}

/// Exact names, then the longest "*.x", then the longest "x.*", then "*".
std::tuple<int, std::size_t> rankOf(const std::string& domain)
{
    if (domain == "*")
        return { 3, 0 };
    if (domain.starts_with('*'))
        return { 1, std::string::npos - domain.size() };
    if (domain.ends_with('*'))
        return { 2, std::string::npos - domain.size() };
    return { 0, 0 };
}

/// Version 2 had `config`.
const ConfigTree& configOf(const ConfigTree& filter)
{
    const ConfigTree& typed = field(filter, "typed_config");
    return typed.isNull() ? filter.at("config") : typed;
}

std::string redirectOf(const ConfigTree& redirect)
{
    std::string scheme = "{http.request.scheme}";
    if (field(redirect, "https_redirect").scalar == "true")
        scheme = "https";
    else if (const ConfigTree& named = field(redirect, "scheme_redirect"); !named.isNull())
        scheme = named.scalar;
    const ConfigTree& host = field(redirect, "host_redirect");
    const ConfigTree& port = field(redirect, "port_redirect");
    const ConfigTree& path = field(redirect, "path_redirect");
    return scheme + "://" + (host.isNull() ? std::string("{http.request.host}") : host.scalar)
        + (port.isNull() || port.scalar == "443" || port.scalar == "80" ? std::string() : ":" + port.scalar)
        + (path.isNull() ? std::string("{http.request.uri}") : path.scalar);
}
}

void Routes::warn(const std::string& file, int line, std::string message)
{
    if (m_warnings.size() < maximumWarnings)
        m_warnings.push_back({ { file, line }, std::move(message) });
}

Rules Routes::ofConfiguration(const ConfigTree& configuration, const std::string& file)
{
    std::vector<std::pair<std::string, std::shared_ptr<const Rules>>> domains;
    for (const ConfigTree& host : field(configuration, "virtual_hosts").items) {
        const auto rules = ofVirtualHost(host, file);
        for (const std::string& domain : host.at("domains").texts())
            domains.emplace_back(domain, rules);
    }
    std::stable_sort(domains.begin(), domains.end(), [](const auto& left, const auto& right) { return rankOf(left.first) < rankOf(right.first); });
    Rules all;
    for (const auto& [domain, rules] : domains) {
        Rule rule;
        // "shop.example:8080" is matched with the port; requests without one come to the plain name
        rule.condition = Condition::of(Kind::Host, { domain.substr(0, domain.find(':') == std::string::npos || domain.starts_with('[') ? domain.size() : domain.find(':')) });
        rule.steps = { routing::Nested { rules } };
        rule.isLast = true;
        all.push_back(std::move(rule));
    }
    return all;
}

std::shared_ptr<const Rules> Routes::ofVirtualHost(const ConfigTree& host, const std::string& file)
{
    Rules rules;
    const std::string tls = field(host, "require_tls").scalar;
    if (tls == "ALL" || tls == "EXTERNAL_ONLY") {
        Rule rule;
        rule.condition = Condition::of(Kind::Scheme, { "http" });
        rule.steps = { routing::Reply { "redirects to https://{http.request.host}{http.request.uri}" } };
        rules.push_back(std::move(rule));
    }
    for (const ConfigTree& route : host.at("routes").items)
        rules.push_back(ofRoute(route, host, file));
    return std::make_shared<const Rules>(std::move(rules));
}

Rule Routes::ofRoute(const ConfigTree& route, const ConfigTree& host, const std::string& file)
{
    Rule rule;
    rule.condition = matchOf(route.at("match"));
    rule.isLast = true;
    if (const ConfigTree& redirect = route.at("redirect"); !redirect.isNull()) {
        rule.steps.push_back(routing::Reply { "redirects to " + redirectOf(redirect) });
    } else if (const ConfigTree& direct = field(route, "direct_response"); !direct.isNull()) {
        rule.steps.push_back(routing::Reply { "answers " + (direct.has("status") ? direct.text("status") : std::string("200")) });
    } else if (const ConfigTree& action = route.at("route"); !action.isNull()) {
        addAction(action, route.at("match"), host, file, rule);
    } else {
        rule.steps.push_back(routing::Reply { "answers 404: this route has no action that is known" });
    }
    return rule;
}

void Routes::addAction(const ConfigTree& action, const ConfigTree& match, const ConfigTree& host, const std::string& file, Rule& rule)
{
    std::vector<std::pair<std::string, const ConfigTree*>> wanted;
    if (action.has("cluster"))
        wanted.emplace_back(action.text("cluster"), &action.at("cluster"));
    for (const ConfigTree& weighted : field(field(action, "weighted_clusters"), "clusters").items)
        if (weighted.text("weight") != "0")
            wanted.emplace_back(weighted.text("name"), &weighted.at("name"));
    if (const ConfigTree& prefix = field(action, "prefix_rewrite"); !prefix.isNull()) {
        const std::string matched = match.has("prefix") ? match.text("prefix") : match.has("path") ? match.text("path") : field(match, "path_separated_prefix").scalar;
        rule.steps.push_back(Rewrite { Rewrite::How::ReplacePattern, "^" + std::string("\\Q") + matched + "\\E", prefix.scalar });
    } else if (const ConfigTree& regex = field(action, "regex_rewrite"); !regex.isNull()) {
        rule.steps.push_back(Rewrite { Rewrite::How::ReplacePattern, regexOf(field(regex, "pattern")), regex.text("substitution") });
    }
    routing::Pass pass;
    for (const auto& [name, tree] : wanted) {
        if (!m_clusters.has(name))
            warn(file, tree->line, "the cluster \"" + name + "\" is not there");
        for (routing::Upstream& upstream : m_clusters.upstreams(name))
            pass.upstreams.push_back(std::move(upstream));
        pass.group += (pass.group.empty() ? "" : " or ") + name;
    }
    for (const ConfigTree& mirror : field(action, "request_mirror_policies").items)
        for (routing::Upstream& upstream : m_clusters.upstreams(mirror.text("cluster"))) {
            upstream.isMirror = true;
            pass.upstreams.push_back(std::move(upstream));
        }
    // Which cluster a header or a plugin names, nobody can tell: any but those that are for questions.
    const ConfigTree& chosen = field(action, "cluster_header").isNull() ? field(action, "cluster_specifier_plugin") : field(action, "cluster_header");
    if (wanted.empty() && !chosen.isNull())
        for (const std::string& name : m_clusters.names())
            if (!m_asked.contains(name))
                for (routing::Upstream& upstream : m_clusters.upstreams(name)) {
                    upstream.isOptional = true;
                    pass.upstreams.push_back(std::move(upstream));
                }
    const ConfigTree& retry = field(action, "retry_policy").isNull() ? field(host, "retry_policy") : field(action, "retry_policy");
    const auto timeout = field(action, "timeout").isNull() ? std::optional(defaultTimeout) : durationOf(field(action, "timeout"));
    for (routing::Upstream& upstream : pass.upstreams) {
        model::Declared& declared = upstream.declared;
        if (timeout && timeout->count() > 0)
            declared.timeouts.read = timeout;
        if (const ConfigTree& literal = field(action, "host_rewrite_literal").isNull() ? field(action, "host_rewrite") : field(action, "host_rewrite_literal"); !literal.isNull())
            declared.requestHost = literal.scalar;
        else if (field(action, "auto_host_rewrite").scalar == "true")
            declared.requestHost = declared.endpoint.host;
        if (!retry.isNull()) {
            std::string_view rest = field(retry, "retry_on").scalar;
            while (!rest.empty())
                declared.retriesOn.emplace_back(parse::trimmed(parse::takeUntil(rest, ",")));
            declared.retries = parse::numberOf<int>(field(retry, "num_retries").scalar).value_or(1);
        }
    }
    if (pass.upstreams.empty())
        rule.steps.push_back(routing::Reply { "answers 503: no endpoint of its cluster is known" });
    else
        rule.steps.push_back(std::move(pass));
}

routing::Pass Routes::askedOf(const ConfigTree& grpc) const
{
    routing::Pass pass;
    pass.group = field(field(grpc, "envoy_grpc"), "cluster_name").scalar;
    pass.upstreams = m_clusters.upstreams(pass.group);
    const ConfigTree& target = field(field(grpc, "google_grpc"), "target_uri");
    std::string_view address = target.scalar;
    if (const std::size_t scheme = address.find(":///"); scheme != std::string_view::npos)
        address.remove_prefix(scheme + 4);
    if (!address.empty() && !isPlaceholder(address)) {
        routing::Upstream upstream;
        upstream.protocol = model::Protocol::Grpc;
        upstream.declared.endpoint = parseAddress(address, 443).endpoint;
        upstream.declared.place = { {}, target.line };
        pass.upstreams.push_back(std::move(upstream));
        pass.group.clear();
    }
    return pass;
}

/// External authorization: asked for each request before it is routed.
void Routes::addQuestions(const ConfigTree& manager, const std::string& file, Rules& rules)
{
    for (const ConfigTree* filter : valuesOf(field(manager, "http_filters"))) {
        if (filter->text("name").find("ext_authz") == std::string::npos)
            continue;
        const ConfigTree& config = configOf(*filter);
        routing::Pass pass = askedOf(field(config, "grpc_service"));
        const ConfigTree& http = field(field(field(config, "http_service"), "server_uri"), "cluster");
        if (pass.upstreams.empty()) {
            pass.group = http.scalar;
            pass.upstreams = m_clusters.upstreams(pass.group);
        }
        pass.isAsked = true;
        for (routing::Upstream& upstream : pass.upstreams)
            if (upstream.declared.place.file.empty())
                upstream.declared.place.file = file;
        if (pass.upstreams.empty())
            continue;
        Rule rule;
        rule.steps.push_back(std::move(pass));
        rules.push_back(std::move(rule));
    }
}

Rules Routes::ofServices(const ConfigTree& filters, const std::string& file) const
{
    Rules rules;
    for (const ConfigTree* filter : valuesOf(filters))
        for (const ConfigTree* each : valuesOf(field(configOf(*filter), "http_filters"))) {
            const std::string name = each->text("name");
            const ConfigTree& config = configOf(*each);
            if (name.find("ext_authz") != std::string::npos || name.find("router") != std::string::npos)
                continue;
            std::vector<routing::Pass> passes { askedOf(field(config, "grpc_service")), askedOf(field(field(config, "rate_limit_service"), "grpc_service")) };
            std::vector<std::string> names;
            clustersIn(config, names, 0);
            for (const std::string& cluster : names)
                passes.push_back({ cluster, m_clusters.upstreams(cluster), false, {} });
            for (routing::Pass& pass : passes)
                addPass(std::move(pass), file, rules);
        }
    for (const ConfigTree* filter : valuesOf(filters))
        for (const char* part : { "tracing", "access_log" }) {
            Rules reports = ofReports(field(configOf(*filter), part), file);
            std::move(reports.begin(), reports.end(), std::back_inserter(rules));
        }
    return rules;
}

Rules Routes::ofReports(const ConfigTree& part, const std::string& file) const
{
    Rules rules;
    std::vector<std::string> names;
    clustersIn(part, names, 0);
    for (const std::string& name : names)
        addPass({ name, m_clusters.upstreams(name), false, {} }, file, rules);
    return rules;
}

void Routes::addPass(routing::Pass pass, const std::string& file, Rules& rules) const
{
    if (pass.upstreams.empty())
        return;
    for (routing::Upstream& upstream : pass.upstreams)
        if (upstream.declared.place.file.empty())
            upstream.declared.place.file = file;
    Rule rule;
    rule.steps.push_back(std::move(pass));
    rules.push_back(std::move(rule));
}

void Routes::clustersIn(const ConfigTree& tree, std::vector<std::string>& names, int depth) const
{
    constexpr int deepest = 8;
    if (depth > deepest)
        return;
    for (const auto& [key, value] : tree.members) {
        const bool isName = key == "cluster" || key == "cluster_name" || key == "clusterName" || key == "collector_cluster" || key == "collectorCluster";
        if (isName && value.isScalar() && m_clusters.has(value.scalar)
            && std::find(names.begin(), names.end(), value.scalar) == names.end())
            names.push_back(value.scalar);
        if (key == "cluster_names" || key == "clusterNames") // an API's of older versions
            for (const std::string& name : value.texts())
                if (m_clusters.has(name) && std::find(names.begin(), names.end(), name) == names.end())
                    names.push_back(name);
        clustersIn(value, names, depth + 1);
    }
    for (const ConfigTree& item : tree.items)
        clustersIn(item, names, depth + 1);
}

Rules Routes::ofFilters(const ConfigTree& filters, const std::string& file)
{
    Rules rules;
    for (const ConfigTree* filter : valuesOf(filters)) {
        const ConfigTree& config = configOf(*filter);
        const std::string type = config.text("@type") + " " + filter->text("name");
        if (type.find("HttpConnectionManager") != std::string::npos || type.find("http_connection_manager") != std::string::npos) {
            addQuestions(config, file, rules);
            const ConfigTree* routes = &field(config, "route_config");
            std::string place = file;
            if (const std::string name = field(config.at("rds"), "route_config_name").scalar; !name.empty()) {
                if (const auto found = m_routeConfigurations.find(name); found != m_routeConfigurations.end()) {
                    routes = found->second.tree;
                    place = found->second.file;
                } else {
                    warn(file, config.at("rds").line, "the routes \"" + name + "\" come from a discovery service and are not at hand");
                }
            }
            Rules own = ofConfiguration(*routes, place);
            std::move(own.begin(), own.end(), std::back_inserter(rules));
        } else {
            routing::Pass pass;
            std::vector<std::string> names;
            if (config.has("cluster"))
                names.push_back(config.text("cluster"));
            for (const ConfigTree& weighted : field(field(config, "weighted_clusters"), "clusters").items)
                names.push_back(weighted.text("name"));
            // Filters of other protocols (Redis, Thrift …) have routes of their own: every cluster that they name.
            if (names.empty())
                clustersIn(config, names, 0);
            for (const std::string& name : names) {
                if (!m_clusters.has(name))
                    warn(file, config.line, "the cluster \"" + name + "\" is not there");
                pass.group += (pass.group.empty() ? "" : " or ") + name;
                for (routing::Upstream& upstream : m_clusters.upstreams(name)) {
                    upstream.protocol = upstream.protocol == model::Protocol::Https ? model::Protocol::Tls : model::Protocol::Tcp;
                    upstream.declared.httpVersion.clear();
                    pass.upstreams.push_back(std::move(upstream));
                }
            }
            if (pass.upstreams.empty())
                continue;
            Rule rule;
            rule.steps.push_back(std::move(pass));
            rules.push_back(std::move(rule));
        }
    }
    return rules;
}

}
