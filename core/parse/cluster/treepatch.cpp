#include "core/parse/cluster/treepatch.h"

#include "core/parse/lines.h"

#include <algorithm>

namespace hopscope::parse::cluster {

namespace {
constexpr int deepestPatch = 64;
constexpr std::size_t mostCompared = 4'000'000; ///< items of one list with those of its patch

ConfigTree* memberOf(ConfigTree& map, std::string_view key)
{
    const auto found = std::find_if(map.members.begin(), map.members.end(), [&](const auto& each) { return each.first == key; });
    return found == map.members.end() ? nullptr : &found->second;
}

void remove(ConfigTree& map, std::string_view key)
{
    std::erase_if(map.members, [&](const auto& each) { return each.first == key; });
}

void setLines(ConfigTree& tree, int line)
{
    tree.line = line;
    for (ConfigTree& item : tree.items)
        setLines(item, line);
    for (auto& member : tree.members)
        setLines(member.second, line);
}

/// By what the items of a list are told apart; empty for a list that is one value.
std::string_view keyOf(std::string_view list, const ConfigTree& patch)
{
    if (list == "containers" || list == "initContainers" || list == "env" || list == "volumes" || list == "imagePullSecrets")
        return "name";
    if (list == "volumeMounts")
        return "mountPath";
    if (list == "ports" && !patch.items.empty())
        return patch.items.front().has("containerPort") ? "containerPort" : patch.items.front().has("port") ? "port" : "";
    return "";
}

void merge(ConfigTree& object, const ConfigTree& patch, int depth);

void mergeList(ConfigTree& list, const ConfigTree& patch, std::string_view key, int depth)
{
    for (const ConfigTree& each : patch.items) {
        const auto same = std::find_if(list.items.begin(), list.items.end(),
            [&](const ConfigTree& item) { return item.has(key) && item.text(key) == each.text(key); });
        const bool isGone = each.text("$patch") == "delete";
        if (same == list.items.end()) {
            if (!isGone) {
                list.items.push_back(each);
                setLines(list.items.back(), list.line);
            }
        } else if (isGone) {
            list.items.erase(same);
        } else {
            merge(*same, each, depth + 1);
        }
    }
}

void merge(ConfigTree& object, const ConfigTree& patch, int depth)
{
    if (depth > deepestPatch || object.members.size() * patch.members.size() > mostCompared)
        return;
    for (const auto& [name, value] : patch.members) {
        if (name == "$patch")
            continue;
        ConfigTree* own = memberOf(object, name);
        if (value.isNull()) {
            remove(object, name);
        } else if (own && own->isMap() && value.isMap() && value.text("$patch") != "replace") {
            merge(*own, value, depth + 1);
        } else if (own && own->isList() && value.isList() && !keyOf(name, value).empty() && own->items.size() * value.items.size() < mostCompared) {
            mergeList(*own, value, keyOf(name, value), depth);
        } else {
            ConfigTree put = value;
            setLines(put, own ? own->line : object.line);
            if (own)
                *own = std::move(put);
            else
                object.members.emplace_back(name, std::move(put));
        }
    }
}

/// "/spec/rules/0/host" → its words, with ~1 and ~0 read as / and ~
std::vector<std::string> wordsOfPointer(std::string_view path)
{
    std::vector<std::string> words;
    while (path.starts_with('/')) {
        path.remove_prefix(1);
        const std::string_view word = path.substr(0, path.find('/'));
        path.remove_prefix(word.size());
        std::string plain;
        for (std::size_t i = 0; i < word.size(); ++i) {
            const bool isEscape = word[i] == '~' && i + 1 < word.size();
            plain += isEscape ? (word[i + 1] == '1' ? '/' : '~') : word[i];
            i += isEscape ? 1 : 0;
        }
        words.push_back(std::move(plain));
    }
    return words;
}

void applyOperation(ConfigTree& object, const ConfigTree& operation)
{
    const std::vector<std::string> words = wordsOfPointer(operation.text("path"));
    const std::string kind = operation.text("op");
    if (words.empty() || words.size() > deepestPatch || (kind != "add" && kind != "replace" && kind != "remove"))
        return;
    ConfigTree* place = &object;
    for (std::size_t i = 0; i + 1 < words.size(); ++i) {
        const auto index = numberOf<std::size_t>(words[i]);
        if (place->isMap())
            place = memberOf(*place, words[i]);
        else
            place = index && *index < place->items.size() ? &place->items[*index] : nullptr;
        if (!place)
            return;
    }
    ConfigTree value = operation.at("value");
    setLines(value, place->line);
    if (place->isList()) {
        const auto index = numberOf<std::size_t>(words.back());
        const bool isEnd = words.back() == "-";
        if (!isEnd && (!index || *index > place->items.size() || (kind != "add" && *index == place->items.size())))
            return;
        const auto at = isEnd ? place->items.end() : place->items.begin() + static_cast<std::ptrdiff_t>(*index);
        if (kind == "add")
            place->items.insert(at, std::move(value));
        else if (!isEnd && kind == "replace")
            *at = std::move(value);
        else if (!isEnd)
            place->items.erase(at);
        return;
    }
    if (!place->isMap())
        return;
    ConfigTree* own = memberOf(*place, words.back());
    if (kind == "remove")
        remove(*place, words.back());
    else if (own)
        *own = std::move(value);
    else if (kind == "add")
        place->members.emplace_back(words.back(), std::move(value));
}
}

void mergePatch(ConfigTree& object, const ConfigTree& patch) { merge(object, patch, 0); }

void applyOperations(ConfigTree& object, const ConfigTree& operations)
{
    for (const ConfigTree& each : operations.items)
        applyOperation(object, each);
}

}
