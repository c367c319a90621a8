#include "core/discovery/haproxy/condition.h"

#include "core/discovery/hostindex.h"
#include "core/discovery/haproxy/configuration.h"
#include "core/discovery/haproxy/sample.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace hopscope::discovery::haproxy {

namespace {
constexpr std::size_t maximumTerms = 2000;

Truth inverted(Truth truth)
{
    return truth == Truth::Maybe ? Truth::Maybe : truth == Truth::Yes ? Truth::No : Truth::Yes;
}

std::optional<long long> integer(std::string_view text)
{
    long long value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() && !text.empty() ? std::optional(value) : std::nullopt;
}

/// "80", "8000:8010", with the operator that stands before them.
bool matchesInteger(long long value, std::string_view comparison, const std::string& pattern)
{
    const std::size_t colon = pattern.find(':');
    if (colon != std::string::npos) {
        const auto from = integer(std::string_view(pattern).substr(0, colon));
        const auto to = integer(std::string_view(pattern).substr(colon + 1));
        return (!from || value >= *from) && (!to || value <= *to);
    }
    const auto wanted = integer(pattern);
    if (!wanted)
        return false;
    if (comparison == "ge")
        return value >= *wanted;
    if (comparison == "gt")
        return value > *wanted;
    if (comparison == "le")
        return value <= *wanted;
    if (comparison == "lt")
        return value < *wanted;
    return value == *wanted;
}

/// "hdr_beg(host)" to "hdr(host)" and "beg".
std::string splitMethod(std::string& expression)
{
    const std::size_t nameEnd = expression.find_first_of("(,");
    const std::string name = expression.substr(0, nameEnd);
    for (const std::string_view method : { "beg", "end", "sub", "dir", "dom", "reg", "len" }) {
        if (!name.ends_with("_" + std::string(method)))
            continue;
        const std::string base = name.substr(0, name.size() - method.size() - 1);
        constexpr auto bases = std::to_array<std::string_view>({ "hdr", "req.hdr", "req.fhdr", "path", "pathq", "url", "base",
            "urlp", "url_param", "cook", "req.cook", "ssl_fc_sni", "req.ssl_sni", "req_ssl_sni", "capture.req.uri" });
        if (std::find(bases.begin(), bases.end(), base) == bases.end())
            continue;
        expression = base + (nameEnd == std::string::npos ? std::string() : expression.substr(nameEnd));
        return std::string(method);
    }
    return {};
}

bool isNumeric(const std::string& expression)
{
    const std::vector<Call> calls = callsOf(expression);
    const std::string& name = calls.back().name;
    constexpr auto names = std::to_array<std::string_view>({ "dst_port", "src_port", "nbsrv", "hdr_cnt", "req.hdr_cnt", "length",
        "req_ssl_hello_type", "req.ssl_hello_type", "connslots", "be_conn", "fe_conn", "fe_sess_rate", "be_sess_rate",
        "queue", "avg_queue", "int", "rand", "sc_http_req_rate", "port_only", "req.ssl_ver", "req_ssl_ver", "req.len" });
    return std::find(names.begin(), names.end(), name) != names.end();
}

bool isBoolean(const std::string& expression)
{
    const std::vector<Call> calls = callsOf(expression);
    constexpr auto names = std::to_array<std::string_view>({ "ssl_fc", "ssl_fc_has_sni", "always_true", "always_false",
        "srv_is_up", "bool", "not", "ssl_c_used", "http_first_req", "http_auth", "wait_end", "req_proto_http",
        "req.proto_http", "ssl_fc_has_crt" });
    return std::find(names.begin(), names.end(), calls.back().name) != names.end();
}

bool speaksOfHost(const std::string& expression)
{
    return expression.find("hdr(host") != std::string::npos || expression.find("hdr(Host") != std::string::npos
        || expression.find("_sni") != std::string::npos || expression.starts_with("base");
}

/// "10.0.0.0/8" against an address, IPv4 only; nothing where it can't be told.
std::optional<bool> isInNetwork(const std::string& address, const std::string& network)
{
    const auto number = [](std::string_view text) -> std::optional<std::uint32_t> {
        std::uint32_t value = 0;
        for (int i = 0; i < 4; ++i) {
            const std::size_t dot = text.find('.');
            const auto part = integer(text.substr(0, dot));
            if (!part || *part < 0 || *part > 255 || (dot == std::string_view::npos) != (i == 3))
                return {};
            value = value << 8 | static_cast<std::uint32_t>(*part);
            text.remove_prefix(dot == std::string_view::npos ? text.size() : dot + 1);
        }
        return value;
    };
    const std::size_t slash = network.find('/');
    const auto left = number(address);
    const auto right = number(std::string_view(network).substr(0, slash));
    const auto bits = slash == std::string::npos ? std::optional<long long>(32) : integer(std::string_view(network).substr(slash + 1));
    if (!left || !right || !bits || *bits < 0 || *bits > 32)
        return {};
    const std::uint32_t mask = *bits == 0 ? 0 : ~std::uint32_t(0) << (32 - *bits);
    return (*left & mask) == (*right & mask);
}

/// One ACL line's expression, flags and patterns; what `acl NAME` or `{` and `}` enclose.
ConditionValue evaluateAcl(const State& state, std::span<const std::string> words)
{
    if (words.empty())
        return { Truth::Maybe, false };
    std::string expression = words.front();
    std::string method = splitMethod(expression);
    bool ignoresCase = false;
    bool isListMissing = false;
    std::vector<std::string> patterns;
    std::size_t i = 1;
    for (; i < words.size() && words[i].starts_with('-') && words[i].size() > 1; ++i) {
        if (words[i] == "--") {
            ++i;
            break;
        }
        if (words[i] == "-i")
            ignoresCase = true;
        else if (words[i] == "-m" && i + 1 < words.size())
            method = words[++i];
        else if (words[i] == "-f" && i + 1 < words.size()) {
            if (const std::string* list = listFile(state, words[++i]))
                for (const auto& [key, value] : entriesOf(*list))
                    patterns.push_back(key);
            else
                isListMissing = true;
        } else if (words[i] == "-u" && i + 1 < words.size()) {
            ++i;
        } else if (integer(words[i])) {
            break; // a negative number
        }
    }
    patterns.insert(patterns.end(), words.begin() + static_cast<std::ptrdiff_t>(i), words.end());
    const Sample value = evaluate(state, expression);
    ConditionValue result { Truth::No, speaksOfHost(expression) };
    if (method == "found") {
        result.truth = value.kind == Sample::Kind::Unknown ? Truth::Maybe : value.isKnown() ? Truth::Yes : Truth::No;
        return result;
    }
    if (value.kind == Sample::Kind::Unknown) {
        result.truth = Truth::Maybe;
        return result;
    }
    if (value.kind == Sample::Kind::Absent)
        return result;
    if (patterns.empty()) {
        const bool isTrue = !value.text.empty() && value.text != "0";
        result.truth = isListMissing ? Truth::Maybe : isTrue ? Truth::Yes : Truth::No;
        return result;
    }
    const bool isLength = method == "len";
    const bool isInteger = isLength || method == "int" || (method.empty() && isNumeric(expression));
    if (isInteger || (isBoolean(expression) && method.empty())) {
        const auto number = isLength ? std::optional<long long>(static_cast<long long>(value.text.size())) : integer(value.text);
        std::string comparison;
        for (const std::string& pattern : patterns) {
            if (pattern == "eq" || pattern == "ge" || pattern == "gt" || pattern == "le" || pattern == "lt")
                comparison = pattern;
            else if (number && matchesInteger(*number, comparison, pattern == "true" ? "1" : pattern == "false" ? "0" : pattern))
                result.truth = Truth::Yes;
        }
        return result;
    }
    const bool isAddress = method == "ip" || expression == "dst" || expression == "src";
    for (const std::string& pattern : patterns) {
        if (isAddress) {
            const auto isIn = isInNetwork(value.text, pattern);
            if (isIn.value_or(false) || (!isIn && plainAddress(value.text) == plainAddress(pattern)))
                result.truth = Truth::Yes;
        } else if (matches(method.empty() ? "str" : method, value.text, pattern, ignoresCase)) {
            result.truth = Truth::Yes;
        }
        if (result.truth == Truth::Yes)
            return result;
    }
    if (isListMissing)
        result.truth = Truth::Maybe;
    return result;
}

/// ACLs that every HAProxy has.
std::optional<Truth> predefined(const State& state, const std::string& name)
{
    if (name == "TRUE" || name == "HTTP" || name == "METH_GET" || name == "HTTP_1.1" || name == "REQ_CONTENT" || name == "WAIT_END")
        return Truth::Yes;
    if (name == "FALSE" || name == "HTTP_1.0" || name == "HTTP_2.0" || name == "HTTP_CONTENT" || name == "HTTP_URL_ABS"
        || name == "HTTP_URL_STAR" || (name.starts_with("METH_")))
        return Truth::No;
    if (name == "HTTP_URL_SLASH")
        return Truth::Yes;
    if (name == "LOCALHOST")
        return Truth::Maybe;
    if (name == "RDP_COOKIE")
        return Truth::No;
    static_cast<void>(state);
    return {};
}

ConditionValue namedAcl(const State& state, const std::string& name)
{
    ConditionValue result { Truth::No, false };
    bool isThere = false;
    for (const parse::HaproxyLine* line : state.section->lines("acl")) {
        if (line->words.size() < 3 || line->words[1] != name)
            continue;
        isThere = true;
        const ConditionValue one = evaluateAcl(state, std::span(line->words).subspan(2));
        if (one.truth > result.truth)
            result = one;
        if (result.truth == Truth::Yes)
            return result;
    }
    if (isThere)
        return result;
    return { predefined(state, name).value_or(Truth::Maybe), false };
}
}

