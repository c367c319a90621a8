#include "core/parse/cluster/reading.h"

#include "core/parse/lines.h"

#include <cmath>

namespace hopscope::parse::cluster {

namespace {
/// Tools write whole manifests into annotations.
constexpr std::size_t longestAnnotation = 4096;
}

std::optional<int> numberIn(const Tree& tree) { return tree.isScalar() ? numberOf<int>(tree.scalar) : std::nullopt; }

base::Port portIn(const Tree& tree)
{
    return tree.isScalar() ? numberOf<base::Port>(tree.scalar).value_or(0) : base::Port(0);
}

std::optional<base::TimePoint> timeIn(const Tree& tree)
{
    return tree.isScalar() ? base::fromIso8601(tree.scalar) : std::nullopt;
}

model::cluster::Labels labelsIn(const Tree& map)
{
    model::cluster::Labels labels;
    for (const auto& [name, value] : map.members)
        if (!value.isMap() && !value.isList() && value.scalar.size() <= longestAnnotation)
            labels.emplace(name, value.scalar);
    return labels;
}

model::cluster::Selector selectorIn(const Tree& tree)
{
    model::cluster::Selector selector;
    selector.labels = labelsIn(tree.at("matchLabels"));
    for (const Tree& item : tree.at("matchExpressions").items)
        selector.expressions.push_back({ item.text("key"), item.text("operator"), item.at("values").texts() });
    return selector;
}

model::cluster::Meta metaOf(const Tree& object, const ObjectPlace& place)
{
    const Tree& from = object.at("metadata");
    model::cluster::Meta meta;
    meta.space = from.has("namespace") ? from.text("namespace") : place.space;
    meta.name = from.has("name") ? from.text("name") : from.text("generateName");
    meta.labels = labelsIn(from.at("labels"));
    meta.annotations = labelsIn(from.at("annotations"));
    for (const Tree& owner : from.at("ownerReferences").items) {
        meta.ownerKind = owner.text("kind");
        meta.ownerName = owner.text("name");
        if (owner.flag("controller", false))
            break;
    }
    meta.createdAt = timeIn(from.at("creationTimestamp"));
    meta.isBeingDeleted = from.has("deletionTimestamp");
    meta.file = place.file;
    meta.line = place.line != 0 ? place.line : object.line;
    meta.source.line = place.line;
    return meta;
}

std::vector<model::cluster::Condition> conditionsIn(const Tree& list)
{
    std::vector<model::cluster::Condition> conditions;
    for (const Tree& item : list.items)
        conditions.push_back({ item.text("type"), item.text("status"), item.text("reason"), item.text("message"),
            timeIn(item.at("lastTransitionTime")) });
    return conditions;
}

std::optional<base::Milliseconds> durationIn(std::string_view text)
{
    double total = 0;
    bool hasAny = false;
    while (!text.empty()) {
        std::size_t digits = 0;
        while (digits < text.size() && ((text[digits] >= '0' && text[digits] <= '9') || text[digits] == '.'))
            ++digits;
        const auto number = numberOf<double>(text.substr(0, digits));
        if (!number)
            return std::nullopt;
        text.remove_prefix(digits);
        const auto take = [&](std::string_view unit) {
            if (!text.starts_with(unit))
                return false;
            text.remove_prefix(unit.size());
            return true;
        };
        const double unit = take("ms") ? 1 : take("h") ? 3600000 : take("m") ? 60000 : take("s") ? 1000 : 0;
        if (unit == 0)
            return std::nullopt;
        total += *number * unit;
        hasAny = true;
    }
    if (!hasAny || !std::isfinite(total) || total > 1e12)
        return std::nullopt;
    return base::Milliseconds(static_cast<long long>(total));
}

}
