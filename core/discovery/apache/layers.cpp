#include "core/discovery/apache/layers.h"

#include "core/base/text.h"
#include "core/discovery/apache/configuration.h"

#include <algorithm>

namespace hopscope::discovery::apache {

namespace {
constexpr std::size_t maximumLayers = 2000;
constexpr int maximumConditions = 8;

/// "/a" takes "/a" and "/a/b", not "/ab".
bool isBelow(const std::string& path, const std::string& prefix)
{
    if (!path.starts_with(prefix))
        return false;
    return prefix.ends_with('/') || path.size() == prefix.size() || path[prefix.size()] == '/';
}

bool matchesRegex(const std::string& expression, const std::string& text)
{
    const Pattern pattern(expression);
    return pattern.isValid() && pattern.match(text).has_value();
}

/// The argument of a section, and whether it is a regular expression ("~" or a …Match section).
std::pair<std::string, bool> subjectOf(const parse::ApacheDirective& section)
{
    if (section.arguments.empty())
        return {};
    if (section.arguments.front() == "~" && section.arguments.size() > 1)
        return { section.arguments[1], true };
    return { section.arguments.front(), section.name.ends_with("match") };
}

bool hasWildcard(const std::string& text) { return text.find_first_of("*?[") != std::string::npos; }

bool takesFolder(const parse::ApacheDirective& section, const std::string& folder)
{
    const auto [subject, isRegex] = subjectOf(section);
    if (subject.empty())
        return false;
    if (isRegex)
        return matchesRegex(subject, folder) || matchesRegex(subject, folder + "/");
    if (hasWildcard(subject)) {
        // a pattern takes a folder and all below it
        const auto parts = static_cast<std::size_t>(std::count(subject.begin(), subject.end(), '/'));
        std::size_t end = 0;
        for (std::size_t i = 0; i < parts && end != std::string::npos; ++i)
            end = folder.find('/', end + 1);
        return matchesWildcard(subject, folder.substr(0, end)) || matchesWildcard(subject, folder.substr(0, end) + "/");
    }
    return subject == "/" || isBelow(folder, subject.ends_with('/') ? subject.substr(0, subject.size() - 1) : subject);
}

bool takesFile(const parse::ApacheDirective& section, const std::string& name)
{
    const auto [subject, isRegex] = subjectOf(section);
    return isRegex ? matchesRegex(subject, name) : matchesWildcard(subject, name);
}

std::vector<const Block*> topsOf(const State& state)
{
    std::vector<const Block*> tops;
    if (state.server->main)
        tops.push_back(state.server->main);
    tops.push_back(state.server->own);
    return tops;
}

bool hasRewrites(const Block& block)
{
    return std::any_of(block.begin(), block.end(), [](const parse::ApacheDirective& each) {
        return each.name == "rewriterule" || each.name == "rewriteengine";
    });
}

class LayerBuilder {
public:
    LayerBuilder(const State& state, FolderRules* rules)
        : m_state(state)
        , m_rules(rules)
    {
    }

    Layers build(bool hasFile)
    {
        for (const Block* top : topsOf(m_state))
            m_layers.add(top);
        if (hasFile) {
            addFolders();
            addFiles();
        }
        for (const Block* top : topsOf(m_state))
            for (const parse::ApacheDirective& each : *top)
                if (each.isSection && (each.name == "location" || each.name == "locationmatch") && takesPath(each, m_state.path))
                    add(each.block, {});
        addConditions();
        return std::move(m_layers);
    }

private:
    void add(const Block& block, const std::string& folder)
    {
        if (m_layers.blocks().size() >= maximumLayers)
            return;
        m_layers.add(&block);
        if (m_rules && hasRewrites(block))
            *m_rules = { &block, folder };
    }

