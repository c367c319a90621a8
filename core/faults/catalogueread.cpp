#include "core/faults/catalogueread.h"

#include "core/faults/placeholders.h"
#include "core/faults/remedyread.h"
#include "core/faults/role.h"
#include "core/faults/yamlmap.h"

#include <algorithm>

namespace hopscope::faults {
namespace {

    bool contains(const std::vector<std::string>& list, const std::string& item)
    {
        return std::find(list.begin(), list.end(), item) != list.end();
    }

    void addTaxonomy(const YAML::Node& node, const std::string& file, Taxonomy& taxonomy)
    {
        const YamlMap map(node, file, { "variants", "causes", "components", "aliases" });
        for (const std::string& variant : map.texts("variants"))
            taxonomy.variants.push_back(variant);
        for (const std::string& cause : map.texts("causes"))
            taxonomy.causes.push_back(cause);
        if (map.has("components")) {
            for (const auto& item : map.node("components"))
                taxonomy.components[scalarText(item.first, file)] = scalarTexts(item.second, file);
        }
        if (map.has("aliases")) {
            for (const auto& item : map.node("aliases"))
                taxonomy.aliases[scalarText(item.first, file)] = scalarText(item.second, file);
        }
    }

    /// Reads one document's entries against the ids known so far.
    class EntryReader {
    public:
        EntryReader(const std::string& file, CatalogueData& data)
            : m_file(file)
            , m_data(data)
        {
        }

        void addFragments(const YAML::Node& node)
        {
            for (const auto& item : node) {
                const std::string name = scalarText(item.first, m_file);
                const std::string text = withFragments(scalarText(item.second, m_file), item.second);
                if (!m_data.fragments.emplace(name, text).second)
                    fail(item.first, "fragment '" + name + "' is given twice");
            }
        }

        /// A mapping of component to patterns that only capture, or only recognise.
        void addPatterns(const YAML::Node& node, std::map<std::string, std::vector<Pattern>>& patterns)
        {
            for (const auto& item : node) {
                const std::string component = knownComponent(item.first);
                if (!item.second.IsSequence())
                    fail(item.second, "expected a list of patterns");
                for (const YAML::Node& regex : item.second) {
                    Pattern pattern;
                    pattern.component = component;
                    pattern.regex = withFragments(scalarText(regex, m_file), regex);
                    pattern.place = { m_file, regex.Mark().line + 1 };
                    patterns[component].push_back(std::move(pattern));
                }
            }
        }

        void addEntry(const YAML::Node& node)
        {
            const YamlMap map(node, m_file,
                { "id", "variant", "cause", "role", "title", "meaning", "firstPlaceToCheck", "patterns",
                    "predicates", "remedies", "prevention" });
            Entry entry;
            entry.place = map.place();
            FaultText& text = entry.text;
            text.id = map.text("id");
            for (const Entry& other : m_data.entries) {
                if (other.text.id == text.id)
                    fail(node, "entry '" + text.id + "' is given twice; first in " + other.place.text());
            }
            text.variant = readVariant(map.node("variant"));
            text.cause = readCause(map.node("cause"));
            if (!text.variant && !text.cause)
                fail(node, "entry '" + text.id + "' has neither variant nor cause");
            text.role = readRole(map.node("role"), Role::UpstreamApp);
            const bool isBenign = text.variant == "none";
            if (isBenign && text.cause)
                fail(node, "an entry of variant none has no cause");
            text.title = prose(map, "title", true);
            text.meaning = prose(map, "meaning", !isBenign);
            text.firstPlaceToCheck = prose(map, "firstPlaceToCheck", !isBenign);
            if (map.has("patterns"))
                readPatterns(map.node("patterns"), entry);
            entry.predicates = map.texts("predicates");
            if (map.has("remedies"))
                entry.remedies = readRemedies(map.node("remedies"), m_file);
            if (map.has("prevention"))
                entry.prevention = readRemedies(map.node("prevention"), m_file);
            m_data.entries.push_back(std::move(entry));
        }

    private:
        [[noreturn]] void fail(const YAML::Node& at, const std::string& message) const
        {
            throw CatalogueFailure({ m_file, at.Mark().line + 1 }, message);
        }

        std::string withFragments(std::string text, const YAML::Node& at) const
        {
            for (std::size_t open = text.find("<<"); open != std::string::npos; open = text.find("<<")) {
                const std::size_t close = text.find(">>", open);
                if (close == std::string::npos)
                    fail(at, "'<<' without '>>'");
                const auto fragment = m_data.fragments.find(text.substr(open + 2, close - open - 2));
                if (fragment == m_data.fragments.end())
                    fail(at, "unknown fragment " + text.substr(open, close + 2 - open));
                text.replace(open, close + 2 - open, fragment->second);
            }
            return text;
        }

        std::string knownComponent(const YAML::Node& node) const
        {
            std::string component = scalarText(node, m_file);
            if (component != "any" && !m_data.taxonomy.components.contains(component))
                fail(node, "unknown component '" + component + "'");
            return component;
        }