ConditionValue evaluateCondition(const State& state, std::span<const std::string> words)
{
    ConditionValue any { Truth::No, false };
    ConditionValue all { Truth::Yes, false };
    bool isNegated = false;
    const auto endTerm = [&](ConditionValue value) {
        if (isNegated)
            value = { inverted(value.truth), false };
        isNegated = false;
        all.truth = std::min(all.truth, value.truth);
        all.isByHost = all.isByHost || (value.isByHost && value.truth == Truth::Yes);
    };
    const auto endAlternative = [&] {
        if (all.truth > any.truth)
            any = all;
        all = { Truth::Yes, false };
    };
    for (std::size_t i = 0; i < words.size() && i < maximumTerms; ++i) {
        std::string word = words[i];
        if (word == "||" || word == "or") {
            endAlternative();
            continue;
        }
        while (word.starts_with('!')) {
            isNegated = !isNegated;
            word.erase(0, 1);
        }
        if (word.empty())
            continue;
        if (word == "{") {
            std::size_t end = i + 1;
            while (end < words.size() && words[end] != "}")
                ++end;
            endTerm(evaluateAcl(state, words.subspan(i + 1, end - i - 1)));
            i = end;
        } else {
            endTerm(namedAcl(state, word));
        }
    }
    endAlternative();
    return any;
}

ConditionValue conditionOf(const State& state, const std::vector<std::string>& words)
{
    for (std::size_t i = 1; i < words.size(); ++i)
        if (words[i] == "if" || words[i] == "unless") {
            ConditionValue value = evaluateCondition(state, std::span(words).subspan(i + 1));
            if (words[i] == "unless")
                value = { inverted(value.truth), false };
            return value;
        }
    return { Truth::Yes, false };
}

}
