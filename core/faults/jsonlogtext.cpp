#include "core/faults/linetext.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace hopscope::faults {
namespace {

    constexpr int deepest = 8;

    // Keys without case, '_', '-', '.' and '@': programs spell one name in many ways.

    /// What says something whatever its form.
    constexpr std::array<std::string_view, 37> textKeys = { "backtrace", "body", "cause", "description", "detail", "details", "err", "error", "errormessage",
        "errorreason", "errors", "errorstacktrace", "event", "exception", "exceptionmessage", "fetcherror",
        "fullmessage", "line", "log", "message", "msg", "note", "reason", "responsecodedetails", "result",
        "shortmessage", "stack", "stacktrace", "statusdetails", "stderr", "text", "textpayload", "trace",
        "traceback", "upstreamerror", "upstreamtransportfailurereason", "warning" };

    /// What tells something as "key=value".
    constexpr std::array<std::string_view, 26> fieldKeys = { "address", "code", "component", "downstreamstatus",
        "elbstatuscode", "errno", "kind", "level", "logger", "originstatus", "port", "responsecode", "responseflags",
        "status", "statuscode", "syscall", "syslogidentifier", "systemdunit", "targetstatuscode", "type", "upstreamaddr",
        "upstreamcluster", "upstreamhost", "upstreamresponsetime", "upstreamstatus", "requesturi" };

    /// The answer's status by the names that programs give it; each also counts as "status=".
    constexpr std::array<std::string_view, 8> statusKeys = { "httpcode", "httpstatus", "httpstatuscode", "responsecode",
        "responsestatus", "status", "statuscode", "respstatus" };

    /// What visitors wrote, or what was asked: it reports nothing. A sentence under any other key may.
    constexpr std::array<std::string_view, 26> visitorKeys = { "agent", "args", "arguments", "command", "config", "cookie",
        "cookies", "headers", "httpreferer", "httprequest", "httpuseragent", "params", "path", "query", "referer", "referrer",
        "request", "requestheaders", "requestline", "requestpath", "requestquery", "respheaders", "uri", "url", "useragent",
        "xforwardedfor" };

    /// Sorted, so that a key is found quickly.
    template <std::size_t size> constexpr std::array<std::string_view, size> sorted(std::array<std::string_view, size> keys)
    {
        std::sort(keys.begin(), keys.end());
        return keys;
    }

    constexpr auto sortedTextKeys = sorted(textKeys);
    constexpr auto sortedFieldKeys = sorted(fieldKeys);
    constexpr auto sortedStatusKeys = sorted(statusKeys);
    constexpr auto sortedVisitorKeys = sorted(visitorKeys);

    template <class Keys> bool isAmong(const Keys& keys, const std::string& plainKey)
    {
        return std::binary_search(keys.begin(), keys.end(), std::string_view(plainKey));
    }

    std::string plainKeyOf(std::string_view key)
    {
        std::string plain;
        for (const char c : key.substr(0, 64)) {
            if (std::string_view("_-.@ ").find(c) == std::string_view::npos)
                plain += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        }
        return plain;
    }

    void appendUtf8(std::uint32_t code, std::string& text)
    {
        if (code < 0x80) {
            text += static_cast<char>(code);
        } else if (code < 0x800) {
            text += static_cast<char>(0xc0 | (code >> 6));
            text += static_cast<char>(0x80 | (code & 0x3f));
        } else {
            text += static_cast<char>(0xe0 | (code >> 12));
            text += static_cast<char>(0x80 | ((code >> 6) & 0x3f));
            text += static_cast<char>(0x80 | (code & 0x3f));
        }
    }

    /// Reads as far as the JSON goes; a line cut short still gives what stood before the cut.
    class Reader {
    public:
        explicit Reader(std::string_view json)
            : m_json(json)
        {
        }

        std::string read()
        {
            readObject(0);
            return m_messages + m_fields;
        }

    private:
        void skipSpace()
        {
            while (m_at < m_json.size() && (m_json[m_at] == ' ' || m_json[m_at] == '\t'))
                ++m_at;
        }

        bool take(char c)
        {
            skipSpace();
            if (m_at >= m_json.size() || m_json[m_at] != c)
                return false;
            ++m_at;
            return true;
        }

