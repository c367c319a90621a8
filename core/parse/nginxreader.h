#pragma once

#include "core/model/topology.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace hopscope::parse {

struct NginxWord {
    std::string text;
    int line = 0;
};

/// The words up to the next `;`, `{` or `}`.
struct NginxStatement {
    enum class End {
        Semicolon,
        BlockStart,
        ForeignBlock, ///< a block of lua, already skipped
        BlockEnd,     ///< `words` may be there: a statement whose `;` is missing
        EndOfFile,
    };
    std::vector<NginxWord> words;
    End end = End::EndOfFile;
    int endLine = 0;
};

/// Bytes of one nginx file to statements, by the rules of nginx's own ngx_conf_read_token(), and past what nginx would
/// stop at: a missing `;`, a quote that is never closed, placeholders of templates that were not rendered.
/// Total; linear in the text, since going back after an unclosed quote is limited to a few times a file.
class NginxReader {
public:
    NginxReader(std::string path, std::string_view text);

    NginxStatement next();

    void warn(int line, std::string message);
    std::vector<model::ConfigWarning> takeWarnings() { return std::move(m_warnings); }

private:
    bool isAtEnd() const { return m_at >= m_text.size(); }
    char current() const { return m_text[m_at]; }
    bool startsWith(std::string_view prefix) const { return m_text.substr(m_at, prefix.size()) == prefix; }
    void advance();
    void skipLine();
    void skipBlanksAndComments();
    /// The length of a template placeholder that starts here: `{{ x }}`, `{% x %}`, `<%= x %>`; 0 for none.
    std::size_t placeholderLength() const;
    void readPlaceholder(std::string& word);
    NginxWord readBareWord();
    NginxWord readQuotedWord();
    bool readQuotedText(std::string& word);
    void readEscape(std::string& word);
    bool skipLua();
    bool skipLuaLongBracket();
    void skipLuaString();
    bool splitsAtMissingSemicolon(const NginxStatement& statement, const NginxWord& word) const;

    std::string m_path;
    std::string_view m_text;
    std::size_t m_at = 0;
    int m_line = 1;
    int m_goingBack = 0; ///< how often we went back after an unclosed quote
    bool m_endsStatement = false; ///< an unclosed quote's line ended in `;`
    std::size_t m_warningCount = 0;
    std::vector<model::ConfigWarning> m_warnings;
};

}
