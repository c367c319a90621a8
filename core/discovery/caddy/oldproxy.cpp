#include "core/discovery/caddy/oldproxy.h"

#include "core/discovery/caddy/reverseproxy.h"

namespace hopscope::discovery::caddy {

namespace {
using parse::CaddyDirective;

/// "unix:/run/app.sock" and the bare paths of `fastcgi` in today's spelling.
std::string dialOf(std::string upstream)
{
    if (upstream.starts_with("unix:"))
        return "unix/" + upstream.substr(5);
    return upstream.starts_with('/') ? "unix/" + upstream : upstream;
}
}

bool isOldProxy(std::string_view name) { return name == "proxy" || name == "fastcgi"; }

routing::Rule oldProxyOf(const CaddyDirective& directive)
{
    const std::vector<std::string>& words = directive.arguments;
    const bool isFastCgi = directive.name == "fastcgi";
    routing::Rule rule;
    const std::string from = words.empty() ? "/" : words.front();
    if (from != "/")
        rule.condition = routing::Condition::of(routing::Condition::Kind::PathPrefix, { from });
    CaddyDirective lines = directive;
    lines.block.clear();
    bool keepsHost = isFastCgi;
    std::vector<std::string> upstreams;
    // Behind the one upstream of fastcgi stands a preset: "php".
    for (std::size_t i = 1; i < words.size() && (!isFastCgi || i == 1); ++i)
        upstreams.push_back(dialOf(words[i]));
    for (const CaddyDirective& line : directive.block) {
        const std::string first = line.arguments.empty() ? std::string() : line.arguments.front();
        if (line.name == "upstream" && !first.empty()) {
            CaddyDirective to = line;
            to.name = "to";
            to.arguments = { dialOf(first) };
            lines.block.push_back(std::move(to));
        } else if (line.name == "transparent" || (line.name == "header_upstream" && first == "Host")) {
            keepsHost = true;
        } else if (line.name == "without" && !first.empty()) {
            rule.steps.push_back(routing::Rewrite { routing::Rewrite::How::StripPrefix, first, {} });
        } else if (line.name == "insecure_skip_verify" || line.name == "fail_timeout" || line.name == "max_fails" || line.name == "try_duration") {
            CaddyDirective today = line;
            today.name = line.name == "fail_timeout" ? "fail_duration" : line.name == "try_duration" ? "lb_try_duration" : line.name;
            lines.block.push_back(std::move(today));
        } else if (line.name == "health_check" && !first.empty()) {
            CaddyDirective today = line;
            today.name = "health_uri";
            lines.block.push_back(std::move(today));
        }
    }
    ReverseProxy proxy = reverseProxyOf(lines, upstreams);
    proxy.isFastCgi = isFastCgi;
    routing::Pass pass = proxy.pass();
    if (!keepsHost)
        for (routing::Upstream& upstream : pass.upstreams)
            upstream.declared.requestHost = upstream.declared.endpoint.isUnix() ? std::string() : upstream.declared.endpoint.text();
    if (pass.upstreams.empty())
        rule.steps.clear();
    else
        rule.steps.push_back(std::move(pass));
    return rule;
}

}
