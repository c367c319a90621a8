#include "core/discovery/caddy/address.h"

#include "core/base/text.h"
#include "core/parse/lines.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace hopscope::discovery::caddy {

namespace {
constexpr int maximumRange = 64;


struct HostPort {
    std::string host;
    base::Port first = 0;
    base::Port last = 0;
    bool hasPort = false;
    bool isReadable = true;
};

/// The colon before the port; one within braces or brackets is none.
HostPort splitHostPort(std::string_view text)
{
    HostPort result;
    std::size_t colon = std::string_view::npos;
    int depth = 0;
    std::size_t colons = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '{' || text[i] == '[')
            ++depth;
        else if (text[i] == '}' || text[i] == ']')
            --depth;
        else if (text[i] == ':' && depth <= 0) {
            colon = i;
            ++colons;
        }
    }
    if (colons > 1)
        colon = std::string_view::npos; // a bare IPv6 address
    std::string_view host = text.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']'))
        host = host.substr(1, host.size() - 2);
    result.host = std::string(host);
    if (colon == std::string_view::npos)
        return result;
    const std::string_view port = text.substr(colon + 1);
    const std::size_t dash = port.find('-');
    const auto first = parse::numberOf<base::Port>(port.substr(0, dash));
    const auto last = dash == std::string_view::npos ? first : parse::numberOf<base::Port>(port.substr(dash + 1));
    result.hasPort = true;
    if (first && last && *last >= *first) {
        result.first = *first;
        result.last = std::min<base::Port>(*last, static_cast<base::Port>(std::min(*first + maximumRange, 65535)));
    } else {
        result.isReadable = port.find('{') != std::string_view::npos;
        result.host = std::string(text); // "{$HOST}:{$PORT}": nobody can tell
    }
    return result;
}

std::string socketPath(std::string_view text)
{
    while (text.starts_with("//"))
        text.remove_prefix(1);
    return std::string(text.substr(0, text.find('|'))); // "|0220" is the socket's mode
}
}

Dial parseDial(std::string_view text)
{
    Dial dial;
    std::string_view rest = text;
    bool hasScheme = false;
    for (const auto& [scheme, protocol] : { std::pair<std::string_view, model::Protocol> { "https://", model::Protocol::Https },
             { "http://", model::Protocol::Http }, { "h2c://", model::Protocol::Http2 }, { "h3://", model::Protocol::Https } })
        if (rest.starts_with(scheme)) {
            rest.remove_prefix(scheme.size());
            dial.protocol = protocol;
            hasScheme = true;
            break;
        }
    for (const std::string_view network : { "unix+h2c/", "unix/", "tcp/", "tcp4/", "tcp6/", "udp/" })
        if (rest.starts_with(network)) {
            if (network == "unix+h2c/")
                dial.protocol = model::Protocol::Http2;
            rest.remove_prefix(network.size());
            if (network.starts_with("unix")) {
                model::Endpoint endpoint;
                endpoint.path = rest.starts_with('/') ? socketPath(rest) : std::string(rest);
                dial.endpoints.push_back(std::move(endpoint));
                return dial;
            }
        }
    if (hasScheme)
        rest = rest.substr(0, rest.find_first_of("/?"));
    if (rest.empty())
        return dial;
    const HostPort parts = splitHostPort(rest);
    model::Endpoint endpoint;
    endpoint.host = parts.host.empty() ? std::string("localhost") : parts.host;
    if (!parts.hasPort || parts.first == 0) {
        const bool isWhole = parts.host.find('{') != std::string::npos && !hasScheme;
        endpoint.port = isWhole ? 0 : dial.protocol == model::Protocol::Https ? 443 : 80;
        dial.endpoints.push_back(std::move(endpoint));
        return dial;
    }
    for (int port = parts.first; port <= parts.last; ++port) {
        endpoint.port = static_cast<base::Port>(port);
        dial.endpoints.push_back(endpoint);
    }
    return dial;
}

SiteAddress parseSiteAddress(std::string_view text)
{
    SiteAddress site;
    if (const std::size_t scheme = text.find("://"); scheme != std::string_view::npos) {
        site.scheme = base::lowered(text.substr(0, scheme));
        text.remove_prefix(scheme + 3);
    }
    const std::size_t slash = text.find('/');
    if (slash != std::string_view::npos) {
        site.path = std::string(text.substr(slash));
        text = text.substr(0, slash);
    }
    const HostPort parts = splitHostPort(text);
    site.isReadable = parts.isReadable;
    site.host = base::lowered(parts.host);
    if (parts.hasPort && parts.first != 0)
        site.port = parts.first;
    if (site.scheme.empty() && site.port && site.host == "*")
        site.host = "*";
    return site;
}

std::vector<ProxyListener> parseListenAddress(std::string_view text)
{
    std::vector<ProxyListener> all;
    if (text.starts_with("unix/") || text.starts_with("unix+h2c/")) {
        ProxyListener listener;
        listener.path = socketPath(text.substr(text.find('/') + 1));
        all.push_back(std::move(listener));
        return all;
    }
    if (text.starts_with("udp/") || text.starts_with("fd/") || text.starts_with("fdgram/"))
        return all;
    for (const std::string_view network : { "tcp/", "tcp4/", "tcp6/" })
        if (text.starts_with(network))
            text.remove_prefix(network.size());
    const HostPort parts = splitHostPort(text);
    for (int port = parts.first; port <= parts.last && port > 0; ++port) {
        ProxyListener listener;
        listener.address = parts.host.empty() ? "0.0.0.0" : parts.host;
        listener.port = static_cast<base::Port>(port);
        all.push_back(std::move(listener));
    }
    return all;
}

std::string longPlaceholders(std::string_view text)
{
    static constexpr auto exact = std::to_array<std::pair<std::string_view, std::string_view>>({
        { "dir", "http.request.uri.path.dir" },
        { "file", "http.request.uri.path.file" },
        { "host", "http.request.host" },
        { "hostport", "http.request.hostport" },
        { "port", "http.request.port" },
        { "method", "http.request.method" },
        { "path", "http.request.uri.path" },
        { "query", "http.request.uri.query" },
        { "scheme", "http.request.scheme" },
        { "uri", "http.request.uri" },
        { "orig_uri", "http.request.orig_uri" },
        { "orig_path", "http.request.orig_uri.path" },
        { "upstream_hostport", "http.reverse_proxy.upstream.hostport" },
        { "client_ip", "http.vars.client_ip" },
    });
    static constexpr auto starts = std::to_array<std::pair<std::string_view, std::string_view>>({
        { "labels.", "http.request.host.labels." },
        { "header.", "http.request.header." },
        { "path.", "http.request.uri.path." },
        { "query.", "http.request.uri.query." },
        { "re.", "http.regexp." },
        { "vars.", "http.vars." },
        { "rp.", "http.reverse_proxy." },
        { "file_match.", "http.matchers.file." },
    });
    std::string result;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t open = text.find('{', at);
        const std::size_t close = open == std::string_view::npos ? open : text.find('}', open);
        if (close == std::string_view::npos)
            return result + std::string(text.substr(at));
        result += text.substr(at, open + 1 - at);
        const std::string_view name = text.substr(open + 1, close - open - 1);
        std::string found(name);
        for (const auto& [shortName, longName] : exact)
            if (name == shortName)
                found = longName;
        for (const auto& [shortStart, longStart] : starts)
            if (name.starts_with(shortStart)) {
                found = std::string(longStart) + std::string(name.substr(shortStart.size()));
                break;
            }
        result += found + "}";
        at = close + 1;
    }
    return result;
}

}
