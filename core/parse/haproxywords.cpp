#include "core/parse/haproxyconfig.h"

#include <algorithm>
#include <cctype>
#include <optional>

namespace hopscope::parse {

namespace {
constexpr std::size_t maximumWords = 512;

bool isNameChar(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '.'; }

std::optional<char> hexByte(std::string_view digits)
{
    int value = 0;
    for (const char c : digits.substr(0, 2)) {
        if (!std::isxdigit(static_cast<unsigned char>(c)))
            return {};
        value = value * 16 + (c <= '9' ? c - '0' : (c | 32) - 'a' + 10);
    }
    return digits.size() < 2 ? std::nullopt : std::optional(static_cast<char>(value));
}

class WordReader {
public:
    WordReader(std::string_view line, const HaproxyEnvironment& environment)
        : m_line(line)
        , m_environment(environment)
    {
    }

    HaproxyWords read()
    {
        while (m_at < m_line.size() && m_result.words.size() < maximumWords) {
            const char c = m_line[m_at];
            if (m_quote == '\0' && c == '#')
                break;
            if (m_quote == '\0' && std::isspace(static_cast<unsigned char>(c))) {
                endWord();
                ++m_at;
            } else if (m_line.substr(m_at, 2) == "{{") {
                takePlaceholder();
            } else if (c == '\\' && m_quote != '\'') {
                takeEscape();
            } else if ((c == '"' && m_quote != '\'') || (c == '\'' && m_quote != '"')) {
                m_quote = m_quote == '\0' ? c : '\0';
                m_hasWord = true;
                ++m_at;
            } else if (c == '$' && m_quote == '"') {
                takeVariable();
            } else {
                add(c);
                ++m_at;
            }
        }
        if (m_quote != '\0')
            m_result.problem = std::string("a quote (") + m_quote + ") is not closed";
        endWord();
        return std::move(m_result);
    }

private:
    void add(char c)
    {
        m_word += c;
        m_hasWord = true;
    }

    void endWord()
    {
        if (m_hasWord)
            m_result.words.push_back(std::move(m_word));
        m_word.clear();
        m_hasWord = false;
    }

    /// "{{ host }}" of a template that nobody rendered.
    void takePlaceholder()
    {
        const std::size_t close = m_line.find("}}", m_at);
        const std::size_t end = close == std::string_view::npos ? m_at + 2 : close + 2;
        for (; m_at < end; ++m_at)
            if (!std::isspace(static_cast<unsigned char>(m_line[m_at])))
                add(m_line[m_at]);
    }

    void takeEscape()
    {
        const char next = m_at + 1 < m_line.size() ? m_line[m_at + 1] : '\0';
        m_at += 2;
        switch (next) {
        case ' ':
        case '#':
            if (m_quote == '"')
                add('\\');
            add(next);
            return;
        case '\\':
        case '"':
        case '\'':
        case '$': add(next); return;
        case 'r': add('\r'); return;
        case 'n': add('\n'); return;
        case 't': add('\t'); return;
        case 'x':
            if (const auto byte = hexByte(m_line.substr(std::min(m_at, m_line.size())))) {
                add(*byte);
                m_at += 2;
                return;
            }
            break;
        default: break;
        }
        // as in a regular expression: both stay
        add('\\');
        if (next != '\0')
            add(next);
    }

    /// "$NAME", "${NAME}", "${NAME-otherwise}"; what is not known stays as written.
    void takeVariable()
    {
        const bool isBraced = m_line.substr(m_at, 2) == "${";
        const std::size_t start = m_at + (isBraced ? 2 : 1);
        std::size_t end = start;
        while (end < m_line.size() && isNameChar(m_line[end]))
            ++end;
        const std::string_view name = m_line.substr(start, end - start);
        const std::size_t close = isBraced ? m_line.find('}', end) : end;
        if (name.empty() || close == std::string_view::npos) {
            add('$');
            ++m_at;
            return;
        }
        const std::size_t after = isBraced ? close + 1 : end;
        const std::string_view rest = m_line.substr(end, close - end);
        const auto known = std::find_if(m_environment.rbegin(), m_environment.rend(),
            [&](const auto& each) { return each.first == name; });
        std::string_view value = m_line.substr(m_at, after - m_at);
        if (known != m_environment.rend())
            value = known->second;
        else if (rest.starts_with('-'))
            value = rest.substr(1);
        for (const char c : value)
            add(c);
        m_at = after;
    }

    std::string_view m_line;
    const HaproxyEnvironment& m_environment;
    std::size_t m_at = 0;
    char m_quote = '\0';
    bool m_hasWord = false;
    std::string m_word;
    HaproxyWords m_result;
};
}

HaproxyWords haproxyWords(std::string_view line, const HaproxyEnvironment& environment)
{
    return WordReader(line, environment).read();
}

}
