#include "core/faults/jsontext.h"

#include <array>
#include <cstdint>
#include <cstring>

namespace hopscope::faults {
namespace {

    /// True for the bytes that a JSON string holds as they are, one by one.
    constexpr std::array<bool, 256> plainBytes = [] {
        std::array<bool, 256> plain {};
        for (unsigned byte = 0x20; byte < 0x80; ++byte)
            plain[byte] = byte != '"' && byte != '\\';
        return plain;
    }();

    bool isPlain(char c) { return plainBytes[static_cast<unsigned char>(c)]; }

    /// Eight bytes at once: true where each is plain. A byte below 0x20, a quote or a backslash borrows into its top
    /// bit when the difference is taken; a false alarm only costs the slow path.
    bool areEightPlain(const char* bytes)
    {
        constexpr std::uint64_t ones = 0x0101010101010101;
        constexpr std::uint64_t tops = 0x8080808080808080;
        std::uint64_t word = 0;
        std::memcpy(&word, bytes, sizeof word);
        const std::uint64_t quote = word ^ (ones * '"');
        const std::uint64_t backslash = word ^ (ones * '\\');
        const std::uint64_t suspicious = word | (word - ones * 0x20) | (quote - ones) | (backslash - ones);
        return (suspicious & tops) == 0;
    }

    std::size_t endOfPlain(std::string_view text, std::size_t at)
    {
        while (at + 8 <= text.size() && areEightPlain(text.data() + at))
            at += 8;
        while (at < text.size() && isPlain(text[at]))
            ++at;
        return at;
    }

    void appendEscaped(unsigned char byte, std::string& out)
    {
        constexpr std::string_view digits = "0123456789abcdef";
        switch (byte) {
        case '"': out += "\\\""; return;
        case '\\': out += "\\\\"; return;
        case '\t': out += "\\t"; return;
        case '\r': out += "\\r"; return;
        case '\n': out += "\\n"; return;
        default: break;
        }
        if (byte >= 0x80) {
            out += "\\ufffd";
            return;
        }
        out += "\\u00";
        out += digits[byte >> 4];
        out += digits[byte & 0xf];
    }

}

std::size_t utf8Length(std::string_view text, std::size_t at)
{
    const auto byte = [&](std::size_t i) {
        return i < text.size() ? static_cast<unsigned char>(text[i]) : static_cast<unsigned char>(0);
    };
    const auto follows = [&](std::size_t i) { return (byte(i) & 0xc0) == 0x80; };
    const unsigned char first = byte(at);
    if (first < 0x80)
        return at < text.size() ? 1 : 0;
    if (first >= 0xc2 && first <= 0xdf)
        return follows(at + 1) ? 2 : 0;
    if (first >= 0xe0 && first <= 0xef) {
        const bool isOverlong = first == 0xe0 && byte(at + 1) < 0xa0;
        const bool isSurrogate = first == 0xed && byte(at + 1) >= 0xa0;
        return follows(at + 1) && follows(at + 2) && !isOverlong && !isSurrogate ? 3 : 0;
    }
    if (first >= 0xf0 && first <= 0xf4) {
        const bool isOverlong = first == 0xf0 && byte(at + 1) < 0x90;
        const bool isBeyond = first == 0xf4 && byte(at + 1) >= 0x90;
        return follows(at + 1) && follows(at + 2) && follows(at + 3) && !isOverlong && !isBeyond ? 4 : 0;
    }
    return 0;
}

void appendJsonString(std::string_view text, std::string& out)
{
    out += '"';
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t end = endOfPlain(text, at);
        out.append(text, at, end - at);
        at = end;
        if (at == text.size())
            break;
        const std::size_t length = utf8Length(text, at);
        if (length > 1) {
            out.append(text, at, length);
            at += length;
        } else {
            appendEscaped(static_cast<unsigned char>(text[at]), out);
            ++at;
        }
    }
    out += '"';
}

}
