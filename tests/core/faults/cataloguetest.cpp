#include "core/base/quote.h"
#include "core/faults/catalogue.h"
#include "core/faults/builtinfiles.h"
#include "core/faults/matcher.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

namespace hopscope::faults {
namespace {

using testing::HasSubstr;

const char* const taxonomy = "taxonomy:\n  variants: [connection-refused]\n  causes: [service-stopped]\n"
                             "  components: {nginx: [], node: []}\n";

base::Result<void> readInto(CatalogueData& data, const std::string& text)
{
    if (const auto result = readCatalogueFile({ "taxonomy.yaml", taxonomy }, data); !result)
        return result;
    return readCatalogueFile({ "mine.yaml", text }, data);
}

base::Result<CatalogueData> read(const std::string& text)
{
    CatalogueData data;
    if (const auto result = readInto(data, text); !result)
        return base::failure(result.error());
    return data;
}

std::string entryWith(const std::string& lines)
{
    return "entries:\n  - id: a\n    cause: service-stopped\n    title: t\n    meaning: m\n    firstPlaceToCheck: f\n" + lines;
}

std::string complaint(const std::string& text)
{
    const auto data = read(text);
    return data ? "" : data.error().subject + ": " + data.error().detail;
}

class BuiltIn : public testing::Test {
protected:
    void SetUp() override
    {
        auto loaded = Catalogue::loadBuiltIn();
        ASSERT_TRUE(loaded) << loaded.error().text();
        m_catalogue = *loaded;
        for (const CatalogueFile& file : builtInFiles())
            ASSERT_TRUE(readCatalogueFile(file, m_data));
    }

