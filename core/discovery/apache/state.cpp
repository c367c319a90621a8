#include "core/discovery/apache/state.h"

#include "core/base/text.h"

#include <algorithm>

namespace hopscope::discovery::apache {

namespace {
std::string_view lastPart(std::string_view path) { return path.substr(path.rfind('/') == std::string_view::npos ? 0 : path.rfind('/') + 1); }

Text headerText(const State& state, const std::string& name)
{
    const std::string wanted = base::lowered(name);
    if (wanted == "host")
        return { state.request.hostText };
    if (const auto found = state.request.headers.find(wanted); found != state.request.headers.end())
        return { found->second };
    for (const std::string_view usual : { "user-agent", "accept", "accept-language", "accept-encoding", "referer", "origin",
             "x-forwarded-for", "x-forwarded-proto", "x-forwarded-host", "cf-connecting-ip", "cf-visitor" })
        if (wanted == usual)
            return { {}, false };
    return {};
}
}

std::optional<bool> isKnownToExist(const State& state, const std::string& path)
{
    if (state.host)
        for (const model::FileStatus& file : state.host->files)
            if (file.path == path)
                return file.exists;
    return {};
}

Truth isFile(const State& state, const std::string& path)
{
    if (path.ends_with('/'))
        return Truth::No;
    if (const auto known = isKnownToExist(state, path))
        return *known ? Truth::Yes : Truth::No;
    return lastPart(path).find('.') != std::string_view::npos ? Truth::Maybe : Truth::No;
}

Truth isFolder(const State& state, const std::string& path)
{
    if (state.path == "/" && path.ends_with('/'))
        return Truth::Yes;
    if (const auto known = isKnownToExist(state, path); known && path.ends_with('/'))
        return *known ? Truth::Yes : Truth::No;
    return Truth::No;
}

Text variable(const State& state, const std::string& name)
{
    const Request& request = state.request;
    const std::string key = base::lowered(name);
    if (key.starts_with("http:"))
        return headerText(state, name.substr(5));
    if (key.starts_with("env:") || key.starts_with("reqenv:")) {
        const auto found = state.environment.find(name.substr(name.find(':') + 1));
        return { found == state.environment.end() ? std::string() : found->second };
    }
    if (key.starts_with("req:") || key.starts_with("http_header:"))
        return headerText(state, name.substr(name.find(':') + 1));
    if (key.starts_with("ssl:") || key.starts_with("la-u:") || key.starts_with("la-f:"))
        return { {}, false };
    if (key == "http_host")
        return { request.hostText };
    if (key == "server_name")
        return { request.host };
    if (key == "request_uri")
        return { state.path };
    if (key == "the_request")
        return { "GET " + request.target() + " HTTP/1.1" };
    if (key == "query_string")
        return { state.query };
    if (key == "request_method")
        return { "GET" };
    if (key == "request_scheme")
        return { state.isTls ? "https" : "http" };
    if (key == "https")
        return { state.isTls ? "on" : "off" };
    if (key == "server_port")
        return { std::to_string(request.port) };
    if (key == "server_protocol")
        return { "HTTP/1.1" };
    if (key == "request_filename" || key == "script_filename")
        return { state.file.empty() ? state.path : state.file };
    if (key == "document_root")
        return { state.server->value("documentroot") };
    if (key == "http_cookie" || key == "remote_user" || key == "auth_type" || key == "path_info" || key == "http_connection"
        || key == "http_upgrade")
        return {};
    if (key == "is_subreq")
        return { "false" };
    if (key == "http_forwarded" || key == "http_proxy_connection")
        return {};
    return { {}, false };
}

namespace {
/// The small language of <If>: comparisons, regular expressions, file tests, `!`, `&&`, `||`, parentheses.
class ExpressionReader {
public:
    ExpressionReader(const State& state, std::string_view text)
        : m_state(state)
        , m_text(text)
    {
    }

    Truth read()
    {
        const Truth value = alternatives(0);
        skip();
        return m_at < m_text.size() || m_isBroken ? Truth::Maybe : value;
    }

private:
    static constexpr int maximumDepth = 32;

    void skip()
    {
        while (m_at < m_text.size() && (m_text[m_at] == ' ' || m_text[m_at] == '\t'))
            ++m_at;
    }

    bool take(std::string_view what)
    {
        skip();
        if (m_text.substr(m_at, what.size()) != what)
            return false;
        m_at += what.size();
        return true;
    }

    Truth alternatives(int depth)
    {
        Truth value = all(depth);
        while (take("||"))
            value = std::max(value, all(depth));
        return value;
    }

    Truth all(int depth)
    {
        Truth value = one(depth);
        while (take("&&"))
            value = std::min(value, one(depth));
        return value;
    }

    Truth one(int depth)
    {
        skip();
        if (depth > maximumDepth || m_at >= m_text.size()) {
            m_isBroken = true;
            return Truth::Maybe;
        }
        if (m_text.substr(m_at, 2) != "!=" && m_text.substr(m_at, 2) != "!~" && take("!"))
            return inverted(one(depth + 1));
        if (take("(")) {
            const Truth value = alternatives(depth + 1);
            if (!take(")"))
                m_isBroken = true;
            return value;
        }
        if (take("true"))
            return Truth::Yes;
        if (take("false"))
            return Truth::No;
        if (m_text[m_at] == '-' && m_at + 2 < m_text.size() && m_text[m_at + 2] == ' ')
            return unary(m_text[m_at + 1]);
        const Text left = word();
        skip();
        return comparison(left);
    }

