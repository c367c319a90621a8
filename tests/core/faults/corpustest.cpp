#include "core/faults/catalogue.h"
#include "tests/core/faults/corpus.h"

#include <gmock/gmock.h>

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

TEST(Corpus, HoldsManyBenignLines)
{
    int benign = 0;
    for (const CorpusLine& line : corpus())
        benign += line.variant == "none" ? 1 : 0;
    EXPECT_GE(benign, 100);
}

}
}
