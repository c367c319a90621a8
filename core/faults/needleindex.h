#pragma once

#include "core/faults/literalscanner.h"
#include "core/faults/needles.h"

#include <map>
#include <optional>

namespace hopscope::faults {

/// Which of an index's needles a text holds.
class NeedleSet {
public:
    explicit NeedleSet(std::size_t size)
        : m_bits((size + 63) / 64)
    {
    }

    void add(std::uint32_t needle) { m_bits[needle / 64] |= std::uint64_t { 1 } << (needle % 64); }
    bool holds(std::uint32_t needle) const { return (m_bits[needle / 64] >> (needle % 64) & 1) != 0; }

private:
    std::vector<std::uint64_t> m_bits;
};

/// Numbers needles, then finds all of them that a text holds in one pass: a line that may be a fault is looked over
/// once, and not once for each pattern. First numbers(), then close(), then presentIn().
class NeedleIndex {
public:
    /// Of each group one must be there.
    using Groups = std::vector<std::vector<std::uint32_t>>;

    Groups numbers(const std::vector<Needles>& groups);
    void close();

    NeedleSet presentIn(std::string_view text) const;
    static bool areMet(const Groups& groups, const NeedleSet& present);

private:
    std::map<std::string, std::uint32_t> m_numbers;
    std::optional<LiteralScanner> m_scanner;
};

}
