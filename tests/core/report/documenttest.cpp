#include "core/report/escape.h"
#include "core/report/texts.h"

#include "hostile.h"
#include "sample.h"

#include <gmock/gmock.h>

using namespace hopscope;
using testing::HasSubstr;
using testing::Not;

namespace {

std::size_t occurrences(const std::string& text, const std::string& wanted)
{
    std::size_t count = 0;
    for (std::size_t at = text.find(wanted); at != std::string::npos; at = text.find(wanted, at + wanted.size()))
        ++count;
    return count;
}

}

TEST(HtmlPage, TellsTheWholeIncident)
{
    const std::string html = report::htmlPage(test::stoppedService(), "");
    for (const char* part : { "<title>Failing: shop-production</title>", "nginx on edge can&#39;t reach node on app1",
             "<pre>sudo systemctl start shop.service</pre>", "<pre>sudo systemctl stop shop.service</pre>", "connection-refused, cause service-stopped",
             "97 %", "/etc/nginx/sites-enabled/shop:12", "2026-11-21 09:12:03 UTC", "rules out firewall-drop, host-down",
             "shop.service stopped by systemctl", "Start it at boot", "The proxy waits longer than the app.", "Load your key with ssh-add.",
             "sudo -n is not allowed for deploy", "✗ failing" })
        EXPECT_THAT(html, HasSubstr(part));
}

TEST(HtmlPage, LoadsAndRunsNothing)
{
    const std::string html = report::htmlPage(test::stoppedService(), "<svg/>");
    EXPECT_THAT(html, HasSubstr("content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:;"));
    for (const char* part : { "<script", "<link", "@import", "url(", "src=\"http", "href=" })
        EXPECT_THAT(html, Not(HasSubstr(part)));
    EXPECT_THAT(html, HasSubstr("@media (prefers-color-scheme:dark)"));
    EXPECT_THAT(html, HasSubstr("@media print"));
}

TEST(HtmlPage, ShowsThePictureWhereItCanRunNoScript)
{
    const std::string html = report::htmlPage(test::stoppedService(), "<svg onload=\"alert(1)\"/>");
    EXPECT_THAT(html, HasSubstr("src=\"data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9ImFsZXJ0KDEpIi8+\""));
    EXPECT_THAT(html, HasSubstr("alt=\"this machine → nginx on edge: ok; nginx on edge → node on app1: failing\""));
    EXPECT_THAT(html, Not(HasSubstr("<svg")));
    EXPECT_THAT(report::htmlPage(test::stoppedService(), ""), Not(HasSubstr("<img")));
}

TEST(HtmlPage, EscapesRemoteTextEverywhere)
{
    const std::string attack = "<script>alert('x')</script>\"><img src=x onerror=alert(1)>&lt;</pre></style>\x1b[31m\xff";
    const std::string html = report::htmlPage(test::withRemoteText(attack), "");
    for (const char* part : { "<script", "<img", "&lt;</pre>", "\x1b", "\xff", "onerror=alert(1)>" })
        EXPECT_THAT(html, Not(HasSubstr(part))) << part;
    EXPECT_EQ(occurrences(html, "</style>"), 1u);
    EXPECT_EQ(occurrences(html, "<pre>"), occurrences(html, "</pre>"));
    EXPECT_GT(occurrences(html, "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&quot;&gt;"), 40u);
}

TEST(HtmlPage, HasNoFaultWhereThereIsNone)
{
    const std::string healthy = report::htmlPage(test::healthy(), "");
    EXPECT_THAT(healthy, HasSubstr("<span class=\"verdict healthy\">Healthy</span>"));
    for (const char* part : { "What to do", "Failing hop", "It could also be", "What could not be seen" })
        EXPECT_THAT(healthy, Not(HasSubstr(part)));
}

TEST(Markdown, TellsTheIncidentForATicket)
{
    const std::string text = report::markdownText(test::stoppedService());
    EXPECT_THAT(text, testing::StartsWith("# Failing: shop-production\n\nnginx on edge can't reach node on app1: "));
    for (const char* part : { "- **Failing hop:** nginx on edge → node on app1\n", "- **Declared in:** `/etc/nginx/sites-enabled/shop:12`\n",
             "**Start the service** on `app1` (restarts or starts something)\n\nIt is stopped.\n\n```sh\nsudo systemctl start shop.service\n```\n",
             "```text\n$ curl -sS http://10.1.0.3:3000/\ncurl: (7) Failed to connect: Connection refused\n```\n", "Check that it helped: `curl -fsS",
             "- ✗ nginx on edge → node on app1 (http `10.1.0.3:3000`, failing)\n", "- `app1`, `journal`: permission denied" })
        EXPECT_THAT(text, HasSubstr(part));
}

TEST(Markdown, LetsNoRemoteTextOutOfItsPlace)
{
    const std::string attack = "```\n# owned\n`````` <b>x</b> [a](http://evil.example) ![i](x) @team | *b* _i_ &copy;\n- list\x1b[2J";
    const std::string text = report::markdownText(test::withRemoteText(attack));
    std::size_t at = 0;
    std::string fence;
    // Walk the lines as a renderer does: whatever stands outside of fences must be our own markup only.
    while (at < text.size()) {
        const std::size_t end = text.find('\n', at);
        const std::string line = text.substr(at, end - at);
        at = end + 1;
        const std::string ticks = line.substr(0, line.find_first_not_of('`'));
        const bool isFence = ticks.size() >= 3 && line.find('`', ticks.size()) == std::string::npos;
        if (!fence.empty()) {
            if (isFence && ticks.size() >= fence.size() && line == ticks)
                fence.clear();
            continue;
        }
        if (isFence) {
            fence = ticks;
            continue;
        }
        EXPECT_THAT(line, Not(testing::StartsWith("# owned")));
        // Cut the code spans out; in what remains nothing may be markup that we did not write.
        std::string outside;
        for (std::size_t i = 0; i < line.size();) {
            if (line[i] == '\\') {
                i += 2;
                continue;
            }
            if (line[i] != '`') {
                outside += line[i++];
                continue;
            }
            const std::size_t run = line.find_first_not_of('`', i) - i;
            std::size_t close = i + run;
            std::size_t closing = 0;
            while (close < line.size() && closing != run) {
                close = line.find('`', close + closing);
                ASSERT_NE(close, std::string::npos) << line;
                closing = std::min(line.find_first_not_of('`', close), line.size()) - close;
            }
            i = close + run;
        }
        for (const char* part : { "<b>", "](", "![", "@team", "://", "&copy;" })
            EXPECT_THAT(outside, Not(HasSubstr(part))) << line;
    }
    EXPECT_TRUE(fence.empty());
    EXPECT_THAT(text, Not(HasSubstr("\x1b")));
}

TEST(Escape, ChoosesFencesThatTheTextCanNotClose)
{
    EXPECT_EQ(report::markdownSpan("a`b``c"), "```a`b``c```");
    EXPECT_EQ(report::markdownSpan("`"), "`` ` ``");
    EXPECT_EQ(report::markdownSpan(""), "`  `");
    EXPECT_EQ(report::markdownFence("x\n````\ny", "text"), "`````text\nx\n````\ny\n`````\n");
    EXPECT_EQ(report::markdownEscaped("a*b_[c](d) <e> @f http://g", 100), "a\\*b\\_\\[c\\](d) &lt;e\\> &#64;f http&#58;//g");
    EXPECT_EQ(report::htmlEscaped("<a href=\"x\">'&"), "&lt;a href=&quot;x&quot;&gt;&#39;&amp;");
}
