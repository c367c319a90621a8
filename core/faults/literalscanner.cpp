#include "core/faults/literalscanner.h"

#include <algorithm>
#include <array>
#include <bit>
#include <deque>
#include <utility>

namespace hopscope::faults {
namespace {

    constexpr std::uint32_t noState = 0xffffffff;

    // The automaton reads five bits of a byte: letters count without case, a digit or a mark shares its column with one
    // of them ('0' with 'p'). So a step needs no table of classes and a row is short; what it reports is compared.
    constexpr unsigned columnBits = 5;
    constexpr std::uint32_t columns = 1U << columnBits;

    std::uint32_t columnOf(char c) { return static_cast<unsigned char>(c) & (columns - 1); }

    char folded(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

    /// The automaton while it is built: states by number, in order of creation.
    struct Trie {
        std::vector<std::array<std::uint32_t, columns>> next;
        std::vector<std::vector<std::uint32_t>> outputs;
        std::vector<std::uint32_t> breadthFirst;

        std::uint32_t addState()
        {
            next.emplace_back().fill(noState);
            outputs.emplace_back();
            return static_cast<std::uint32_t>(next.size() - 1);
        }

        /// Turns the tree into the automaton: a missing edge goes where the longest proper suffix goes.
        void close()
        {
            std::vector<std::uint32_t> suffix(next.size(), 0);
            std::deque<std::uint32_t> queue { 0 };
            while (!queue.empty()) {
                const std::uint32_t state = queue.front();
                queue.pop_front();
                breadthFirst.push_back(state);
                const std::vector<std::uint32_t>& shorter = outputs[suffix[state]];
                if (state != 0)
                    outputs[state].insert(outputs[state].end(), shorter.begin(), shorter.end());
                for (unsigned symbol = 0; symbol < columns; ++symbol) {
                    const std::uint32_t fallback = state == 0 ? 0 : next[suffix[state]][symbol];
                    std::uint32_t& target = next[state][symbol];
                    if (target == noState) {
                        target = fallback;
                    } else {
                        suffix[target] = fallback;
                        queue.push_back(target);
                    }
                }
            }
        }
    };

}

LiteralScanner::LiteralScanner(std::vector<std::string> literals)
    : m_literals(std::move(literals))
{
    Trie trie;
    trie.addState();
    for (std::uint32_t number = 0; number < m_literals.size(); ++number) {
        m_longest = std::max(m_longest, m_literals[number].size());
        std::uint32_t state = 0;
        for (const char c : m_literals[number]) {
            const std::uint32_t symbol = columnOf(c);
            if (trie.next[state][symbol] == noState) {
                const std::uint32_t added = trie.addState();
                trie.next[state][symbol] = added;
            }
            state = trie.next[state][symbol];
        }
        trie.outputs[state].push_back(number);
    }
    trie.close();

    // Rows in order of depth, so that the few that most text visits lie together; those that end a literal last, from
    // a power of two on, so that one bit tells of several walks at once whether any of them is there.
    std::vector<std::uint32_t> order = trie.breadthFirst;
    const auto firstFinding
        = std::stable_partition(order.begin(), order.end(), [&](std::uint32_t s) { return trie.outputs[s].empty(); });
    const auto plain = static_cast<std::uint32_t>(firstFinding - order.begin());
    m_firstFinding = std::bit_ceil(plain) << columnBits;
    std::vector<std::uint32_t> row(order.size());
    for (std::uint32_t i = 0; i < order.size(); ++i)
        row[order[i]] = i < plain ? i << columnBits : m_firstFinding + ((i - plain) << columnBits);
    m_next.assign(m_firstFinding + ((order.size() - plain) << columnBits), 0);
    for (const std::uint32_t state : order) {
        for (unsigned symbol = 0; symbol < columns; ++symbol)
            m_next[row[state] + symbol] = row[trie.next[state][symbol]];
        if (trie.outputs[state].empty())
            continue;
        m_outputsFrom.push_back(static_cast<std::uint32_t>(m_outputs.size()));
        m_outputs.insert(m_outputs.end(), trie.outputs[state].begin(), trie.outputs[state].end());
    }
    m_outputsFrom.push_back(static_cast<std::uint32_t>(m_outputs.size()));
}

/// Of the literals that may end where a walk stands, those that do.
void LiteralScanner::addFound(std::uint32_t state, const char* end, std::vector<std::uint32_t>& found) const
{
    const std::uint32_t finding = (state - m_firstFinding) >> columnBits;
    for (std::uint32_t i = m_outputsFrom[finding]; i < m_outputsFrom[finding + 1]; ++i) {
        const std::string& literal = m_literals[m_outputs[i]];
        const char* const begin = end - literal.size();
        if (!std::equal(begin, end, literal.begin(), [](char a, char b) { return folded(a) == b; }))
            continue;
        if (found.empty())
            found.reserve(64); // where one is, there are more
        found.push_back(m_outputs[i]);
    }
}

void LiteralScanner::scan(std::string_view text, std::vector<std::uint32_t>& found) const
{
    // Each step waits for the table's answer to the one before. Several walks side by side, one for each part of the
    // text, wait together; all but the first begin early enough to see a literal that lies across the border.
    if (text.size() >= 3 * m_longest)
        scanParts<4>(text, found);
    else
        scanParts<2>(text, found);
}

template <std::size_t parts> void LiteralScanner::scanParts(std::string_view text, std::vector<std::uint32_t>& found) const
{
    // All walks are of one length; each overlaps the next by at least the longest literal.
    const std::size_t overlap = std::min(text.size(), m_longest);
    const std::size_t stride = (text.size() - overlap) / parts;
    const std::size_t length = text.size() - (parts - 1) * stride;
    const std::uint32_t* const next = m_next.data();
    const std::uint32_t firstFinding = m_firstFinding;
    std::array<std::uint32_t, parts> state {};
    const char* const end = text.data() + length;
    for (const char* at = text.data(); at != end; ++at) {
        std::uint32_t all = 0;
#pragma GCC unroll 8 // so that the states stay in registers
        for (std::size_t i = 0; i < parts; ++i) {
            state[i] = next[state[i] + columnOf(at[i * stride])];
            all |= state[i];
        }
        if (all < firstFinding) [[likely]]
            continue;
        for (std::size_t i = 0; i < parts; ++i) {
            if (state[i] >= firstFinding)
                addFound(state[i], at + i * stride + 1, found);
        }
    }
}

}
