#include "core/faults/needleindex.h"

#include <algorithm>

namespace hopscope::faults {

NeedleIndex::Groups NeedleIndex::numbers(const std::vector<Needles>& groups)
{
    Groups result;
    for (const Needles& group : groups) {
        std::vector<std::uint32_t>& list = result.emplace_back();
        for (const std::string& needle : group)
            list.push_back(m_numbers.emplace(needle, static_cast<std::uint32_t>(m_numbers.size())).first->second);
    }
    return result;
}

void NeedleIndex::close()
{
    std::vector<std::string> needles(m_numbers.size());
    for (const auto& [needle, number] : m_numbers)
        needles[number] = needle;
    m_scanner.emplace(needles);
}

NeedleSet NeedleIndex::presentIn(std::string_view text) const
{
    std::vector<std::uint32_t> found;
    m_scanner->scan(text, found);
    NeedleSet present(m_numbers.size());
    for (const std::uint32_t needle : found)
        present.add(needle);
    return present;
}

bool NeedleIndex::areMet(const Groups& groups, const NeedleSet& present)
{
    return std::all_of(groups.begin(), groups.end(), [&](const std::vector<std::uint32_t>& group) {
        return std::any_of(group.begin(), group.end(), [&](std::uint32_t needle) { return present.holds(needle); });
    });
}

}
