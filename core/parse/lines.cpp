#include "core/parse/lines.h"

#include <algorithm>

namespace hopscope::parse {
namespace {

constexpr std::string_view blanks = " \t\r\v\f";
constexpr std::string_view replacement = "\xEF\xBF\xBD";

/// Length of the valid UTF-8 sequence at the front (RFC 3629), 0 where there is none.
std::size_t sequenceLength(std::string_view bytes)
{
    const auto at = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
    const unsigned first = at(0);
    if (first < 0x80)
        return first == 0 ? 0 : 1;
    std::size_t length = 0;
    unsigned low = 0x80;
    unsigned high = 0xBF;
    if (first >= 0xC2 && first <= 0xDF) {
        length = 2;
    } else if (first >= 0xE0 && first <= 0xEF) {
        length = 3;
        low = first == 0xE0 ? 0xA0 : 0x80;
        high = first == 0xED ? 0x9F : 0xBF;
    } else if (first >= 0xF0 && first <= 0xF4) {
        length = 4;
        low = first == 0xF0 ? 0x90 : 0x80;
        high = first == 0xF4 ? 0x8F : 0xBF;
    }
    if (length == 0 || bytes.size() < length || at(1) < low || at(1) > high)
        return 0;
    for (std::size_t i = 2; i < length; ++i) {
        if (at(i) < 0x80 || at(i) > 0xBF)
            return 0;
    }
    return length;
}

}

std::vector<Line> linesOf(std::string_view text)
{
    std::vector<Line> lines;
    int number = 0;
    while (!text.empty()) {
        std::string_view line = takeUntil(text, "\n");
        if (!line.empty() && line.back() == '\r')
            line.remove_suffix(1);
        lines.push_back({ ++number, line });
    }
    return lines;
}

std::vector<Section> sectionsOf(std::string_view text)
{
    std::vector<Section> sections;
    for (const Line& line : linesOf(text)) {
        if (line.text.starts_with("@@ "))
            sections.push_back({ trimmed(line.text.substr(3)), {} });
        else if (sections.empty())
            sections.push_back({ {}, { line } });
        else
            sections.back().lines.push_back(line);
    }
    return sections;
}

std::string_view trimmed(std::string_view text)
{
    const std::size_t first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::string_view takeWord(std::string_view& rest)
{
    const std::size_t first = rest.find_first_not_of(blanks);
    if (first == std::string_view::npos) {
        rest = {};
        return {};
    }
    rest.remove_prefix(first);
    const std::size_t end = std::min(rest.find_first_of(blanks), rest.size());
    const std::string_view word = rest.substr(0, end);
    rest.remove_prefix(end);
    return word;
}

std::vector<std::string_view> wordsOf(std::string_view text, std::size_t limit)
{
    std::vector<std::string_view> words;
    while (words.size() + 1 < limit) {
        const std::string_view word = takeWord(text);
        if (word.empty())
            return words;
        words.push_back(word);
    }
    text = trimmed(text);
    if (!text.empty())
        words.push_back(text);
    return words;
}

std::string_view takeUntil(std::string_view& rest, std::string_view separator)
{
    const std::size_t at = rest.find(separator);
    const std::string_view head = rest.substr(0, at);
    rest = at == std::string_view::npos ? std::string_view() : rest.substr(at + separator.size());
    return head;
}

std::optional<std::string_view> valueOf(std::string_view text, std::string_view key)
{
    if (!text.starts_with(key) || text.size() <= key.size() || text[key.size()] != '=')
        return std::nullopt;
    return text.substr(key.size() + 1);
}

std::string textOf(std::string_view bytes)
{
    std::string text;
    text.reserve(bytes.size());
    while (!bytes.empty()) {
        const std::size_t length = sequenceLength(bytes);
        text += length == 0 ? replacement : bytes.substr(0, length);
        bytes.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return text;
}

std::string withoutUtf16(std::string bytes)
{
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(bytes[at]); };
    if (bytes.size() < 4)
        return bytes;
    bool isLittle = byte(0) == 0xff && byte(1) == 0xfe;
    bool isBig = byte(0) == 0xfe && byte(1) == 0xff;
    std::size_t at = 2;
    if (!isLittle && !isBig) {
        const std::size_t looked = std::min<std::size_t>(bytes.size(), 256);
        std::size_t zeros[2] = { 0, 0 };
        for (std::size_t i = 0; i < looked; ++i)
            zeros[i % 2] += byte(i) == 0 ? 1 : 0;
        isLittle = zeros[1] * 4 > looked && zeros[0] == 0;
        isBig = zeros[0] * 4 > looked && zeros[1] == 0;
        at = 0;
    }
    if (!isLittle && !isBig)
        return bytes;
    std::string text;
    text.reserve(bytes.size() / 2);
    const auto unit = [&](std::size_t i) -> char32_t {
        return isLittle ? static_cast<char32_t>(byte(i) | byte(i + 1) << 8) : static_cast<char32_t>(byte(i) << 8 | byte(i + 1));
    };
    const auto put = [&](char32_t c) {
        if (c < 0x80) {
            text += static_cast<char>(c);
            return;
        }
        const int further = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
        constexpr unsigned leads[] = { 0, 0xc0, 0xe0, 0xf0 };
        text += static_cast<char>(leads[further] | static_cast<unsigned>(c >> (6 * further)));
        for (int i = further - 1; i >= 0; --i)
            text += static_cast<char>(0x80 | (static_cast<unsigned>(c >> (6 * i)) & 0x3f));
    };
    for (; at + 1 < bytes.size(); at += 2) {
        char32_t c = unit(at);
        const bool isHigh = c >= 0xd800 && c < 0xdc00;
        if (isHigh && at + 3 < bytes.size() && unit(at + 2) >= 0xdc00 && unit(at + 2) < 0xe000) {
            c = 0x10000 + ((c - 0xd800) << 10) + (unit(at + 2) - 0xdc00);
            at += 2;
        } else if (c >= 0xd800 && c < 0xe000) {
            c = 0xfffd;
        }
        put(c);
    }
    return text;
}

}
