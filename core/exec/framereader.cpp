#include "core/exec/framereader.h"

#include <algorithm>
#include <optional>

namespace hopscope::exec {
namespace {

    constexpr std::size_t longestFrame = 512; ///< after the marker; ours are far shorter

    std::optional<Frame> parsed(std::string_view line)
    {
        if (line.size() < 2 || line[0] != ' ')
            return std::nullopt;
        line.remove_prefix(1);
        Frame frame;
        frame.kind = line.front();
        line.remove_prefix(1);
        while (!line.empty()) {
            if (line.front() != ' ')
                return std::nullopt;
            line.remove_prefix(1);
            const std::size_t end = std::min(line.find(' '), line.size());
            frame.fields.emplace_back(line.substr(0, end));
            line.remove_prefix(end);
        }
        return frame;
    }

    /// How many bytes at the end of `text` could be the beginning of `marker`.
    std::size_t partialMarker(std::string_view text, std::string_view marker)
    {
        for (std::size_t length = std::min(text.size(), marker.size() - 1); length > 0; --length) {
            if (text.substr(text.size() - length) == marker.substr(0, length))
                return length;
        }
        return 0;
    }

}

FrameReader::FrameReader(std::string marker)
    : m_marker(std::move(marker))
{
}

void FrameReader::feed(std::string_view bytes, const TextSink& text, const FrameSink& frame)
{
    m_pending += bytes;
    while (step(text, frame)) { }
}

void FrameReader::finish(const TextSink& text)
{
    if (!m_pending.empty())
        text(m_pending);
    m_pending.clear();
}

bool FrameReader::step(const TextSink& text, const FrameSink& frame)
{
    const std::string_view pending = m_pending;
    const std::size_t start = pending.find(m_marker);
    if (start == std::string_view::npos) {
        const std::size_t kept = partialMarker(pending, m_marker);
        if (kept < pending.size())
            text(pending.substr(0, pending.size() - kept));
        m_pending.erase(0, pending.size() - kept);
        return false;
    }
    if (start > 0) {
        text(pending.substr(0, start));
        m_pending.erase(0, start);
        return true;
    }
    const std::string_view after = pending.substr(m_marker.size());
    const std::size_t newline = after.substr(0, longestFrame).find('\n');
    if (newline == std::string_view::npos && after.size() < longestFrame)
        return false;
    std::optional<Frame> found;
    if (newline != std::string_view::npos)
        found = parsed(after.substr(0, newline));
    if (!found) {
        text(pending.substr(0, 1));
        m_pending.erase(0, 1);
        return true;
    }
    m_pending.erase(0, m_marker.size() + newline + 1);
    frame(*found);
    return true;
}

}
