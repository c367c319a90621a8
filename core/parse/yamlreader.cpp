// YAML by yaml-cpp's events: aliases are copied under a bound here, where its own tree would let them multiply.
#include "core/parse/configtree.h"

#include "core/parse/lines.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <map>
#include <sstream>

namespace hopscope::parse {

namespace {
constexpr std::size_t maximumValues = 400'000;
constexpr std::size_t yamlDepthLimit = 128;
constexpr int mostYamlAttempts = 8;

std::size_t countOf(const ConfigTree& tree)
{
    std::size_t count = 1;
    for (const ConfigTree& item : tree.items)
        count += countOf(item);
    for (const auto& member : tree.members)
        count += countOf(member.second);
    return count;
}

/// Puts the members of `<<: *base` where the map has none of that name.
void merge(ConfigTree& map)
{
    std::vector<std::pair<std::string, ConfigTree>> further;
    const auto add = [&](const ConfigTree& base) {
        if (map.members.size() * base.members.size() > maximumValues * 10)
            return; // nobody writes that
        for (const auto& [name, value] : base.members)
            if (!map.has(name))
                further.emplace_back(name, value);
    };
    for (const auto& [name, value] : map.members)
        if (name == "<<") {
            add(value);
            for (const ConfigTree& base : value.items)
                add(base);
        }
    if (further.empty())
        return;
    std::erase_if(map.members, [](const auto& member) { return member.first == "<<"; });
    map.members.insert(map.members.end(), std::make_move_iterator(further.begin()), std::make_move_iterator(further.end()));
}

class YamlTreeBuilder : public YAML::EventHandler {
public:
    std::vector<ConfigTree> documents;
    bool isFull = false;

    void OnDocumentStart(const YAML::Mark& mark) override
    {
        // yaml-cpp 0.7 may stay at a broken line for ever, one empty document after the other.
        if (mark.pos == m_lastStart)
            throw YAML::ParserException(mark, "can't be read from here on");
        m_lastStart = mark.pos;
        m_open.clear();
        m_anchors.clear();
    }
    void OnDocumentEnd() override { finish(); }
    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { add(start(mark, anchor, ConfigTree::Kind::Null)); }
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override
    {
        ConfigTree copy;
        if (const auto found = m_anchors.find(anchor); found != m_anchors.end()) {
            const std::size_t size = countOf(found->second);
            if (m_count + size <= maximumValues)
                copy = found->second;
            else
                isFull = true;
            m_count += size;
        }
        copy.line = mark.line + 1;
        add({ std::move(copy), 0 });
    }
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, const std::string& value) override
    {
        Open open = start(mark, anchor, ConfigTree::Kind::Scalar);
        open.tree.scalar = textOf(value);
        open.tree.isQuoted = tag == "!";
        if (!open.tree.isQuoted && (value == "~" || value == "null" || value.empty())) {
            open.tree.kind = ConfigTree::Kind::Null;
            open.tree.scalar.clear();
        }
        add(std::move(open));
    }
    void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor, YAML::EmitterStyle::value) override
    {
        push(start(mark, anchor, ConfigTree::Kind::List), mark);
    }
    void OnSequenceEnd() override { close(); }
    void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor, YAML::EmitterStyle::value) override
    {
        push(start(mark, anchor, ConfigTree::Kind::Map), mark);
    }
    void OnMapEnd() override { close(); }

    /// What stands open when the text breaks off, closed.
    void finish()
    {
        while (!m_open.empty())
            close();
    }

private:
    struct Open {
        ConfigTree tree;
        YAML::anchor_t anchor = 0;
        bool hasKey = false;
        std::string key {};
        int keyLine = 0;
    };

    Open start(const YAML::Mark& mark, YAML::anchor_t anchor, ConfigTree::Kind kind)
    {
        Open open { {}, anchor };
        open.tree.kind = kind;
        open.tree.line = mark.line + 1;
        if (++m_count > maximumValues)
            throw YAML::ParserException(mark, "too large");
        return open;
    }

    void push(Open open, const YAML::Mark& mark)
    {
        if (m_open.size() >= yamlDepthLimit || m_count > maximumValues)
            throw YAML::ParserException(mark, "too large or nested too deep");
        m_open.push_back(std::move(open));
    }

    void close()
    {
        Open done = std::move(m_open.back());
        m_open.pop_back();
        if (done.tree.isMap()) {
            if (done.hasKey)
                done.tree.members.emplace_back(std::move(done.key), ConfigTree());
            merge(done.tree);
        }
        add(std::move(done));
    }

    void add(Open done)
    {
        if (done.anchor != 0)
            m_anchors[done.anchor] = done.tree;
        if (m_open.empty()) {
            if (!done.tree.isNull())
                documents.push_back(std::move(done.tree));
            return;
        }
        Open& parent = m_open.back();
        if (parent.tree.isList()) {
            parent.tree.items.push_back(std::move(done.tree));
        } else if (!parent.hasKey) {
            parent.hasKey = true;
            parent.key = std::move(done.tree.scalar);
            parent.keyLine = done.tree.line;
        } else {
            done.tree.line = parent.keyLine;
            parent.tree.members.emplace_back(std::move(parent.key), std::move(done.tree));
            parent.hasKey = false;
        }
    }

    std::vector<Open> m_open;
    std::map<YAML::anchor_t, ConfigTree> m_anchors;
    std::size_t m_count = 0;
    int m_lastStart = -1;
};

