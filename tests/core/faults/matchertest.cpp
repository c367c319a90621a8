#include "core/faults/builtinfiles.h"
#include "core/faults/linetext.h"
#include "core/faults/literalscanner.h"
#include "core/faults/needles.h"
#include "tests/core/faults/corpus.h"

#include <gmock/gmock.h>

#include <array>

#include <algorithm>
#include <cctype>
#include <re2/re2.h>

namespace hopscope::faults {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

std::vector<std::uint32_t> scanned(const std::vector<std::string>& literals, std::string_view text)
{
    std::vector<std::uint32_t> found;
    LiteralScanner(literals).scan(text, found);
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    return found;
}

TEST(LiteralScanner, FindsWhatStandsInTheText)
{
    const std::vector<std::string> literals { "refused", "fused", "use", "timed out", "out" };
    EXPECT_THAT(scanned(literals, "Connection REFUSED"), ElementsAre(0, 1, 2));
    EXPECT_THAT(scanned(literals, "x timed out"), ElementsAre(3, 4));
    EXPECT_THAT(scanned(literals, "nothing"), IsEmpty());
    EXPECT_THAT(scanned(literals, ""), IsEmpty());
    EXPECT_THAT(scanned(literals, "u"), IsEmpty());
}

TEST(LiteralScanner, TellsApartWhatSharesFiveBits)
{
    EXPECT_THAT(scanned({ "502", "urp", "_x_", "a-b" }, "502"), ElementsAre(0));
    EXPECT_THAT(scanned({ "502", "urp", "_x_", "a-b" }, "URP"), ElementsAre(1));
    EXPECT_THAT(scanned({ "502", "urp", "_x_", "a-b" }, "\x7fx\x7f \xe1\x2d\xe2 amb !-\""), IsEmpty());
}

TEST(LiteralScanner, FindsALiteralWhereverItLies)
{
    for (std::size_t before = 0; before < 60; ++before) {
        const std::string text = std::string(before, 'x') + "timed out" + std::string(37, 'y');
        EXPECT_THAT(scanned({ "timed out" }, text), ElementsAre(0)) << before;
    }
}

TEST(Needles, AreWhatAMatchCantDoWithout)
{
    EXPECT_THAT(needlesOf("Connection refused"), ElementsAre(ElementsAre("connection refused")));
    EXPECT_THAT(needlesOf(R"(failed \((?:111|61): )"), ElementsAre(ElementsAre("failed (111: ", "failed (61: ")));
    EXPECT_THAT(needlesOf(R"(\bError (?:code )?50[0-2]\b \d)"), ElementsAre(ElementsAre("500 ", "501 ", "502 "), ElementsAre("error ")));
    EXPECT_THAT(needlesOf(R"(x(?:ab)+yz)"), ElementsAre(ElementsAre("xab")));
    EXPECT_THAT(needlesOf(R"(abc(?:d|)e)"), ElementsAre(ElementsAre("abcde", "abce")));
    EXPECT_THAT(needlesOf(R"(abc[^d]efgh)"), ElementsAre(ElementsAre("efgh"), ElementsAre("abc")));
    EXPECT_THAT(needlesOf(R"(abc(?i)def)"), ElementsAre(ElementsAre("abcdef")));
    EXPECT_THAT(needlesOf("abcd|efgh"), ElementsAre(UnorderedElementsAre("abcd", "efgh")));
    EXPECT_THAT(needlesOf("abcd|x?"), IsEmpty());
    EXPECT_THAT(needlesOf("(?:abcdef)?xyz"), ElementsAre(ElementsAre("xyz")));
    EXPECT_THAT(needlesOf("abcde*"), ElementsAre(ElementsAre("abcd")));
    EXPECT_THAT(needlesOf("[a-z]+"), IsEmpty());
    EXPECT_THAT(needlesOf(R"(abc\x41)"), IsEmpty());
    EXPECT_THAT(needlesOf(R"(say "hello")"), ElementsAre(ElementsAre("hello"), ElementsAre("say ")));
}

TEST(Needles, OpenNoOrdinaryLine)
{
    // such are most lines of most logs: where one of them holds a needle, the patterns are tried on each
    constexpr std::array<std::string_view, 9> lines {
        R"_(203.0.113.7 - - [21/nov/2026:09:30:00 +0000] "get /products/7?page=2 http/1.1" 200 5127 "https://shop.example/" "mozilla/5.0 (x11; linux x86_64) applewebkit/537.36 (khtml, like gecko) chrome/126.0 safari/537.36")_",
        R"_(203.0.113.7 - anna [21/nov/2026:09:30:00 +0000] "post /login http/2.0" 302 0 "-" "mozilla/5.0 (iphone; cpu iphone os 17_5 like mac os x)" rt=0.012)_",
        R"_({"level":"info","ts":1763717400.1,"logger":"http.log.access","msg":"handled request","request":{"remote_ip":"203.0.113.7","proto":"http/2.0","method":"get","host":"shop.example","uri":"/p/7","headers":{"accept":["*/*"]}},"bytes_read":0,"user_id":"","duration":0.0021,"size":5127,"status":200})_",
        R"_(nov 21 09:30:00 edge haproxy[812]: 203.0.113.7:51000 [21/nov/2026:09:30:00.123] fe be/app1 0/0/1/20/21 200 2170 - - ---- 1/1/0/0/0 0/0 "get /p/7 http/1.1")_",
        R"_([2026-11-21t09:30:00.123z] "get /p/7 http/1.1" 200 - 0 2170 21 20 "203.0.113.7" "curl/8.5.0" "4b3c0d1e-7f00-4c55-9a00-000000000000" "shop.example" "10.1.0.3:3000")_",
        "2026-11-21t09:30:00.123z  info 1 --- [nio-8080-exec-3] com.example.shop.orderservice : order 17 stored",
        "nov 21 09:30:00 web sshd[812]: accepted publickey for deploy from 203.0.113.7 port 51000 ssh2: ed25519 sha256:abc",
        "nov 21 09:30:00 web cron[812]: (root) cmd (command -v debian-sa1 > /dev/null && debian-sa1 1 1)_",
        "info:     203.0.113.7:51000 - \"get /p/7 http/1.1\" 200 ok",
    };
    CatalogueData data;
    for (const CatalogueFile& file : builtInFiles())
        ASSERT_TRUE(readCatalogueFile(file, data));
    for (const Entry& entry : data.entries) {
        for (const Pattern& pattern : entry.patterns) {
            if (pattern.variant == "none")
                continue;
            const std::vector<Needles> groups = needlesOf(pattern.regex);
            for (const std::string& needle : groups.empty() ? Needles() : groups.front())
                for (const std::string_view line : lines)
                    EXPECT_EQ(line.find(needle), std::string_view::npos) << "'" << needle << "' of " << pattern.place.text() << " in " << line;
        }
    }
}

TEST(Needles, NeverHideAMatch)
{
    CatalogueData data;
    for (const CatalogueFile& file : builtInFiles())
        ASSERT_TRUE(readCatalogueFile(file, data));
    std::vector<std::string> texts;
    for (const test::CorpusLine& line : test::corpus())
        texts.push_back(line.line);
    RE2::Options options;
    options.set_encoding(RE2::Options::EncodingLatin1);
    for (const Entry& entry : data.entries) {
        for (const Pattern& pattern : entry.patterns) {
            const RE2 regex(pattern.regex, options);
            const std::vector<Needles> groups = needlesOf(pattern.regex);
            for (const std::string& text : texts) {
                if (!RE2::PartialMatch(text, regex))
                    continue;
                std::string folded = text;
                std::transform(folded.begin(), folded.end(), folded.begin(), [](unsigned char c) { return std::tolower(c); });
                for (const Needles& group : groups) {
                    EXPECT_TRUE(std::any_of(group.begin(), group.end(), [&](const std::string& needle) {
                        return folded.find(needle) != std::string::npos;
                    })) << pattern.place.text() << " " << pattern.regex;
                }
            }
        }
    }
}

TEST(LineText, DropsEscapeSequences)
{
    EXPECT_EQ(withoutEscapes("\x1b[1;31mred\x1b[0m \x1b]0;title\x07plain\x1b"), "red plain");
    EXPECT_EQ(withoutEscapes("a\x01" "b\tc"), "ab\tc");
}

TEST(LineText, NamesTheWriterOfAPrefix)
{
    EXPECT_EQ(writerName("Nov 21 09:30:00 edge nginx[812]: x"), "nginx");
    EXPECT_EQ(writerName("2026-11-21T09:30:00+00:00 edge haproxy: x"), "haproxy");
    EXPECT_EQ(writerName("web-caddy-1  | x"), "web-caddy-1");
    EXPECT_EQ(writerName("[pod/edge-5d8f/nginx] x"), "edge-5d8f/nginx");
    EXPECT_EQ(writerName("no prefix at all"), "");
}

TEST(LineText, TakesTheMessagesOutOfJson)
{
    EXPECT_EQ(jsonLogText(R"({"level":"error","msg":"a \"b\"\nc","status":502})"), "a \"b\"\nc\nlevel=error status=502 ");
    EXPECT_EQ(jsonLogText(R"(web-1  | {"msg":"x"})"), "web-1  | x\n");
    EXPECT_EQ(jsonLogText(R"({"err":{"message":"inner"},"other":1})"), "inner\n");
    EXPECT_EQ(jsonLogText(R"({"log":"{\"msg\":\"deep\"}\n"})").substr(0, 5), "deep\n");
    EXPECT_EQ(jsonLogText(R"({"msg":"cut short)"), "cut short\n");
    EXPECT_EQ(jsonLogText("no json { here }"), "");
    EXPECT_EQ(jsonLogText("{"), "");
    EXPECT_EQ(jsonLogText(std::string(100000, '{') + "\"msg\":1"), "");
}

}
}
