#include "core/parse/haproxyconfig.h"
#include "core/parse/haproxystatus.h"

#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

namespace hopscope::parse {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

HaproxyConfig loadedHaproxy(const std::string& text) { return loadHaproxyConfig({ { "haproxy.cfg", text, {}, {} } }); }

std::string statusText()
{
    std::ifstream file(std::string(HOPSCOPE_SOURCE_DIR) + "/tests/golden/haproxy/status-2.6.txt");
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

TEST(HaproxyWords, AreReadAsHaproxyReadsThem)
{
    const HaproxyEnvironment environment { { "HOST", "10.0.0.1" } };
    const auto words = [&](const char* line) { return haproxyWords(line, environment).words; };
    EXPECT_THAT(words("  server a  1.2.3.4:80\tcheck # not this"), ElementsAre("server", "a", "1.2.3.4:80", "check"));
    EXPECT_THAT(words(R"(acl x path_reg ^/a\.b\ c$ "two words" 'it $HOST')"), ElementsAre("acl", "x", "path_reg", R"(^/a\.b c$)", "two words", "it $HOST"));
    EXPECT_THAT(words(R"(server a "${HOST}:80" "$HOST" "${NONE-other}" "${NONE}")"), ElementsAre("server", "a", "10.0.0.1:80", "10.0.0.1", "other", "${NONE}"));
    EXPECT_THAT(words(R"(a\#b \x41)"), ElementsAre("a#b", "A"));
    EXPECT_THAT(words("server {{ name }} {{ip}}:80"), ElementsAre("server", "{{name}}", "{{ip}}:80"));
    EXPECT_THAT(haproxyWords("bind \"open", environment).problem, HasSubstr("not closed"));
}

TEST(HaproxyConfig, KnowsSectionsWithTheirLines)
{
    const HaproxyConfig config = loadedHaproxy("\xEF\xBB\xBFglobal\r\n  daemon\r\n\r\ndefaults base from other\r\n  mode http\r\nlisten web :80\r\n  server a b:1\r\n");
    ASSERT_THAT(config.sections, SizeIs(3));
    EXPECT_EQ(config.sections[1].name, "base");
    EXPECT_THAT(config.sections[1].arguments, ElementsAre("from", "other"));
    EXPECT_EQ(config.sections[2].kind, "listen");
    EXPECT_EQ(config.sections[2].lines[0].line, 7);
    EXPECT_THAT(config.warnings, IsEmpty());
}

TEST(HaproxyConfig, SaysWhereItIsWrongAndReadsOn)
{
    const HaproxyConfig config = loadedHaproxy("server early 1.2.3.4\nfrontend\n bnid :80\n bind \"x\nbackend b\n server a 1.2.3.4:80\n");
    std::vector<int> lines;
    for (const model::ConfigWarning& warning : config.warnings) {
        EXPECT_EQ(warning.place.file, "haproxy.cfg");
        lines.push_back(warning.place.line);
    }
    EXPECT_THAT(lines, ElementsAre(1, 2, 3, 4));
    EXPECT_EQ(config.sections.back().lines.size(), 1U);
}

TEST(HaproxyConfig, TakesTheBranchThatHolds)
{
    const HaproxyConfig config = loadedHaproxy("global\n setenv A 1\n.if defined(A)\nbackend yes\n.else\nbackend no\n.endif\n.if defined(B)\nbackend b\n"
                                        ".elif version_atleast(2.4)\nbackend newer\n.endif\n.if !streq(\"x\",\"x\")\nbackend never\n.endif\n");
    std::vector<std::string> names;
    for (const HaproxySection& section : config.sections)
        names.push_back(section.name);
    EXPECT_THAT(names, ElementsAre("", "yes", "newer"));
}

TEST(HaproxyConfig, TellsConfigurationsFromListsAndOtherSoftware)
{
    EXPECT_TRUE(isHaproxyText("# x\nfrontend web\n  bind :80\n"));
    EXPECT_TRUE(isHaproxyText("global\n"));
    EXPECT_FALSE(isHaproxyText("shop.example be_shop\nglobal be_x\n"));
    EXPECT_FALSE(isHaproxyText("server {\n listen 80;\n}\n"));
    EXPECT_FALSE(isHaproxyText(""));
}

TEST(HaproxyStatus, TakesNoCodeFromACheckThatIsUnderWay)
{
    const std::vector<model::ServerReport> reports = parseHaproxyStatus("@@ socket /run/haproxy/admin.sock\n"
        "# pxname,svname,status,check_status,check_code,last_chk,check_desc,type,\nzoo,z1,DOWN,* L7STS,0,,Layer7 wrong status,2,\n", {});
    ASSERT_THAT(reports, SizeIs(1));
    EXPECT_EQ(reports[0].check, "L7STS");
    EXPECT_EQ(reports[0].detail, "Layer7 wrong status");
}

TEST(HaproxyStatus, GivesEachServersHealthWithItsReason)
{
    const base::TimePoint now = *base::fromUnixSeconds("1700000000");
    const std::vector<model::ServerReport> reports = parseHaproxyStatus(statusText(), now);
    ASSERT_THAT(reports, SizeIs(5));
    EXPECT_TRUE(reports[4].isEntrance);
    using Health = model::ServerReport::Health;
    EXPECT_EQ(reports[0].group, "shop");
    EXPECT_EQ(reports[0].server, "a");
    EXPECT_EQ(reports[0].health, Health::Down);
    EXPECT_EQ(reports[0].check, "L4CON");
    EXPECT_EQ(reports[0].detail, "Connection refused");
    EXPECT_EQ(reports[0].address, "127.0.0.1:18932");
    EXPECT_EQ(reports[0].since, now - std::chrono::seconds(1));
    EXPECT_EQ(reports[1].check, "L7STS");
    EXPECT_EQ(reports[1].detail, "404 Not Found");
    EXPECT_EQ(reports[2].health, Health::Maintenance);
    EXPECT_EQ(reports[3].health, Health::Unchecked);
    EXPECT_EQ(reports[3].queued, 0U);
}

TEST(HaproxyStatus, ReadsNothingIntoErrorsAndHalves)
{
    EXPECT_THAT(parseHaproxyStatus("Permission denied\n", {}), IsEmpty());
    EXPECT_THAT(parseHaproxyStatus("# pxname,svname,status,type\nb,s,DOWN", {}), IsEmpty());
    EXPECT_THAT(parseHaproxyStatus("b,s,DOWN,2\n", {}), IsEmpty());
    const auto cut = parseHaproxyStatus("# pxname,svname,status,type\n\"b,x\",s,DOWN 1/2,2\n", {});
    ASSERT_THAT(cut, SizeIs(1));
    EXPECT_EQ(cut[0].group, "b,x");
    EXPECT_EQ(cut[0].health, model::ServerReport::Health::Down);
    EXPECT_FALSE(cut[0].since);
}

}
}