        std::optional<std::string> readVariant(const YAML::Node& node) const
        {
            if (!node.IsDefined() || node.IsNull())
                return std::nullopt;
            std::string variant = scalarText(node, m_file);
            if (variant != "none" && !contains(m_data.taxonomy.variants, variant))
                fail(node, "unknown variant '" + variant + "'");
            return variant;
        }

        std::optional<std::string> readCause(const YAML::Node& node) const
        {
            if (!node.IsDefined() || node.IsNull())
                return std::nullopt;
            std::string cause = scalarText(node, m_file);
            if (!contains(m_data.taxonomy.causes, cause))
                fail(node, "unknown cause '" + cause + "'");
            return cause;
        }

        Role readRole(const YAML::Node& node, Role fallback) const
        {
            if (!node.IsDefined())
                return fallback;
            const std::optional<Role> role = roleFromId(scalarText(node, m_file));
            if (!role)
                fail(node, "unknown role '" + node.Scalar() + "'");
            return *role;
        }

        std::string prose(const YamlMap& map, const char* key, bool isRequired) const
        {
            const std::string text = isRequired ? map.text(key) : map.textOr(key, {});
            if (const std::string unknown = unknownPlaceholder(text); !unknown.empty())
                fail(map.node(key), "unknown placeholder {" + unknown + "}");
            return text;
        }

        void readPatterns(const YAML::Node& node, Entry& entry) const
        {
            if (!node.IsMap())
                fail(node, "patterns is a mapping of component to a list");
            for (const auto& group : node) {
                const std::string component = knownComponent(group.first);
                if (!group.second.IsSequence())
                    fail(group.second, "expected a list of patterns");
                for (const YAML::Node& item : group.second)
                    entry.patterns.push_back(readPattern(item, component, entry.text));
            }
        }

        Pattern readPattern(const YAML::Node& node, const std::string& component, const FaultText& text) const
        {
            Pattern pattern;
            pattern.component = component;
            pattern.variant = text.variant;
            pattern.cause = text.cause;
            pattern.role = text.role;
            pattern.place = { m_file, node.Mark().line + 1 };
            if (node.IsScalar()) {
                pattern.regex = withFragments(node.Scalar(), node);
                return pattern;
            }
            const YamlMap map(node, m_file, { "match", "priority", "variant", "otherwise", "cause", "role", "sameGroups" });
            pattern.regex = withFragments(map.text("match"), node);
            if (map.has("priority"))
                pattern.priority = readPriority(map.node("priority"));
            if (map.has("variant"))
                pattern.variant = readVariant(map.node("variant"));
            if (map.has("otherwise"))
                pattern.otherwise = readVariant(map.node("otherwise"));
            if (map.has("cause"))
                pattern.cause = readCause(map.node("cause"));
            pattern.sameGroups = map.texts("sameGroups");
            if (!pattern.sameGroups.empty() && pattern.sameGroups.size() != 2)
                fail(map.node("sameGroups"), "sameGroups is two names of groups");
            pattern.role = readRole(map.node("role"), text.role);
            if (!pattern.variant && !pattern.cause)
                fail(node, "a pattern that says neither variant nor cause");
            if (pattern.otherwise && (pattern.variant || pattern.otherwise == "none"))
                fail(map.node("otherwise"), "otherwise is the variant of a fault, for a pattern that has none");
            return pattern;
        }

        int readPriority(const YAML::Node& node) const
        {
            const std::string text = scalarText(node, m_file);
            const bool isNumber = !text.empty() && text.size() <= 3
                && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
            if (!isNumber || std::stoi(text) > 100)
                fail(node, "priority is a number from 0 to 100");
            return std::stoi(text);
        }

        const std::string& m_file;
        CatalogueData& m_data;
    };

    void readDocument(const YAML::Node& root, const std::string& file, CatalogueData& data)
    {
        const YamlMap map(root, file, { "taxonomy", "fragments", "extract", "writers", "entries" });
        if (map.has("taxonomy"))
            addTaxonomy(map.node("taxonomy"), file, data.taxonomy);
        EntryReader reader(file, data);
        if (map.has("fragments"))
            reader.addFragments(map.node("fragments"));
        if (map.has("extract"))
            reader.addPatterns(map.node("extract"), data.extractors);
        if (map.has("writers"))
            reader.addPatterns(map.node("writers"), data.writers);
        if (!map.has("entries"))
            return;
        if (!map.node("entries").IsSequence())
            map.fail(map.node("entries"), "'entries' is a list");
        for (const YAML::Node& entry : map.node("entries"))
            reader.addEntry(entry);
    }

}

base::Result<void> readCatalogueFile(const CatalogueFile& file, CatalogueData& data)
{
    constexpr auto operation = "read fault catalogue";
    try {
        const YAML::Node root = YAML::Load(file.text);
        if (!root.IsNull())
            readDocument(root, file.name, data);
    } catch (const CatalogueFailure& failure) {
        return base::failure({ base::ErrorCode::InvalidFormat, operation, failure.place().text(), failure.what(), "" });
    } catch (const YAML::Exception& failure) {
        return base::failure({ base::ErrorCode::InvalidFormat, operation,
            Place { file.name, failure.mark.line + 1 }.text(), failure.msg, "" });
    }
    return {};
}

}
