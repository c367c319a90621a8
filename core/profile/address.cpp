#include "core/profile/address.h"

#include "core/base/address.h"

#include <QtCore/QUrl>

#include <algorithm>
#include <charconv>
#include <cstdio>

namespace hopscope::profile {
namespace {

    std::optional<base::Port> portOf(std::string_view text)
    {
        unsigned value = 0;
        const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (problem != std::errc() || end != text.data() + text.size() || value == 0 || value > 65535)
            return std::nullopt;
        return base::Port(value);
    }

    QUrl parsed(const std::string& url) { return QUrl(QString::fromStdString(url), QUrl::StrictMode); }

}

std::optional<HostAndPort> splitHostAndPort(std::string_view text)
{
    if (text.starts_with('[')) {
        const std::size_t close = text.find(']');
        if (close == std::string_view::npos || !base::isIpv6Address(text.substr(1, close - 1)))
            return std::nullopt;
        HostAndPort parts { std::string(text.substr(1, close - 1)), std::nullopt };
        const std::string_view rest = text.substr(close + 1);
        if (rest.empty())
            return parts;
        parts.port = rest.starts_with(':') ? portOf(rest.substr(1)) : std::nullopt;
        return parts.port ? std::optional(parts) : std::nullopt;
    }
    const auto colons = std::count(text.begin(), text.end(), ':');
    if (colons > 1 && !base::isIpv6Address(text))
        return std::nullopt;
    if (colons != 1)
        return HostAndPort { std::string(text), std::nullopt };
    const std::size_t colon = text.find(':');
    const HostAndPort parts { std::string(text.substr(0, colon)), portOf(text.substr(colon + 1)) };
    return parts.port && !parts.host.empty() ? std::optional(parts) : std::nullopt;
}

base::Result<void> checkUrl(const std::string& url)
{
    const auto bad = [&url](const std::string& expected) {
        return base::failure({ base::ErrorCode::InvalidArgument, "read url", shownForErrors(url),
            "expected " + expected + ", found " + shownForErrors(url), "" });
    };
    const bool isPlain = std::all_of(
        url.begin(), url.end(), [](char c) { return static_cast<unsigned char>(c) > 0x20 && c != 0x7f; });
    if (url.empty() || !isPlain || url.size() > 8192)
        return bad("a URL such as https://shop.example/");
    if (!url.starts_with("http://") && !url.starts_with("https://"))
        return bad("a URL that begins with http:// or https://");
    const QUrl parts = parsed(url);
    if (!parts.isValid() || parts.host().isEmpty() || parts.port(80) == 0)
        return bad("http:// or https://, a host, and perhaps a port and a path");
    if (!parts.userInfo().isEmpty()) {
        // The value is left out: it may be a password.
        return base::failure({ base::ErrorCode::InvalidArgument, "read url", "",
            "expected a URL without user name and password, found one with them (a profile never holds a secret)", "" });
    }
    return {};
}

std::string hostOfUrl(const std::string& url) { return parsed(url).host().toStdString(); }

std::string shownForErrors(std::string_view text)
{
    constexpr std::size_t longest = 80;
    std::string shown = "\"";
    for (const char c : text.substr(0, longest)) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            shown += '\\';
            shown += c;
        } else if (byte < 0x20 || byte == 0x7f) {
            char escaped[8];
            std::snprintf(escaped, sizeof escaped, "\\u%04x", unsigned(byte));
            shown += escaped;
        } else {
            shown += c;
        }
    }
    // Never a cut character at the end.
    if (text.size() > longest) {
        while (!shown.empty() && (static_cast<unsigned char>(shown.back()) & 0xc0) == 0x80)
            shown.pop_back();
        if (!shown.empty() && static_cast<unsigned char>(shown.back()) >= 0xc0)
            shown.pop_back();
        shown += "…";
    }
    return shown + "\"";
}

}
