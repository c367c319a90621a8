// Sites of a Caddyfile to servers.
#include "core/discovery/caddy/address.h"
#include "core/discovery/caddy/caddyconfig.h"
#include "core/discovery/caddy/directives.h"
#include "core/discovery/caddy/servers.h"
#include "core/parse/caddyfile.h"
#include "core/parse/lines.h"

#include <algorithm>
#include <tuple>

namespace hopscope::discovery::caddy {

namespace {
using parse::CaddyBlock;
using parse::CaddyDirective;
using routing::Condition;

struct Site {
    const CaddyBlock* block = nullptr;
    std::vector<SiteAddress> addresses;
    std::size_t hostLength = 0; ///< of its most specific name, wildcards aside
    bool hasWildcard = false;
    std::size_t pathLength = 0;
};

struct Options {
    bool isTlsOff = false; ///< auto_https off
    std::vector<std::string> bind;
};

bool isOptions(const CaddyBlock& block) { return block.keys.empty(); }
bool isNamedRoute(const CaddyBlock& block) { return block.keys.size() == 1 && block.keys[0].starts_with("&("); }

std::size_t specificity(const std::string& text)
{
    return text.size() - static_cast<std::size_t>(std::count(text.begin(), text.end(), '*'));
}

Site siteOf(const CaddyBlock& block)
{
    Site site;
    site.block = &block;
    for (const std::string& key : block.keys) {
        SiteAddress address = parseSiteAddress(key);
        site.hasWildcard = site.hasWildcard || address.host.empty() || address.host.find('*') != std::string::npos;
        site.hostLength = std::max(site.hostLength, specificity(address.host));
        site.pathLength = std::max(site.pathLength, specificity(address.path));
        site.addresses.push_back(std::move(address));
    }
    return site;
}

/// The order in which Caddy asks its sites (httpcaddyfile/httptype.go).
bool comesBefore(const Site& left, const Site& right)
{
    if (left.hostLength == 0 || right.hostLength == 0)
        return left.hostLength != 0 && right.hostLength == 0;
    if (left.hasWildcard != right.hasWildcard)
        return right.hasWildcard;
    return std::tuple(left.hostLength, left.pathLength) > std::tuple(right.hostLength, right.pathLength);
}

void readOptions(const CaddyBlock& block, Servers& servers, Options& options, std::vector<CaddyDirective>& orders)
{
    for (const CaddyDirective& option : block.directives) {
        const std::vector<std::string>& words = option.arguments;
        const std::string first = words.empty() ? std::string() : words.front();
        if (option.name == "http_port")
            servers.httpPort = parse::numberOf<base::Port>(first).value_or(80);
        else if (option.name == "https_port")
            servers.httpsPort = parse::numberOf<base::Port>(first).value_or(443);
        else if (option.name == "auto_https") {
            for (const std::string& word : words) {
                options.isTlsOff = options.isTlsOff || word == "off";
                servers.redirectsToHttps = servers.redirectsToHttps && word != "off" && word != "disable_redirects";
            }
        } else if (option.name == "default_bind")
            options.bind = words;
        else if (option.name == "order")
            orders.push_back(option);
    }
}

/// The sockets of one key, by the site's `bind`.
std::vector<ProxyListener> listenersOf(const SiteAddress& address, const std::vector<std::string>& bind, const Servers& servers)
{
    const bool isPlain = address.scheme == "http";
    const base::Port port = address.port.value_or(isPlain ? servers.httpPort : servers.httpsPort);
    const bool isTls = !isPlain && port != servers.httpPort
        && (!address.host.empty() || address.scheme == "https" || port == servers.httpsPort);
    std::vector<ProxyListener> all;
    const auto add = [&](const std::string& at) {
        ProxyListener listener;
        listener.port = port;
        listener.isTls = isTls;
        listener.address = at;
        if (at.starts_with("unix/")) {
            for (ProxyListener& each : parseListenAddress(at)) {
                each.isTls = isTls;
                all.push_back(std::move(each));
            }
            return;
        }
        all.push_back(std::move(listener));
    };
    for (const std::string& each : bind)
        add(each.starts_with("tcp/") ? each.substr(4) : each);
    if (bind.empty())
        add("0.0.0.0");
    return all;
}

void addSite(const Site& site, const Options& options, Servers& servers, DirectiveReader& reader)
{
    std::vector<std::string> bind = options.bind;
    for (const CaddyDirective& directive : site.block->directives)
        if (directive.name == "bind" && !directive.arguments.empty())
            bind = directive.arguments;
    DirectiveReader::Result read = reader.read(site.block->directives);
    const auto rules = std::make_shared<const routing::Rules>(std::move(read.rules));
    // Its keys by their sockets: one rule at each.
    std::vector<std::pair<ProxyListener, std::vector<const SiteAddress*>>> places;
    for (const SiteAddress& address : site.addresses)
        for (const ProxyListener& listener : listenersOf(address, bind, servers)) {
            const auto known = std::find_if(places.begin(), places.end(), [&](const auto& each) { return each.first == listener; });
            if (known == places.end())
                places.push_back({ listener, { &address } });
            else
                known->second.push_back(&address);
        }
    for (const auto& [listener, addresses] : places) {
        std::vector<std::string> names;
        std::vector<Condition> any;
        bool takesAll = false;
        for (const SiteAddress* address : addresses) {
            if (address->path.empty() && address->host.empty())
                takesAll = true;
            if (!address->host.empty())
                names.push_back(address->host);
            if (address->path.empty())
                continue;
            std::vector<Condition> both { pathCondition({ address->path }) };
            if (!address->host.empty()) {
                both.push_back(Condition::of(Condition::Kind::Host, { address->host }));
                both.back().isOneLabel = true;
            }
            any.push_back(Condition::all(std::move(both)));
        }
        std::vector<std::string> plainNames;
        for (const SiteAddress* address : addresses)
            if (address->path.empty() && !address->host.empty())
                plainNames.push_back(address->host);
        if (!plainNames.empty()) {
            any.insert(any.begin(), Condition::of(Condition::Kind::Host, plainNames));
            any.front().isOneLabel = true;
        }
        routing::Rule rule;
        if (!takesAll)
            rule.condition = any.size() == 1 ? any.front() : Condition::any(std::move(any));
        rule.steps = { routing::Nested { rules } };
        rule.isLast = true;
        routing::Server& server = servers.at(listener);
        server.rules.push_back(std::move(rule));
        server.otherRules.insert(server.otherRules.end(), read.others.begin(), read.others.end());
        if (listener.isTls && !names.empty() && listener.path.empty())
            servers.addRedirect(listener.address, listener.port, names);
    }
}
}

routing::Configuration fromCaddyfile(const std::vector<model::ConfigFile>& files, const std::string& mainFile)
{
    const parse::Caddyfile source = parse::parseCaddyfile(files, mainFile);
    routing::Configuration result;
    result.warnings = source.warnings;
    Servers servers;
    Options options;
    std::vector<CaddyDirective> orders;
    std::map<std::string, std::vector<CaddyDirective>> named;
    std::vector<Site> sites;
    for (const CaddyBlock& block : source.blocks) {
        if (isOptions(block))
            readOptions(block, servers, options, orders);
        else if (isNamedRoute(block))
            named[block.keys[0].substr(2, block.keys[0].size() - 3)] = block.directives;
        else
            sites.push_back(siteOf(block));
    }
    for (const Site& site : sites)
        for (std::size_t i = 0; i < site.addresses.size(); ++i)
            if (!site.addresses[i].isReadable)
                result.warnings.push_back({ site.block->place, "\"" + site.block->keys[i] + "\" is no address of a site" });
    std::stable_sort(sites.begin(), sites.end(), comesBefore);
    DirectiveReader reader(orders, std::move(named));
    for (const Site& site : sites)
        addSite(site, options, servers, reader);
    result.servers = servers.take();
    for (model::ConfigWarning& warning : reader.takeWarnings())
        result.warnings.push_back(std::move(warning));
    return result;
}

}
