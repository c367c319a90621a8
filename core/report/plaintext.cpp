#include "core/report/plaintext.h"

#include <cstdint>
#include <cstdio>

namespace hopscope::report {
namespace {

    struct Decoded {
        char32_t character = 0;
        std::size_t length = 1;
        bool isValid = false;
    };

    /// One character of UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing above U+10FFFF.
    Decoded decoded(std::string_view text)
    {
        const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
        const unsigned char first = byte(0);
        if (first < 0x80)
            return { first, 1, true };
        const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
        if (first < 0xc2 || first > 0xf4 || text.size() < length)
            return {};
        char32_t character = first & (0xff >> (length + 1));
        for (std::size_t i = 1; i < length; ++i) {
            if ((byte(i) & 0xc0) != 0x80)
                return {};
            character = (character << 6) | (byte(i) & 0x3f);
        }
        const char32_t least = length == 2 ? 0x80 : length == 3 ? 0x800 : 0x10000;
        if (character < least || character > 0x10ffff || (character >= 0xd800 && character <= 0xdfff))
            return {};
        return { character, length, true };
    }

    /// Controls, and the format characters with which text can lie about its order or content (Unicode TR36).
    bool isDeceptive(char32_t c)
    {
        return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x61c || (c >= 0x200b && c <= 0x200f)
            || (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff
            || (c >= 0xe0000 && c <= 0xe0fff);
    }

    std::string visible(char32_t c)
    {
        char text[16];
        std::snprintf(text, sizeof text, c < 0x80 ? "\\x%02x" : "\\u{%x}", unsigned(c));
        return text;
    }

}

std::string plainText(std::string_view text)
{
    std::string plain;
    plain.reserve(text.size());
    while (!text.empty()) {
        const Decoded next = decoded(text);
        if (!next.isValid)
            plain += "\xef\xbf\xbd";
        else if (next.character == '\r' && text.size() > 1 && text[1] == '\n')
            ; // one line end, not two
        else if (next.character == '\n' || next.character == '\t' || !isDeceptive(next.character))
            plain += text.substr(0, next.length);
        else
            plain += visible(next.character);
        text.remove_prefix(next.length);
    }
    return plain;
}

std::string plainLine(std::string_view text, std::size_t longest)
{
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' '))
        text.remove_suffix(1);
    std::string line;
    std::size_t characters = 0;
    // No character is longer than four bytes, so the rest can't be shown anyway.
    const std::string plain = plainText(text.substr(0, longest * 4 + 4));
    for (const char c : plain) {
        const bool isStart = (static_cast<unsigned char>(c) & 0xc0) != 0x80;
        if (isStart && ++characters > longest)
            return line + "…";
        if (c == '\n')
            line += " ⏎ ";
        else
            line += c == '\t' ? ' ' : c;
    }
    return line;
}

}
