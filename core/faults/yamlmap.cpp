#include "core/faults/yamlmap.h"

#include <algorithm>

namespace hopscope::faults {

std::string scalarText(const YAML::Node& node, const std::string& file)
{
    if (!node.IsScalar())
        throw CatalogueFailure({ file, node.Mark().line + 1 }, "expected a text");
    return node.Scalar();
}

std::vector<std::string> scalarTexts(const YAML::Node& node, const std::string& file)
{
    if (!node.IsSequence())
        return { scalarText(node, file) };
    std::vector<std::string> texts;
    for (const YAML::Node& item : node)
        texts.push_back(scalarText(item, file));
    return texts;
}

YamlMap::YamlMap(YAML::Node node, std::string file, std::initializer_list<std::string_view> keys)
    : m_node(std::move(node))
    , m_file(std::move(file))
{
    if (!m_node.IsMap())
        fail(m_node, "expected a mapping");
    std::vector<std::string> seen;
    for (const auto& item : m_node) {
        const std::string key = scalarText(item.first, m_file);
        if (std::find(keys.begin(), keys.end(), key) == keys.end())
            fail(item.first, "unknown key '" + key + "'");
        if (std::find(seen.begin(), seen.end(), key) != seen.end())
            fail(item.first, "key '" + key + "' is given twice");
        seen.push_back(key);
    }
}

bool YamlMap::has(const char* key) const
{
    return m_node[key].IsDefined();
}

std::string YamlMap::text(const char* key) const
{
    const YAML::Node value = m_node[key];
    if (!value.IsDefined())
        fail(m_node, std::string("'") + key + "' is missing");
    return scalarText(value, m_file);
}

std::string YamlMap::textOr(const char* key, std::string fallback) const
{
    return has(key) ? text(key) : std::move(fallback);
}

std::vector<std::string> YamlMap::texts(const char* key) const
{
    return has(key) ? scalarTexts(m_node[key], m_file) : std::vector<std::string>();
}

void YamlMap::fail(const YAML::Node& at, const std::string& message) const
{
    throw CatalogueFailure(placeOf(at), message);
}

}
