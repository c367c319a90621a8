#include "core/discovery/nginx/upstream.h"

#include "core/discovery/nginx/duration.h"

#include <charconv>

namespace hopscope::discovery::nginx {

namespace {
std::optional<int> number(std::string_view text)
{
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value < 0)
        return {};
    return value;
}

UpstreamServer parseServer(const parse::NginxDirective& directive)
{
    UpstreamServer server;
    server.directive = &directive;
    server.endpoint = parseAddress(directive.arguments.front(), 80).endpoint;
    if (server.endpoint.port == 0 && isPlaceholder(directive.arguments.front()))
        server.endpoint.host = directive.arguments.front();
    for (std::size_t i = 1; i < directive.arguments.size(); ++i) {
        const std::string_view argument = directive.arguments[i];
        const std::size_t equals = argument.find('=');
        const std::string_view key = argument.substr(0, equals);
        const std::string_view value = equals == std::string_view::npos ? "" : argument.substr(equals + 1);
        if (key == "backup")
            server.isBackup = true;
        else if (key == "down")
            server.isDown = true;
        else if (key == "resolve")
            server.isResolvedAgain = true;
        else if (key == "weight")
            server.weight = number(value);
        else if (key == "max_fails")
            server.maxFails = number(value);
        else if (key == "fail_timeout")
            server.failTimeout = parseDuration(value);
        else if (key == "max_conns")
            server.maxConnections = number(value);
    }
    return server;
}
}

Upstream parseUpstream(const Scope& block)
{
    Upstream upstream;
    upstream.scope = &block;
    upstream.name = block.arguments().empty() ? std::string() : block.arguments().front();
    for (const parse::NginxDirective* each : block.own("server"))
        if (!each->arguments.empty())
            upstream.servers.push_back(parseServer(*each));
    if (const Scope::Directives keepalive = block.own("keepalive");
        !keepalive.empty() && !keepalive.back()->arguments.empty())
        upstream.keepalive = number(keepalive.back()->arguments.front());
    upstream.idleTimeout = std::chrono::seconds(60);
    if (const Scope::Directives idle = block.own("keepalive_timeout"); !idle.empty() && !idle.back()->arguments.empty())
        upstream.idleTimeout = parseDuration(idle.back()->arguments.front());
    return upstream;
}

}
