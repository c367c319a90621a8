#include "core/discovery/caddy/directives.h"

#include "core/discovery/caddy/address.h"
#include "core/discovery/caddy/oldproxy.h"
#include "core/discovery/caddy/reverseproxy.h"
#include "core/parse/lines.h"

#include <algorithm>
#include <array>
#include <set>

namespace hopscope::discovery::caddy {

namespace {
using parse::CaddyDirective;
using routing::Condition;
using routing::Rewrite;
using routing::Rule;
using routing::Rules;

constexpr int maximumDepth = 48;
constexpr std::size_t maximumDirectives = 200'000;

/// httpcaddyfile/directives.go, with what later versions added; handle_path counts as handle.
constexpr auto standardOrder = std::to_array<std::string_view>({ "tracing", "map", "vars", "fs", "root", "log_append",
    "skip_log", "log_skip", "log_name", "header", "copy_response_headers", "request_body", "redir", "method", "rewrite", "uri",
    "try_files", "basicauth", "basic_auth", "forward_auth", "request_header", "encode", "push", "intercept", "templates",
    "invoke", "handle", "handle_path", "route", "abort", "error", "copy_response", "respond", "metrics", "reverse_proxy",
    "php_fastcgi", "file_server", "acme_server" });

/// Directives of a site that no request goes through.
constexpr auto settings = std::to_array<std::string_view>({ "tls", "bind", "log", "import", "handle_errors", "log_credentials" });

bool isOneOf(std::string_view word, auto& words) { return std::find(words.begin(), words.end(), word) != words.end(); }

/// "a.example {" for directives whose first word may be a matcher.
bool isMatcher(const std::string& word) { return word == "*" || word.starts_with('/') || word.starts_with('@'); }

Condition fileOrFallback(std::vector<std::string> tries)
{
    Condition condition = Condition::of(Condition::Kind::File, std::move(tries));
    condition.isLastForSure = true;
    return condition;
}

std::string withoutStar(std::string path)
{
    while (path.ends_with('*'))
        path.pop_back();
    while (path.size() > 1 && path.ends_with('/'))
        path.pop_back();
    return path;
}

Rule sub(Condition condition, std::vector<routing::Step> steps)
{
    Rule rule;
    rule.condition = std::move(condition);
    rule.steps = std::move(steps);
    return rule;
}

routing::Nested nestedRules(Rules rules) { return { std::make_shared<const Rules>(std::move(rules)) }; }
}

DirectiveReader::DirectiveReader(const std::vector<CaddyDirective>& orders, std::map<std::string, std::vector<CaddyDirective>> named)
    : m_order(standardOrder.begin(), standardOrder.end())
    , m_named(std::move(named))
{
    for (const CaddyDirective& order : orders) {
        const std::vector<std::string>& words = order.arguments;
        if (words.size() < 2)
            continue;
        std::erase(m_order, words[0]);
        const auto place = words.size() > 2 ? std::find(m_order.begin(), m_order.end(), words[2]) : m_order.end();
        if (words[1] == "first")
            m_order.insert(m_order.begin(), words[0]);
        else if (words[1] == "before")
            m_order.insert(place, words[0]);
        else if (words[1] == "after" && place != m_order.end())
            m_order.insert(place + 1, words[0]);
        else
            m_order.push_back(words[0]);
    }
}

void DirectiveReader::warn(const CaddyDirective& directive, std::string message)
{
    constexpr std::size_t most = 100;
    if (m_warnings.size() < most)
        m_warnings.push_back({ directive.place(), std::move(message) });
}

DirectiveReader::Result DirectiveReader::read(const std::vector<CaddyDirective>& directives)
{
    m_others.clear();
    Result result;
    result.rules = list(directives, {}, true, 0);
    result.others = std::move(m_others);
    return result;
}

Rules DirectiveReader::list(const std::vector<CaddyDirective>& directives, const Matchers& outer, bool isSorted, int depth)
{
    Rules rules;
    m_read += directives.size();
    if (depth > maximumDepth || m_read > maximumDirectives)
        return rules;
    Matchers matchers = outer;
    for (const CaddyDirective& each : directives)
        if (each.name.starts_with('@'))
            matchers[each.name] = namedMatcherOf(each);
    std::vector<Entry> entries;
    for (const CaddyDirective& each : directives)
        if (!each.name.starts_with('@'))
            entries.push_back(entry(each, matchers, depth));
    const auto trimmedStar = [](const std::string& path) { return path.ends_with('*') ? path.substr(0, path.size() - 1) : path; };
    const auto bySpecificity = [&](const Entry& left, const Entry& right) {
        if (left.pathLength > 0 && right.pathLength > 0) {
            if (trimmedStar(left.path) == trimmedStar(right.path))
                return left.pathLength < right.pathLength;
            return left.pathLength > right.pathLength;
        }
        return left.hasMatcher && !right.hasMatcher;
    };
    if (isSorted)
        std::stable_sort(entries.begin(), entries.end(), [&](const Entry& left, const Entry& right) {
            return left.position != right.position ? left.position < right.position : bySpecificity(left, right);
        });
    for (Entry& each : entries)
        if (!each.rule.steps.empty())
            rules.push_back(std::move(each.rule));
    return rules;
}

DirectiveReader::Entry DirectiveReader::entry(const CaddyDirective& directive, const Matchers& matchers, int depth)
{
    Entry result;
    const std::string& name = directive.name == "handle_path" ? "handle" : directive.name;
    result.position = static_cast<std::size_t>(std::find(m_order.begin(), m_order.end(), name) - m_order.begin());
    if (isOneOf(directive.name, settings)) {
        if (directive.name == "handle_errors") {
            Rules errors = list(directive.block, matchers, true, depth + 1);
            std::move(errors.begin(), errors.end(), std::back_inserter(m_others));
        }
        return result;
    }
    if (isOldProxy(directive.name)) {
        result.rule = oldProxyOf(directive);
        result.hasMatcher = true;
        result.path = directive.arguments.empty() ? std::string() : directive.arguments.front();
        result.pathLength = result.path.size();
        if (result.rule.steps.empty())
            warn(directive, directive.name + " names no upstream");
        return result;
    }
    std::vector<std::string> words = directive.arguments;
    result.rule.condition = takeMatcher(directive, matchers, words, result);
    addSteps(directive, words, matchers, depth, result);
    if (name == "handle" || name == "rewrite" || name == "root")
        result.rule.oneOf = name;
    return result;
}

Condition DirectiveReader::takeMatcher(
    const CaddyDirective& directive, const Matchers& matchers, std::vector<std::string>& words, Entry& entry)
{
    if (words.empty() || !isMatcher(words.front()))
        return {};
    // "root /srv" and "rewrite /x" have one word only: that is no matcher.
    const bool needsOneMore = directive.name == "root" || directive.name == "rewrite" || directive.name == "redir" || directive.name == "try_files";
    if (words.size() == 1 && needsOneMore && words.front() != "*" && !words.front().starts_with('@'))
        return {};
    const std::string word = words.front();
    words.erase(words.begin());
    if (word == "*")
        return {};
    entry.hasMatcher = true;
    if (word.starts_with('/')) {
        entry.pathLength = word.size();
        entry.path = word;
        return pathCondition({ longPlaceholders(word) });
    }
    const auto found = matchers.find(word);
    if (found == matchers.end()) {
        warn(directive, "the matcher " + word + " is not defined");
        return Condition::of(Condition::Kind::Unknown);
    }
    if (found->second.kind == Condition::Kind::PathGlob && found->second.values.size() == 1) {
        entry.path = found->second.values.front();
        entry.pathLength = entry.path.size();
    }
    return found->second;
}

std::shared_ptr<const Rules> DirectiveReader::nested(
    const std::vector<CaddyDirective>& directives, const Matchers& matchers, bool isSorted, int depth)
{
    return std::make_shared<const Rules>(list(directives, matchers, isSorted, depth + 1));
}

void DirectiveReader::addSteps(
    const CaddyDirective& directive, const std::vector<std::string>& words, const Matchers& matchers, int depth, Entry& entry)
{
    Rule& rule = entry.rule;
    const std::string& name = directive.name;
    const std::string first = words.empty() ? std::string() : longPlaceholders(words.front());
    if (name == "handle") {
        rule.steps = { routing::Nested { nested(directive.block, matchers, true, depth) } };
    } else if (name == "handle_path") {
        rule.steps = { Rewrite { Rewrite::How::StripPrefix, withoutStar(entry.path), {} },
            routing::Nested { nested(directive.block, matchers, true, depth) } };
    } else if (name == "route") {
        rule.steps = { routing::Nested { nested(directive.block, matchers, false, depth) } };
    } else if (name == "invoke") {
        if (const auto found = m_named.find(first); found != m_named.end())
            rule.steps = { routing::Nested { nested(found->second, matchers, false, depth) } };
        else
            warn(directive, "the named route " + first + " is not defined");
    } else if (name == "reverse_proxy") {
        addProxy(directive, words, matchers, depth, rule);
    } else if (name == "forward_auth") {
        addProxy(directive, words, matchers, depth, rule);
        for (routing::Step& step : rule.steps)
            if (auto* pass = std::get_if<routing::Pass>(&step)) {
                pass->isAsked = true;
                for (const CaddyDirective& line : directive.block)
                    if (line.name == "uri" && !line.arguments.empty())
                        pass->askedPath = longPlaceholders(line.arguments.front());
            }
    } else if (name == "php_fastcgi") {
        addPhp(directive, words, rule);
    } else if (name == "redir") {
        if (!first.empty())
            rule.steps = { routing::Reply { "redirects to " + first } };
    } else if (name == "respond") {
        const bool isStatus = words.size() == 1 && words[0].size() == 3 && parse::numberOf<int>(words[0]);
        const std::string status = isStatus ? words[0] : words.size() > 1 ? words[1] : std::string("200");
        rule.steps = { routing::Reply { "answers " + status } };
    } else if (name == "error") {
        const std::string status = words.empty() ? "500" : words.back().size() == 3 ? words.back() : "500";
        rule.steps = { routing::Reply { "answers " + status } };
    } else if (name == "abort") {
        rule.steps = { routing::Reply { "closes the connection" } };
    } else if (name == "metrics" || name == "acme_server") {
        rule.steps = { routing::Reply { "answers 200" } };
    } else if (name == "file_server") {
        const bool passes = std::any_of(directive.block.begin(), directive.block.end(),
            [](const CaddyDirective& line) { return line.name == "pass_thru"; });
        if (!passes)
            rule.steps = { routing::Reply { "answers with files from {http.vars.root}" } };
    } else if (name == "root") {
        rule.steps = { routing::SetValue { "vars.root", first } };
    } else if (name == "vars") {
        if (words.size() >= 2)
            rule.steps.push_back(routing::SetValue { "vars." + words[0], longPlaceholders(words[1]) });
        for (const CaddyDirective& line : directive.block)
            if (!line.arguments.empty())
                rule.steps.push_back(routing::SetValue { "vars." + line.name, longPlaceholders(line.arguments.front()) });
    } else if (name == "rewrite") {
        if (!first.empty())
            rule.steps = { Rewrite { Rewrite::How::Path, first, {} } };
    } else if (name == "uri") {
        addUri(words, rule);
    } else if (name == "try_files") {
        std::vector<std::string> tries;
        for (const std::string& word : words)
            tries.push_back(longPlaceholders(word));
        if (!tries.empty())
            rule.steps = { nestedRules({ sub(fileOrFallback(std::move(tries)), { Rewrite { Rewrite::How::Path, "{http.matchers.file.relative}", {} } }) }) };
    } else if (name == "request_header") {
        if (words.size() == 2 && (words[0] == "Host" || words[0] == "host"))
            rule.steps = { routing::SetValue { "host", longPlaceholders(words[1]) } };
    } else if (!isOneOf(name, m_order)) {
        warn(directive, "\"" + name + "\" is no directive that is known: a plugin's, or misspelt");
    }
}

void DirectiveReader::addUri(const std::vector<std::string>& words, Rule& rule)
{
    if (words.size() < 2)
        return;
    const std::string second = longPlaceholders(words[1]);
    if (words[0] == "strip_prefix")
        rule.steps = { Rewrite { Rewrite::How::StripPrefix, second, {} } };
    else if (words[0] == "strip_suffix")
        rule.steps = { Rewrite { Rewrite::How::StripSuffix, second, {} } };
    else if (words[0] == "replace" && words.size() > 2)
        rule.steps = { Rewrite { Rewrite::How::Replace, second, longPlaceholders(words[2]) } };
    else if (words[0] == "path_regexp" && words.size() > 2)
        rule.steps = { Rewrite { Rewrite::How::ReplacePattern, words[1], longPlaceholders(words[2]) } };
}

void DirectiveReader::addProxy(
    const CaddyDirective& directive, const std::vector<std::string>& words, const Matchers& matchers, int depth, Rule& rule)
{
    const ReverseProxy proxy = reverseProxyOf(directive, words);
    for (const CaddyDirective& line : directive.block) {
        if (line.name == "rewrite" && !line.arguments.empty())
            rule.steps.push_back(Rewrite { Rewrite::How::Path, longPlaceholders(line.arguments.back()), {} });
        if (line.name == "handle_response" || line.name == "@error") {
            Rules handled = list(line.block, matchers, true, depth + 1);
            std::move(handled.begin(), handled.end(), std::back_inserter(m_others));
        }
    }
    routing::Pass pass = proxy.pass();
    for (const routing::Upstream& upstream : pass.upstreams)
        if (upstream.declared.endpoint.host.find("{$") != std::string::npos)
            warn(directive, "the placeholder " + upstream.declared.endpoint.host + " is not filled in");
    if (pass.upstreams.empty()) {
        warn(directive, directive.name + " names no upstream");
        rule.steps.clear();
        return;
    }
    rule.steps.push_back(std::move(pass));
}

/// What Caddy itself makes of php_fastcgi (reverseproxy/fastcgi/caddyfile.go).
void DirectiveReader::addPhp(const CaddyDirective& directive, const std::vector<std::string>& words, Rule& rule)
{
    std::string index = "index.php";
    std::vector<std::string> tries;
    std::vector<CaddyDirective> transport;
    for (const CaddyDirective& line : directive.block) {
        if (line.name == "index" && !line.arguments.empty())
            index = line.arguments.front();
        else if (line.name == "try_files")
            for (const std::string& each : line.arguments)
                tries.push_back(longPlaceholders(each));
        else
            transport.push_back(line);
    }
    // Its own transport options stand beside those of reverse_proxy.
    CaddyDirective proxied = directive;
    CaddyDirective block;
    block.name = "transport";
    block.arguments = { "fastcgi" };
    block.file = directive.file;
    block.line = directive.line;
    block.block = transport;
    proxied.block.push_back(std::move(block));
    routing::Pass pass = reverseProxyOf(proxied, words).pass();
    if (pass.upstreams.empty()) {
        warn(directive, "php_fastcgi names no upstream");
        return;
    }
    Rules rules;
    if (index != "off") {
        if (tries.empty())
            tries = { "{http.request.uri.path}", "{http.request.uri.path}/" + index, index };
        rules.push_back(sub(fileOrFallback(tries), { Rewrite { Rewrite::How::Path, "{http.matchers.file.relative}", {} } }));
    }
    rules.push_back(sub(pathCondition({ "*.php" }), { std::move(pass) }));
    rule.steps = { nestedRules(std::move(rules)) };
}

}