    std::shared_ptr<const Catalogue> m_catalogue;
    CatalogueData m_data;
};

TEST_F(BuiltIn, HasOnlyExpressionsThatCompile)
{
    // loading it does not try: what is wrong with one of them would show at a user's
    const auto matcher = Matcher::compiled(m_data, {});
    EXPECT_TRUE(matcher) << matcher.error().text();
}

TEST(CatalogueFile, NamesFileAndLineOfAMistake)
{
    EXPECT_EQ(complaint("entries:\n  - id: a\n    cause: nonsense\n"), "mine.yaml:3: unknown cause 'nonsense'");
    EXPECT_EQ(complaint("entries:\n  - id: a\n    variant: nonsense\n"), "mine.yaml:3: unknown variant 'nonsense'");
    EXPECT_EQ(complaint("entries:\n  - id: a\n    colour: red\n"), "mine.yaml:3: unknown key 'colour'");
    EXPECT_EQ(complaint("entries:\n  - id: a\n"), "mine.yaml:2: entry 'a' has neither variant nor cause");
    EXPECT_THAT(complaint("entries: [\n"), HasSubstr("mine.yaml:"));
    EXPECT_EQ(complaint(entryWith("    patterns:\n      apache: ['abc']\n")), "mine.yaml:8: unknown component 'apache'");
    EXPECT_EQ(complaint(entryWith("    patterns:\n      nginx: ['a<<b>>c']\n")), "mine.yaml:8: unknown fragment <<b>>");
    EXPECT_EQ(complaint(entryWith("    remedies:\n      - title: x\n        risk: none\n")),
        "mine.yaml:9: risk is read-only, restart or change, not 'none'");
    EXPECT_EQ(complaint(entryWith("    remedies:\n      - title: x\n        commands: [[echo, '{colour}']]\n")),
        "mine.yaml:9: unknown placeholder {colour}");
}

TEST(CatalogueFile, RefusesAPlaceholderInAShellLine)
{
    EXPECT_THAT(complaint(entryWith("    remedies:\n      - title: x\n        commands: ['rm {path}']\n")),
        HasSubstr("a placeholder in a shell line"));
    EXPECT_THAT(complaint(entryWith("    remedies:\n      - title: x\n        commands: [['{path}', x]]\n")),
        HasSubstr("first word is fixed"));
    EXPECT_EQ(complaint(entryWith("    remedies:\n      - title: x\n        commands: [\"awk '{print $1}' f\"]\n")), "");
}

TEST(CatalogueFile, RefusesTheSameIdTwice)
{
    const std::string entry = "  - id: a\n    cause: service-stopped\n    title: t\n    meaning: m\n    firstPlaceToCheck: f\n";
    EXPECT_EQ(complaint("entries:\n" + entry + entry), "mine.yaml:7: entry 'a' is given twice; first in mine.yaml:2");
}

TEST(CatalogueFolder, ExtendsTheBuiltInCatalogue)
{
    namespace fs = std::filesystem;
    const fs::path folder = fs::path(testing::TempDir()) / "hopscope-faults-extra";
    fs::create_directories(folder);
    std::ofstream(folder / "ours.yaml") << "entries:\n  - id: our-gateway\n    variant: overloaded\n    title: t\n"
                                           "    meaning: m\n    firstPlaceToCheck: f\n    patterns:\n"
                                           "      any: ['OURGW-17 (?P<name>\\w+)']\n";
    const auto catalogue = Catalogue::loadBuiltIn({ folder.string() });
    fs::remove_all(folder);
    ASSERT_TRUE(catalogue) << catalogue.error().text();
    const LineReading reading = (*catalogue)->read("x OURGW-17 full");
    EXPECT_EQ(reading.entry, "our-gateway");
    EXPECT_EQ(reading.variant, "overloaded");
    EXPECT_EQ(reading.captures.at("name"), "full");
}

TEST(CatalogueFolder, RefusesABadPattern)
{
    namespace fs = std::filesystem;
    const fs::path folder = fs::path(testing::TempDir()) / "hopscope-faults-bad";
    const auto complaintAbout = [&](const std::string& pattern) {
        fs::create_directories(folder);
        std::ofstream(folder / "bad.yaml") << "entries:\n  - id: x\n    variant: overloaded\n    title: t\n    meaning: m\n"
                                              "    firstPlaceToCheck: f\n    patterns:\n      any: ['"
                                           << pattern << "']\n";
        const auto catalogue = Catalogue::loadBuiltIn({ folder.string() });
        fs::remove_all(folder);
        return catalogue ? std::string() : catalogue.error().subject + ": " + catalogue.error().detail;
    };
    EXPECT_THAT(complaintAbout("abc("), HasSubstr("bad.yaml:8: bad regular expression"));
    EXPECT_THAT(complaintAbout("[a-z]+"), HasSubstr("bad.yaml:8: the pattern must hold a literal"));
    EXPECT_THAT(complaintAbout("abc(?P<colour>.)"), HasSubstr("bad.yaml:8: unknown group name 'colour'"));
    EXPECT_FALSE(Catalogue::load({ (folder / "nowhere").string() }));
}

TEST_F(BuiltIn, HasAnEntryForEachVariantAndEachCause)
{
    for (const std::string& variant : m_catalogue->variantIds())
        EXPECT_NE(m_catalogue->byVariant(variant), nullptr) << variant;
    for (const std::string& cause : m_catalogue->causeIds())
        EXPECT_NE(m_catalogue->byCause(cause), nullptr) << cause;
    EXPECT_EQ(m_catalogue->variantIds().size(), 21U);
    EXPECT_EQ(m_catalogue->causeIds().size(), 107U);
}

TEST_F(BuiltIn, EachDescribingEntryHelps)
{
    for (const Entry& entry : m_data.entries) {
        const FaultText& text = entry.text;
        const bool describes = text.cause == text.id || (text.variant == text.id && !text.cause);
        if (!describes)
            continue;
        EXPECT_FALSE(entry.remedies.empty()) << text.id;
        EXPECT_FALSE(entry.prevention.empty()) << text.id;
        EXPECT_FALSE(text.meaning.empty()) << text.id;
        EXPECT_FALSE(text.firstPlaceToCheck.empty()) << text.id;
        // Safest first: nothing that changes anything comes before a look.
        EXPECT_EQ(entry.remedies.front().risk, model::Risk::ReadOnly) << text.id;
        // Something is left to do even where nothing is known of the host.
        EXPECT_FALSE(m_catalogue->remedies(text.variant.value_or(""), text.cause.value_or(""), {}).empty()) << text.id;
    }
}

TEST_F(BuiltIn, EachCauseHasALookThatNeedsNoValue)
{
    const auto hasLook = [&](const std::string& cause, const std::string& platform) {
        RemedyContext context;
        context.platform = platform;
        context.initSystem = "systemd";
        const auto remedies = m_catalogue->remedies("", cause, context);
        return std::any_of(remedies.begin(), remedies.end(), [](const model::Remediation& remedy) {
            return remedy.risk == model::Risk::ReadOnly && !remedy.commands.empty();
        });
    };
    for (const std::string& cause : m_catalogue->causeIds())
        EXPECT_TRUE(hasLook(cause, "host") || hasLook(cause, "docker") || hasLook(cause, "kubernetes")) << cause;
}

TEST_F(BuiltIn, EachCauseHasACureInCommandsOrSaysWhatToDo)
{
    // Nothing of ours to change: they pass by themselves, or lie with somebody else.
    const std::set<std::string> elsewhere = { "client-disconnected", "deployment-in-progress", "provider-outage" };
    for (const Entry& entry : m_data.entries) {
        if (entry.text.cause != entry.text.id || elsewhere.contains(entry.text.id))
            continue;
        EXPECT_TRUE(std::any_of(entry.remedies.begin(), entry.remedies.end(), [](const Remedy& remedy) {
            return remedy.risk != model::Risk::ReadOnly && (!remedy.commands.empty() || !remedy.why.empty());
        })) << entry.text.id;
    }
}

TEST_F(BuiltIn, EveryChangeIsSaidToBeOne)
{
    for (const Entry& entry : m_data.entries) {
        for (const Remedy& remedy : entry.remedies) {
            for (const CommandTemplate& command : remedy.commands) {
                const std::string line = command.words.empty() ? command.shellLine : base::shellCommand(command.words);
                const bool changes = line.find("systemctl start") == 0 || line.find("systemctl restart") == 0
                    || line.find("systemctl reload") != std::string::npos || line.find("sed -i") == 0
                    || line.find("sysctl -w") == 0 || line.find("setsebool") == 0 || line.find("docker start") == 0;
                EXPECT_FALSE(changes && remedy.risk == model::Risk::ReadOnly) << entry.place.text() << " " << line;
            }
        }
    }
}

}
}
