#include "core/discovery/traefik/settings.h"

#include "core/parse/lines.h"

#include <algorithm>
#include <cctype>

namespace hopscope::discovery::traefik {

namespace {
using parse::ConfigTree;
const ConfigTree nothing {};

bool equalsIgnoringCase(std::string_view left, std::string_view right)
{
    return left.size() == right.size() && std::equal(left.begin(), left.end(), right.begin(), [](unsigned char a, unsigned char b) {
        return std::tolower(a) == std::tolower(b);
    });
}

/// ":443", "127.0.0.1:80/tcp", "[::]:53/udp".
void readAddress(std::string_view text, EntryPoint& entry)
{
    if (const std::size_t slash = text.find('/'); slash != std::string_view::npos) {
        entry.isUdp = text.substr(slash) == "/udp";
        text = text.substr(0, slash);
    }
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos)
        return;
    entry.listener.port = parse::numberOf<base::Port>(text.substr(colon + 1)).value_or(0);
    std::string_view host = text.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']'))
        host = host.substr(1, host.size() - 2);
    entry.listener.address = host.empty() ? "0.0.0.0" : std::string(host);
}

EntryPoint entryPointOf(const std::string& name, const ConfigTree& tree)
{
    EntryPoint entry;
    entry.name = name;
    entry.isInternal = name == "traefik";
    readAddress(get(tree, "address").scalar, entry);
    const ConfigTree& http = get(tree, "http");
    entry.isTls = !get(http, "tls").isNull() && get(http, "tls").scalar != "false";
    entry.middlewares = listOf(get(http, "middlewares"));
    const ConfigTree& redirect = get(http, { "redirections", "entryPoint" });
    entry.redirectTo = get(redirect, "to").scalar;
    entry.redirectScheme = get(redirect, "scheme").scalar.empty() ? "https" : get(redirect, "scheme").scalar;
    // version 1
    if (!get(tree, "tls").isNull())
        entry.isTls = true;
    if (const ConfigTree& old = get(tree, "redirect"); !old.isNull() && entry.redirectTo.empty())
        entry.redirectTo = get(old, "entryPoint").scalar;
    return entry;
}
}

const ConfigTree& get(const ConfigTree& tree, std::string_view name)
{
    for (const auto& [key, value] : tree.members)
        if (equalsIgnoringCase(key, name))
            return value;
    return nothing;
}

const ConfigTree& get(const ConfigTree& tree, std::initializer_list<std::string_view> names)
{
    const ConfigTree* place = &tree;
    for (const std::string_view name : names)
        place = &get(*place, name);
    return *place;
}

bool flag(const ConfigTree& tree, std::string_view name, bool otherwise)
{
    const ConfigTree& value = get(tree, name);
    return value.isScalar() ? equalsIgnoringCase(value.scalar, "true") || value.scalar == "1" : otherwise;
}

std::vector<std::string> listOf(const ConfigTree& tree)
{
    std::vector<std::string> all;
    for (const std::string& text : tree.texts())
        for (std::string_view rest = text; !rest.empty();)
            if (const std::string_view each = parse::trimmed(parse::takeUntil(rest, ",")); !each.empty())
                all.emplace_back(each);
    return all;
}

void Directory::add(Named named)
{
    if (const std::size_t at = named.name.rfind('@'); at != std::string::npos) {
        named.provider = named.name.substr(at + 1);
        named.name.resize(at);
    }
    m_byName.emplace(named.name, m_all.size());
    m_all.push_back(std::move(named));
}

const Named* Directory::find(const std::string& name, const std::string& provider) const
{
    const std::size_t at = name.rfind('@');
    const std::string plain = name.substr(0, at);
    const std::string wanted = at == std::string::npos ? provider : name.substr(at + 1);
    const auto [first, last] = m_byName.equal_range(plain);
    for (auto each = first; each != last; ++each)
        if (m_all[each->second].provider == wanted)
            return &m_all[each->second];
    return first == last ? nullptr : &m_all[first->second];
}

std::vector<EntryPoint> entryPointsOf(const std::vector<ConfigTree>& documents)
{
    std::vector<EntryPoint> all;
    const auto add = [&](EntryPoint entry) {
        const auto known = std::find_if(all.begin(), all.end(), [&](const EntryPoint& each) { return each.name == entry.name; });
        if (known == all.end())
            all.push_back(std::move(entry));
        else if (known->listener.port == 0)
            *known = std::move(entry);
    };
    for (const ConfigTree& document : documents) {
        for (const auto& [name, tree] : get(document, "entryPoints").members)
            add(entryPointOf(name, tree));
        // the API's list
        for (const ConfigTree& item : document.items)
            if (!get(item, "address").isNull() && !get(item, "name").isNull())
                add(entryPointOf(get(item, "name").scalar, item));
    }
    return all;
}

}
