#include "core/parse/settingsfile.h"

#include "core/base/text.h"
#include "core/parse/configtree.h"
#include "core/parse/lines.h"

#include <re2/re2.h>

#include <algorithm>
#include <cctype>

namespace hopscope::parse {

namespace {
constexpr std::size_t mostFileSettings = 500;
constexpr int deepestSetting = 12;

using NamesAndValues = std::vector<std::pair<std::string, std::string>>;

void flatten(const ConfigTree& tree, const std::string& key, NamesAndValues& into, int depth)
{
    if (depth > deepestSetting || into.size() >= mostFileSettings)
        return;
    if (tree.isScalar())
        into.emplace_back(key, tree.scalar);
    for (const auto& [name, value] : tree.members)
        flatten(value, key.empty() ? name : key + "." + name, into, depth + 1);
    for (std::size_t i = 0; i < tree.items.size(); ++i) // routes and the like: each item by its number
        flatten(tree.items[i], key + "." + std::to_string(i), into, depth + 1);
}

/// "key = value" and "key: value" of Java's files, and of all that have [sections].
NamesAndValues linesWithSettings(std::string_view text, bool mayHaveColons)
{
    NamesAndValues found;
    std::string section;
    for (const Line& line : linesOf(text)) {
        const std::string_view each = trimmed(line.text);
        if (each.empty() || each.front() == '#' || each.front() == '!' || each.front() == ';')
            continue;
        if (each.front() == '[' && each.back() == ']') {
            section = std::string(each.substr(1, each.size() - 2)) + ".";
            continue;
        }
        const std::size_t mark = mayHaveColons ? each.find_first_of("=:") : each.find('=');
        if (mark == std::string_view::npos || mark == 0 || found.size() >= mostFileSettings)
            continue;
        std::string_view value = trimmed(each.substr(mark + 1));
        if (value.size() > 1 && (value.front() == '"' || value.front() == '\'') && value.back() == value.front())
            value = value.substr(1, value.size() - 2);
        found.emplace_back(section + std::string(trimmed(each.substr(0, mark))), std::string(value));
    }
    return found;
}

/// `backend api { .host = "api"; .port = "8000"; }`
NamesAndValues backendsOfVarnish(std::string_view text)
{
    static const re2::RE2 backend(R"(\bbackend\s+(\w+)\s*\{([^}]*)\})");
    static const re2::RE2 field(R"re(\.(host|port)\s*=\s*"([^"]*)")re");
    NamesAndValues found;
    re2::StringPiece rest(text.data(), text.size());
    std::string name;
    re2::StringPiece inside;
    while (found.size() < mostFileSettings && re2::RE2::FindAndConsume(&rest, backend, &name, &inside)) {
        std::string key;
        std::string value;
        while (re2::RE2::FindAndConsume(&inside, field, &key, &value))
            found.emplace_back("backend." + name + "." + key, value);
    }
    return found;
}
}

NamesAndValues settingsInFile(const std::string& path, std::string_view text)
{
    const std::string name = base::lowered(base::fileName(path));
    const auto endsIn = [&](std::initializer_list<std::string_view> endings) {
        return std::any_of(endings.begin(), endings.end(), [&](std::string_view ending) { return name.ends_with(ending); });
    };
    if (endsIn({ ".properties" }))
        return linesWithSettings(text, true);
    if (endsIn({ ".env", ".ini", ".cfg", ".cnf", ".conf" }) || name.starts_with(".env"))
        return linesWithSettings(text, false);
    if (endsIn({ ".vcl" }))
        return backendsOfVarnish(text);
    NamesAndValues found;
    const bool isYaml = endsIn({ ".yml", ".yaml" });
    if (!isYaml && !endsIn({ ".json", ".toml" }))
        return found;
    for (const ConfigTree& document : (isYaml ? parseYaml(path, text) : parseConfigTree(path, text)).documents)
        // a document for another profile ("on-profile") is not the default
        if (document.in({ "spring", "config", "activate" }).isNull() && !document.at("spring").has("profiles"))
            flatten(document, {}, found, 0);
    return found;
}

bool fillPlaces(std::string& text, const std::map<std::string, std::string>& values)
{
    for (int i = 0; i < 32; ++i) {
        const std::size_t start = text.rfind("${");
        if (start == std::string::npos)
            return true;
        const std::size_t end = text.find('}', start);
        if (end == std::string::npos)
            return false;
        const std::string inside = text.substr(start + 2, end - start - 2);
        const std::size_t colon = inside.find(':');
        auto known = values.find(inside.substr(0, colon));
        if (known == values.end())
            known = values.find(variableNamed(inside.substr(0, colon)));
        if (known == values.end() && colon == std::string::npos)
            return false;
        std::string other = colon == std::string::npos ? std::string() : inside.substr(colon + 1);
        if (other.starts_with('-'))
            other.erase(0, 1);
        text.replace(start, end + 1 - start, known != values.end() ? known->second : other);
    }
    return false;
}

std::string variableNamed(std::string_view key)
{
    std::string name;
    for (const char c : key)
        if (c != '-')
            name += c == '.' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return name;
}

}
