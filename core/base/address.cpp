#include "core/base/address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <vector>

namespace hopscope::base {

namespace {
std::string bare(std::string_view address)
{
    if (address.size() > 1 && address.front() == '[' && address.find(']') != std::string_view::npos)
        address = address.substr(1, address.find(']') - 1);
    return std::string(address.substr(0, address.find('%')));
}

bool isWritten(int family, std::string_view text)
{
    std::array<std::uint8_t, 16> raw {};
    return text.find('\0') == std::string_view::npos && text.size() < 64
        && inet_pton(family, std::string(text).c_str(), raw.data()) == 1;
}

/// 4 or 16 bytes; an IPv4 address mapped into IPv6 counts as IPv4. Empty where it is no address.
std::vector<std::uint8_t> bytesOf(std::string_view address)
{
    const std::string text = bare(address);
    std::array<std::uint8_t, 16> raw {};
    if (inet_pton(AF_INET, text.c_str(), raw.data()) == 1)
        return { raw.begin(), raw.begin() + 4 };
    if (inet_pton(AF_INET6, text.c_str(), raw.data()) != 1)
        return {};
    const std::array<std::uint8_t, 12> mapped { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };
    if (std::equal(mapped.begin(), mapped.end(), raw.begin()))
        return { raw.begin() + 12, raw.end() };
    return { raw.begin(), raw.end() };
}
}

std::optional<AddressFamily> familyOf(std::string_view address)
{
    const auto bytes = bytesOf(address);
    if (bytes.empty())
        return std::nullopt;
    return bytes.size() == 4 ? AddressFamily::Ipv4 : AddressFamily::Ipv6;
}

bool isIpv4Address(std::string_view text) { return isWritten(AF_INET, text); }

bool isIpv6Address(std::string_view text)
{
    const std::size_t zone = text.find('%');
    return (zone == std::string_view::npos || zone + 1 < text.size()) && isWritten(AF_INET6, text.substr(0, zone));
}

bool isAddress(std::string_view text) { return isIpv4Address(text) || isIpv6Address(text); }

bool isLoopback(std::string_view address)
{
    if (address == "localhost" || address.ends_with(".localhost"))
        return true;
    const auto bytes = bytesOf(address);
    if (bytes.size() == 4)
        return bytes[0] == 127;
    return bytes.size() == 16 && bytes.back() == 1
        && std::all_of(bytes.begin(), bytes.end() - 1, [](std::uint8_t byte) { return byte == 0; });
}

bool isWildcard(std::string_view address)
{
    if (address == "*" || address.empty())
        return true;
    const auto bytes = bytesOf(address);
    return !bytes.empty()
        && std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t byte) { return byte == 0; });
}

bool isSameAddress(std::string_view left, std::string_view right)
{
    const auto bytes = bytesOf(left);
    return bytes.empty() ? left == right : bytes == bytesOf(right);
}

bool isWithin(std::string_view address, std::string_view network)
{
    if (network.empty())
        return true;
    if (const auto dash = network.find('-'); dash != std::string_view::npos) {
        const auto ours = bytesOf(address);
        const auto first = bytesOf(network.substr(0, dash));
        const auto last = bytesOf(network.substr(dash + 1));
        return !ours.empty() && ours.size() == first.size() && ours.size() == last.size() && first <= ours && ours <= last;
    }
    const auto slash = network.find('/');
    if (slash == std::string_view::npos)
        return isSameAddress(address, network);
    const auto ours = bytesOf(address);
    const auto theirs = bytesOf(network.substr(0, slash));
    unsigned bits = 0;
    const std::string_view digits = network.substr(slash + 1);
    const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
    if (parsed.ec != std::errc() || ours.empty() || ours.size() != theirs.size() || bits > ours.size() * 8)
        return false;
    for (unsigned bit = 0; bit < bits; ++bit) {
        const auto mask = static_cast<std::uint8_t>(0x80U >> (bit % 8));
        if ((ours[bit / 8] & mask) != (theirs[bit / 8] & mask))
            return false;
    }
    return true;
}

std::string hostPart(std::string_view endpoint)
{
    if (!endpoint.empty() && endpoint.front() == '[')
        return bare(endpoint);
    const auto colon = endpoint.rfind(':');
    if (colon == std::string_view::npos || endpoint.find(':') != colon)
        return std::string(endpoint);
    return std::string(endpoint.substr(0, colon));
}

}
