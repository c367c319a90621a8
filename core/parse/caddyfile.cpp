#include "core/parse/caddyfile.h"

#include "core/parse/caddytokens.h"
#include "core/parse/glob.h"
#include "core/parse/lines.h"

#include <algorithm>
#include <map>

namespace hopscope::parse {

namespace {
constexpr int caddyDepthLimit = 64;
constexpr int maximumImports = 2'000;
constexpr std::size_t maximumTokens = 1'000'000;
constexpr std::size_t caddyWarningLimit = 100;

using Tokens = std::vector<CaddyToken>;

std::string folderWithSlash(const std::string& path)
{
    const std::size_t slash = path.rfind('/');
    return slash == std::string::npos ? std::string() : path.substr(0, slash + 1);
}

/// "a/./b/../c" to "a/c".
std::string cleaned(const std::string& path)
{
    std::vector<std::string> parts;
    std::size_t at = 0;
    while (at <= path.size()) {
        const std::size_t end = std::min(path.find('/', at), path.size());
        const std::string part = path.substr(at, end - at);
        at = end + 1;
        if (part == ".." && !parts.empty() && parts.back() != "..")
            parts.pop_back();
        else if (!part.empty() && part != ".")
            parts.push_back(part);
    }
    std::string result = path.starts_with('/') ? "/" : "";
    for (std::size_t i = 0; i < parts.size(); ++i)
        result += (i ? "/" : "") + parts[i];
    return result;
}

class CaddyfileReader {
public:
    explicit CaddyfileReader(const std::vector<model::ConfigFile>& files)
        : m_files(files)
    {
    }

    Caddyfile read(const std::string& mainFile)
    {
        const model::ConfigFile* main = fileNamed(mainFile);
        if (main) {
            Tokens tokens = caddyTokens(main->path, main->text, m_result.warnings);
            blocks(tokens, 0);
        }
        if (m_result.warnings.size() > caddyWarningLimit)
            m_result.warnings.resize(caddyWarningLimit);
        return std::move(m_result);
    }

private:
    const model::ConfigFile* fileNamed(const std::string& path) const
    {
        for (const model::ConfigFile& file : m_files)
            if (file.path == path)
                return &file;
        return nullptr;
    }

    void warn(const CaddyToken& at, std::string message) { m_result.warnings.push_back({ { at.file, at.line }, std::move(message) }); }

    /// The index just behind the block whose "{" stands at `open`; the end where it is not closed.
    std::size_t behindBlock(const Tokens& tokens, std::size_t open)
    {
        int depth = 0;
        for (std::size_t i = open; i < tokens.size(); ++i) {
            if (tokens[i].isOpen())
                ++depth;
            else if (tokens[i].isClose() && --depth == 0)
                return i + 1;
        }
        warn(tokens[open], "'{' is not closed");
        return tokens.size();
    }

    static Tokens inside(const Tokens& tokens, std::size_t open, std::size_t behind)
    {
        const bool isClosed = behind > open + 1 && tokens[behind - 1].isClose();
        return { tokens.begin() + static_cast<std::ptrdiff_t>(open + 1), tokens.begin() + static_cast<std::ptrdiff_t>(isClosed ? behind - 1 : behind) };
    }

    void blocks(const Tokens& tokens, int depth)
    {
        for (std::size_t at = 0; at < tokens.size();) {
            if (tokens[at].isClose()) {
                warn(tokens[at++], "'}' without a block that it closes");
                continue;
            }
            if (tokens[at].text == "import" && tokens[at].isFirst && !tokens[at].isQuoted) {
                const std::size_t end = lineEnd(tokens, at);
                if (std::optional<Tokens> imported = import(tokens, at, end, depth))
                    blocks(*imported, depth + 1);
                at = end;
                continue;
            }
            at = block(tokens, at);
        }
    }

