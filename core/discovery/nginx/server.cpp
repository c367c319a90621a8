#include "core/discovery/nginx/server.h"

#include "core/base/text.h"
#include "core/discovery/pattern.h"

#include <algorithm>
#include <charconv>
#include <cctype>
#include <map>
#include <tuple>

namespace hopscope::discovery::nginx {

namespace {

bool isNumber(std::string_view text)
{
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

base::Port portOf(std::string_view text)
{
    base::Port port = 0;
    std::from_chars(text.data(), text.data() + text.size(), port);
    return port;
}

void setPorts(Listen& listen, std::string_view text)
{
    const std::size_t dash = text.find('-');
    listen.port = portOf(text.substr(0, dash));
    listen.lastPort = dash == std::string_view::npos ? listen.port : portOf(text.substr(dash + 1));
}

void setAddress(Listen& listen, std::string_view text)
{
    if (text.starts_with("unix:")) {
        listen.path = std::string(text.substr(5));
        listen.port = listen.lastPort = 0;
        return;
    }
    if (text.starts_with('[')) {
        const std::size_t close = text.find(']');
        listen.address = std::string(text.substr(1, close == std::string_view::npos ? close : close - 1));
        if (close != std::string_view::npos && close + 2 < text.size() && text[close + 1] == ':')
            setPorts(listen, text.substr(close + 2));
        return;
    }
    const std::size_t colon = text.rfind(':');
    const std::string_view head = text.substr(0, colon);
    if (colon != std::string_view::npos) {
        listen.address = head == "*" ? "0.0.0.0" : std::string(head);
        setPorts(listen, text.substr(colon + 1));
    } else if (isNumber(text.substr(0, text.find('-')))) {
        listen.address = "0.0.0.0";
        setPorts(listen, text);
    } else {
        listen.address = text == "*" ? "0.0.0.0" : std::string(text);
    }
    if (listen.address == "localhost")
        listen.address = "127.0.0.1";
}

void readServer(const Scope& scope, bool isStream, std::vector<Server>& servers)
{
    Server server { &scope, {}, {}, isStream };
    const bool isAllTls = !isStream && scope.value("ssl") == "on";
    for (const parse::NginxDirective* each : scope.own("listen")) {
        if (!each->arguments.empty() && each->arguments.front().find_first_of("{<") != std::string::npos)
            continue; // a template's placeholder
        server.listens.push_back(parseListen(*each));
        server.listens.back().isTls |= isAllTls;
    }
    if (scope.own("listen").empty() && !isStream) {
        Listen standard;
        standard.address = "0.0.0.0";
        standard.isTls = isAllTls;
        standard.line = scope.opening()->line;
        server.listens.push_back(standard);
    }
    for (const parse::NginxDirective* each : scope.own("server_name"))
        for (const std::string& name : each->arguments)
            server.names.push_back(name.starts_with('~') ? name : base::lowered(name));
    servers.push_back(std::move(server));
}

void collect(const Scope& scope, bool isStream, std::vector<Server>& servers)
{
    for (const std::unique_ptr<Scope>& child : scope.children()) {
        if (child->name() == "server")
            readServer(*child, isStream, servers);
        else if (child->name() == "http" || child->name() == "stream")
            collect(*child, child->name() == "stream", servers);
    }
}

/// How well one of the names fits, and how long the fitting wildcard is.
struct NameFit {
    NameMatch match = NameMatch::NoListener;
    bool isLeading = false;
    std::size_t length = 0;
    auto rank() const { return std::tuple(match, isLeading, length); }
};

NameFit fitOf(const std::string& name, const std::string& host)
{
    if (name == host)
        return { NameMatch::Exact, false, name.size() };
    if (name.starts_with('.')) {
        if (host == std::string_view(name).substr(1))
            return { NameMatch::Exact, false, name.size() };
        if (host.size() > name.size() && host.ends_with(name))
            return { NameMatch::Wildcard, true, name.size() };
    }
    if (name.starts_with("*.") && host.size() >= name.size() && host.ends_with(std::string_view(name).substr(1)))
        return { NameMatch::Wildcard, true, name.size() - 1 };
    if (name.ends_with(".*") && host.size() >= name.size() && host.starts_with(name.substr(0, name.size() - 1)))
        return { NameMatch::Wildcard, false, name.size() - 1 };
    return {};
}

struct Candidate {
    const Server* server;
    const Listen* listen;
};

/// Among the servers of one listen address.
ServerChoice chooseByName(const std::vector<Candidate>& candidates, const std::string& host)
{
    ServerChoice choice;
    NameFit best;
    for (const Candidate& each : candidates)
        for (const std::string& name : each.server->names) {
            const NameFit fit = name.starts_with('~') ? NameFit {} : fitOf(name, host);
            if (fit.match != NameMatch::NoListener && fit.rank() > best.rank()) {
                best = fit;
                choice = { each.server, each.listen, fit.match, {} };
            }
        }
    if (choice.server)
        return choice;
    for (const Candidate& each : candidates)
        for (const std::string& name : each.server->names)
            if (name.starts_with('~') && Pattern(std::string_view(name).substr(1), true).match(host))
                return { each.server, each.listen, NameMatch::Regex, name };
    for (const Candidate& each : candidates)
        if (each.listen->isDefault)
            return { each.server, each.listen, NameMatch::Default, {} };
    return { candidates.front().server, candidates.front().listen, NameMatch::Default, {} };
}

bool isIpv6(const std::string& address) { return address.find(':') != std::string::npos; }
}

ProxyListener Listen::listener(base::Port wanted) const
{
    return { path.empty() ? address : std::string(), path.empty() ? (hasPort(wanted) ? wanted : port) : base::Port(0), path,
        isTls };
}

ProxyListener Server::firstListener() const
{
    if (listens.empty())
        return {};
    return listens.front().listener(listens.front().port);
}

Listen parseListen(const parse::NginxDirective& directive)
{
    Listen listen;
    listen.address = "0.0.0.0";
    listen.line = directive.line;
    if (!directive.arguments.empty())
        setAddress(listen, directive.arguments.front());
    for (std::size_t i = 1; i < directive.arguments.size(); ++i) {
        const std::string& argument = directive.arguments[i];
        if (argument == "default_server" || argument == "default")
            listen.isDefault = true;
        else if (argument == "ssl" || argument == "quic")
            listen.isTls = true;
        else if (argument == "proxy_protocol")
            listen.takesProxyProtocol = true;
        else if (argument == "ipv6only=off")
            listen.isBothFamilies = listen.address == "::";
        if (argument == "udp" || argument == "quic")
            listen.isUdp = true;
    }
    return listen;
}

std::vector<Server> serversOf(const Scope& root)
{
    std::vector<Server> servers;
    collect(root, false, servers);
    return servers;
}

ServerChoice chooseServer(const std::vector<Server>& servers, const Request& request)
{
    // Each socket that nginx opens, with its servers.
    std::map<std::string, std::vector<Candidate>> bySocket;
    for (const Server& server : servers)
        for (const Listen& listen : server.listens) {
            const bool isSame = request.socket.empty() ? listen.hasPort(request.port) : listen.path == request.socket;
            if (isSame && !listen.isUdp)
                bySocket[listen.path.empty() ? listen.address : listen.path].push_back({ &server, &listen });
        }
    if (bySocket.empty())
        return {};
    if (!request.socket.empty())
        return chooseByName(bySocket.begin()->second, request.host);
    if (!request.address.empty()) {
        const auto exact = bySocket.find(request.address);
        if (exact != bySocket.end())
            return chooseByName(exact->second, request.host);
        const auto wildcard = bySocket.find(isIpv6(request.address) ? "::" : "0.0.0.0");
        if (wildcard != bySocket.end())
            return chooseByName(wildcard->second, request.host);
        const auto both = bySocket.find("::");
        const bool takesBoth = both != bySocket.end()
            && std::any_of(both->second.begin(), both->second.end(),
                [](const Candidate& each) { return each.listen->isBothFamilies; });
        return takesBoth ? chooseByName(both->second, request.host) : ServerChoice {};
    }
    // The address is not known: the wildcards first, then whatever names it best.
    ServerChoice best;
    for (const auto& [socket, candidates] : bySocket) {
        const ServerChoice choice = chooseByName(candidates, request.host);
        const bool isWildcard = choice.listen->isWildcard();
        if (!best.server || std::tuple(choice.match, isWildcard) > std::tuple(best.match, best.listen->isWildcard()))
            best = choice;
    }
    return best;
}

}
