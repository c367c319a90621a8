#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hopscope::faults {

/// Finds which of many literals stand in a text, in one pass and without regard to the case of ASCII letters:
/// Aho and Corasick's automaton as a full table. Immutable once built.
class LiteralScanner {
public:
    /// `literals` are lower-case and not empty; the index of each is its number.
    explicit LiteralScanner(const std::vector<std::string>& literals);

    /// Adds the numbers of the literals that the text holds to `found`; one may come several times.
    void scan(std::string_view text, std::vector<std::uint32_t>& found) const;

private:
    template <std::size_t parts> void scanParts(std::string_view text, std::vector<std::uint32_t>& found) const;
    void addFound(std::uint32_t state, std::vector<std::uint32_t>& found) const;

    std::array<std::uint8_t, 256> m_classOf {}; ///< bytes that no literal holds share class 0
    std::size_t m_longest = 0;                  ///< literal, in bytes
    unsigned m_shift = 0;                       ///< a row has 2^shift columns
    std::vector<std::uint32_t> m_next;          ///< row offset of the next state by row offset + class
    std::uint32_t m_firstFinding = 0;           ///< rows from here on end a literal
    std::vector<std::uint32_t> m_outputsFrom;   ///< by finding state: where its literals begin in m_outputs
    std::vector<std::uint32_t> m_outputs;
};

}
