#include "core/faults/builtinfiles.h"
#include "core/faults/catalogue.h"
#include "core/faults/linetext.h"
#include "tests/core/faults/corpus.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <re2/re2.h>

namespace hopscope::faults::test {
namespace {

std::string said(const std::optional<std::string>& variant, const std::optional<std::string>& cause,
    const std::string& component)
{
    return variant.value_or("-") + " " + cause.value_or("-") + " " + (component.empty() ? "-" : component);
}

TEST(Corpus, EachLineIsReadAsExpected)
{
    const auto catalogue = Catalogue::loadBuiltIn();
    ASSERT_TRUE(catalogue) << catalogue.error().text();
    const std::vector<CorpusLine> lines = corpus();
    ASSERT_GT(lines.size(), 100U);
    for (const CorpusLine& line : lines) {
        const LineReading reading = (*catalogue)->read(line.line);
        // Of a line that reports no fault, nobody asks who wrote it.
        const std::string component = line.variant == "none" ? "" : line.component;
        const std::string found = line.variant == "none" && reading.variant == "none" ? "" : reading.component;
        EXPECT_EQ(said(reading.variant, reading.cause, found), said(line.variant, line.cause, component))
            << line.place << " by " << reading.entry << "\n  " << line.line;
    }
}

// A group is what one entry holds for one component.
TEST(Corpus, HasALineForEachGroupOfPatterns)
{
    CatalogueData data;
    for (const CatalogueFile& file : builtInFiles())
        ASSERT_TRUE(readCatalogueFile(file, data));
    std::vector<std::string> texts;
    for (const CorpusLine& line : corpus()) {
        const std::string json = jsonLogText(line.line);
        texts.push_back(json.empty() ? withoutQuoteEscapes(withoutEscapes(line.line)) : json);
    }
    RE2::Options options;
    options.set_encoding(RE2::Options::EncodingLatin1);
    for (const Entry& entry : data.entries) {
        std::map<std::string, bool> fires;
        for (const Pattern& pattern : entry.patterns) {
            const RE2 regex(pattern.regex, options);
            fires[pattern.component] = fires[pattern.component]
                || std::any_of(texts.begin(), texts.end(), [&](const std::string& text) { return RE2::PartialMatch(text, regex); });
        }
        for (const auto& [component, doesFire] : fires)
            EXPECT_TRUE(doesFire) << entry.text.id << " of " << component;
    }
}

TEST(Corpus, HoldsManyBenignLines)
{
    int benign = 0;
    for (const CorpusLine& line : corpus())
        benign += line.variant == "none" ? 1 : 0;
    EXPECT_GE(benign, 100);
}

}
}
