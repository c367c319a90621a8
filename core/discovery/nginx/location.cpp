#include "core/discovery/nginx/location.h"

#include <array>

namespace hopscope::discovery::nginx {

namespace {
constexpr int maximumNesting = 64;
}

LocationName locationName(const Scope& location)
{
    const std::vector<std::string>& arguments = location.arguments();
    if (arguments.size() >= 2)
        return { arguments[0], arguments[1] };
    if (arguments.empty())
        return {};
    for (const std::string_view modifier : { "=", "^~", "~*", "~" })
        if (arguments[0].starts_with(modifier))
            return { std::string(modifier), arguments[0].substr(modifier.size()) };
    return { arguments[0].starts_with('@') ? "@" : "", arguments[0] };
}

Locations::Locations(const Scope& scope)
{
    for (const std::unique_ptr<Scope>& child : scope.children()) {
        if (child->name() != "location")
            continue;
        LocationName name = locationName(*child);
        if (name.modifier == "~" || name.modifier == "~*")
            m_regexes.push_back({ Pattern(name.text, name.modifier == "~*"), child.get() });
        else if (name.modifier != "@")
            m_statics.push_back({ std::move(name.text), name.modifier == "=", name.modifier == "^~", child.get() });
    }
}

bool Locations::chooseInto(std::string_view path, Choice& choice, int depth) const
{
    if (depth > maximumNesting)
        return false;
    const Static* best = nullptr;
    const Static* slash = nullptr;
    for (const Static& each : m_statics) {
        if (each.isExact) {
            if (path == each.text) {
                choice = { each.scope, {}, false };
                return true;
            }
            if (each.text.size() == path.size() + 1 && each.text.ends_with('/') && each.text.starts_with(path)
                && passOf(*each.scope))
                slash = &each;
            continue;
        }
        if (path.starts_with(each.text) && (!best || each.text.size() > best->text.size()))
            best = &each;
        if (each.text.size() == path.size() + 1 && each.text.ends_with('/') && each.text.starts_with(path)
            && passOf(*each.scope))
            slash = &each;
    }
    if (slash && !(best && best->text.size() == path.size())) {
        choice = { slash->scope, {}, true };
        return true;
    }
    bool refusesRegex = false;
    if (best) {
        choice = { best->scope, {}, false };
        refusesRegex = best->refusesRegex;
        if (Locations(*best->scope).chooseInto(path, choice, depth + 1))
            return true;
    }
    if (refusesRegex)
        return false;
    for (const Regex& each : m_regexes)
        if (std::optional<PatternMatch> match = each.pattern.match(path)) {
            choice = { each.scope, std::move(match), false };
            Locations(*each.scope).chooseInto(path, choice, depth + 1);
            return true;
        }
    return false;
}

Locations::Choice Locations::choose(std::string_view path) const
{
    Choice choice;
    chooseInto(path, choice, 0);
    return choice;
}

const Scope* Locations::named(const Scope& server, std::string_view name)
{
    for (const std::unique_ptr<Scope>& child : server.children())
        if (child->name() == "location" && !child->arguments().empty() && child->arguments()[0] == name)
            return child.get();
    return nullptr;
}

const parse::NginxDirective* passOf(const Scope& scope)
{
    constexpr auto names = std::to_array<std::string_view>(
        { "proxy_pass", "fastcgi_pass", "uwsgi_pass", "scgi_pass", "grpc_pass", "memcached_pass" });
    for (const Scope* each = &scope; each; each = each->parent()) {
        for (const std::string_view name : names)
            if (const Scope::Directives found = each->own(name); !found.empty() && !found.back()->arguments.empty())
                return found.back();
        if (each->name() != "if" && each->name() != "limit_except")
            return nullptr;
    }
    return nullptr;
}

}
