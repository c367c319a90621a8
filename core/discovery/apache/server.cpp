#include "core/discovery/apache/server.h"

#include "core/base/text.h"
#include "core/discovery/hostindex.h"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace hopscope::discovery::apache {

namespace {
base::Port portOf(std::string_view text)
{
    base::Port port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    return error == std::errc() && end == text.data() + text.size() ? port : base::Port(0);
}

/// "*:80", "_default_:443", "[::1]:80", "10.0.0.1", "name"
VirtualAddress parseVirtual(std::string_view text)
{
    VirtualAddress address;
    std::size_t colon = text.rfind(':');
    if (text.starts_with('[') && colon != std::string_view::npos && colon < text.find(']'))
        colon = std::string_view::npos;
    std::string_view host = text.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']'))
        host = host.substr(1, host.size() - 2);
    if (host != "*" && host != "_default_" && host != "0.0.0.0" && host != "::")
        address.host = std::string(host);
    if (colon != std::string_view::npos)
        address.port = portOf(text.substr(colon + 1)); // "*" is any
    return address;
}

Listen parseListen(std::string_view text)
{
    Listen listen;
    if (text.find_first_not_of("0123456789") == std::string_view::npos) {
        listen.address = "0.0.0.0";
        listen.port = portOf(text);
        return listen;
    }
    const VirtualAddress address = parseVirtual(text);
    listen.isIpv6Only = text.starts_with("[::]");
    listen.address = address.host.empty() ? (listen.isIpv6Only ? "::" : "0.0.0.0") : address.host;
    listen.port = address.port;
    return listen;
}

void readNames(Server& server)
{
    for (const parse::ApacheDirective& each : *server.own) {
        if (each.name == "servername" && !each.arguments.empty()) {
            std::string text = base::lowered(each.arguments.front());
            if (const std::size_t scheme = text.find("://"); scheme != std::string::npos)
                text.erase(0, scheme + 3);
            server.name = text.starts_with('[') ? text : text.substr(0, text.find(':'));
        } else if (each.name == "serveralias") {
            for (const std::string& alias : each.arguments)
                server.aliases.push_back(base::lowered(alias));
        } else if (each.name == "sslengine" && !each.arguments.empty()) {
            server.isTls = base::lowered(each.arguments.front()) == "on" || base::lowered(each.arguments.front()) == "optional";
        }
    }
}

/// 0: not at all; more: a given address before any, then a given port before any.
int fit(const VirtualAddress& address, const Request& request)
{
    if (address.port != 0 && address.port != request.port)
        return 0;
    const int port = address.port != 0 ? 1 : 0;
    if (address.host.empty())
        return 1 + port;
    return request.address.empty() || plainAddress(address.host) == plainAddress(request.address) ? 3 + port : 0;
}

int fit(const Server& server, const Request& request)
{
    int best = 0;
    for (const VirtualAddress& address : server.addresses)
        best = std::max(best, fit(address, request));
    return best;
}

NameMatch matchOf(const Server& server, const std::string& host)
{
    if (!server.name.empty() && server.name == host)
        return NameMatch::Exact;
    NameMatch match = NameMatch::Default;
    for (const std::string& alias : server.aliases) {
        if (alias == host)
            return NameMatch::Exact;
        if (alias.find_first_of("*?") != std::string::npos && matchesWildcard(alias, host))
            match = NameMatch::Wildcard;
    }
    return match;
}

const Listen* listenFor(const Servers& servers, const Request& request)
{
    const Listen* any = nullptr;
    for (const Listen& listen : servers.listens) {
        if (listen.port != request.port || !request.socket.empty())
            continue;
        const bool isAny = listen.address == "0.0.0.0" || listen.address == "::";
        if (!isAny && !request.address.empty() && plainAddress(listen.address) != plainAddress(request.address))
            continue;
        if (!isAny)
            return &listen;
        any = any ? any : &listen;
    }
    return any;
}
}


