// JSON with lines. Forgiving: comments, trailing and missing commas are common in files that people edit.
#include "core/parse/configtree.h"

#include "core/base/text.h"
#include "core/parse/lines.h"

#include <cctype>

namespace hopscope::parse {

namespace {
constexpr int jsonDepthLimit = 128;
constexpr std::size_t jsonWarningLimit = 20;

class JsonReader {
public:
    JsonReader(const std::string& path, std::string_view text)
        : m_path(path)
        , m_text(base::withoutByteOrderMark(text))
    {
    }

    ConfigDocuments read()
    {
        skip();
        if (!atEnd())
            m_result.documents.push_back(value(0));
        skip();
        if (!atEnd())
            warn("text after the end of the document");
        return std::move(m_result);
    }

private:
    bool atEnd() const { return m_at >= m_text.size(); }
    char now() const { return atEnd() ? '\0' : m_text[m_at]; }

    void warn(const std::string& message)
    {
        if (m_result.warnings.size() < jsonWarningLimit)
            m_result.warnings.push_back({ { m_path, m_line }, message });
    }

    void step()
    {
        if (atEnd())
            return; // a text that the file's end cuts off
        if (now() == '\n')
            ++m_line;
        ++m_at;
    }

    void skip()
    {
        while (!atEnd()) {
            if (std::isspace(static_cast<unsigned char>(now()))) {
                step();
            } else if (now() == '#' || m_text.substr(m_at).starts_with("//")) {
                while (!atEnd() && now() != '\n')
                    step();
            } else if (m_text.substr(m_at).starts_with("/*")) {
                const std::size_t end = m_text.find("*/", m_at + 2);
                const std::size_t stop = end == std::string_view::npos ? m_text.size() : end + 2;
                while (m_at < stop)
                    step();
            } else {
                return;
            }
        }
    }

    ConfigTree value(int depth)
    {
        ConfigTree tree;
        tree.line = m_line;
        if (depth > jsonDepthLimit) {
            warn("nested too deep; the rest is left out");
            m_at = m_text.size();
            return tree;
        }
        if (now() == '{')
            readMap(tree, depth);
        else if (now() == '[')
            readList(tree, depth);
        else if (now() == '"') {
            tree.kind = ConfigTree::Kind::Scalar;
            tree.isQuoted = true;
            tree.scalar = string();
        } else
            readWord(tree);
        return tree;
    }

    void readWord(ConfigTree& tree)
    {
        const std::size_t start = m_at;
        while (!atEnd() && std::string_view(",:]}{[\"\n").find(now()) == std::string_view::npos)
            step();
        tree.scalar = textOf(trimmed(m_text.substr(start, m_at - start)));
        if (tree.scalar.empty()) {
            warn(atEnd() ? "the file ends in the middle of a value" : std::string("a value was expected before '") + now() + "'");
            if (!atEnd() && now() != '}' && now() != ']' && now() != ',')
                step();
        } else if (tree.scalar != "null") {
            tree.kind = ConfigTree::Kind::Scalar;
        } else {
            tree.scalar.clear();
        }
    }

    void readMap(ConfigTree& tree, int depth)
    {
        tree.kind = ConfigTree::Kind::Map;
        const int opened = m_line;
        step();
        for (;;) {
            skip();
            if (atEnd()) {
                warn("the '{' of line " + std::to_string(opened) + " is not closed");
                return;
            }
            if (now() == '}') {
                step();
                return;
            }
            if (now() == ',') {
                step();
                continue;
            }
            if (now() == ']') {
                warn("']' where '}' was expected");
                return;
            }
            const int line = m_line;
            const std::size_t before = m_at;
            std::string key = now() == '"' ? string() : bareKey();
            skip();
            if (now() == ':') {
                step();
                skip();
            } else {
                warn("':' expected after \"" + key.substr(0, 60) + "\"");
                if (m_at == before)
                    step();
                if (now() == ',' || now() == '}')
                    continue;
            }
            ConfigTree child = value(depth + 1);
            child.line = line;
            tree.members.emplace_back(std::move(key), std::move(child));
            expectSeparator('}');
        }
    }

    void readList(ConfigTree& tree, int depth)
    {
        tree.kind = ConfigTree::Kind::List;
        const int opened = m_line;
        step();
        for (;;) {
            skip();
            if (atEnd()) {
                warn("the '[' of line " + std::to_string(opened) + " is not closed");
                return;
            }
            if (now() == ']') {
                step();
                return;
            }
            if (now() == ',') {
                step();
                continue;
            }
            if (now() == '}') {
                warn("'}' where ']' was expected");
                return;
            }
            const std::size_t before = m_at;
            tree.items.push_back(value(depth + 1));
            if (m_at == before)
                step();
            expectSeparator(']');
        }
    }

    void expectSeparator(char closing)
    {
        skip();
        if (!atEnd() && now() != ',' && now() != closing && now() != '}' && now() != ']')
            warn("a comma is missing before this line's value");
    }

    std::string bareKey()
    {
        const std::size_t start = m_at;
        while (!atEnd() && (std::isalnum(static_cast<unsigned char>(now())) || now() == '_' || now() == '-' || now() == '.'))
            step();
        return std::string(m_text.substr(start, m_at - start));
    }

    void appendCodePoint(std::string& text, unsigned code)
    {
        if (code < 0x80) {
            text += static_cast<char>(code);
        } else if (code < 0x800) {
            text += static_cast<char>(0xC0 | (code >> 6));
            text += static_cast<char>(0x80 | (code & 0x3F));
        } else {
            text += static_cast<char>(0xE0 | (code >> 12));
            text += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
            text += static_cast<char>(0x80 | (code & 0x3F));
        }
    }

    std::string string()
    {
        std::string text;
        step();
        while (!atEnd() && now() != '"') {
            if (now() == '\n') {
                warn("a text is not closed on its line");
                return textOf(text);
            }
            if (now() != '\\') {
                text += now();
                step();
                continue;
            }
            step();
            const char escaped = now();
            step();
            switch (escaped) {
            case 'n': text += '\n'; break;
            case 't': text += '\t'; break;
            case 'r': text += '\r'; break;
            case 'b': text += '\b'; break;
            case 'f': text += '\f'; break;
            case 'u': {
                unsigned code = 0;
                for (int i = 0; i < 4 && std::isxdigit(static_cast<unsigned char>(now())); ++i) {
                    const char digit = static_cast<char>(std::tolower(static_cast<unsigned char>(now())));
                    code = code * 16 + static_cast<unsigned>(digit <= '9' ? digit - '0' : digit - 'a' + 10);
                    step();
                }
                appendCodePoint(text, code);
                break;
            }
            default: text += escaped;
            }
        }
        step();
        return textOf(text);
    }

    std::string m_path;
    std::string_view m_text;
    std::size_t m_at = 0;
    int m_line = 1;
    ConfigDocuments m_result;
};
}

ConfigDocuments parseJson(const std::string& path, std::string_view text) { return JsonReader(path, text).read(); }

}
