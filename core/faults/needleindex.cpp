#include "core/faults/needleindex.h"

#include <algorithm>

namespace hopscope::faults {

NeedleIndex::Groups NeedleIndex::numbers(const std::vector<Needles>& groups)
{
    Groups result;
    for (Needles group : groups) {
        std::sort(group.begin(), group.end());
        result.push_back(m_numbers.emplace(std::move(group), static_cast<std::uint32_t>(m_numbers.size())).first->second);
    }
    return result;
}

void NeedleIndex::close()
{
    std::map<std::string, std::vector<std::uint32_t>> groupsOf;
    for (const auto& [needles, group] : m_numbers)
        for (const std::string& needle : needles)
            groupsOf[needle].push_back(group);
    std::vector<std::string> needles;
    for (auto& [needle, groups] : groupsOf) {
        needles.push_back(needle);
        m_groupsOf.push_back(std::move(groups));
    }
    m_scanner.emplace(std::move(needles));
}

NeedleIndex::GroupSet NeedleIndex::metBy(std::string_view text) const
{
    std::vector<std::uint32_t> found;
    m_scanner->scan(text, found);
    NumberSet seen(m_groupsOf.size());
    GroupSet met(m_numbers.size());
    for (const std::uint32_t needle : found) {
        if (seen.holds(needle))
            continue;
        seen.add(needle);
        for (const std::uint32_t group : m_groupsOf[needle])
            met.add(group);
    }
    return met;
}

bool NeedleIndex::areMet(const Groups& groups, const GroupSet& met)
{
    return std::all_of(groups.begin(), groups.end(), [&](std::uint32_t group) { return met.holds(group); });
}

}