bool matchesWildcard(std::string_view pattern, std::string_view text)
{
    std::size_t p = 0;
    std::size_t t = 0;
    std::size_t starAt = std::string_view::npos;
    std::size_t starText = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            starAt = p++;
            starText = t;
        } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
            ++p;
            ++t;
        } else if (starAt != std::string_view::npos) {
            p = starAt + 1;
            t = ++starText;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*')
        ++p;
    return p == pattern.size();
}

const parse::ApacheDirective* Server::setting(std::string_view wanted) const
{
    for (const Block* block : { own, main })
        if (block)
            for (auto each = block->rbegin(); each != block->rend(); ++each)
                if (each->name == wanted && !each->isSection)
                    return &*each;
    return nullptr;
}

std::string Server::value(std::string_view wanted, std::string_view otherwise) const
{
    const parse::ApacheDirective* found = setting(wanted);
    return found && !found->arguments.empty() ? found->arguments.front() : std::string(otherwise);
}

bool Server::isOn(std::string_view wanted) const { return base::lowered(value(wanted)) == "on"; }

std::vector<const parse::ApacheDirective*> Server::all(std::string_view wanted) const
{
    std::vector<const parse::ApacheDirective*> found;
    for (const Block* block : { own, main })
        if (block)
            for (const parse::ApacheDirective& each : *block)
                if (each.name == wanted)
                    found.push_back(&each);
    return found;
}

Servers serversOf(const Block& directives)
{
    Servers result;
    Server main;
    main.own = &directives;
    readNames(main);
    result.servers.push_back(main);
    for (const parse::ApacheDirective& each : directives) {
        if (each.name == "listen" && !each.arguments.empty() && !each.isSection) {
            if (const Listen listen = parseListen(each.arguments.front()); listen.port != 0)
                result.listens.push_back(listen);
        } else if (each.name == "virtualhost" && each.isSection) {
            Server server;
            server.own = &each.block;
            server.main = &directives;
            for (const std::string& address : each.arguments)
                server.addresses.push_back(parseVirtual(address));
            readNames(server);
            result.servers.push_back(std::move(server));
        }
    }
    result.hasListens = !result.listens.empty();
    if (result.hasListens)
        return result;
    // A site's file alone.
    for (const Server& server : result.servers)
        for (const VirtualAddress& address : server.addresses) {
            const Listen listen { address.host.empty() ? "0.0.0.0" : address.host, address.port == 0 ? base::Port(80) : address.port, false };
            const bool isThere = std::any_of(result.listens.begin(), result.listens.end(),
                [&](const Listen& each) { return each.port == listen.port && each.address == listen.address; });
            if (!isThere)
                result.listens.push_back(listen);
        }
    if (result.listens.empty())
        result.listens.push_back({ "0.0.0.0", 80, false });
    return result;
}

ServerChoice chooseServer(const Servers& servers, const Request& request)
{
    ServerChoice choice;
    choice.listen = listenFor(servers, request);
    if (!choice.listen)
        return choice;
    int best = 0;
    for (const Server& server : servers.servers)
        best = std::max(best, fit(server, request));
    choice.match = NameMatch::Default;
    if (best == 0) {
        choice.server = &servers.servers.front();
        choice.match = std::max(NameMatch::Default, matchOf(*choice.server, request.host));
        return choice;
    }
    // With the address not known, the name decides among all.
    const int least = request.address.empty() ? 1 : best;
    for (const Server& server : servers.servers) {
        if (fit(server, request) < least)
            continue;
        const NameMatch match = matchOf(server, request.host);
        if (!choice.server)
            choice.server = &server;
        if (match != NameMatch::Default) {
            choice.server = &server;
            choice.match = match;
            break;
        }
    }
    return choice;
}

ProxyListener listenerOf(const Listen& listen, const Server& server) { return { listen.address, listen.port, {}, server.isTls }; }

ProxyListener firstListener(const Servers& servers, const Server& server)
{
    for (const VirtualAddress& address : server.addresses)
        for (const Listen& listen : servers.listens)
            if (address.port == 0 || address.port == listen.port)
                return listenerOf(listen, server);
    if (!server.addresses.empty())
        return {};
    return servers.listens.empty() ? ProxyListener() : listenerOf(servers.listens.front(), server);
}

}
