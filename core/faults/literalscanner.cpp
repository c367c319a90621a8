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
    for (std::uint32_t i = m_outputsFrom[finding]; i < m_outputsFrom[finding + 1]; ++i)
        found.push_back(m_outputs[i]);
}

void LiteralScanner::scan(std::string_view text, std::vector<std::uint32_t>& found) const
{
    // Each step waits for the table's answer to the one before. Two walks side by side, one for each half of the text,
    // wait together; the second begins early enough to see a literal that lies across the middle.
    const std::uint32_t* next = m_next.data();
    const std::size_t half = text.size() / 2;
    const std::size_t overlap = std::min(half, m_longest);
    const char* left = text.data();
    const char* right = text.data() + half - overlap;
    const char* const end = text.data() + text.size();
    std::uint32_t leftState = 0;
    std::uint32_t rightState = 0;
    for (const char* const middle = left + half; left != middle; ++left, ++right) {
        leftState = next[leftState + m_classOf[static_cast<std::uint8_t>(*left)]];
        rightState = next[rightState + m_classOf[static_cast<std::uint8_t>(*right)]];
        if (std::max(leftState, rightState) >= m_firstFinding) [[unlikely]] {
            if (leftState >= m_firstFinding)
                addFound(leftState, found);
            if (rightState >= m_firstFinding)
                addFound(rightState, found);
        }
    }
    for (; right != end; ++right) {
        rightState = next[rightState + m_classOf[static_cast<std::uint8_t>(*right)]];
        if (rightState >= m_firstFinding) [[unlikely]]
            addFound(rightState, found);
    }
}

}
