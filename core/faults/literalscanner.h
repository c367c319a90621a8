#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hopscope::faults {

/// Finds which of many literals stand in a text, in one pass and without regard to the case of ASCII letters:
/// Aho and Corasick's automaton as a full table, over five bits of each byte; what it reports is compared with the text.
/// Immutable once built.
class LiteralScanner {
public:
    /// `literals` are lower-case and not empty; the index of each is its number.
    explicit LiteralScanner(std::vector<std::string> literals);

    /// Adds the numbers of the literals that the text holds to `found`; one may come several times.
    void scan(std::string_view text, std::vector<std::uint32_t>& found) const;

private:
    template <std::size_t parts> void scanParts(std::string_view text, std::vector<std::uint32_t>& found) const;
    void addFound(std::uint32_t state, const char* end, std::vector<std::uint32_t>& found) const;

    std::vector<std::string> m_literals;
    std::size_t m_longest = 0;                ///< literal, in bytes
    std::vector<std::uint32_t> m_next;        ///< row offset of the next state by row offset + column
    std::uint32_t m_firstFinding = 0;         ///< rows from here on end a literal; a power of two
    std::vector<std::uint32_t> m_outputsFrom; ///< by finding state: where its literals begin in m_outputs
    std::vector<std::uint32_t> m_outputs;
};

}
