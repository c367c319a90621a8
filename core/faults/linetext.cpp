#include "core/faults/linetext.h"

#include <algorithm>

namespace hopscope::faults {
namespace {

    constexpr std::size_t longestPrefix = 160;

    bool isNameChar(char c)
    {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
            || std::string_view("_.-/@").find(c) != std::string_view::npos;
    }

    /// Where the escape sequence that begins at `from` (an ESC) ends.
    std::size_t endOfEscape(std::string_view line, std::size_t from)
    {
        std::size_t at = from + 1;
        if (at >= line.size())
            return at;
        if (line[at] == '[') { // CSI: parameters, then one byte of 0x40..0x7e
            for (++at; at < line.size(); ++at) {
                if (line[at] >= 0x40 && line[at] <= 0x7e)
                    return at + 1;
            }
            return at;
        }
        if (line[at] == ']') { // OSC: to BEL or ESC backslash
            for (++at; at < line.size(); ++at) {
                if (line[at] == '\a')
                    return at + 1;
                if (line[at] == '\x1b')
                    return std::min(at + 2, line.size());
            }
            return at;
        }
        return at + 1;
    }

    /// "tag:" or "tag[pid]:" that ends at `colon`; empty where it is neither.
    std::string_view tagBefore(std::string_view line, std::size_t colon)
    {
        std::size_t end = colon;
        if (end > 0 && line[end - 1] == ']') {
            const std::size_t open = line.rfind('[', end);
            if (open == std::string_view::npos)
                return {};
            end = open;
        }
        std::size_t begin = end;
        while (begin > 0 && isNameChar(line[begin - 1]))
            --begin;
        const std::string_view tag = line.substr(begin, end - begin);
        const bool hasLetter
            = std::any_of(tag.begin(), tag.end(), [](char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; });
        return hasLetter ? tag : std::string_view();
    }

}

std::string withoutEscapes(std::string_view line)
{
    std::string text;
    text.reserve(line.size());
    for (std::size_t at = 0; at < line.size();) {
        const auto byte = static_cast<unsigned char>(line[at]);
        if (byte == 0x1b) {
            at = endOfEscape(line, at);
            continue;
        }
        if (byte >= 0x20 || byte == '\t')
            text += line[at];
        ++at;
    }
    return text;
}

std::string withPlainPunctuation(std::string_view text)
{
    std::string result;
    result.reserve(text.size());
    for (std::size_t at = 0; at < text.size(); ++at) {
        const std::string_view rest = text.substr(at);
        if (rest.starts_with("\u2018") || rest.starts_with("\u2019")) {
            result += '\'';
            at += 2;
        } else if (rest.starts_with("\u201c") || rest.starts_with("\u201d")) {
            result += '"';
            at += 2;
        } else if (rest.starts_with("\u202f")) {
            result += ' ';
            at += 2;
        } else if (rest.starts_with("\u00a0")) {
            result += ' ';
            at += 1;
        } else {
            result += text[at];
        }
    }
    return result;
}

std::string withoutQuoteEscapes(std::string_view text)
{
    std::string result;
    result.reserve(text.size());
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '\\' && at + 1 < text.size() && text[at + 1] == '"')
            continue;
        result += text[at];
    }
    return result;
}

std::string_view writerName(std::string_view line)
{
    const std::string_view head = line.substr(0, longestPrefix);
    if (const std::size_t bar = head.find(" | "); bar != std::string_view::npos) {
        const std::size_t end = head.find_last_not_of(' ', bar);
        if (end != std::string_view::npos && std::all_of(head.begin(), head.begin() + static_cast<std::ptrdiff_t>(end) + 1, isNameChar))
            return head.substr(0, end + 1);
    }
    if (head.starts_with("[pod/")) {
        const std::size_t close = head.find(']');
        if (close != std::string_view::npos)
            return head.substr(5, close - 5);
    }
    for (std::size_t colon = head.find(": "); colon != std::string_view::npos; colon = head.find(": ", colon + 1)) {
        if (const std::string_view tag = tagBefore(head, colon); !tag.empty())
            return tag;
    }
    return {};
}

}
