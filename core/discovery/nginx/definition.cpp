#include "core/discovery/nginx/definition.h"

#include "core/base/text.h"

#include <algorithm>
#include <cctype>

namespace hopscope::discovery::nginx {

namespace {

/// How well a row of a map fits: exact before the longest leading wildcard before the longest trailing one.
int fitOf(const std::string& key, const std::string& subject, bool isHostnames)
{
    if (key == subject)
        return 1'000'000;
    if (!isHostnames)
        return 0;
    const int length = static_cast<int>(std::min<std::size_t>(key.size(), 1000));
    if (key.starts_with('.') && (std::string_view(key).substr(1) == subject || subject.ends_with(key)))
        return 10'000 + length;
    if (key.starts_with("*.") && subject.ends_with(std::string_view(key).substr(1)))
        return 10'000 + length;
    if (key.ends_with(".*") && subject.starts_with(key.substr(0, key.size() - 1)))
        return 1'000 + length;
    return 0;
}

bool isRow(const parse::NginxDirective& row) { return row.arguments.size() == 1 && row.name != "include"; }

const std::string* defaultOf(const Scope& block)
{
    const Scope::Directives rows = block.own("default");
    return rows.empty() || rows.back()->arguments.empty() ? nullptr : &rows.back()->arguments.front();
}

/// The row for one value of the map's source, as its value.
Expansion mapped(const State& state, const Scope& block, const std::string& subject, int depth)
{
    const bool isHostnames = !block.own("hostnames").empty();
    const std::string wanted = base::lowered(subject);
    const parse::NginxDirective* best = nullptr;
    int bestFit = 0;
    for (const parse::NginxDirective& row : block.directives()) {
        if (!isRow(row) || row.name.starts_with('~') || row.name == "default")
            continue;
        const std::string key = base::lowered(row.name.starts_with('\\') ? row.name.substr(1) : row.name);
        if (const int fit = fitOf(key, wanted, isHostnames); fit > bestFit) {
            bestFit = fit;
            best = &row;
        }
    }
    if (best)
        return expand(state, best->arguments.front(), depth);
    for (const parse::NginxDirective& row : block.directives()) {
        if (!isRow(row) || !row.name.starts_with('~'))
            continue;
        const bool ignoresCase = row.name.starts_with("~*");
        const auto match = Pattern(std::string_view(row.name).substr(ignoresCase ? 2 : 1), ignoresCase).match(subject);
        if (!match)
            continue;
        State inner = state;
        inner.capture(*match);
        return expand(inner, row.arguments.front(), depth);
    }
    const std::string* otherwise = defaultOf(block);
    return otherwise ? expand(state, *otherwise, depth) : Expansion::known("");
}

/// Every value that a row of the block gives, the default's first.
Expansion everyValue(const State& state, const Scope& block, int depth)
{
    Expansion all { {}, Certainty::Any };
    if (const std::string* otherwise = defaultOf(block)) {
        all.certainty = Certainty::Likely;
        for (const std::string& value : expand(state, *otherwise, depth).values)
            all.add(value);
    }
    for (const parse::NginxDirective& row : block.directives()) {
        if (!isRow(row) || row.name == "default" || row.name == "delete" || row.name == "proxy")
            continue;
        if (all.values.size() >= 64)
            break;
        for (const std::string& value : expand(state, row.arguments.front(), depth).values)
            all.add(value);
    }
    return all;
}

Expansion mapValue(const State& state, const Scope& block, int depth)
{
    const Expansion source = expand(state, block.arguments()[0], depth);
    Expansion result { {}, source.certainty };
    switch (source.certainty) {
    case Certainty::Known: return mapped(state, block, source.first(), depth);
    case Certainty::Likely: {
        result = mapped(state, block, source.first(), depth);
        result.certainty = std::max(result.certainty, Certainty::Likely);
        for (const std::string& value : everyValue(state, block, depth).values)
            result.add(value);
        return result.values.size() == 1 && result.certainty == Certainty::Likely ? Expansion::known(result.first())
                                                                                 : result;
    }
    case Certainty::Any:
        for (const std::string& each : source.values) {
            const Expansion value = mapped(state, block, each, depth);
            result.certainty = std::max(result.certainty, value.certainty);
            for (const std::string& text : value.values)
                result.add(text);
        }
        return result;
    case Certainty::Unknown: return everyValue(state, block, depth);
    }
    return Expansion::unknown();
}

Expansion splitValue(const State& state, const Scope& block, int depth)
{
    Expansion result { {}, Certainty::Any };
    for (const parse::NginxDirective& row : block.directives())
        if (isRow(row))
            for (const std::string& value : expand(state, row.arguments.front(), depth).values)
                result.add(value);
    if (result.values.size() == 1)
        result.certainty = Certainty::Known;
    return result;
}
}

Definitions definitionsOf(const Scope& root)
{
    Definitions definitions;
    const auto collect = [&](const Scope& scope) {
        for (const std::unique_ptr<Scope>& child : scope.children()) {
            const std::string& name = child->name();
            if (name != "map" && name != "geo" && name != "split_clients")
                continue;
            // geo's source may be left out: it is $remote_addr then.
            const std::size_t needed = name == "geo" ? 1 : 2;
            if (child->arguments().size() >= needed && child->arguments().back().starts_with('$'))
                definitions[child->arguments().back().substr(1)] = child.get();
        }
    };
    collect(root);
    for (const std::unique_ptr<Scope>& child : root.children())
        if (child->name() == "http" || child->name() == "stream")
            collect(*child);
    return definitions;
}

Expansion capturedByMap(const State& state, const std::string& name, int depth)
{
    for (const auto& [variable, block] : *state.definitions) {
        if (block->name() != "map")
            continue;
        for (const parse::NginxDirective& row : block->directives()) {
            if (!row.name.starts_with('~') || row.name.find('<' + name + '>') == std::string::npos)
                continue;
            const bool ignoresCase = row.name.starts_with("~*");
            const std::string subject = expand(state, block->arguments()[0], depth).first();
            if (const auto match = Pattern(std::string_view(row.name).substr(ignoresCase ? 2 : 1), ignoresCase).match(subject))
                if (const auto found = match->names.find(name); found != match->names.end())
                    return Expansion::known(found->second);
        }
    }
    return Expansion::unknown();
}

Expansion definedValue(const State& state, const Scope& block, int depth)
{
    if (block.name() == "map")
        return mapValue(state, block, depth);
    if (block.name() == "split_clients")
        return splitValue(state, block, depth);
    return everyValue(state, block, depth); // geo: the client's address is not known
}

}
