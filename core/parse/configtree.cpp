#include "core/parse/configtree.h"

#include "core/parse/lines.h"

namespace hopscope::parse {

namespace {
const ConfigTree nothing {};
}

ConfigTree ConfigTree::ofText(std::string text, int line)
{
    ConfigTree tree;
    tree.kind = Kind::Scalar;
    tree.scalar = std::move(text);
    tree.line = line;
    return tree;
}

ConfigTree ConfigTree::emptyMap(int line)
{
    ConfigTree tree;
    tree.kind = Kind::Map;
    tree.line = line;
    return tree;
}

const ConfigTree& ConfigTree::at(std::string_view key) const
{
    for (const auto& [name, value] : members)
        if (name == key)
            return value;
    return nothing;
}

const ConfigTree& ConfigTree::at(std::string_view key, std::string_view other) const
{
    const ConfigTree& first = at(key);
    return first.isNull() ? at(other) : first;
}

const ConfigTree& ConfigTree::in(std::initializer_list<std::string_view> keys) const
{
    const ConfigTree* place = this;
    for (const std::string_view key : keys)
        place = &place->at(key);
    return *place;
}

bool ConfigTree::flag(std::string_view key, bool otherwise) const
{
    const ConfigTree& value = at(key);
    if (!value.isScalar())
        return otherwise;
    const std::string& word = value.scalar;
    return word == "true" || word == "True" || word == "TRUE" || word == "yes" || word == "on" || word == "1";
}

std::vector<std::string> ConfigTree::texts() const
{
    if (isScalar())
        return { scalar };
    std::vector<std::string> all;
    for (const ConfigTree& item : items)
        if (item.isScalar())
            all.push_back(item.scalar);
    return all;
}

ConfigDocuments parseConfigTree(const std::string& path, std::string_view text)
{
    const auto endsWith = [&](auto... endings) { return (path.ends_with(endings) || ...); };
    if (endsWith(".toml"))
        return parseToml(path, text);
    if (endsWith(".yaml", ".yml"))
        return parseYaml(path, text);
    const std::string_view start = trimmed(text.substr(0, 4096));
    if (endsWith(".json") || start.starts_with('{'))
        return parseJson(path, text);
    // "[http.routers]" and "key = value" are TOML's alone.
    if (start.starts_with('['))
        return parseToml(path, text);
    for (const Line& line : linesOf(text.substr(0, 4096))) {
        const std::string_view words = trimmed(line.text);
        if (words.empty() || words.starts_with('#'))
            continue;
        const std::size_t equals = words.find('=');
        return equals < words.find(':') ? parseToml(path, text) : parseYaml(path, text);
    }
    return parseYaml(path, text);
}

}