    /// <Directory> from the outermost to the innermost, each followed by that folder's .htaccess.
    void addFolders()
    {
        const std::string folder = m_state.file.substr(0, m_state.file.rfind('/'));
        std::vector<const parse::ApacheDirective*> plain;
        std::vector<const parse::ApacheDirective*> regexes;
        for (const Block* top : topsOf(m_state))
            for (const parse::ApacheDirective& each : *top) {
                if (!each.isSection || (each.name != "directory" && each.name != "directorymatch") || !takesFolder(each, folder))
                    continue;
                (subjectOf(each).second ? regexes : plain).push_back(&each);
            }
        const auto depth = [](const parse::ApacheDirective* each) {
            std::string subject = subjectOf(*each).first;
            while (subject.ends_with('/'))
                subject.pop_back();
            return std::count(subject.begin(), subject.end(), '/');
        };
        std::stable_sort(plain.begin(), plain.end(), [&](const auto* a, const auto* b) { return depth(a) < depth(b); });
        auto next = plain.begin();
        long level = 0;
        for (std::size_t end = 0;; ++level) {
            for (; next != plain.end() && depth(*next) <= level; ++next)
                add((*next)->block, withSlash(subjectOf(**next).first, folder.substr(0, end)));
            addAccessFile(folder.substr(0, end));
            if (end >= folder.size())
                break;
            end = std::min(folder.find('/', end + 1), folder.size());
        }
        for (; next != plain.end(); ++next)
            add((*next)->block, withSlash(subjectOf(**next).first, folder));
        for (const parse::ApacheDirective* each : regexes)
            add(each->block, folder + "/");
    }

    /// A pattern stands for the folder that it took.
    static std::string withSlash(const std::string& subject, const std::string& folder)
    {
        const std::string& path = hasWildcard(subject) ? folder : subject;
        return path.ends_with('/') ? path : path + "/";
    }

    void addAccessFile(const std::string& folder)
    {
        const Block* block = m_state.configuration->accessFile(folder);
        if (!block)
            return;
        bool isAllowed = false; // since 2.4 nothing is, where nothing is said
        if (const parse::ApacheDirective* allowed = m_layers.setting("allowoverride"))
            for (const std::string& each : allowed->arguments)
                isAllowed = isAllowed || base::lowered(each) == "all" || base::lowered(each) == "fileinfo";
        if (m_layers.setting("allowoverridelist"))
            isAllowed = true;
        if (isAllowed)
            add(*block, folder + "/");
    }

    void addFiles()
    {
        const std::string name = m_state.file.substr(m_state.file.rfind('/') + 1);
        if (name.empty())
            return;
        const std::vector<const Block*> before = m_layers.blocks();
        for (const Block* block : before)
            for (const parse::ApacheDirective& each : *block)
                if (each.isSection && (each.name == "files" || each.name == "filesmatch") && takesFile(each, name))
                    add(each.block, m_state.file.substr(0, m_state.file.rfind('/') + 1));
    }

    void addConditions()
    {
        std::size_t from = 0;
        for (int round = 0; round < maximumConditions; ++round) {
            const std::vector<const Block*> before = m_layers.blocks();
            if (from == before.size())
                return;
            for (std::size_t i = from; i < before.size(); ++i)
                addConditionsOf(*before[i]);
            from = before.size();
        }
    }

    void addConditionsOf(const Block& block)
    {
        Truth earlier = Truth::No; // of the same If, ElseIf, Else
        for (const parse::ApacheDirective& each : block) {
            if (!each.isSection || (each.name != "if" && each.name != "elseif" && each.name != "else"))
                continue;
            if (each.name == "if")
                earlier = Truth::No;
            Truth truth = Truth::Yes;
            if (each.name != "else")
                truth = evaluateExpression(m_state, each.arguments.size() == 1 ? each.arguments.front() : each.text);
            if (truth == Truth::Maybe && each.text.find("-f") != std::string::npos)
                truth = Truth::Yes; // a name with an ending is most likely a file
            if (truth == Truth::Yes && earlier != Truth::Yes)
                add(each.block, {});
            earlier = std::max(earlier, truth);
        }
    }

    const State& m_state;
    FolderRules* m_rules;
    Layers m_layers;
};
}

const parse::ApacheDirective* Layers::setting(std::string_view name) const
{
    for (auto block = m_blocks.rbegin(); block != m_blocks.rend(); ++block)
        for (auto each = (*block)->rbegin(); each != (*block)->rend(); ++each)
            if (each->name == name && !each->isSection)
                return &*each;
    return nullptr;
}

bool Layers::isOn(std::string_view name) const
{
    const parse::ApacheDirective* found = setting(name);
    return found && !found->arguments.empty() && base::lowered(found->arguments.front()) == "on";
}

bool takesPath(const parse::ApacheDirective& section, const std::string& path)
{
    const auto [subject, isRegex] = subjectOf(section);
    if (subject.empty())
        return false;
    if (isRegex)
        return matchesRegex(subject, path);
    if (hasWildcard(subject))
        return matchesWildcard(subject, path);
    return isBelow(path, subject);
}

Layers layersOfPath(const State& state) { return LayerBuilder(state, nullptr).build(false); }

Layers layersOfFile(const State& state, FolderRules& rules) { return LayerBuilder(state, &rules).build(true); }

}