    std::size_t block(const Tokens& tokens, std::size_t at)
    {
        CaddyBlock block;
        block.place = { tokens[at].file, tokens[at].line };
        bool goesOn = true;
        std::size_t i = at;
        for (; i < tokens.size() && !tokens[i].isOpen(); ++i) {
            if (i > at && tokens[i].isFirst && !goesOn)
                break;
            if (tokens[i].isClose())
                break;
            std::string key = tokens[i].text;
            goesOn = key.ends_with(',');
            while (key.ends_with(','))
                key.pop_back();
            // "a.example,b.example" without a blank is two keys as well
            for (std::string_view rest = key; !rest.empty();)
                if (const std::string_view each = takeUntil(rest, ","); !each.empty())
                    block.keys.emplace_back(each);
        }
        if (i < tokens.size() && tokens[i].isOpen()) {
            const std::size_t behind = behindBlock(tokens, i);
            const Tokens body = inside(tokens, i, behind);
            if (block.keys.size() == 1 && block.keys[0].starts_with('(') && block.keys[0].ends_with(')')) {
                m_snippets[block.keys[0].substr(1, block.keys[0].size() - 2)] = body;
                return behind;
            }
            block.directives = directives(body, 0);
            m_result.blocks.push_back(std::move(block));
            return behind;
        }
        // One site without braces: all that follows is its.
        const Tokens rest { tokens.begin() + static_cast<std::ptrdiff_t>(i), tokens.end() };
        block.directives = directives(rest, 0);
        m_result.blocks.push_back(std::move(block));
        return tokens.size();
    }

    static std::size_t lineEnd(const Tokens& tokens, std::size_t at)
    {
        std::size_t i = at + 1;
        while (i < tokens.size() && !tokens[i].isFirst)
            ++i;
        return i;
    }

    std::vector<CaddyDirective> directives(const Tokens& tokens, int depth)
    {
        std::vector<CaddyDirective> all;
        if (depth > caddyDepthLimit) {
            if (!tokens.empty())
                warn(tokens.front(), "nested too deep; the rest is left out");
            return all;
        }
        for (std::size_t at = 0; at < tokens.size();) {
            const CaddyToken& first = tokens[at];
            if (first.isClose() || first.isOpen()) {
                warn(first, "'" + first.text + "' where a directive should begin");
                at = first.isOpen() ? behindBlock(tokens, at) : at + 1;
                continue;
            }
            std::size_t end = at + 1;
            while (end < tokens.size() && !tokens[end].isFirst && !tokens[end].isOpen() && !tokens[end].isClose())
                ++end;
            if (first.text == "import" && !first.isQuoted) {
                std::size_t behind = end;
                if (end < tokens.size() && tokens[end].isOpen() && !tokens[end].isFirst)
                    behind = behindBlock(tokens, end);
                if (std::optional<Tokens> imported = import(tokens, at, end, depth)) {
                    std::vector<CaddyDirective> inner = directives(*imported, depth + 1);
                    std::move(inner.begin(), inner.end(), std::back_inserter(all));
                }
                at = behind;
                continue;
            }
            CaddyDirective directive;
            directive.name = first.text;
            directive.file = first.file;
            directive.line = first.line;
            for (std::size_t i = at + 1; i < end; ++i)
                directive.arguments.push_back(tokens[i].text);
            if (end < tokens.size() && tokens[end].isOpen() && !tokens[end].isFirst) {
                const std::size_t behind = behindBlock(tokens, end);
                directive.hasBlock = true;
                directive.block = directives(inside(tokens, end, behind), depth + 1);
                end = behind;
            }
            all.push_back(std::move(directive));
            at = end;
        }
        return all;
    }

