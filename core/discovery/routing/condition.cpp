#include "core/discovery/routing/condition.h"

#include "core/base/text.h"
#include "core/discovery/pattern.h"

#include <algorithm>
#include <cctype>

namespace hopscope::discovery::routing {

namespace {
constexpr int deepestNesting = 64;


Answer answer(bool isSo) { return isSo ? Answer::Yes : Answer::No; }

bool equals(std::string_view one, std::string_view other, bool ignoresCase)
{
    return ignoresCase ? base::lowered(one) == base::lowered(other) : one == other;
}

/// "*" within stands for anything, slashes too. Linear in the pattern's parts.
bool matchesGlob(std::string_view pattern, std::string_view text)
{
    const std::size_t star = pattern.find('*');
    if (star == std::string_view::npos)
        return pattern == text;
    if (!text.starts_with(pattern.substr(0, star)))
        return false;
    text.remove_prefix(star);
    pattern.remove_prefix(star + 1);
    for (;;) {
        const std::size_t next = pattern.find('*');
        const std::string_view part = pattern.substr(0, next);
        if (next == std::string_view::npos)
            return text.size() >= part.size() && text.ends_with(part);
        const std::size_t at = text.find(part);
        if (at == std::string_view::npos)
            return false;
        text.remove_prefix(at + part.size());
        pattern.remove_prefix(next + 1);
    }
}

/// "%61" as "a": proxies match the decoded path.
std::string decoded(std::string_view path)
{
    std::string text;
    const auto digit = [](char c) { return std::isdigit(static_cast<unsigned char>(c)) ? c - '0' : (std::tolower(static_cast<unsigned char>(c)) - 'a' + 10); };
    for (std::size_t i = 0; i < path.size(); ++i) {
        if (path[i] == '%' && i + 2 < path.size() && std::isxdigit(static_cast<unsigned char>(path[i + 1]))
            && std::isxdigit(static_cast<unsigned char>(path[i + 2]))) {
            text += static_cast<char>(digit(path[i + 1]) * 16 + digit(path[i + 2]));
            i += 2;
        } else {
            text += path[i];
        }
    }
    return text;
}

Answer byPattern(const Condition& condition, std::string_view subject, State& state)
{
    for (const std::string& expression : condition.values) {
        const Pattern pattern(expression, condition.ignoresCase);
        if (!pattern.isValid())
            return Answer::Maybe;
        const auto match = pattern.match(subject);
        if (!match)
            continue;
        for (std::size_t i = 0; i < match->groups.size(); ++i) {
            state.variables["re." + std::to_string(i)] = match->groups[i];
            if (!condition.patternName.empty())
                state.variables["re." + condition.patternName + "." + std::to_string(i)] = match->groups[i];
        }
        for (const auto& [name, value] : match->names) {
            state.variables["re." + name] = value;
            if (!condition.patternName.empty())
                state.variables["re." + condition.patternName + "." + name] = value;
        }
        return Answer::Yes;
    }
    return Answer::No;
}

/// The value of one query parameter, if it is there.
std::optional<std::string> parameter(std::string_view query, std::string_view name)
{
    while (!query.empty()) {
        const std::size_t end = std::min(query.find('&'), query.size());
        const std::string_view pair = query.substr(0, end);
        query.remove_prefix(std::min(end + 1, query.size()));
        const std::size_t sign = pair.find('=');
        if (pair.substr(0, sign) == name)
            return decoded(sign == std::string_view::npos ? "" : pair.substr(sign + 1));
    }
    return {};
}

bool isOneOf(const std::vector<std::string>& values, std::string_view value, bool ignoresCase)
{
    return std::any_of(values.begin(), values.end(), [&](const std::string& each) {
        return each.find('*') == std::string::npos
            ? equals(each, value, ignoresCase)
            : matchesGlob(ignoresCase ? base::lowered(each) : each, ignoresCase ? base::lowered(value) : std::string(value));
    });
}

std::optional<bool> fileExists(const State& state, const std::string& path)
{
    if (state.host)
        for (const model::FileStatus& file : state.host->files)
            if (file.path == path)
                return file.exists;
    return {};
}

/// A path like that of a file on disk ("/logo.png") and not of a page ("/", "/users/7").
bool looksLikeFile(std::string_view path)
{
    const std::string_view name = path.substr(path.rfind('/') + 1);
    const std::size_t dot = name.rfind('.');
    return dot != std::string_view::npos && dot + 1 < name.size() && dot > 0;
}

Answer byFile(const Condition& condition, State& state)
{
    const std::string root = state.expand(condition.name.empty() ? "{http.vars.root}" : condition.name);
    for (std::size_t i = 0; i < condition.values.size(); ++i) {
        const bool isLast = i + 1 == condition.values.size();
        const std::string relative = state.expand(condition.values[i]);
        if (relative.starts_with('='))
            return Answer::Maybe;
        const std::string path = root + (relative.starts_with('/') || root.ends_with('/') ? "" : "/") + relative;
        std::optional<bool> exists = fileExists(state, path);
        if (!exists && isLast && condition.isLastForSure)
            exists = true; // what is written last is the fallback that is there
        if (!exists && condition.values[i].find('{') == std::string::npos)
            exists = true; // a file that is named outright
        if (!exists && !isLast && !looksLikeFile(relative))
            exists = false;
        if (!exists && looksLikeFile(relative) && relative == decoded(state.request.path))
            exists = true;
        if (exists.value_or(false)) {
            state.variables["file.relative"] = relative.starts_with('/') ? relative : "/" + relative;
            return Answer::Yes;
        }
    }
    return Answer::No;
}

Answer byHeader(const Condition& condition, State& state)
{
    const std::string name = base::lowered(condition.name);
    std::string value;
    if (name == "host") {
        value = state.request.hostText;
    } else if (const auto found = state.request.headers.find(name); found != state.request.headers.end()) {
        value = found->second;
    } else {
        return Answer::No; // a plain request
    }
    if (condition.kind == Condition::Kind::HeaderPattern)
        return byPattern(condition, value, state);
    return answer(condition.values.empty() || isOneOf(condition.values, value, condition.ignoresCase));
}

Answer evaluate(const Condition& condition, State& state, int depth)
{
    using Kind = Condition::Kind;
    if (depth > deepestNesting)
        return Answer::Maybe;
    const auto anyValue = [&](auto&& test) { return answer(std::any_of(condition.values.begin(), condition.values.end(), test)); };
    const std::string path = condition.ignoresCase ? base::lowered(decoded(state.request.path)) : decoded(state.request.path);
    const auto cased = [&](const std::string& value) { return condition.ignoresCase ? base::lowered(value) : value; };
    switch (condition.kind) {
    case Kind::Always: return Answer::Yes;
    case Kind::Unknown: return Answer::Maybe;
    case Kind::All: {
        Answer least = Answer::Yes;
        for (const Condition& part : condition.parts)
            if (least = std::min(least, evaluate(part, state, depth + 1)); least == Answer::No)
                break;
        return least;
    }
    case Kind::Any: {
        Answer most = Answer::No;
        for (const Condition& part : condition.parts)
            if (most = std::max(most, evaluate(part, state, depth + 1)); most == Answer::Yes)
                break;
        return most;
    }
    case Kind::Not: {
        Answer most = Answer::No;
        for (const Condition& part : condition.parts)
            most = std::max(most, evaluate(part, state, depth + 1));
        return most == Answer::Yes ? Answer::No : most == Answer::No ? Answer::Yes : Answer::Maybe;
    }
    case Kind::Host:
        return anyValue([&](const std::string& each) { return matchesName(base::lowered(state.expand(each)), state.request.host, condition.isOneLabel); });
    case Kind::ServerName:
        if (!state.request.isTls)
            return anyValue([](const std::string& each) { return each == "*"; });
        return anyValue([&](const std::string& each) { return matchesName(base::lowered(each), base::lowered(state.request.serverName), condition.isOneLabel); });
    case Kind::HostPattern: return byPattern(condition, state.request.host, state);
    case Kind::Path: return anyValue([&](const std::string& each) { return cased(each) == path; });
    case Kind::PathPrefix: return anyValue([&](const std::string& each) { return path.starts_with(cased(each)); });
    case Kind::PathBelow:
        return anyValue([&](const std::string& each) { return path == cased(each) || path.starts_with(cased(each) + "/"); });
    case Kind::PathGlob: return anyValue([&](const std::string& each) { return matchesGlob(cased(state.expand(each)), path); });
    case Kind::PathPattern: return byPattern(condition, decoded(state.request.path), state);
    case Kind::Target: return byPattern(condition, state.request.target(), state);
    case Kind::Url:
        return byPattern(condition, (state.request.isTls ? "https://" : "http://") + state.request.hostText + state.request.target(), state);
    case Kind::Header:
    case Kind::HeaderPattern: return byHeader(condition, state);
    case Kind::Query: {
        const auto value = parameter(state.request.query, condition.name);
        return answer(value && (condition.values.empty() || isOneOf(condition.values, *value, condition.ignoresCase)));
    }
    case Kind::Method: return anyValue([](const std::string& each) { return equals(each, "GET", true); });
    case Kind::Scheme: return anyValue([&](const std::string& each) { return each == (state.request.isTls ? "https" : "http"); });
    case Kind::File: return byFile(condition, state);
    }
    return Answer::Maybe;
}

NameMatch qualityOf(std::string_view pattern)
{
    if (pattern == "*" || pattern.empty())
        return NameMatch::Default;
    return pattern.find('*') == std::string_view::npos ? NameMatch::Exact : NameMatch::Wildcard;
}

NameMatch hostMatch(const Condition& condition, const Request& request, int depth)
{
    using Kind = Condition::Kind;
    if (depth > deepestNesting)
        return NameMatch::Default;
    NameMatch best = NameMatch::NoListener;
    switch (condition.kind) {
    case Kind::Host:
        for (const std::string& each : condition.values)
            if (matchesName(base::lowered(each), request.host, condition.isOneLabel))
                best = std::max(best, qualityOf(each));
        return best;
    case Kind::ServerName:
        for (const std::string& each : condition.values)
            if (request.isTls ? matchesName(base::lowered(each), base::lowered(request.serverName), condition.isOneLabel) : each == "*")
                best = std::max(best, qualityOf(each));
        return best;
    case Kind::HostPattern:
        for (const std::string& each : condition.values)
            if (Pattern(each, condition.ignoresCase).match(request.host))
                return NameMatch::Regex;
        return NameMatch::NoListener;
    case Kind::All:
        best = NameMatch::Default;
        for (const Condition& part : condition.parts) {
            const NameMatch each = hostMatch(part, request, depth + 1);
            if (each == NameMatch::NoListener)
                return each;
            best = std::max(best, each);
        }
        return best;
    case Kind::Any:
        for (const Condition& part : condition.parts)
            best = std::max(best, hostMatch(part, request, depth + 1));
        return best;
    case Kind::Always:
    case Kind::Unknown:
    case Kind::Not:
    case Kind::Path:
    case Kind::PathPrefix:
    case Kind::PathBelow:
    case Kind::PathGlob:
    case Kind::PathPattern:
    case Kind::Target:
    case Kind::Url:
    case Kind::Header:
    case Kind::HeaderPattern:
    case Kind::Query:
    case Kind::Method:
    case Kind::Scheme:
    case Kind::File: return NameMatch::Default;
    }
    return NameMatch::Default;
}
}

bool matchesName(std::string_view pattern, std::string_view name, bool isOneLabel)
{
    if (pattern == "*")
        return true;
    const bool isByLabels = isOneLabel && pattern.find('*') != pattern.rfind('*');
    if (pattern.starts_with('*') && !isByLabels) {
        const std::string_view tail = pattern.substr(1);
        if (name.size() <= tail.size() || !name.ends_with(tail))
            return false;
        return !isOneLabel || name.substr(0, name.size() - tail.size()).find('.') == std::string_view::npos;
    }
    if (pattern.ends_with('*') && !isOneLabel)
        return name.size() > pattern.size() - 1 && name.starts_with(pattern.substr(0, pattern.size() - 1));
    if (pattern.find('*') == std::string_view::npos)
        return pattern == name;
    // "a.*.example": label by label
    while (!pattern.empty() && !name.empty()) {
        const std::size_t ours = std::min(pattern.find('.'), pattern.size());
        const std::size_t theirs = std::min(name.find('.'), name.size());
        if (pattern.substr(0, ours) != "*" && pattern.substr(0, ours) != name.substr(0, theirs))
            return false;
        pattern.remove_prefix(std::min(ours + 1, pattern.size()));
        name.remove_prefix(std::min(theirs + 1, name.size()));
    }
    return pattern.empty() && name.empty();
}

std::optional<std::string> State::value(const std::string& name) const
{
    if (const auto found = variables.find(name); found != variables.end())
        return found->second;
    const auto startsWith = [&](std::string_view start) { return name.starts_with(start); };
    if (name == "http.request.host")
        return request.host;
    if (name == "http.request.hostport")
        return request.hostText;
    if (name == "http.request.port")
        return std::to_string(request.port);
    if (name == "http.request.scheme")
        return std::string(request.isTls ? "https" : "http");
    if (name == "http.request.method")
        return "GET";
    if (name == "http.request.uri")
        return request.target();
    if (name == "http.request.uri.path")
        return request.path;
    if (name == "http.request.uri.query")
        return request.query;
    if (name == "http.request.orig_uri")
        return originalQuery.empty() ? originalPath : originalPath + "?" + originalQuery;
    if (name == "http.request.orig_uri.path")
        return originalPath;
    if (name == "http.request.uri.path.dir")
        return request.path.substr(0, request.path.rfind('/') + 1);
    if (name == "http.request.uri.path.file")
        return request.path.substr(request.path.rfind('/') + 1);
    if (name == "http.matchers.file.relative")
        return value("file.relative");
    if (startsWith("http.regexp."))
        return value("re." + name.substr(12));
    if (startsWith("http.vars."))
        return value(name.substr(10));
    if (startsWith("http.request.header."))
        if (const auto found = request.headers.find(base::lowered(name.substr(20))); found != request.headers.end())
            return found->second;
    if (startsWith("http.request.uri.query."))
        return parameter(request.query, name.substr(23)).value_or(std::string());
    if (startsWith("http.request.host.labels.")) {
        // labels count from the right
        std::string_view rest = request.host;
        for (int wanted = std::atoi(name.c_str() + 25); wanted > 0 && !rest.empty(); --wanted) {
            const std::size_t dot = rest.rfind('.');
            rest = dot == std::string_view::npos ? std::string_view() : rest.substr(0, dot);
        }
        const std::size_t dot = rest.rfind('.');
        return std::string(dot == std::string_view::npos ? rest : rest.substr(dot + 1));
    }
    return {};
}

std::string State::expand(std::string_view text) const
{
    std::string result;
    for (std::size_t at = 0; at < text.size() && result.size() < 16 * 1024;) {
        if (text[at] == '\\' && at + 1 < text.size() && (text[at + 1] == '{' || text[at + 1] == '}')) {
            result += text[at + 1];
            at += 2;
            continue;
        }
        const std::size_t close = text[at] == '{' ? text.find('}', at) : std::string_view::npos;
        if (close == std::string_view::npos) {
            result += text[at++];
            continue;
        }
        const std::string_view whole = text.substr(at, close + 1 - at);
        result += value(std::string(whole.substr(1, whole.size() - 2))).value_or(std::string(whole));
        at = close + 1;
    }
    return result;
}

Condition Condition::of(Kind kind, std::vector<std::string> values, std::vector<Condition> parts)
{
    Condition condition;
    condition.kind = kind;
    condition.values = std::move(values);
    condition.parts = std::move(parts);
    return condition;
}

Answer evaluate(const Condition& condition, State& state) { return evaluate(condition, state, 0); }

NameMatch hostMatch(const Condition& condition, const Request& request) { return hostMatch(condition, request, 0); }

}
