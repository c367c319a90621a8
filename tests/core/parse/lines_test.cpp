#include "core/parse/lines.h"

#include <gmock/gmock.h>

namespace hopscope::parse {
namespace {

TEST(LinesTest, CountsFromOneAndTakesEveryEnd)
{
    const auto lines = linesOf("a\r\nb\n\nlast");
    ASSERT_EQ(lines.size(), 4u);
    EXPECT_EQ(lines[0].text, "a");
    EXPECT_EQ(lines[3].number, 4);
    EXPECT_EQ(lines[3].text, "last");
    EXPECT_TRUE(linesOf("").empty());
}

TEST(LinesTest, KeepsLineNumbersAcrossSections)
{
    const auto sections = sectionsOf("head\n@@ one\nx\n@@ two\ny\n");
    ASSERT_EQ(sections.size(), 3u);
    EXPECT_EQ(sections[0].title, "");
    EXPECT_EQ(sections[2].title, "two");
    EXPECT_EQ(sections[2].lines.at(0).number, 5);
}

TEST(LinesTest, CutsWordsAndTheRest)
{
    EXPECT_THAT(wordsOf("  a  b\tc "), testing::ElementsAre("a", "b", "c"));
    EXPECT_THAT(wordsOf("a b c d", 2), testing::ElementsAre("a", "b c d"));
    EXPECT_TRUE(wordsOf("   ").empty());
}

TEST(LinesTest, RefusesNumbersThatAreNone)
{
    EXPECT_EQ(numberOf<int>("12"), 12);
    EXPECT_FALSE(numberOf<int>("12x"));
    EXPECT_FALSE(numberOf<int>(""));
    EXPECT_FALSE(numberOf<int>("99999999999999999999"));
    EXPECT_FALSE(numberOf<std::uint16_t>("-1"));
}

TEST(LinesTest, MakesBytesText)
{
    EXPECT_EQ(textOf("gr\xc3\xbc\xc3\x9f"), "gr\xc3\xbc\xc3\x9f");
    EXPECT_EQ(textOf(std::string_view("a\0b", 3)), "a\xEF\xBF\xBD" "b");
    EXPECT_EQ(textOf("\xff\xc0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
    EXPECT_EQ(textOf("cut \xe2\x82"), "cut \xEF\xBF\xBD\xEF\xBF\xBD");
    EXPECT_EQ(textOf("\xed\xa0\x80").find("\xed"), std::string::npos) << "a lone surrogate is no text";
}

}
}
