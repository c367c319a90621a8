#include "core/discovery/caddy/matcher.h"

#include "core/discovery/caddy/address.h"
#include "core/parse/lines.h"

#include <algorithm>

namespace hopscope::discovery::caddy {

namespace {
using routing::Condition;
using Kind = Condition::Kind;

std::vector<std::string> longTexts(const std::vector<std::string>& texts, std::size_t from = 0)
{
    std::vector<std::string> all;
    for (std::size_t i = from; i < texts.size(); ++i)
        all.push_back(longPlaceholders(texts[i]));
    return all;
}

Condition hostCondition(std::vector<std::string> hosts)
{
    Condition condition = Condition::of(Kind::Host, std::move(hosts));
    condition.isOneLabel = true;
    return condition;
}

/// A header's or a parameter's values; "*" is any, "!name" its absence.
Condition valueCondition(Kind kind, std::string name, std::vector<std::string> values)
{
    const bool isAbsence = name.starts_with('!');
    if (isAbsence)
        name.erase(0, 1);
    if (std::find(values.begin(), values.end(), "*") != values.end())
        values.clear();
    Condition condition = Condition::of(kind, std::move(values));
    condition.name = std::move(name);
    return isAbsence ? Condition::none({ std::move(condition) }) : condition;
}

Condition patternCondition(Kind kind, const std::string& name, const std::string& pattern, const std::string& field = {})
{
    Condition condition = Condition::of(kind, { pattern });
    condition.name = field;
    condition.patternName = name;
    return condition;
}

Condition fileCondition(std::string root, std::vector<std::string> tries)
{
    if (tries.empty())
        tries = { "{http.request.uri.path}" };
    Condition condition = Condition::of(Kind::File, std::move(tries));
    condition.name = std::move(root);
    return condition;
}

Condition fileOf(const parse::CaddyDirective& line)
{
    std::vector<std::string> tries = longTexts(line.arguments);
    std::string root;
    for (const parse::CaddyDirective& each : line.block)
        if (each.name == "try_files")
            tries = longTexts(each.arguments);
        else if (each.name == "root" && !each.arguments.empty())
            root = longPlaceholders(each.arguments.front());
    return fileCondition(std::move(root), std::move(tries));
}

Condition queriesOf(const std::vector<std::string>& pairs)
{
    std::vector<Condition> any;
    for (const std::string& pair : pairs) {
        const std::size_t equals = pair.find('=');
        std::vector<std::string> values;
        if (equals != std::string::npos)
            values.push_back(longPlaceholders(pair.substr(equals + 1)));
        any.push_back(valueCondition(Kind::Query, pair.substr(0, equals), std::move(values)));
    }
    return Condition::any(std::move(any));
}

/// Lines of one kind widen each other (paths, hosts); of different kinds narrow.
Condition linesOf(const std::vector<parse::CaddyDirective>& lines)
{
    std::vector<Condition> all;
    std::vector<std::string> paths;
    std::vector<std::string> hosts;
    std::map<std::string, std::vector<Condition>> headers;
    for (const parse::CaddyDirective& line : lines) {
        if (line.name == "path")
            paths.insert(paths.end(), line.arguments.begin(), line.arguments.end());
        else if (line.name == "host")
            hosts.insert(hosts.end(), line.arguments.begin(), line.arguments.end());
        else if (line.name == "header" && !line.arguments.empty())
            headers[line.arguments.front()].push_back(matcherOf(line));
        else
            all.push_back(matcherOf(line));
    }
    if (!paths.empty())
        all.push_back(pathCondition(longTexts(paths)));
    if (!hosts.empty())
        all.push_back(hostCondition(longTexts(hosts)));
    for (auto& [name, conditions] : headers)
        all.push_back(Condition::any(std::move(conditions)));
    return all.size() == 1 ? std::move(all.front()) : Condition::all(std::move(all));
}
}

Condition pathCondition(std::vector<std::string> paths)
{
    Condition condition = Condition::of(Kind::PathGlob, std::move(paths));
    condition.ignoresCase = true;
    return condition;
}

Condition matcherOf(const parse::CaddyDirective& line)
{
    const std::vector<std::string>& words = line.arguments;
    const std::string& name = line.name;
    if (name == "host")
        return hostCondition(longTexts(words));
    if (name == "path")
        return pathCondition(longTexts(words));
    if (name == "path_regexp" && !words.empty())
        return patternCondition(Kind::PathPattern, words.size() > 1 ? words[0] : std::string(), words.back());
    if (name == "method")
        return Condition::of(Kind::Method, words);
    if (name == "header" && !words.empty())
        return valueCondition(Kind::Header, words[0], longTexts(words, 1));
    if (name == "header_regexp" && words.size() > 1)
        return patternCondition(Kind::HeaderPattern, words.size() > 2 ? words[0] : std::string(), words.back(), words[words.size() - 2]);
    if (name == "query")
        return queriesOf(words);
    if (name == "protocol" && !words.empty() && (words[0] == "http" || words[0] == "https"))
        return Condition::of(Kind::Scheme, { words[0] });
    if (name == "file")
        return fileOf(line);
    if (name == "not") {
        if (line.hasBlock)
            return Condition::none({ linesOf(line.block) });
        parse::CaddyDirective inner = line;
        if (words.empty())
            return Condition::of(Kind::Unknown);
        inner.name = words.front();
        inner.arguments.erase(inner.arguments.begin());
        return Condition::none({ matcherOf(inner) });
    }
    return Condition::of(Kind::Unknown); // remote_ip, expression, vars, plugins'
}

Condition namedMatcherOf(const parse::CaddyDirective& definition)
{
    if (definition.hasBlock && definition.arguments.empty())
        return linesOf(definition.block);
    if (definition.arguments.empty())
        return Condition::of(Kind::Unknown);
    parse::CaddyDirective line = definition;
    line.name = line.arguments.front();
    line.arguments.erase(line.arguments.begin());
    return matcherOf(line);
}

Condition matcherSetOf(const parse::ConfigTree& set)
{
    std::vector<Condition> all;
    for (const auto& [name, value] : set.members) {
        if (name == "host") {
            all.push_back(hostCondition(value.texts()));
        } else if (name == "path") {
            all.push_back(pathCondition(value.texts()));
        } else if (name == "path_regexp") {
            all.push_back(patternCondition(Kind::PathPattern, value.text("name"), value.text("pattern")));
        } else if (name == "method") {
            all.push_back(Condition::of(Kind::Method, value.texts()));
        } else if (name == "header") {
            for (const auto& [field, values] : value.members)
                all.push_back(values.isNull() ? valueCondition(Kind::Header, "!" + field, {}) : valueCondition(Kind::Header, field, values.texts()));
        } else if (name == "header_regexp") {
            for (const auto& [field, pattern] : value.members)
                all.push_back(patternCondition(Kind::HeaderPattern, pattern.text("name"), pattern.text("pattern"), field));
        } else if (name == "query") {
            for (const auto& [field, values] : value.members)
                all.push_back(valueCondition(Kind::Query, field, values.texts()));
        } else if (name == "protocol" && (value.scalar == "http" || value.scalar == "https")) {
            all.push_back(Condition::of(Kind::Scheme, { value.scalar }));
        } else if (name == "file") {
            all.push_back(fileCondition(value.text("root"), value.at("try_files").texts()));
        } else if (name == "not") {
            std::vector<Condition> none;
            for (const parse::ConfigTree& inner : value.items)
                none.push_back(matcherSetOf(inner));
            all.push_back(Condition::none(std::move(none)));
        } else {
            all.push_back(Condition::of(Kind::Unknown));
        }
    }
    return all.size() == 1 ? std::move(all.front()) : Condition::all(std::move(all));
}

Condition matchOf(const parse::ConfigTree& sets)
{
    std::vector<Condition> any;
    for (const parse::ConfigTree& set : sets.items)
        any.push_back(matcherSetOf(set));
    if (any.empty())
        return {};
    return any.size() == 1 ? std::move(any.front()) : Condition::any(std::move(any));
}

}
