#include "core/discovery/traefik/labels.h"

#include "core/base/text.h"
#include "core/parse/lines.h"

#include <algorithm>
#include <cctype>

namespace hopscope::discovery::traefik {

namespace {
using parse::ConfigTree;

constexpr std::size_t maximumParts = 16;
constexpr std::size_t maximumItems = 256;


/// The member of that name, made where there is none; case does not count, as in Traefik.
ConfigTree& member(ConfigTree& tree, const std::string& name, int line)
{
    if (!tree.isMap()) {
        tree.kind = ConfigTree::Kind::Map;
        tree.scalar.clear();
    }
    for (auto& [key, value] : tree.members)
        if (base::lowered(key) == base::lowered(name))
            return value;
    tree.members.emplace_back(name, ConfigTree());
    tree.members.back().second.line = line;
    return tree.members.back().second;
}

const ConfigTree& find(const ConfigTree& tree, std::string_view name)
{
    static const ConfigTree nothing;
    for (const auto& [key, value] : tree.members)
        if (base::lowered(key) == base::lowered(name))
            return value;
    return nothing;
}

void put(ConfigTree& tree, const DottedValue& each)
{
    ConfigTree* place = &tree;
    std::string_view rest = each.key;
    for (std::size_t parts = 0; !rest.empty() && parts < maximumParts; ++parts) {
        const std::string part(parse::takeUntil(rest, "."));
        const std::size_t bracket = part.find('[');
        place = &member(*place, part.substr(0, bracket), each.line);
        if (bracket == std::string::npos)
            continue;
        const auto index = parse::numberOf<std::size_t>(std::string_view(part).substr(bracket + 1, part.find(']') - bracket - 1));
        if (!index || *index >= maximumItems)
            return;
        place->kind = ConfigTree::Kind::List;
        if (place->items.size() <= *index)
            place->items.resize(*index + 1);
        place = &place->items[*index];
        place->line = each.line;
    }
    if (place->isNull())
        *place = ConfigTree::ofText(each.value, each.line);
}

/// As Traefik's `normalize`: what is no letter or digit becomes a hyphen.
std::string normalized(std::string_view name)
{
    std::string text(name);
    for (char& c : text)
        if (!std::isalnum(static_cast<unsigned char>(c)))
            c = '-';
    return text;
}

std::string defaultRule(const DockerProvider& provider, const std::string& name)
{
    if (provider.defaultRule.empty())
        return "Host(`" + normalized(name) + "`)";
    std::string rule = provider.defaultRule;
    for (std::size_t open = rule.find("{{"); open != std::string::npos; open = rule.find("{{", open + 1)) {
        const std::size_t close = rule.find("}}", open);
        if (close == std::string::npos)
            break;
        const std::string inside = rule.substr(open, close - open);
        if (inside.find("Name") != std::string::npos)
            rule.replace(open, close + 2 - open, normalized(name));
    }
    return rule;
}

/// Services with the container as their server; where the labels have none, one of its own name.
void addServers(ConfigTree& protocol, const LabelledContainer& container, bool isHttp, int line)
{
    ConfigTree& services = member(protocol, "services", line);
    if (services.members.empty())
        member(services, normalized(container.name), line);
    for (auto& [name, service] : services.members) {
        const bool isComposed = !find(service, "weighted").isNull() || !find(service, "mirroring").isNull() || !find(service, "failover").isNull();
        if (isComposed)
            continue;
        ConfigTree& balancer = member(service, "loadBalancer", service.line ? service.line : line);
        ConfigTree& server = member(balancer, "server", balancer.line);
        std::string port = find(server, "port").scalar;
        if (port.empty() && !container.ports.empty())
            port = std::to_string(*std::min_element(container.ports.begin(), container.ports.end()));
        const std::string scheme = find(server, "scheme").isNull() ? "http" : find(server, "scheme").scalar;
        const int place = find(server, "port").isNull() ? service.line : find(server, "port").line;
        std::string url = find(server, "url").scalar;
        if (url.empty() && !container.address.empty())
            url = (isHttp ? scheme + "://" : std::string()) + container.address + (port.empty() ? "" : ":" + port);
        if (url.empty() || (!isHttp && port.empty()))
            continue;
        ConfigTree item;
        item.kind = ConfigTree::Kind::Map;
        item.line = place ? place : line;
        item.members.emplace_back(isHttp ? "url" : "address", ConfigTree::ofText(std::move(url), item.line));
        ConfigTree& servers = member(balancer, "servers", item.line);
        servers.kind = ConfigTree::Kind::List;
        servers.items = { std::move(item) };
    }
}
}

ConfigTree treeOf(const std::vector<DottedValue>& values)
{
    ConfigTree tree;
    tree.kind = ConfigTree::Kind::Map;
    for (const DottedValue& each : values)
        put(tree, each);
    return tree;
}

std::vector<DottedValue> optionsOf(std::string_view commandLine)
{
    std::vector<DottedValue> options;
    for (const parse::Line& line : parse::linesOf(commandLine)) {
        const std::vector<std::string_view> words = parse::wordsOf(line.text);
        for (std::size_t i = 0; i < words.size(); ++i) {
            std::string_view word = words[i];
            if (!word.starts_with("--") || word.size() < 3)
                continue;
            word.remove_prefix(2);
            const std::size_t equals = word.find('=');
            std::string value = equals == std::string_view::npos ? "true" : std::string(word.substr(equals + 1));
            if (equals == std::string_view::npos && i + 1 < words.size() && !words[i + 1].starts_with('-'))
                value = words[++i];
            options.push_back({ std::string(word.substr(0, equals)), std::move(value), line.number });
        }
    }
    return options;
}

ConfigTree dynamicFrom(const LabelledContainer& container, const DockerProvider& provider)
{
    std::vector<DottedValue> own;
    bool isExposed = provider.isExposedByDefault;
    int line = 0;
    for (const DottedValue& label : container.labels) {
        const std::string key = base::lowered(label.key);
        if (key == "traefik.enable")
            isExposed = base::lowered(label.value) == "true" || label.value == "1";
        if (!key.starts_with("traefik."))
            continue;
        line = line ? line : label.line;
        if (key.starts_with("traefik.http.") || key.starts_with("traefik.tcp.") || key.starts_with("traefik.udp."))
            own.push_back({ label.key.substr(8), label.value, label.line });
    }
    if (!isExposed)
        return {};
    ConfigTree tree = treeOf(own);
    const bool isTcpAlone = find(tree, "http").isNull() && (!find(tree, "tcp").isNull() || !find(tree, "udp").isNull());
    for (const char* protocol : { "tcp", "udp" })
        if (!find(tree, protocol).isNull())
            addServers(member(tree, protocol, line), container, false, line);
    if (isTcpAlone)
        return tree;
    ConfigTree& http = member(tree, "http", line);
    const bool isMiddlewareAlone = find(http, "routers").isNull() && find(http, "services").isNull() && !find(http, "middlewares").isNull();
    if (isMiddlewareAlone && container.ports.empty())
        return tree;
    addServers(http, container, true, line);
    ConfigTree& routers = member(http, "routers", line);
    if (routers.members.empty())
        member(routers, normalized(container.name), line).kind = ConfigTree::Kind::Map;
    for (auto& [name, router] : routers.members) {
        if (find(router, "rule").isNull())
            member(router, "rule", router.line ? router.line : line) = ConfigTree::ofText(defaultRule(provider, container.name), router.line);
        const ConfigTree& services = find(http, "services");
        if (find(router, "service").isNull() && services.members.size() == 1)
            member(router, "service", router.line) = ConfigTree::ofText(services.members.front().first, router.line);
    }
    return tree;
}

}
