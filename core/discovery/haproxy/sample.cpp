#include "core/discovery/haproxy/sample.h"

#include "core/base/text.h"
#include "core/discovery/haproxy/configuration.h"
#include "core/discovery/pattern.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

namespace hopscope::discovery::haproxy {

namespace {
constexpr std::size_t maximumPossible = 64;
constexpr std::size_t maximumText = 16 * 1024;


bool isDelimiter(char c) { return c == '/' || c == '?'; }

/// `dir` and `dom`: the pattern between delimiters.
bool matchesPart(const std::string& value, const std::string& pattern, std::string_view delimiters)
{
    if (pattern.empty())
        return false;
    const auto isEdge = [&](char c) { return delimiters.find(c) != std::string_view::npos; };
    for (std::size_t at = value.find(pattern); at != std::string::npos; at = value.find(pattern, at + 1)) {
        const std::size_t end = at + pattern.size();
        if ((at == 0 || isEdge(value[at - 1])) && (end == value.size() || isEdge(value[end])))
            return true;
    }
    return false;
}

std::string_view cookieName(const std::vector<std::string>& arguments)
{
    return arguments.empty() ? std::string_view() : std::string_view(arguments.front());
}

Sample queryParameter(const std::string& query, const std::vector<std::string>& arguments)
{
    if (arguments.empty())
        return Sample::unknown();
    std::string_view rest = query;
    while (!rest.empty()) {
        const std::size_t end = rest.find('&');
        const std::string_view pair = rest.substr(0, end);
        const std::size_t equals = pair.find('=');
        if (pair.substr(0, equals) == arguments.front())
            return Sample::known(equals == std::string_view::npos ? std::string() : std::string(pair.substr(equals + 1)));
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    }
    return Sample::absent();
}

Sample header(const State& state, const std::vector<std::string>& arguments)
{
    if (arguments.empty())
        return Sample::unknown();
    const std::string name = base::lowered(arguments.front());
    if (name == "host")
        return state.request.hostText.empty() ? Sample::absent() : Sample::known(state.request.hostText);
    if (const auto found = state.request.headers.find(name); found != state.request.headers.end())
        return Sample::known(found->second);
    // A plain request has none of those that a site makes up; what browsers send can't be known.
    constexpr auto usual = std::to_array<std::string_view>({ "user-agent", "accept", "accept-language", "accept-encoding",
        "referer", "origin", "x-forwarded-for", "x-forwarded-proto", "x-forwarded-host", "x-real-ip", "cf-connecting-ip" });
    return std::find(usual.begin(), usual.end(), name) != usual.end() ? Sample::unknown() : Sample::absent();
}

Sample boolean(bool value) { return Sample::known(value ? "1" : "0"); }

Sample serverCount(const State& state, const std::vector<std::string>& arguments)
{
    const std::string name = arguments.empty() ? state.section->name() : arguments.front();
    const Section* backend = state.configuration->backend(name);
    if (!backend)
        return Sample::known("0");
    std::size_t up = 0;
    bool isReported = false;
    if (state.host)
        for (const model::ServerReport& report : state.host->serverReports) {
            if (report.software != "haproxy" || report.group != name || report.isEntrance)
                continue;
            isReported = true;
            const bool isUsable = report.health == model::ServerReport::Health::Up
                || report.health == model::ServerReport::Health::Unchecked;
            up += isUsable ? 1 : 0;
        }
    // All of them, where nobody said otherwise.
    return Sample::known(std::to_string(isReported ? up : backend->lines("server").size() + backend->lines("server-template").size()));
}

Sample tlsName(const State& state)
{
    return state.request.serverName.empty() ? Sample::absent() : Sample::known(state.request.serverName);
}

/// What no request at hand tells.
bool dependsOnRequest(const std::string& name)
{
    return name != "str" && name != "int" && name != "bool" && name != "fe_name" && name != "nbsrv" && name != "always_true"
        && name != "always_false";
}

Sample fetch(const State& state, const std::string& name, const std::vector<std::string>& arguments)
{
    const Request& request = state.request;
    if (name == "hdr" || name == "req.hdr" || name == "req.fhdr" || name == "fhdr" || name == "shdr")
        return header(state, arguments);
    if (name == "path")
        return Sample::known(request.path);
    if (name == "pathq" || name == "url" || name == "capture.req.uri")
        return Sample::known(request.target());
    if (name == "base")
        return Sample::known(base::lowered(request.hostText) + request.path);
    if (name == "query")
        return Sample::known(request.query);
    if (name == "url_param" || name == "urlp")
        return queryParameter(request.query, arguments);
    if (name == "method" || name == "capture.req.method")
        return Sample::known("GET");
    if (name == "req.ver" || name == "req_ver")
        return Sample::known("1.1");
    if (name == "ssl_fc" || name == "is_ssl")
        return boolean(state.isTlsHere);
    if (name == "ssl_fc_sni")
        return state.isTlsHere ? tlsName(state) : Sample::absent();
    if (name == "ssl_fc_has_sni")
        return boolean(state.isTlsHere && !request.serverName.empty());
    if (name == "req.ssl_sni" || name == "req_ssl_sni")
        return request.isTls && !state.isTlsHere ? tlsName(state) : Sample::absent();
    if (name == "req.ssl_hello_type" || name == "req_ssl_hello_type")
        return request.isTls && !state.isTlsHere ? Sample::known("1") : Sample::absent();
    if (name == "ssl_c_used" || name == "ssl_fc_has_crt")
        return boolean(false);
    if (name == "dst_port")
        return request.port == 0 ? Sample::unknown() : Sample::known(std::to_string(request.port));
    if (name == "dst")
        return request.address.empty() ? Sample::unknown() : Sample::known(request.address);
    if (name == "cook" || name == "req.cook")
        return cookieName(arguments).empty() ? Sample::unknown() : Sample::absent();
    if (name == "req.hdr_cnt" || name == "hdr_cnt")
        return header(state, arguments).kind == Sample::Kind::Unknown
            ? Sample::unknown()
            : Sample::known(header(state, arguments).isKnown() ? "1" : "0");
    if (name == "nbsrv")
        return serverCount(state, arguments);
    if (name == "srv_is_up")
        return Sample::unknown();
    if (name == "always_true")
        return boolean(true);
    if (name == "always_false")
        return boolean(false);
    if (name == "bool" || name == "int" || name == "str" || name == "ipv4")
        return arguments.empty() ? Sample::known({}) : Sample::known(arguments.front() == "true" ? "1" : arguments.front());
    if (name == "var") {
        if (arguments.empty())
            return Sample::unknown();
        const auto found = state.variables.find(arguments.front());
        return found == state.variables.end() ? Sample::absent() : found->second;
    }
    if (name == "fe_name" || name == "fe_id")
        return state.frontend && name == "fe_name" ? Sample::known(state.frontend->name()) : Sample::unknown();
    return Sample::unknown();
}

Sample lookUp(const State& state, std::string_view kind, const Sample& key, const std::vector<std::string>& arguments)
{
    if (arguments.empty())
        return Sample::unknown();
    const std::string* file = listFile(state, arguments.front());
    const bool hasDefault = arguments.size() > 1;
    if (!file)
        return hasDefault ? Sample { Sample::Kind::Unknown, {}, { arguments[1] } } : Sample::unknown();
    const auto entries = entriesOf(*file);
    if (key.isKnown()) {
        const std::string method = kind == "map" || kind.empty() ? "str" : std::string(kind);
        for (const auto& [pattern, value] : entries)
            if (matches(method, key.text, pattern, false))
                return Sample::known(value);
    }
    if (key.kind != Sample::Kind::Unknown)
        return hasDefault ? Sample::known(arguments[1]) : Sample::absent();
    Sample result = Sample::unknown();
    if (hasDefault)
        result.possible.push_back(arguments[1]);
    for (const auto& [pattern, value] : entries)
        if (result.possible.size() < maximumPossible
            && std::find(result.possible.begin(), result.possible.end(), value) == result.possible.end())
            result.possible.push_back(value);
    return result;
}

std::string field(const std::string& text, const std::vector<std::string>& arguments, bool isWord)
{
    if (arguments.size() < 2)
        return {};
    int wanted = 0;
    std::from_chars(arguments[0].data(), arguments[0].data() + arguments[0].size(), wanted);
    std::vector<std::string> parts { std::string() };
    for (const char c : text)
        if (arguments[1].find(c) != std::string::npos)
            parts.emplace_back();
        else
            parts.back() += c;
    if (isWord)
        std::erase(parts, std::string());
    const auto count = static_cast<int>(parts.size());
    const int index = wanted > 0 ? wanted - 1 : count + wanted;
    return index >= 0 && index < count && wanted != 0 ? parts[static_cast<std::size_t>(index)] : std::string();
}

Sample replaced(const std::string& text, const std::vector<std::string>& arguments)
{
    if (arguments.size() < 2)
        return Sample::known(text);
    const std::string flags = arguments.size() > 2 ? arguments[2] : std::string();
    const Pattern pattern(arguments[0], flags.find('i') != std::string::npos);
    if (!pattern.isValid())
        return Sample::unknown();
    const bool isGlobal = flags.find('g') != std::string::npos;
    std::string result;
    std::string rest = text;
    for (int round = 0; round < 64; ++round) {
        const auto match = pattern.match(rest);
        if (!match || (match->groups[0].empty() && round > 0))
            break;
        const std::size_t start = match->end - match->groups[0].size();
        result += rest.substr(0, start) + withGroups(arguments[1], *match);
        rest = rest.substr(match->end);
        if (!isGlobal || rest.empty())
            break;
    }
    return Sample::known(result + rest);
}

Sample convert(const State& state, Sample value, const Call& call)
{
    const std::string& name = call.name;
    if (name == "map" || name.starts_with("map_"))
        return lookUp(state, name == "map" ? "" : std::string_view(name).substr(4, name.find('_', 4) - 4), value, call.arguments);
    if (!value.isKnown())
        return value;
    if (name == "lower")
        value.text = base::lowered(value.text);
    else if (name == "upper")
        std::transform(value.text.begin(), value.text.end(), value.text.begin(),
            [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    else if (name == "field" || name == "word")
        value.text = field(value.text, call.arguments, name == "word");
    else if (name == "host_only")
        value.text = value.text.substr(0, value.text.starts_with('[') ? value.text.find(']') + 1 : value.text.find(':'));
    else if (name == "port_only")
        value.text = value.text.find(':') == std::string::npos ? "0" : value.text.substr(value.text.rfind(':') + 1);
    else if (name == "regsub")
        return replaced(value.text, call.arguments);
    else if (name == "length")
        value.text = std::to_string(value.text.size());
    else if (name == "not")
        value.text = value.text == "0" ? "1" : "0";
    else if (name == "url_dec" || name == "ltrim" || name == "rtrim" || name == "trim" || name == "http_date" || name == "debug"
        || name == "normalize")
        return value;
    else if (name == "concat" && !call.arguments.empty())
        return call.arguments.size() > 1 ? Sample::unknown() : Sample::known(value.text + call.arguments[0]);
    else
        return Sample::unknown();
    value.text.resize(std::min(value.text.size(), maximumText));
    return value;
}
}

std::string withGroups(std::string_view text, const PatternMatch& match)
{
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\' || i + 1 == text.size()) {
            result += text[i];
            continue;
        }
        const char next = text[++i];
        const std::size_t group = static_cast<std::size_t>(next - '0');
        if (next >= '0' && next <= '9')
            result += group < match.groups.size() ? match.groups[group] : std::string();
        else
            result += next;
    }
    return result;
}

std::vector<Call> callsOf(std::string_view expression)
{
    std::vector<Call> calls(1);
    int depth = 0;
    char quote = '\0';
    std::string* into = &calls.back().name;
    for (std::size_t i = 0; i < expression.size(); ++i) {
        const char c = expression[i];
        if (quote != '\0') {
            if (c == quote)
                quote = '\0';
            else
                *into += c;
        } else if (depth > 0 && (c == '\'' || c == '"')) {
            quote = c;
        } else if (c == '(' && ++depth == 1) {
            calls.back().arguments.emplace_back();
            into = &calls.back().arguments.back();
        } else if (c == ')' && depth > 0 && --depth == 0) {
            into = &calls.back().name;
        } else if (c == ',' && depth == 0) {
            calls.emplace_back();
            into = &calls.back().name;
        } else if (c == ',' && depth == 1) {
            calls.back().arguments.emplace_back();
            into = &calls.back().arguments.back();
        } else {
            *into += c;
        }
    }
    return calls;
}

Sample evaluate(const State& state, std::string_view expression)
{
    const std::vector<Call> calls = callsOf(expression);
    Sample value = state.isAnyRequest && dependsOnRequest(calls.front().name)
        ? Sample::unknown()
        : fetch(state, calls.front().name, calls.front().arguments);
    for (std::size_t i = 1; i < calls.size(); ++i)
        if (!calls[i].name.empty())
            value = convert(state, std::move(value), calls[i]);
    return value;
}

Sample evaluateFormat(const State& state, std::string_view text)
{
    Sample result = Sample::known({});
    std::vector<std::string> possible { std::string() };
    while (!text.empty()) {
        const std::size_t start = text.find("%[");
        result.text += std::string(text.substr(0, start));
        for (std::string& each : possible)
            each += std::string(text.substr(0, start));
        if (start == std::string_view::npos)
            break;
        std::size_t end = start + 2;
        for (int depth = 0; end < text.size() && (text[end] != ']' || depth > 0); ++end)
            depth += text[end] == '(' ? 1 : text[end] == ')' && depth > 0 ? -1 : 0;
        const Sample part = evaluate(state, text.substr(start + 2, end - start - 2));
        result.text += part.text;
        if (part.kind == Sample::Kind::Unknown)
            result.kind = Sample::Kind::Unknown;
        std::vector<std::string> combined;
        for (const std::string& before : possible) {
            if (part.isKnown() || part.kind == Sample::Kind::Absent)
                combined.push_back(before + part.text);
            else
                for (const std::string& value : part.possible)
                    if (combined.size() < maximumPossible)
                        combined.push_back(before + value);
        }
        possible = std::move(combined);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    if (result.kind == Sample::Kind::Unknown)
        result.possible = std::move(possible);
    return result;
}

Sample evaluateAny(const State& state, std::string_view text)
{
    State any = state;
    any.isAnyRequest = true;
    return evaluateFormat(any, text);
}

bool matches(std::string_view method, const std::string& value, const std::string& pattern, bool ignoresCase)
{
    if (method == "reg" || method == "regm")
        return Pattern(pattern, ignoresCase).match(value).has_value();
    if (ignoresCase)
        return matches(method, base::lowered(value), base::lowered(pattern), false);
    if (method == "beg")
        return value.starts_with(pattern);
    if (method == "end")
        return value.ends_with(pattern);
    if (method == "sub")
        return value.find(pattern) != std::string::npos;
    if (method == "dir" || method == "dom") {
        std::string trimmed = pattern;
        const auto isEdge = [&](char c) { return method == "dir" ? isDelimiter(c) : isDelimiter(c) || c == '.' || c == ':'; };
        while (!trimmed.empty() && isEdge(trimmed.front()))
            trimmed.erase(0, 1);
        while (!trimmed.empty() && isEdge(trimmed.back()))
            trimmed.pop_back();
        return matchesPart(value, trimmed, method == "dir" ? "/?" : "/?.:");
    }
    return value == pattern;
}

const std::string* listFile(const State& state, std::string_view path)
{
    return state.configuration->listFile(path);
}

std::vector<std::pair<std::string, std::string>> entriesOf(std::string_view text)
{
    constexpr std::size_t maximumEntries = 100'000;
    std::vector<std::pair<std::string, std::string>> entries;
    while (!text.empty() && entries.size() < maximumEntries) {
        const std::size_t end = text.find('\n');
        std::string_view line = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        const auto trim = [](std::string_view part) {
            const std::size_t first = part.find_first_not_of(" \t\r");
            return first == std::string_view::npos ? std::string_view()
                                                   : part.substr(first, part.find_last_not_of(" \t\r") - first + 1);
        };
        line = trim(line);
        if (line.empty() || line.front() == '#')
            continue;
        const std::size_t blank = line.find_first_of(" \t");
        entries.emplace_back(std::string(line.substr(0, blank)),
            blank == std::string_view::npos ? std::string() : std::string(trim(line.substr(blank))));
    }
    return entries;
}

}