    /// What an `import` stands for: tokens of a snippet or of files, with its arguments filled in.
    std::optional<Tokens> import(const Tokens& tokens, std::size_t at, std::size_t end, int depth)
    {
        if (at + 1 >= end) {
            warn(tokens[at], "import names nothing");
            return {};
        }
        const CaddyToken& what = tokens[at + 1];
        if (++m_imports > maximumImports || depth > caddyDepthLimit / 2) {
            if (m_imports <= maximumImports + 1)
                warn(tokens[at], "imports without an end; the rest is left out");
            return {};
        }
        Tokens found;
        if (const auto snippet = m_snippets.find(what.text); snippet != m_snippets.end()) {
            found = snippet->second;
        } else if (!importFiles(what, found)) {
            return {};
        }
        m_tokens += found.size();
        if (m_tokens > maximumTokens) {
            warn(tokens[at], "imports make this file too large; the rest is left out");
            return {};
        }
        std::vector<std::string> arguments;
        for (std::size_t i = at + 2; i < end; ++i)
            arguments.push_back(tokens[i].text);
        for (CaddyToken& token : found)
            fill(token.text, arguments);
        if (!found.empty())
            found.front().isFirst = true;
        return found;
    }

    bool importFiles(const CaddyToken& what, Tokens& found)
    {
        const bool isPattern = what.text.find_first_of("*?[") != std::string::npos;
        const std::string path = cleaned(what.text.starts_with('/') ? what.text : folderWithSlash(what.file) + what.text);
        std::vector<const model::ConfigFile*> files;
        for (const model::ConfigFile& file : m_files)
            if (isPattern ? matchesPath(path, cleaned(file.path)) : cleaned(file.path) == path)
                files.push_back(&file);
        // A copy of the configuration in another folder: by the end of the path.
        if (files.empty() && what.text.starts_with('/'))
            for (const model::ConfigFile& file : m_files) {
                const std::string own = "/" + cleaned(file.path);
                for (std::size_t slash = path.find('/', 1); slash != std::string::npos && file.path != what.file; slash = path.find('/', slash + 1)) {
                    const std::string tail = path.substr(slash);
                    const std::size_t parts = static_cast<std::size_t>(std::count(tail.begin(), tail.end(), '/'));
                    std::size_t start = own.size();
                    for (std::size_t i = 0; i < parts && start != std::string::npos && start > 0; ++i)
                        start = own.rfind('/', start - 1);
                    if (start != std::string::npos && (isPattern ? matchesPath(tail, own.substr(start)) : tail == own.substr(start))) {
                        files.push_back(&file);
                        break;
                    }
                }
            }
        std::sort(files.begin(), files.end(), [](const auto* left, const auto* right) { return left->path < right->path; });
        if (files.empty() && !isPattern)
            warn(what, "import \"" + what.text + "\": there is no such snippet or file here");
        for (const model::ConfigFile* file : files) {
            if (file->path == what.file)
                continue;
            m_result.imported.push_back(file->path);
            Tokens each = caddyTokens(file->path, file->text, m_result.warnings);
            std::move(each.begin(), each.end(), std::back_inserter(found));
        }
        return !files.empty();
    }

    static void fill(std::string& text, const std::vector<std::string>& arguments)
    {
        for (std::size_t at = text.find("{args"); at != std::string::npos; at = text.find("{args", at + 1)) {
            const std::size_t end = text.find('}', at);
            if (end == std::string::npos)
                return;
            const std::string inner = text.substr(at + 5, end - at - 5);
            std::string with;
            if (inner.starts_with('.'))
                with = nth(arguments, inner.substr(1));
            else if (inner.starts_with('[') && inner.ends_with(']') && inner.find(':') == std::string::npos)
                with = nth(arguments, inner.substr(1, inner.size() - 2));
            else if (inner == "[:]")
                for (std::size_t i = 0; i < arguments.size(); ++i)
                    with += (i ? " " : "") + arguments[i];
            else
                continue;
            text.replace(at, end + 1 - at, with);
        }
    }

    static std::string nth(const std::vector<std::string>& arguments, const std::string& number)
    {
        const auto index = numberOf<std::size_t>(number);
        return index && *index < arguments.size() ? arguments[*index] : std::string();
    }

    const std::vector<model::ConfigFile>& m_files;
    std::map<std::string, Tokens> m_snippets;
    Caddyfile m_result;
    int m_imports = 0;
    std::size_t m_tokens = 0;
};
}

Caddyfile parseCaddyfile(const std::vector<model::ConfigFile>& files, const std::string& mainFile)
{
    return CaddyfileReader(files).read(mainFile);
}

}
