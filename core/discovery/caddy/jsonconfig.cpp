// Caddy's JSON to servers.
#include "core/discovery/caddy/address.h"
#include "core/discovery/caddy/caddyconfig.h"
#include "core/discovery/caddy/matcher.h"
#include "core/discovery/caddy/reverseproxy.h"
#include "core/discovery/caddy/servers.h"
#include "core/parse/configtree.h"
#include "core/parse/lines.h"

#include <algorithm>

namespace hopscope::discovery::caddy {

namespace {
using parse::ConfigTree;
using routing::Condition;
using routing::Rewrite;
using routing::Rule;
using routing::Rules;

constexpr int deepestJson = 40;
constexpr std::size_t maximumRoutes = 200'000;

class RouteReader {
public:
    RouteReader(const std::string& file, const ConfigTree& named)
        : m_file(file)
        , m_named(named)
    {
    }

    Rules rules(const ConfigTree& routes, int depth = 0)
    {
        Rules all;
        m_read += routes.items.size(); // named routes may invoke each other
        if (depth > deepestJson || m_read > maximumRoutes)
            return all;
        for (const ConfigTree& route : routes.items) {
            Rule rule;
            rule.condition = matchOf(route.at("match"));
            rule.oneOf = route.text("group");
            rule.isLast = route.flag("terminal", false);
            for (const ConfigTree& handler : route.at("handle").items)
                add(handler, rule, depth);
            all.push_back(std::move(rule));
        }
        return all;
    }

    Rules takeOthers() { return std::move(m_others); }

private:
    void add(const ConfigTree& handler, Rule& rule, int depth)
    {
        const std::string name = handler.text("handler");
        if (name == "subroute") {
            rule.steps.push_back(routing::Nested { std::make_shared<const Rules>(rules(handler.at("routes"), depth + 1)) });
            other(handler.in({ "errors", "routes" }), depth);
        } else if (name == "invoke") {
            const ConfigTree& route = m_named.at(handler.text("name"));
            ConfigTree list;
            list.kind = ConfigTree::Kind::List;
            list.items.push_back(route);
            rule.steps.push_back(routing::Nested { std::make_shared<const Rules>(rules(list, depth + 1)) });
        } else if (name == "reverse_proxy") {
            addProxy(handler, rule, depth);
        } else if (name == "static_response") {
            addReply(handler, rule);
        } else if (name == "error") {
            rule.steps.push_back(routing::Reply { "answers " + (handler.has("status_code") ? handler.text("status_code") : "500") });
        } else if (name == "file_server") {
            if (!handler.flag("pass_thru", false))
                rule.steps.push_back(routing::Reply { "answers with files from "
                    + (handler.has("root") ? handler.text("root") : std::string("{http.vars.root}")) });
        } else if (name == "vars") {
            for (const auto& [key, value] : handler.members)
                if (key != "handler" && value.isScalar())
                    rule.steps.push_back(routing::SetValue { "vars." + key, value.scalar });
        } else if (name == "rewrite") {
            addRewrite(handler, rule);
        } else if (name == "headers") {
            const std::vector<std::string> host = handler.in({ "request", "set", "Host" }).texts();
            if (!host.empty())
                rule.steps.push_back(routing::SetValue { "host", host.front() });
        } else if (name == "metrics" || name == "acme_server") {
            rule.steps.push_back(routing::Reply { "answers 200" });
        }
    }

    void other(const ConfigTree& routes, int depth)
    {
        Rules further = rules(routes, depth + 1);
        std::move(further.begin(), further.end(), std::back_inserter(m_others));
    }

    void addRewrite(const ConfigTree& handler, Rule& rule)
    {
        if (handler.has("strip_path_prefix"))
            rule.steps.push_back(Rewrite { Rewrite::How::StripPrefix, handler.text("strip_path_prefix"), {} });
        if (handler.has("strip_path_suffix"))
            rule.steps.push_back(Rewrite { Rewrite::How::StripSuffix, handler.text("strip_path_suffix"), {} });
        if (handler.has("uri"))
            rule.steps.push_back(Rewrite { Rewrite::How::Path, handler.text("uri"), {} });
        for (const ConfigTree& each : handler.at("uri_substring").items)
            rule.steps.push_back(Rewrite { Rewrite::How::Replace, each.text("find"), each.text("replace") });
        for (const ConfigTree& each : handler.at("path_regexp").items)
            rule.steps.push_back(Rewrite { Rewrite::How::ReplacePattern, each.text("find"), each.text("replace") });
    }