    Truth unary(char test)
    {
        m_at += 2;
        const Text subject = word();
        if (!subject.isKnown)
            return Truth::Maybe;
        switch (test) {
        case 'f':
        case 's':
        case 'e': return std::max(isFile(m_state, subject.value), test == 'e' ? isFolder(m_state, subject.value) : Truth::No);
        case 'd': return isFolder(m_state, subject.value);
        case 'n': return subject.value.empty() ? Truth::No : Truth::Yes;
        case 'z': return subject.value.empty() ? Truth::Yes : Truth::No;
        case 'T': return subject.value.empty() || subject.value == "0" || subject.value == "off" || subject.value == "false" || subject.value == "no" ? Truth::No : Truth::Yes;
        default: return Truth::Maybe;
        }
    }

    Truth comparison(const Text& left)
    {
        for (const std::string_view sign : { "=~", "!~" })
            if (take(sign)) {
                const Truth value = matchesRegex(left);
                return sign == "!~" ? inverted(value) : value;
            }
        for (const std::string_view sign : { "==", "!=", "-eq", "-ne", "=" })
            if (take(sign)) {
                const Text right = word();
                if (!left.isKnown || !right.isKnown)
                    return Truth::Maybe;
                const bool isSame = left.value == right.value;
                return isSame != (sign == "!=" || sign == "-ne") ? Truth::Yes : Truth::No;
            }
        if (take("-in") || take("in")) {
            skip();
            if (!take("{")) {
                m_isBroken = true;
                return Truth::Maybe;
            }
            Truth value = Truth::No;
            do {
                const Text each = word();
                if (left.isKnown && each.isKnown && each.value == left.value)
                    value = Truth::Yes;
            } while (take(","));
            take("}");
            return left.isKnown ? value : Truth::Maybe;
        }
        // what else compares numbers, addresses or patterns: not for us to tell
        m_isBroken = true;
        return Truth::Maybe;
    }

    Truth matchesRegex(const Text& left)
    {
        skip();
        char end = '\0';
        if (take("m") && m_at < m_text.size())
            end = m_text[m_at++];
        else if (take("/"))
            end = '/';
        else
            m_isBroken = true;
        std::string expression;
        while (m_at < m_text.size() && m_text[m_at] != end)  {
            if (m_text[m_at] == '\\' && m_at + 1 < m_text.size() && m_text[m_at + 1] == end)
                ++m_at;
            expression += m_text[m_at++];
        }
        m_at += m_at < m_text.size() ? 1 : 0;
        bool ignoresCase = false;
        for (; m_at < m_text.size() && std::string_view("gims").find(m_text[m_at]) != std::string_view::npos; ++m_at)
            ignoresCase = ignoresCase || m_text[m_at] == 'i';
        if (!left.isKnown || m_isBroken)
            return Truth::Maybe;
        const Pattern pattern(expression, ignoresCase);
        return !pattern.isValid() ? Truth::Maybe : pattern.match(left.value) ? Truth::Yes : Truth::No;
    }

    /// 'text', "text", %{NAME}, a number, or a bare word.
    Text word()
    {
        skip();
        if (m_at >= m_text.size()) {
            m_isBroken = true;
            return { {}, false };
        }
        const char quote = m_text[m_at];
        if (quote == '\'' || quote == '"') {
            const std::size_t close = m_text.find(quote, m_at + 1);
            const std::size_t end = std::min(close, m_text.size());
            const std::string_view inside = m_text.substr(m_at + 1, end - m_at - 1);
            m_at = std::min(end + 1, m_text.size());
            return filled(inside);
        }
        std::size_t end = m_at;
        for (bool isInside = false; end < m_text.size(); ++end) {
            isInside = (isInside || m_text[end] == '{') && m_text[end] != '}';
            if (!isInside && std::string_view(" \t)&|=,}").find(m_text[end]) != std::string_view::npos && m_text[end] != '}')
                break;
            if (!isInside && m_text[end] == '!' && end > m_at)
                break;
        }
        const std::string_view text = m_text.substr(m_at, end - m_at);
        m_at = end;
        return filled(text);
    }

    Text filled(std::string_view text) const
    {
        Text result;
        for (std::size_t at = 0; at < text.size();) {
            const std::size_t close = text.substr(at, 2) == "%{" ? text.find('}', at) : std::string_view::npos;
            if (close == std::string_view::npos) {
                result.value += text[at++];
                continue;
            }
            const Text part = variable(m_state, std::string(text.substr(at + 2, close - at - 2)));
            result.value += part.value;
            result.isKnown = result.isKnown && part.isKnown;
            at = close + 1;
        }
        return result;
    }

    const State& m_state;
    std::string_view m_text;
    std::size_t m_at = 0;
    bool m_isBroken = false;
};
}

Truth evaluateExpression(const State& state, const std::string& text) { return ExpressionReader(state, text).read(); }

}
