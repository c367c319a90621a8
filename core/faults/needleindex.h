#pragma once

#include "core/faults/literalscanner.h"
#include "core/faults/needles.h"

#include <algorithm>
#include <bit>
#include <map>
#include <optional>

namespace hopscope::faults {

/// Some of a row of numbers, from 0 on; of none where there is no row.
class NumberSet {
public:
    explicit NumberSet(std::size_t size)
        : m_bits((size + 63) / 64)
    {
    }

    void add(std::uint32_t number) { m_bits[number / 64] |= std::uint64_t { 1 } << (number % 64); }
    bool holds(std::uint32_t number) const { return (m_bits[number / 64] >> (number % 64) & 1) != 0; }
    bool isEmpty() const
    {
        return std::all_of(m_bits.begin(), m_bits.end(), [](std::uint64_t bits) { return bits == 0; });
    }

    /// In ascending order.
    template <class Visitor> void forEach(Visitor visit) const
    {
        for (std::size_t i = 0; i < m_bits.size(); ++i) {
            for (std::uint64_t rest = m_bits[i]; rest != 0; rest &= rest - 1)
                visit(static_cast<std::uint32_t>(i * 64) + static_cast<std::uint32_t>(std::countr_zero(rest)));
        }
    }

private:
    std::vector<std::uint64_t> m_bits;
};

/// Numbers groups of needles, then finds in one pass which groups a text has a needle of: a line that may be a fault is
/// looked over once, and not once for each pattern. First numbers(), then close(), then metBy().
class NeedleIndex {
public:
    /// A pattern's groups, by number; of each a needle must be there. Patterns share those that are alike.
    using Groups = std::vector<std::uint32_t>;
    using GroupSet = NumberSet;

    Groups numbers(const std::vector<Needles>& groups);
    void close();

    GroupSet metBy(std::string_view text) const;
    static bool areMet(const Groups& groups, const GroupSet& met);

private:
    std::map<Needles, std::uint32_t> m_numbers; ///< of the groups
    std::vector<std::vector<std::uint32_t>> m_groupsOf; ///< by the needle's number
    std::optional<LiteralScanner> m_scanner;
};

}
