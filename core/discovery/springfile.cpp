#include "core/discovery/springfile.h"

#include "core/base/text.h"
#include "core/parse/configtree.h"
#include "core/parse/lines.h"

#include <algorithm>
#include <cctype>

namespace hopscope::discovery {

namespace {
constexpr std::size_t mostSettings = 500;
constexpr int deepestKey = 12;

using Settings = std::vector<std::pair<std::string, std::string>>;

/// "spring.data.redis.host" → "SPRING_DATA_REDIS_HOST", as Spring's relaxed binding has it; "bootstrap-servers" loses its dash.
std::string variableOf(std::string_view key)
{
    std::string name;
    for (const char c : key)
        if (c != '-')
            name += c == '.' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return name;
}

void flatten(const parse::ConfigTree& tree, const std::string& key, Settings& into, int depth)
{
    if (depth > deepestKey || into.size() >= mostSettings)
        return;
    if (tree.isScalar())
        into.emplace_back(key, tree.scalar);
    for (const auto& [name, value] : tree.members)
        flatten(value, key.empty() ? name : key + "." + name, into, depth + 1);
    for (std::size_t i = 0; i < tree.items.size(); ++i) // routes and the like: each item by its number
        flatten(tree.items[i], key + "." + std::to_string(i), into, depth + 1);
}

Settings settingsIn(const OfflineFile& file)
{
    Settings found;
    if (!file.path.ends_with(".properties")) {
        for (const parse::ConfigTree& document : parse::parseYaml(file.path, file.text).documents)
            // a document for another profile ("on-profile") is not the default
            if (document.in({ "spring", "config", "activate" }).isNull() && !document.at("spring").has("profiles"))
                flatten(document, {}, found, 0);
        return found;
    }
    for (const parse::Line& line : parse::linesOf(file.text)) {
        const std::string_view text = parse::trimmed(line.text);
        const std::size_t equals = text.find_first_of("=:");
        if (!text.starts_with('#') && !text.starts_with('!') && equals != std::string_view::npos && found.size() < mostSettings)
            found.emplace_back(std::string(parse::trimmed(text.substr(0, equals))), std::string(parse::trimmed(text.substr(equals + 1))));
    }
    return found;
}

/// "jdbc:postgresql://${DB_HOST:localhost}:5432/shop", innermost first; false where a name has no value.
bool fillIn(std::string& text, const std::map<std::string, std::string>& environment)
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
        auto known = environment.find(inside.substr(0, colon));
        if (known == environment.end())
            known = environment.find(variableOf(inside.substr(0, colon)));
        if (known == environment.end() && colon == std::string::npos)
            return false;
        text.replace(start, end + 1 - start, known != environment.end() ? known->second : inside.substr(colon + 1));
    }
    return false;
}

bool isSpringFile(const OfflineFile& file, const std::string& folder, const std::string& name)
{
    for (const char* place : { "src/main/resources/", "config/", "" })
        for (const char* ending : { ".yml", ".yaml", ".properties" })
            if (file.path == (folder.empty() ? "" : folder + "/") + place + name + ending)
                return true;
    return false;
}
}

Settings springSettings(
    const std::vector<OfflineFile>& files, const std::string& folder, const std::map<std::string, std::string>& environment)
{
    std::vector<std::string> names { "application" };
    if (const auto profiles = environment.find("SPRING_PROFILES_ACTIVE"); profiles != environment.end())
        for (std::string_view rest = profiles->second; !rest.empty() && names.size() < 8;) {
            const std::string_view one = parse::trimmed(rest.substr(0, rest.find(',')));
            rest.remove_prefix(std::min(rest.size(), rest.find(',') == std::string_view::npos ? rest.size() : rest.find(',') + 1));
            if (!one.empty())
                names.push_back("application-" + std::string(one));
        }
    std::map<std::string, std::string> last; // a profile's file wins over the common one
    for (const std::string& name : names)
        for (const OfflineFile& file : files)
            if (isSpringFile(file, folder, name))
                for (auto& [key, value] : settingsIn(file))
                    if (!environment.contains(variableOf(key)) && fillIn(value, environment))
                        last[variableOf(key)] = std::move(value);
    return { last.begin(), last.end() };
}

}
