#include "core/faults/linesplitter.h"

#include <algorithm>

namespace hopscope::faults {
namespace {

    constexpr std::size_t longestLine = 1 << 20;

}

void LineSplitter::add(std::string_view bytes)
{
    while (!bytes.empty()) {
        const std::size_t end = bytes.find('\n'); // memchr
        if (end == std::string_view::npos)
            return keep(bytes);
        if (m_begun.empty()) {
            give(bytes.substr(0, end));
        } else {
            keep(bytes.substr(0, end));
            give(m_begun);
            m_begun.clear();
        }
        bytes.remove_prefix(end + 1);
    }
}

void LineSplitter::finish()
{
    if (!m_begun.empty())
        give(m_begun);
    m_begun.clear();
}

void LineSplitter::keep(std::string_view bytes)
{
    m_begun.append(bytes.substr(0, longestLine - std::min(longestLine, m_begun.size())));
}

void LineSplitter::give(std::string_view line)
{
    line = line.substr(0, longestLine);
    if (line.ends_with('\r'))
        line.remove_suffix(1);
    m_onLine(line);
}

}
