#include "core/discovery/traefik/middleware.h"

#include "core/discovery/address.h"
#include "core/discovery/traefik/service.h"
#include "core/parse/lines.h"

#include <algorithm>

namespace hopscope::discovery::traefik {

namespace {
using parse::ConfigTree;
using routing::Condition;
using routing::Rewrite;

constexpr int deepestMiddleware = 16;
constexpr int maximumApplied = 256;

/// "${1}" and "$1" as the placeholders of the match: "{re.1}".
std::string placeholders(const std::string& replacement)
{
    std::string text;
    for (std::size_t at = 0; at < replacement.size(); ++at) {
        if (replacement[at] != '$' || at + 1 >= replacement.size()) {
            text += replacement[at];
            continue;
        }
        std::size_t end = at + 1;
        if (replacement[end] == '{') {
            const std::size_t close = replacement.find('}', end);
            if (close == std::string::npos)
                return text;
            text += "{re." + replacement.substr(end + 1, close - end - 1) + "}";
            at = close;
            continue;
        }
        while (end < replacement.size() && std::isalnum(static_cast<unsigned char>(replacement[end])))
            ++end;
        text += "{re." + replacement.substr(at + 1, end - at - 1) + "}";
        at = end - 1;
    }
    return text;
}

routing::Step only(Condition condition, routing::Step step)
{
    routing::Rule rule;
    rule.condition = std::move(condition);
    rule.steps.push_back(std::move(step));
    return routing::Nested { std::make_shared<const routing::Rules>(routing::Rules { std::move(rule) }) };
}

/// The first prefix that fits is cut off.
routing::Step stripOneOf(const std::vector<std::string>& prefixes, bool isPattern)
{
    routing::Rules rules;
    for (const std::string& prefix : prefixes) {
        routing::Rule rule;
        rule.condition = Condition::of(isPattern ? Condition::Kind::PathPattern : Condition::Kind::PathPrefix, { isPattern ? "^(?:" + prefix + ")" : prefix });
        rule.steps = { Rewrite { isPattern ? Rewrite::How::StripPattern : Rewrite::How::StripPrefix, prefix, {} } };
        rule.oneOf = "prefix";
        rules.push_back(std::move(rule));
    }
    return routing::Nested { std::make_shared<const routing::Rules>(std::move(rules)) };
}

/// What forwardAuth asks first.
std::optional<routing::Step> questionTo(const Named& middleware, const ConfigTree& auth)
{
    std::string_view url = get(auth, "address").scalar;
    const bool isTls = url.starts_with("https://");
    if (!isTls && !url.starts_with("http://"))
        return {};
    url.remove_prefix(isTls ? 8 : 7);
    const std::size_t slash = url.find_first_of("/?");
    routing::Upstream upstream;
    upstream.protocol = isTls ? model::Protocol::Https : model::Protocol::Http;
    upstream.declared.endpoint = parseAddress(url.substr(0, slash), isTls ? 443 : 80).endpoint;
    upstream.declared.requestHost = std::string(url.substr(0, slash));
    upstream.declared.verifiesCertificate = isTls && !flag(get(auth, "tls"), "insecureSkipVerify", false);
    upstream.declared.serverName = isTls ? upstream.declared.endpoint.host : std::string();
    upstream.declared.place = { middleware.file, get(auth, "address").line };
    routing::Pass pass;
    pass.upstreams.push_back(std::move(upstream));
    pass.isAsked = true;
    pass.askedPath = slash == std::string_view::npos ? std::string("/") : std::string(url.substr(slash));
    return pass;
}
}

routing::Step redirectToScheme(const std::string& scheme, const std::string& port)
{
    const bool isUsual = port.empty() || (scheme == "https" && port == "443") || (scheme == "http" && port == "80");
    return only(Condition::none({ Condition::of(Condition::Kind::Scheme, { scheme }) }),
        routing::Reply { "redirects to " + scheme + "://{http.request.host}" + (isUsual ? "" : ":" + port) + "{http.request.uri}" });
}

void Middlewares::apply(const std::vector<std::string>& names, const std::string& provider, Result& result, int depth) const
{
    if (depth > deepestMiddleware)
        return;
    for (const std::string& name : names) {
        if (++result.applied > maximumApplied)
            return;
        const Named* found = all.find(name, provider);
        if (!found) {
            if (!Services::isInternal(name))
                result.missing.push_back(name);
            continue;
        }
        const ConfigTree& own = *found->tree;
        const auto part = [&](std::string_view kind) -> const ConfigTree& { return get(own, kind); };
        if (const ConfigTree& chain = part("chain"); !chain.isNull())
            apply(listOf(get(chain, "middlewares")), found->provider, result, depth + 1);
        if (const ConfigTree& strip = part("stripPrefix"); !strip.isNull())
            result.steps.push_back(stripOneOf(listOf(get(strip, "prefixes")), false));
        if (const ConfigTree& strip = part("stripPrefixRegex"); !strip.isNull())
            result.steps.push_back(stripOneOf(get(strip, "regex").texts(), true));
        if (const ConfigTree& add = part("addPrefix"); !add.isNull())
            result.steps.push_back(Rewrite { Rewrite::How::AddPrefix, get(add, "prefix").scalar, {} });
        if (const ConfigTree& replace = part("replacePath"); !replace.isNull())
            result.steps.push_back(Rewrite { Rewrite::How::Path, get(replace, "path").scalar, {} });
        if (const ConfigTree& replace = part("replacePathRegex"); !replace.isNull())
            result.steps.push_back(Rewrite { Rewrite::How::ReplacePattern, get(replace, "regex").scalar, get(replace, "replacement").scalar });
        if (const ConfigTree& redirect = part("redirectScheme"); !redirect.isNull())
            result.steps.push_back(redirectToScheme(get(redirect, "scheme").scalar, get(redirect, "port").scalar));
        if (const ConfigTree& redirect = part("redirectRegex"); !redirect.isNull())
            result.steps.push_back(only(Condition::of(Condition::Kind::Url, { get(redirect, "regex").scalar }),
                routing::Reply { "redirects to " + placeholders(get(redirect, "replacement").scalar) }));
        if (const ConfigTree& headers = get(part("headers"), "customRequestHeaders"); !headers.isNull())
            if (const std::string host = get(headers, "Host").scalar; !host.empty())
                result.steps.push_back(routing::SetValue { "host", host });
        if (const ConfigTree& auth = part("forwardAuth"); !auth.isNull())
            if (auto question = questionTo(*found, auth))
                result.steps.push_back(std::move(*question));
        if (const ConfigTree& retry = part("retry"); !retry.isNull())
            result.attempts = parse::numberOf<int>(get(retry, "attempts").scalar);
        if (const ConfigTree& errors = part("errors"); !errors.isNull() && services) {
            routing::Pass pass = services->pass(get(errors, "service").scalar, found->provider);
            if (!pass.upstreams.empty()) {
                routing::Rule rule;
                rule.steps.push_back(std::move(pass));
                result.others.push_back(std::move(rule));
            }
        }
    }
}

}