    static void addReply(const ConfigTree& handler, Rule& rule)
    {
        const std::vector<std::string> location = handler.in({ "headers", "Location" }).texts();
        if (handler.flag("abort", false))
            rule.steps.push_back(routing::Reply { "closes the connection" });
        else if (!location.empty())
            rule.steps.push_back(routing::Reply { "redirects to " + location.front() });
        else
            rule.steps.push_back(routing::Reply { "answers " + (handler.has("status_code") ? handler.text("status_code") : "200") });
    }

    void addProxy(const ConfigTree& handler, Rule& rule, int depth)
    {
        routing::Pass pass = reverseProxyOf(handler, m_file).pass();
        const ConfigTree& rewrite = handler.at("rewrite");
        bool asksFirst = false; // forward_auth: a 2xx answer lets the request go on
        for (const ConfigTree& response : handler.at("handle_response").items) {
            const std::vector<std::string> statuses = response.in({ "match", "status_code" }).texts();
            const bool isGood = statuses.size() == 1 && (statuses.front() == "2" || statuses.front() == "200");
            const Rules handled = rules(response.at("routes"), depth + 1);
            const bool ends = std::any_of(handled.begin(), handled.end(), [](const Rule& each) {
                return std::any_of(each.steps.begin(), each.steps.end(),
                    [](const routing::Step& step) { return !std::holds_alternative<routing::SetValue>(step); });
            });
            asksFirst = asksFirst || (isGood && !ends && rewrite.text("method") == "GET");
            other(response.at("routes"), depth);
        }
        if (asksFirst) {
            pass.isAsked = true;
            pass.askedPath = rewrite.text("uri");
        } else {
            addRewrite(rewrite, rule);
        }
        if (!pass.upstreams.empty())
            rule.steps.push_back(std::move(pass));
    }

    const std::string& m_file;
    const ConfigTree& m_named;
    Rules m_others;
    std::size_t m_read = 0;
};

void namesOf(const ConfigTree& routes, std::vector<std::string>& names)
{
    for (const ConfigTree& route : routes.items)
        for (const ConfigTree& set : route.at("match").items)
            for (const std::string& name : set.at("host").texts())
                names.push_back(name);
}

void addServer(const ConfigTree& server, const std::string& file, Servers& servers)
{
    RouteReader reader(file, server.at("named_routes"));
    const Rules rules = reader.rules(server.at("routes"));
    Rules others = reader.takeOthers();
    for (Rule& each : reader.rules(server.in({ "errors", "routes" })))
        others.push_back(std::move(each));
    std::vector<std::string> names;
    namesOf(server.at("routes"), names);
    const ConfigTree& automatic = server.at("automatic_https");
    const bool isAutomatic = !automatic.flag("disable", false);
    for (const std::string& listen : server.at("listen").texts())
        for (ProxyListener& listener : parseListenAddress(listen)) {
            const bool hasPolicies = !server.at("tls_connection_policies").items.empty();
            listener.isTls = hasPolicies || (listener.path.empty() && listener.port == servers.httpsPort)
                || (isAutomatic && !names.empty() && listener.port != servers.httpPort && listener.path.empty());
            routing::Server& own = servers.at(listener);
            own.rules.insert(own.rules.end(), rules.begin(), rules.end());
            own.otherRules.insert(own.otherRules.end(), others.begin(), others.end());
            if (listener.isTls && isAutomatic && !automatic.flag("disable_redirects", false) && !names.empty() && listener.path.empty())
                servers.addRedirect(listener.address, listener.port, names);
        }
}
}

routing::Configuration fromJson(const model::ConfigFile& file)
{
    routing::Configuration result;
    parse::ConfigDocuments source = parse::parseJson(file.path, file.text);
    result.warnings = std::move(source.warnings);
    Servers servers;
    for (const ConfigTree& document : source.documents) {
        const ConfigTree& http = document.in({ "apps", "http" });
        servers.httpPort = parse::numberOf<base::Port>(http.text("http_port")).value_or(80);
        servers.httpsPort = parse::numberOf<base::Port>(http.text("https_port")).value_or(443);
        for (const auto& [name, server] : http.at("servers").members)
            addServer(server, file.path, servers);
    }
    result.servers = servers.take();
    return result;
}

}
