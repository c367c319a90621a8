#include "core/parse/nginxreader.h"

#include <algorithm>
#include <array>

namespace hopscope::parse {

namespace {
constexpr int maximumGoingBack = 16;
constexpr std::size_t nginxReaderWarningLimit = 200;

bool isBlank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

/// Directives whose name at the start of a line, inside another statement, means that the `;` before it is missing.
/// Sorted.
constexpr auto lineStarters = std::to_array<std::string_view>({
    "access_log", "add_header", "alias", "auth_request", "client_max_body_size", "error_log", "error_page",
    "events", "fastcgi_param", "fastcgi_pass", "fastcgi_read_timeout", "grpc_pass", "include", "keepalive", "listen", "location",
    "proxy_buffering", "proxy_connect_timeout", "proxy_http_version", "proxy_pass", "proxy_read_timeout",
    "proxy_redirect", "proxy_send_timeout", "proxy_set_header", "proxy_ssl_verify", "resolver", "return", "rewrite",
    "root", "scgi_pass", "server_name", "ssl_certificate", "ssl_certificate_key", "ssl_protocols", "try_files",
    "upstream", "user", "uwsgi_param", "uwsgi_pass", "worker_connections", "worker_processes",
});
}

NginxReader::NginxReader(std::string path, std::string_view text)
    : m_path(std::move(path))
    , m_text(text)
{
}

void NginxReader::warn(int line, std::string message)
{
    if (++m_warningCount > nginxReaderWarningLimit)
        return;
    if (m_warningCount == nginxReaderWarningLimit)
        message = "there are more problems in this file; they are not listed";
    m_warnings.push_back({ { m_path, line }, std::move(message) });
}

void NginxReader::advance()
{
    if (m_text[m_at] == '\n')
        ++m_line;
    ++m_at;
}

void NginxReader::skipLine()
{
    while (!isAtEnd() && current() != '\n')
        ++m_at;
}

void NginxReader::skipBlanksAndComments()
{
    while (!isAtEnd()) {
        if (isBlank(current()))
            advance();
        else if (current() == '#')
            skipLine();
        else
            return;
    }
}

NginxStatement NginxReader::next()
{
    using End = NginxStatement::End;
    NginxStatement statement;
    m_endsStatement = false;
    bool followsPlaceholder = false;
    for (;;) {
        skipBlanksAndComments();
        statement.endLine = m_line;
        if (isAtEnd()) {
            statement.end = End::EndOfFile;
            if (!statement.words.empty())
                warn(statement.words.front().line,
                    "unexpected end of file: \"" + statement.words.front().text + "\" is not ended by \";\"");
            return statement;
        }
        if (const std::size_t length = placeholderLength(); length > 0 && statement.words.empty()) {
            std::string ignored;
            readPlaceholder(ignored);
            followsPlaceholder = true;
            continue;
        }
        const char c = current();
        if (c == ';' || (c == '{' && placeholderLength() == 0) || c == '}') {
            advance();
            if (c == ';') {
                if (statement.words.empty()) {
                    if (!followsPlaceholder)
                        warn(statement.endLine, "unexpected \";\"");
                    continue;
                }
                statement.end = End::Semicolon;
            } else if (c == '{') {
                statement.end = End::BlockStart;
                if (statement.words.empty())
                    warn(statement.endLine, "unexpected \"{\": the block has no name");
                else if (statement.words.front().text.ends_with("_by_lua_block")) {
                    statement.end = End::ForeignBlock;
                    if (!skipLua())
                        warn(statement.words.front().line, "the lua block that opens here is never closed");
                }
            } else {
                statement.end = End::BlockEnd;
                if (!statement.words.empty())
                    warn(statement.words.front().line,
                        "unexpected \"}\": \"" + statement.words.front().text + "\" is not ended by \";\"");
            }
            return statement;
        }
        const std::size_t start = m_at;
        const int startLine = m_line;
        NginxWord word = c == '"' || c == '\'' ? readQuotedWord() : readBareWord();
        if (splitsAtMissingSemicolon(statement, word)) {
            warn(statement.words.front().line,
                "\"" + statement.words.front().text + "\" is not ended by \";\" before line "
                    + std::to_string(word.line));
            m_at = start;
            m_line = startLine;
            m_endsStatement = false;
            statement.end = End::Semicolon;
            return statement;
        }
        statement.words.push_back(std::move(word));
        if (m_endsStatement) {
            statement.end = End::Semicolon;
            return statement;
        }
    }
}

bool NginxReader::splitsAtMissingSemicolon(const NginxStatement& statement, const NginxWord& word) const
{
    if (statement.words.empty() || word.line == statement.words.back().line)
        return false;
    return std::binary_search(lineStarters.begin(), lineStarters.end(), std::string_view(word.text))
        && statement.words.front().text != "log_format";
}

std::size_t NginxReader::placeholderLength() const
{
    std::string_view close;
    if (startsWith("{{"))
        close = "}}";
    else if (startsWith("{%"))
        close = "%}";
    else if (startsWith("<%"))
        close = "%>";
    else
        return 0;
    // On its own line only, and not far: so this stays linear.
    const std::string_view near = m_text.substr(m_at, 512);
    const std::size_t line = near.find('\n');
    const std::size_t found = near.find(close, 2);
    if (found == std::string_view::npos || (line != std::string_view::npos && line < found))
        return 0;
    return found + close.size();
}

void NginxReader::readPlaceholder(std::string& word)
{
    const std::size_t length = placeholderLength();
    const std::string text(m_text.substr(m_at, length));
    warn(m_line, "the template's placeholder \"" + text + "\" is not filled in");
    word += text;
    m_at += length;
}

NginxWord NginxReader::readBareWord()
{
    NginxWord word { {}, m_line };
    bool followsDollar = false;
    while (!isAtEnd()) {
        const char c = current();
        if (c == '{' && followsDollar) {
            word.text += c;
            ++m_at;
            followsDollar = false;
            continue;
        }
        followsDollar = false;
        if ((c == '{' || c == '<') && placeholderLength() > 0) {
            readPlaceholder(word.text);
            continue;
        }
        if (isBlank(c) || c == ';' || c == '{')
            break;
        if (c == '\\') {
            readEscape(word.text);
            continue;
        }
        followsDollar = c == '$';
        word.text += c;
        ++m_at;
    }
    return word;
}

/// At a backslash. As in nginx: quotes and the backslash lose it, t r n become control characters, all else keeps it,
/// and whatever comes after it ends neither word nor string.
void NginxReader::readEscape(std::string& word)
{
    ++m_at;
    if (isAtEnd()) {
        word += '\\';
        return;
    }
    const char c = current();
    switch (c) {
    case '"':
    case '\'':
    case '\\': word += c; break;
    case 't': word += '\t'; break;
    case 'r': word += '\r'; break;
    case 'n': word += '\n'; break;
    default:
        word += '\\';
        word += c;
    }
    advance();
}

NginxWord NginxReader::readQuotedWord()
{
    NginxWord word { {}, m_line };
    const std::size_t start = m_at + 1;
    const int startLine = m_line;
    const bool isClosed = readQuotedText(word.text);
    // A string over several lines that is followed by text most likely lacks its own end and ran into the next string.
    const bool runsOn = isClosed && m_line != startLine && !isAtEnd() && !isBlank(current()) && current() != ';'
        && current() != '{' && current() != ')';
    if (isClosed && !runsOn) {
        if (!isAtEnd() && !isBlank(current()) && current() != ';' && current() != '{' && current() != ')'
            && current() != '}')
            warn(m_line, "unexpected \"" + std::string(1, current()) + "\" after a quoted text");
        return word;
    }
    warn(startLine, "the quoted text that starts here is never closed");
    if (++m_goingBack > maximumGoingBack) {
        m_at = m_text.size();
        return word;
    }
    m_at = start;
    m_line = startLine;
    skipLine();
    std::string_view rest = m_text.substr(start, m_at - start);
    while (!rest.empty() && isBlank(rest.back()))
        rest.remove_suffix(1);
    if (rest.ends_with(';')) {
        rest.remove_suffix(1);
        m_endsStatement = true;
    }
    word.text = std::string(rest);
    return word;
}

bool NginxReader::readQuotedText(std::string& word)
{
    const char quote = current();
    ++m_at;
    while (!isAtEnd()) {
        const char c = current();
        if (c == quote) {
            ++m_at;
            return true;
        }
        if (c == '\\') {
            readEscape(word);
            continue;
        }
        word += c;
        advance();
    }
    return false;
}

/// After the `{` of a lua block: to just after its `}`. Braces inside lua's strings and comments do not count.
bool NginxReader::skipLua()
{
    int depth = 1;
    while (!isAtEnd()) {
        const char c = current();
        if (c == '"' || c == '\'') {
            skipLuaString();
            continue;
        }
        if (startsWith("--")) {
            m_at += 2;
            if (isAtEnd() || current() != '[' || !skipLuaLongBracket())
                skipLine();
            continue;
        }
        if (c == '[' && skipLuaLongBracket())
            continue;
        advance();
        if (c == '{')
            ++depth;
        else if (c == '}' && --depth == 0)
            return true;
    }
    return false;
}

/// `[[ … ]]` or `[==[ … ]==]`. False, and nothing read, where it is no such bracket or has no end.
bool NginxReader::skipLuaLongBracket()
{
    std::size_t equals = 0;
    while (m_at + 1 + equals < m_text.size() && m_text[m_at + 1 + equals] == '=' && equals < 32)
        ++equals;
    if (m_at + 1 + equals >= m_text.size() || m_text[m_at + 1 + equals] != '[')
        return false;
    if (m_goingBack > maximumGoingBack)
        return false;
    const std::string close = "]" + std::string(equals, '=') + "]";
    const std::size_t found = m_text.find(close, m_at + 2 + equals);
    if (found == std::string_view::npos) {
        ++m_goingBack;
        return false;
    }
    while (m_at < found + close.size())
        advance();
    return true;
}

void NginxReader::skipLuaString()
{
    const char quote = current();
    ++m_at;
    while (!isAtEnd() && current() != '\n') {
        const char c = current();
        advance();
        if (c == quote)
            return;
        if (c == '\\' && !isAtEnd())
            advance();
    }
}

}
