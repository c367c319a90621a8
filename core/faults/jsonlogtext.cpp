#include "core/faults/linetext.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace hopscope::faults {
namespace {

    constexpr int deepest = 8;

    constexpr std::array<std::string_view, 34> textKeys = { "message", "msg", "log", "error", "err", "exception", "stack", "stacktrace",
        "stack_trace", "textpayload", "detail", "details", "reason", "@message", "short_message", "full_message", "event",
        "text", "cause", "statusdetails", "error_message", "errormessage", "error.message", "exception.message",
        "error.stack_trace", "exception_message", "description", "upstream_transport_failure_reason",
        "response_code_details", "note", "errors", "warning", "line", "body" };

    constexpr std::array<std::string_view, 25> fieldKeys = { "status", "status_code", "statuscode", "code", "response_code",
        "response_flags", "upstream_cluster", "upstream_host", "upstream_addr", "upstream_status", "downstreamstatus",
        "originstatus", "logger", "syslog_identifier", "_systemd_unit", "component", "level", "errno", "syscall",
        "address", "port", "elb_status_code", "target_status_code", "upstream_response_time", "request_uri" };

    /// Sorted, so that a key is found quickly.
    template <std::size_t size> constexpr std::array<std::string_view, size> sorted(std::array<std::string_view, size> keys)
    {
        std::sort(keys.begin(), keys.end());
        return keys;
    }

    constexpr auto sortedTextKeys = sorted(textKeys);
    constexpr auto sortedFieldKeys = sorted(fieldKeys);

    template <class Keys> bool isAmong(const Keys& keys, std::string_view key)
    {
        std::string lower(key.substr(0, 64));
        for (char& c : lower)
            c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        return std::binary_search(keys.begin(), keys.end(), std::string_view(lower));
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
            if (first == '{')
                return readObject(depth + 1);
            if (first == '[')
                return readArray(key, depth + 1);
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
            if (isAmong(sortedTextKeys, key))
                m_messages += value + "\n";
            else if (isAmong(sortedFieldKeys, key))
                m_fields += key + "=" + value + " ";
        }

        void fail() { m_isSound = false; }

        std::string_view m_json;
        std::size_t m_at = 0;
        bool m_isSound = true;
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
