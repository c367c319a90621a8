#include "core/parse/nginxconfig.h"

#include "core/base/text.h"
#include "core/parse/nginxreader.h"

namespace hopscope::parse {

namespace {
constexpr std::size_t nginxDepthLimit = 64;

/// A block that is still open.
struct OpenBlock {
    NginxDirective opening;
    std::vector<NginxDirective> body;
};

/// Builds the tree from statements; the stack is ours, so no input can exhaust the machine's.
class TreeBuilder {
public:
    TreeBuilder(NginxReader& reader, int file)
        : m_reader(reader)
        , m_file(file)
    {
        m_open.push_back({});
    }

    std::vector<NginxDirective> run()
    {
        for (;;) {
            NginxStatement statement = m_reader.next();
            if (!statement.words.empty() && m_skippedDepth == 0)
                add(statement);
            else if (statement.end == NginxStatement::End::BlockStart && m_skippedDepth == 0)
                openBlock({ "", {}, m_file, statement.endLine, true, {} });
            if (statement.end == NginxStatement::End::BlockStart && m_skippedDepth > 0)
                ++m_skippedDepth;
            if (statement.end == NginxStatement::End::BlockEnd)
                closeBlock(statement.endLine);
            if (statement.end == NginxStatement::End::EndOfFile)
                break;
            if (m_startsSkipping) {
                m_skippedDepth = 1;
                m_startsSkipping = false;
            }
        }
        while (m_open.size() > 1) {
            m_reader.warn(m_open.back().opening.line,
                "unexpected end of file: the block \"" + m_open.back().opening.name + "\" that opens here is never closed");
            popBlock();
        }
        return std::move(m_open.back().body);
    }

private:
    void add(NginxStatement& statement)
    {
        NginxDirective directive;
        directive.name = std::move(statement.words.front().text);
        directive.file = m_file;
        directive.line = statement.words.front().line;
        directive.arguments.reserve(statement.words.size() - 1);
        for (std::size_t i = 1; i < statement.words.size(); ++i)
            directive.arguments.push_back(std::move(statement.words[i].text));
        directive.hasBlock = statement.end == NginxStatement::End::BlockStart
            || statement.end == NginxStatement::End::ForeignBlock;
        if (statement.end == NginxStatement::End::BlockStart)
            openBlock(std::move(directive));
        else
            m_open.back().body.push_back(std::move(directive));
    }

    /// A block that never stands inside a server: the "}" before it is missing.
    void closeForgotten(const NginxDirective& directive)
    {
        const bool isOutermost = directive.name == "http" || directive.name == "stream" || directive.name == "events";
        if (directive.name != "upstream" && !isOutermost && (directive.name != "server" || !directive.arguments.empty()))
            return;
        std::size_t server = m_open.size();
        while (server > 1 && m_open[server - 1].opening.name != "server")
            --server;
        if (server <= 1)
            return;
        m_reader.warn(m_open[server - 1].opening.line,
            "the block \"server\" that opens here is not closed before line " + std::to_string(directive.line));
        while (m_open.size() >= server)
            popBlock();
    }

    void openBlock(NginxDirective directive)
    {
        closeForgotten(directive);
        if (m_open.size() > nginxDepthLimit) {
            m_reader.warn(directive.line, "blocks are nested too deeply here: this one is left out");
            m_startsSkipping = true;
            return;
        }
        m_open.push_back({ std::move(directive), {} });
    }

    void closeBlock(int line)
    {
        if (m_skippedDepth > 0)
            --m_skippedDepth;
        else if (m_open.size() > 1)
            popBlock();
        else
            m_reader.warn(line, "unexpected \"}\": no block is open");
    }

    void popBlock()
    {
        OpenBlock closed = std::move(m_open.back());
        m_open.pop_back();
        closed.opening.block = std::move(closed.body);
        m_open.back().body.push_back(std::move(closed.opening));
    }

    NginxReader& m_reader;
    int m_file;
    std::vector<OpenBlock> m_open;
    std::size_t m_skippedDepth = 0;
    bool m_startsSkipping = false;
};
}

NginxFile parseNginxFile(const std::string& path, std::string_view text, int file)
{
    text = base::withoutByteOrderMark(text);
    NginxReader reader(path, text);
    NginxFile result;
    result.directives = TreeBuilder(reader, file).run();
    result.warnings = reader.takeWarnings();
    return result;
}

model::FilePlace NginxConfig::place(const NginxDirective& directive) const
{
    const auto index = static_cast<std::size_t>(directive.file);
    return { index < files.size() ? files[index] : std::string(), directive.line };
}

std::vector<model::ConfigFile> splitNginxDump(std::string_view dump)
{
    constexpr std::string_view header = "# configuration file ";
    std::vector<model::ConfigFile> files;
    std::size_t textStart = 0;
    int line = 0;
    for (std::size_t at = 0; at < dump.size();) {
        const std::size_t found = dump.find('\n', at);
        const std::size_t end = found == std::string_view::npos ? dump.size() : found;
        const std::size_t next = std::min(end + 1, dump.size());
        std::string_view text = dump.substr(at, end - at);
        if (text.ends_with('\r'))
            text.remove_suffix(1);
        ++line;
        if (text.starts_with(header) && text.ends_with(':')) {
            if (!files.empty())
                files.back().text = std::string(dump.substr(textStart, at - textStart));
            text.remove_prefix(header.size());
            text.remove_suffix(1);
            model::ConfigFile file;
            file.path = std::string(text);
            file.source.line = line;
            files.push_back(std::move(file));
            textStart = next;
        }
        at = next;
    }
    if (!files.empty())
        files.back().text = std::string(dump.substr(textStart));
    // nginx puts an empty line between two files.
    for (model::ConfigFile& file : files)
        if (file.text.ends_with("\n\n"))
            file.text.pop_back();
    return files;
}

}
