#include "core/profile/baselinetext.h"

#include "core/profile/jsontext.h"

#include <algorithm>

namespace hopscope::profile {

namespace {
constexpr const char* baselineSchema = "hopscope.baseline/1";
constexpr std::size_t mostItems = 2000; ///< of each list

Json jsonOf(const model::Baseline::Node& node)
{
    return { { "id", node.id }, { "software", node.software }, { "version", node.version }, { "host", node.host },
        { "address", node.address }, { "unit", node.unit }, { "user", node.user }, { "container", node.container } };
}

std::string textIn(const Json& object, const char* key)
{
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// The items of a list; none where it is no list.
std::vector<Json> itemsIn(const Json& object, const char* key)
{
    const auto found = object.find(key);
    if (found == object.end() || !found->is_array())
        return {};
    return { found->begin(), found->begin() + std::ptrdiff_t(std::min(found->size(), mostItems)) };
}

std::vector<std::string> textsIn(const Json& object, const char* key)
{
    std::vector<std::string> texts;
    for (const Json& each : itemsIn(object, key))
        if (each.is_string())
            texts.push_back(each.get<std::string>());
    return texts;
}
}

std::string baselineText(const model::Baseline& baseline)
{
    Json json;
    json["schema"] = baselineSchema;
    json["at"] = base::toIso8601(baseline.at);
    json["nodes"] = Json::array();
    for (const model::Baseline::Node& node : baseline.nodes)
        json["nodes"].push_back(jsonOf(node));
    json["hops"] = Json::array();
    for (const model::Baseline::Hop& hop : baseline.hops)
        json["hops"].push_back({ { "from", hop.from }, { "to", hop.to }, { "target", hop.target } });
    json["urlAddresses"] = baseline.urlAddresses;
    json["certificate"] = baseline.certificate;
    json["firewall"] = Json::object();
    for (const auto& [host, rules] : baseline.firewall)
        json["firewall"][host.value()] = rules;
    return oneLine(json);
}

std::optional<model::Baseline> readBaseline(const std::string& text)
{
    if (text.empty())
        return {};
    const auto parsed = parseJson(text, "baseline");
    if (!parsed || !parsed->is_object() || textIn(*parsed, "schema") != baselineSchema)
        return {};
    const auto at = base::fromIso8601(textIn(*parsed, "at"));
    if (!at)
        return {};
    model::Baseline baseline;
    baseline.at = *at;
    for (const Json& node : itemsIn(*parsed, "nodes"))
        if (node.is_object())
            baseline.nodes.push_back({ textIn(node, "id"), textIn(node, "software"), textIn(node, "version"), textIn(node, "host"),
                textIn(node, "address"), textIn(node, "unit"), textIn(node, "user"), textIn(node, "container") });
    for (const Json& hop : itemsIn(*parsed, "hops"))
        if (hop.is_object())
            baseline.hops.push_back({ textIn(hop, "from"), textIn(hop, "to"), textIn(hop, "target") });
    baseline.urlAddresses = textsIn(*parsed, "urlAddresses");
    baseline.certificate = textIn(*parsed, "certificate");
    if (const auto firewall = parsed->find("firewall"); firewall != parsed->end() && firewall->is_object())
        for (const auto& [host, rules] : firewall->items())
            baseline.firewall[base::HostId(host)] = textsIn(*firewall, host.c_str());
    return baseline;
}

}