        /// Behind the opening quote, to behind the closing one.
        std::string readString()
        {
            std::string text;
            while (m_at < m_json.size() && m_json[m_at] != '"') {
                if (m_json[m_at] == '\\' && m_at + 1 < m_json.size()) {
                    readEscape(text);
                    continue;
                }
                text += m_json[m_at++];
            }
            ++m_at;
            return text;
        }

        void readEscape(std::string& text)
        {
            const char kind = m_json[m_at + 1];
            m_at += 2;
            if (kind == 'u') {
                std::uint32_t code = 0;
                for (int i = 0; i < 4 && m_at < m_json.size(); ++i, ++m_at) {
                    const char c = m_json[m_at];
                    const int digit = c >= '0' && c <= '9' ? c - '0'
                        : (c | 0x20) >= 'a' && (c | 0x20) <= 'f'
                        ? (c | 0x20) - 'a' + 10
                        : 0;
                    code = code * 16 + static_cast<std::uint32_t>(digit);
                }
                if (code >= 0x20 || code == '\t')
                    appendUtf8(code, text);
                return;
            }
            switch (kind) {
            case 'n': text += '\n'; break;
            case 't': text += '\t'; break;
            case 'r': break;
            case 'b': break;
            case 'f': break;
            default: text += kind; break;
            }
        }

        void readObject(int depth)
        {
            if (!take('{') || depth > deepest)
                return fail();
            if (take('}'))
                return;
            do {
                if (!take('"'))
                    return fail();
                const std::string key = readString();
                if (!take(':'))
                    return fail();
                readValue(key, depth);
            } while (m_isSound && take(','));
            if (m_isSound && !take('}'))
                fail();
        }

        void readValue(const std::string& key, int depth)
        {
            skipSpace();
            if (m_at >= m_json.size())
                return fail();
            const char first = m_json[m_at];
            if (first == '{' || first == '[') {
                const int ofVisitor = isAmong(sortedVisitorKeys, plainKeyOf(key)) ? 1 : 0;
                m_ofVisitor += ofVisitor;
                if (first == '{')
                    readObject(depth + 1);
                else
                    readArray(key, depth + 1);
                m_ofVisitor -= ofVisitor;
                return;
            }
            if (first == '"') {
                ++m_at;
                return keep(key, readString());
            }
            const std::size_t from = m_at;
            while (m_at < m_json.size() && std::string_view(",}] \t").find(m_json[m_at]) == std::string_view::npos)
                ++m_at;
            if (m_at == from)
                return fail();
            keep(key, std::string(m_json.substr(from, m_at - from)));
        }

        void readArray(const std::string& key, int depth)
        {
            if (!take('[') || depth > deepest)
                return fail();
            if (take(']'))
                return;
            do {
                readValue(key, depth);
            } while (m_isSound && take(','));
            if (m_isSound && !take(']'))
                fail();
        }

        void keep(const std::string& key, const std::string& value)
        {
            const std::string plain = plainKeyOf(key);
            if (isAmong(sortedTextKeys, plain)) {
                m_messages += value + "\n";
                return;
            }
            if (isAmong(sortedStatusKeys, plain) && key != "status")
                m_fields += "status=" + value + " ";
            if (isAmong(sortedFieldKeys, plain))
                m_fields += key + "=" + value + " ";
            else if (value.find(' ') != std::string::npos && m_ofVisitor == 0 && !isAmong(sortedVisitorKeys, plain))
                m_messages += value + "\n";
        }

        void fail() { m_isSound = false; }

        std::string_view m_json;
        std::size_t m_at = 0;
        bool m_isSound = true;
        int m_ofVisitor = 0; ///< how many of the objects around are about what was asked
        std::string m_messages;
        std::string m_fields;
    };

}

std::string jsonLogText(std::string_view line)
{
    const std::size_t open = line.find('{');
    if (open == std::string_view::npos)
        return {};
    std::size_t quote = open + 1;
    while (quote < line.size() && line[quote] == ' ')
        ++quote;
    if (quote >= line.size() || line[quote] != '"')
        return {};
    std::string text = Reader(line.substr(open)).read();
    if (text.empty())
        return {};
    // A log line in JSON in a log line: Docker's json-file around an app's own.
    if (text.front() == '{') {
        if (const std::string inner = Reader(std::string_view(text).substr(0, text.find('\n'))).read(); !inner.empty())
            return inner + text;
    }
    return std::string(line.substr(0, open)) + text;
}

}