struct Attempt {
    std::vector<ConfigTree> documents;
    std::string problem;
    int line = 0;
};

Attempt tryYaml(const std::string& text)
{
    Attempt attempt;
    YamlTreeBuilder builder;
    try {
        std::istringstream stream(text);
        YAML::Parser parser(stream);
        while (parser.HandleNextDocument(builder)) { }
        if (builder.isFull)
            attempt.problem = "aliases make this document too large; some are left out";
    } catch (const YAML::Exception& error) {
        attempt.problem = error.msg;
        attempt.line = error.mark.line + 1;
        builder.finish();
    }
    attempt.documents = std::move(builder.documents);
    return attempt;
}

std::vector<std::string> splitLines(std::string_view text)
{
    std::vector<std::string> lines;
    for (const Line& line : linesOf(text))
        lines.emplace_back(line.text);
    return lines;
}

std::string joinedLines(const std::vector<std::string>& lines)
{
    std::string text;
    for (const std::string& line : lines)
        text += line + "\n";
    return text;
}

/// Go and Jinja templates that nobody rendered: a line of nothing else is dropped, a value becomes a word.
bool withoutTemplates(std::vector<std::string>& lines)
{
    bool found = false;
    for (std::string& line : lines) {
        if (line.size() > 64 * 1024)
            continue; // each replacement moves the rest of the line
        for (const auto& [open, close] : { std::pair { "{{", "}}" }, std::pair { "{%", "%}" } })
            for (std::size_t at = line.find(open); at != std::string::npos; at = line.find(open, at)) {
                const std::size_t end = line.find(close, at);
                if (end == std::string::npos)
                    break;
                found = true;
                const std::string rest = line.substr(end + 2);
                const bool isAlone = trimmed(line.substr(0, at)).empty() && trimmed(rest).empty();
                line = isAlone ? std::string() : line.substr(0, at) + "_template_" + rest;
            }
    }
    return found;
}

/// Tabs that indent, which YAML forbids.
bool withoutTabs(std::vector<std::string>& lines)
{
    bool found = false;
    for (std::string& line : lines)
        for (std::size_t at = 0; at < line.size() && (line[at] == ' ' || line[at] == '\t'); ++at)
            if (line[at] == '\t') {
                line.replace(at, 1, "  ");
                found = true;
            }
    return found;
}

/// The line of the complaint, or the last one with text before it where that is empty or behind the end.
int shownLine(const std::vector<std::string>& lines, int line)
{
    std::size_t shown = std::min(static_cast<std::size_t>(std::max(line, 0)), lines.size());
    while (shown > 1 && trimmed(lines[shown - 1]).empty())
        --shown;
    return static_cast<int>(shown);
}
}

ConfigDocuments parseYaml(const std::string& path, std::string_view text)
{
    ConfigDocuments result;
    std::vector<std::string> lines = splitLines(textOf(text));
    Attempt attempt = tryYaml(joinedLines(lines));
    if (!attempt.problem.empty()) {
        const Attempt first = attempt;
        const int line = shownLine(lines, first.line);
        const bool hadTemplates = withoutTemplates(lines);
        const bool hadTabs = withoutTabs(lines);
        if (hadTemplates || hadTabs)
            attempt = tryYaml(joinedLines(lines));
        result.warnings.push_back({ { path, line },
            first.problem + (hadTemplates && attempt.problem.empty() ? " (a template that is not rendered)" : "") });
    }
    for (int i = 0; i < mostYamlAttempts && !attempt.problem.empty() && attempt.line > 0; ++i) {
        const int line = shownLine(lines, attempt.line);
        if (line < 1)
            break;
        if (result.warnings.empty() || result.warnings.back().place.line != line)
            result.warnings.push_back({ { path, line }, attempt.problem });
        const auto bad = static_cast<std::size_t>(line - 1);
        if (trimmed(lines[bad]).empty())
            break;
        lines[bad].clear();
        attempt = tryYaml(joinedLines(lines));
    }
    result.documents = std::move(attempt.documents);
    return result;
}

}
