#include "core/parse/ipaddress.h"

#include <algorithm>
#include <cstdio>

namespace hopscope::parse {

std::string ipv4Text(const std::array<std::uint8_t, 4>& bytes)
{
    return std::to_string(bytes[0]) + "." + std::to_string(bytes[1]) + "." + std::to_string(bytes[2]) + "."
        + std::to_string(bytes[3]);
}

std::string ipv6Text(const std::array<std::uint8_t, 16>& bytes)
{
    const bool isMapped = std::all_of(bytes.begin(), bytes.begin() + 10, [](std::uint8_t b) { return b == 0; })
        && bytes[10] == 0xFF && bytes[11] == 0xFF;
    if (isMapped)
        return ipv4Text({ bytes[12], bytes[13], bytes[14], bytes[15] });
    const auto group = [&](int i) { return unsigned(bytes[std::size_t(i) * 2]) << 8 | bytes[std::size_t(i) * 2 + 1]; };
    int bestStart = -1;
    int bestLength = 1;
    for (int i = 0; i < 8; ++i) {
        int length = 0;
        while (i + length < 8 && group(i + length) == 0)
            ++length;
        if (length > bestLength) {
            bestStart = i;
            bestLength = length;
        }
    }
    std::string text;
    for (int i = 0; i < 8; ++i) {
        if (i == bestStart) {
            text += "::";
            i += bestLength - 1;
            continue;
        }
        if (!text.empty() && text.back() != ':')
            text += ':';
        char digits[8];
        std::snprintf(digits, sizeof digits, "%x", group(i));
        text += digits;
    }
    return text;
}

}
