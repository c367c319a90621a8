#include "core/parse/caddytokens.h"

#include "core/base/text.h"
#include "core/parse/lines.h"

#include <algorithm>

namespace hopscope::parse {

namespace {
/// "{$NAME}" and "{$NAME:default}": the default, or the name as a word of its own that later stages can see.
std::string withoutEnvironment(std::string_view text)
{
    std::string result;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t start = text.find("{$", at);
        const std::size_t end = start == std::string_view::npos ? start : text.find('}', start);
        if (end == std::string_view::npos) {
            result += text.substr(at);
            break;
        }
        result += text.substr(at, start - at);
        const std::string_view inside = text.substr(start + 2, end - start - 2);
        const std::size_t colon = inside.find(':');
        if (colon != std::string_view::npos)
            result += inside.substr(colon + 1);
        else
            result += text.substr(start, end + 1 - start);
        at = end + 1;
    }
    return result;
}

class Lexer {
public:
    Lexer(const std::string& file, std::string text, std::vector<model::ConfigWarning>& warnings)
        : m_file(file)
        , m_text(std::move(text))
        , m_warnings(warnings)
    {
    }

    std::vector<CaddyToken> read()
    {
        if (m_text.starts_with(base::byteOrderMark))
            m_at = base::byteOrderMark.size();
        while (m_at < m_text.size())
            step();
        finish();
        return std::move(m_tokens);
    }

private:
    void step()
    {
        const char c = m_text[m_at];
        if (c == '\r') {
            ++m_at;
        } else if (c == '\n') {
            finish();
            ++m_at;
            ++m_line;
            m_startsLine = true;
        } else if (c == ' ' || c == '\t' || c == '\v' || c == '\f') {
            finish();
            ++m_at;
        } else if (c == '\\' && (m_text.compare(m_at, 2, "\\\n") == 0 || m_text.compare(m_at, 3, "\\\r\n") == 0)) {
            finish(); // the next line goes on with this one
            m_at += m_text[m_at + 1] == '\r' ? 3 : 2;
            ++m_line;
        } else if (m_word.empty() && c == '#') {
            m_at = std::min(m_text.find('\n', m_at), m_text.size());
        } else if (m_word.empty() && (c == '"' || c == '`')) {
            quoted(c);
        } else if (m_word.empty() && m_text.compare(m_at, 2, "<<") == 0 && isHeredoc()) {
            heredoc();
        } else {
            if (m_word.empty())
                m_wordLine = m_line;
            m_word += c;
            ++m_at;
        }
    }

    void add(std::string text, int line, bool isQuoted)
    {
        m_tokens.push_back({ textOf(text), m_file, line, isQuoted, m_startsLine });
        m_startsLine = false;
    }

    void finish()
    {
        if (!m_word.empty())
            add(std::move(m_word), m_wordLine, false);
        m_word.clear();
    }

    void quoted(char quote)
    {
        const int line = m_line;
        std::string text;
        for (++m_at; m_at < m_text.size() && m_text[m_at] != quote; ++m_at) {
            if (quote == '"' && m_text[m_at] == '\\' && m_at + 1 < m_text.size() && m_text[m_at + 1] == '"')
                ++m_at;
            if (m_text[m_at] == '\n')
                ++m_line;
            text += m_text[m_at];
        }
        if (m_at >= m_text.size())
            m_warnings.push_back({ { m_file, line }, "a quote is not closed" });
        ++m_at;
        add(std::move(text), line, true);
    }

    std::string heredocMarker() const
    {
        const std::size_t end = m_text.find_first_of("\r\n", m_at);
        return end == std::string::npos ? std::string() : m_text.substr(m_at + 2, end - m_at - 2);
    }
    bool isHeredoc() const
    {
        const std::string marker = heredocMarker();
        return !marker.empty() && marker.size() < 64 && marker.find_first_of(" \t{}\"") == std::string::npos;
    }

    void heredoc()
    {
        const std::string marker = heredocMarker();
        const int line = m_line;
        std::string text;
        std::size_t start = m_text.find('\n', m_at);
        while (start != std::string::npos) {
            ++m_line;
            const std::size_t end = m_text.find('\n', start + 1);
            const std::string each = m_text.substr(start + 1, end == std::string::npos ? std::string::npos : end - start - 1);
            const std::string_view words = trimmed(each);
            if (words.starts_with(marker)) {
                m_at = start + 1 + each.find(marker) + marker.size();
                add(std::move(text), line, true);
                return;
            }
            text += each + "\n";
            start = end;
        }
        m_warnings.push_back({ { m_file, line }, "the heredoc <<" + marker + " is not closed" });
        m_at = m_text.size();
        add(std::move(text), line, true);
    }

    const std::string& m_file;
    std::string m_text;
    std::vector<model::ConfigWarning>& m_warnings;
    std::vector<CaddyToken> m_tokens;
    std::string m_word;
    std::size_t m_at = 0;
    int m_line = 1;
    int m_wordLine = 1;
    bool m_startsLine = true;
};
}

std::vector<CaddyToken> caddyTokens(const std::string& file, std::string_view text, std::vector<model::ConfigWarning>& warnings)
{
    return Lexer(file, withoutEnvironment(text), warnings).read();
}

}
