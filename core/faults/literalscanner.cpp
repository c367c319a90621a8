#include "core/faults/literalscanner.h"

#include <algorithm>
#include <bit>
#include <deque>

namespace hopscope::faults {
namespace {

    constexpr std::uint32_t noState = 0xffffffff;

    std::uint8_t folded(std::uint8_t byte)
    {
        return byte >= 'A' && byte <= 'Z' ? static_cast<std::uint8_t>(byte - 'A' + 'a') : byte;
    }

    /// The automaton while it is built: states by number, in order of creation.
    struct Trie {
        unsigned classes = 1;
        std::vector<std::vector<std::uint32_t>> next;
        std::vector<std::vector<std::uint32_t>> outputs;
        std::vector<std::uint32_t> breadthFirst;

        std::uint32_t addState()
        {
            next.emplace_back(classes, noState);
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
                for (unsigned symbol = 0; symbol < classes; ++symbol) {
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

LiteralScanner::LiteralScanner(const std::vector<std::string>& literals)
{
    Trie trie;
    for (const std::string& literal : literals) {
        m_longest = std::max(m_longest, literal.size());
        for (const char c : literal) {
            std::uint8_t& symbol = m_classOf[static_cast<std::uint8_t>(c)];
            if (symbol == 0)
                symbol = static_cast<std::uint8_t>(trie.classes++);
        }
    }
    for (unsigned byte = 'A'; byte <= 'Z'; ++byte)
        m_classOf[byte] = m_classOf[folded(static_cast<std::uint8_t>(byte))];
    m_shift = static_cast<unsigned>(std::bit_width(trie.classes - 1));

    trie.addState();
    for (std::uint32_t number = 0; number < literals.size(); ++number) {
        std::uint32_t state = 0;
        for (const char c : literals[number]) {
            const std::uint8_t symbol = m_classOf[static_cast<std::uint8_t>(c)];
            if (trie.next[state][symbol] == noState) {
                const std::uint32_t added = trie.addState();
                trie.next[state][symbol] = added;
            }
            state = trie.next[state][symbol];
        }
        trie.outputs[state].push_back(number);
    }
    trie.close();

    // Rows in order of depth, so that the few that most text visits lie together; those that end a literal last, so
    // that one comparison tells them.
    std::vector<std::uint32_t> order = trie.breadthFirst;
    std::stable_partition(order.begin(), order.end(), [&](std::uint32_t s) { return trie.outputs[s].empty(); });
    std::vector<std::uint32_t> row(order.size());
    for (std::uint32_t i = 0; i < order.size(); ++i)
        row[order[i]] = i << m_shift;
    m_next.assign(order.size() << m_shift, 0);
    m_firstFinding = static_cast<std::uint32_t>(order.size() << m_shift);
    for (std::uint32_t i = 0; i < order.size(); ++i) {
        for (unsigned symbol = 0; symbol < trie.classes; ++symbol)
            m_next[(i << m_shift) + symbol] = row[trie.next[order[i]][symbol]];
        if (trie.outputs[order[i]].empty())
            continue;
        m_firstFinding = std::min(m_firstFinding, i << m_shift);
        m_outputsFrom.push_back(static_cast<std::uint32_t>(m_outputs.size()));
        m_outputs.insert(m_outputs.end(), trie.outputs[order[i]].begin(), trie.outputs[order[i]].end());
    }
    m_outputsFrom.push_back(static_cast<std::uint32_t>(m_outputs.size()));
}

void LiteralScanner::addFound(std::uint32_t state, std::vector<std::uint32_t>& found) const
{
    const std::uint32_t finding = (state - m_firstFinding) >> m_shift;
    if (found.empty())
        found.reserve(64); // where one is, there are more
    for (std::uint32_t i = m_outputsFrom[finding]; i < m_outputsFrom[finding + 1]; ++i)
        found.push_back(m_outputs[i]);
}

void LiteralScanner::scan(std::string_view text, std::vector<std::uint32_t>& found) const
{
    // Each step waits for the table's answer to the one before. Several walks side by side, one for each part of the
    // text, wait together; all but the first begin early enough to see a literal that lies across the border.
    if (text.size() >= 8 * m_longest)
        scanParts<4>(text, found);
    else
        scanParts<2>(text, found);
}

template <std::size_t parts> void LiteralScanner::scanParts(std::string_view text, std::vector<std::uint32_t>& found) const
{
    // All walks are of one length, spread so that each overlaps the next by at least the longest literal.
    const std::size_t overlap = std::min(text.size(), m_longest);
    const std::size_t length = (text.size() + (parts - 1) * overlap + parts - 1) / parts;
    const std::uint32_t* next = m_next.data();
    std::array<const char*, parts> at;
    std::array<std::uint32_t, parts> state {};
    for (std::size_t i = 0; i < parts; ++i)
        at[i] = text.data() + i * (text.size() - length) / (parts - 1);
    for (std::size_t done = 0; done < length; ++done) {
        std::uint32_t highest = 0;
        for (std::size_t i = 0; i < parts; ++i) {
            state[i] = next[state[i] + m_classOf[static_cast<std::uint8_t>(at[i][done])]];
            highest = std::max(highest, state[i]);
        }
        if (highest < m_firstFinding) [[likely]]
            continue;
        for (const std::uint32_t one : state) {
            if (one >= m_firstFinding)
                addFound(one, found);
        }
    }
}

}
