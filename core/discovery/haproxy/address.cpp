#include "core/discovery/haproxy/address.h"

#include <algorithm>
#include <charconv>

namespace hopscope::discovery::haproxy {

namespace {
std::optional<base::Port> portOf(std::string_view text)
{
    base::Port port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (error != std::errc() || end != text.data() + text.size() || text.empty())
        return {};
    return port;
}

void readBinds(std::string_view addresses, const std::vector<std::string>& options, std::vector<Bind>& binds)
{
    const auto has = [&](std::string_view word) { return std::find(options.begin(), options.end(), word) != options.end(); };
    while (!addresses.empty()) {
        const std::size_t comma = addresses.find(',');
        const WrittenAddress written = parseWritten(addresses.substr(0, comma));
        addresses.remove_prefix(comma == std::string_view::npos ? addresses.size() : comma + 1);
        if (written.isForeign || (written.path.empty() && !written.port))
            continue;
        Bind bind;
        bind.path = written.path;
        bind.address = written.host.empty() && written.path.empty() ? "0.0.0.0" : written.host;
        bind.port = written.port.value_or(0);
        bind.lastPort = std::max(bind.port, written.lastPort);
        bind.isTls = has("ssl");
        bind.isBothFamilies = bind.address == "::" && has("v4v6");
        bind.isUdp = written.isUdp;
        binds.push_back(std::move(bind));
    }
}
}

WrittenAddress parseWritten(std::string_view text)
{
    WrittenAddress result;
    for (const std::string_view prefix : { "stream+", "dgram+" })
        if (text.starts_with(prefix))
            text.remove_prefix(prefix.size());
    if (const std::size_t at = text.find('@'); at != std::string_view::npos) {
        const std::string_view family = text.substr(0, at);
        const std::string_view rest = text.substr(at + 1);
        if (family == "unix" || family == "uxst") {
            result.path = std::string(rest);
            return result;
        }
        if (family == "abns" || family == "abnsz") {
            result.path = "@" + std::string(rest);
            return result;
        }
        if (family == "fd" || family == "sockpair" || family == "rhttp" || family == "log") {
            result.isForeign = true;
            return result;
        }
        result.isUdp = family.starts_with("quic") || family.starts_with("udp");
        text = rest;
    }
    if (text.starts_with('/')) {
        result.path = std::string(text);
        return result;
    }
    std::size_t colon = text.rfind(':');
    if (text.starts_with('[') && colon != std::string_view::npos && colon < text.find(']'))
        colon = std::string_view::npos;
    std::string_view host = text.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']'))
        host = host.substr(1, host.size() - 2);
    result.host = host == "*" ? std::string() : std::string(host);
    if (colon == std::string_view::npos)
        return result;
    std::string_view ports = text.substr(colon + 1);
    if (ports.starts_with('+') || ports.starts_with('-')) {
        result.isOffset = true;
        ports.remove_prefix(ports.starts_with('+') ? 1 : 0);
    }
    const std::size_t dash = ports.find('-', 1);
    result.port = portOf(ports.substr(0, dash));
    result.lastPort = dash == std::string_view::npos ? result.port.value_or(0) : portOf(ports.substr(dash + 1)).value_or(0);
    return result;
}

ProxyListener Bind::listener(base::Port wanted) const
{
    return { path.empty() ? address : std::string(), path.empty() ? (hasPort(wanted) ? wanted : port) : base::Port(0), path, isTls };
}

std::vector<Bind> bindsOf(const Section& section)
{
    std::vector<Bind> binds;
    const parse::HaproxySection& own = section.own();
    if (!own.arguments.empty() && own.arguments.front().find(':') != std::string::npos)
        readBinds(own.arguments.front(), own.arguments, binds);
    for (const parse::HaproxyLine& line : own.lines)
        if (line.words[0] == "bind" && line.words.size() > 1)
            readBinds(line.words[1], line.words, binds);
    return binds;
}

}
