#include "core/report/plaintext.h"
#include "core/report/texts.h"

#include "sample.h"

#include <gmock/gmock.h>

using namespace hopscope;
using testing::HasSubstr;
using testing::Not;

TEST(HumanText, TellsAFounderWhatFailsWhyAndWhatToDoFirst)
{
    const std::string text = report::humanText(test::stoppedService());
    EXPECT_THAT(text, testing::StartsWith("FAILING  shop-production  https://shop.example/  HTTP 502 after 12 ms\n\nnginx on edge can't reach"));
    EXPECT_THAT(text, HasSubstr("Failing hop     nginx on edge → node on app1\n"));
    EXPECT_THAT(text, HasSubstr("Declared in     /etc/nginx/sites-enabled/shop:12\n"));
    EXPECT_THAT(text, HasSubstr("connection-refused, cause service-stopped (confidence 97 %)"));
    EXPECT_THAT(text, HasSubstr("Since           2026-11-21 09:12:03 UTC"));
    EXPECT_THAT(text, HasSubstr("Do first: Start the service, on app1 (restarts or starts something)\n    sudo systemctl start shop.service\n"));
    EXPECT_THAT(text, HasSubstr("edge · tcp-connect\n      curl: (7) Failed to connect: Connection refused\n"));
    EXPECT_THAT(text, HasSubstr("      Result=success\n      …\n"));
    EXPECT_THAT(text, HasSubstr("wrong-port (2 %): ss -ltnp on app1"));
    EXPECT_THAT(text, HasSubstr("app1: journal: permission denied"));
    EXPECT_THAT(text, HasSubstr("db: log in db: Permission denied (publickey)\n      Load your key with ssh-add."));
    EXPECT_EQ(text.back(), '\n');
}

TEST(HumanText, DrawsTheChainFromTheClientInwards)
{
    const std::string text = report::humanText(test::stoppedService());
    const auto outer = text.find("✓ this machine → nginx on edge");
    const auto inner = text.find("✗ nginx on edge → node on app1");
    ASSERT_NE(outer, std::string::npos);
    ASSERT_NE(inner, std::string::npos);
    EXPECT_LT(outer, inner);
}

TEST(HumanText, NeverCallsAnUnseenHopFine)
{
    model::Diagnosis diagnosis = test::healthy();
    EXPECT_THAT(report::humanText(diagnosis), HasSubstr("HEALTHY"));
    EXPECT_THAT(report::humanText(diagnosis), Not(HasSubstr("could not be seen")));
    diagnosis.topology.hops[0].state = model::State::Unknown;
    EXPECT_THAT(report::humanText(diagnosis), HasSubstr("1 of its 2 hops could not be seen"));
}

TEST(HumanText, SaysWhyItDoesNotKnow)
{
    model::Diagnosis diagnosis = test::healthy();
    diagnosis.verdict = model::Verdict::Unknown;
    diagnosis.unknownReason = "No host could be reached.";
    EXPECT_THAT(report::humanText(diagnosis), HasSubstr("UNKNOWN"));
    EXPECT_THAT(report::humanText(diagnosis), HasSubstr("\n\nNo host could be reached.\n"));
}

TEST(HumanText, ShowsWhatContradictsItsConclusion)
{
    model::Diagnosis diagnosis = test::stoppedService();
    diagnosis.finding->evidence[2].bearing = model::Bearing::Contradicts;
    EXPECT_THAT(report::humanText(diagnosis), HasSubstr("app1 · journal (contradicts)"));
}

TEST(HumanText, DisarmsTerminalSequencesInRemoteText)
{
    model::Diagnosis diagnosis = test::stoppedService();
    const std::string attack = "\x1b]0;owned\x07\x1b[2J\xc2\x9b" "31m\xe2\x80\xae" "evil\rline";
    diagnosis.profile = diagnosis.url = attack;
    diagnosis.request.status.reset();
    diagnosis.request.error = attack;
    model::Finding& finding = *diagnosis.finding;
    finding.summary = finding.firstPlaceToCheck = finding.variant = attack;
    finding.responsible = attack;
    finding.cause = attack;
    for (model::Evidence& each : finding.evidence)
        each.from = each.check = each.observed = attack;
    for (model::Remediation& each : finding.remediation) {
        each.title = each.expect = each.verify = attack;
        each.commands = { attack };
        each.host = base::HostId(attack);
    }
    finding.changes[0].what = attack;
    for (model::Node& node : diagnosis.topology.nodes)
        node.label = attack;
    for (model::Hop& hop : diagnosis.topology.hops)
        hop.declared.endpoint.host = hop.declared.place.file = attack;
    diagnosis.alternatives[0].toTellApart = attack;
    diagnosis.advice[0].summary = attack;
    diagnosis.hosts[1].error->detail = diagnosis.hosts[1].error->advice = attack;
    diagnosis.incomplete[0].reason = diagnosis.incomplete[0].check = attack;
    diagnosis.incomplete[0].host = base::HostId(attack);
    const std::string text = report::humanText(diagnosis);
    for (const char* raw : { "\x1b", "\x07", "\r", "\xc2\x9b", "\xe2\x80\xae" })
        EXPECT_EQ(text.find(raw), std::string::npos);
    EXPECT_THAT(text, HasSubstr("\\x1b]0;owned\\x07"));
}

TEST(PlainText, MakesControlsAndReorderingVisibleAndKeepsTheRest)
{
    EXPECT_EQ(report::plainText("a\tb\r\nc — é 漢"), "a\tb\nc — é 漢");
    EXPECT_EQ(report::plainText("\x1b[31m\x7f"), "\\x1b[31m\\x7f");
    EXPECT_EQ(report::plainText("\xe2\x80\xaex\xef\xbb\xbf"), "\\u{202e}x\\u{feff}");
    EXPECT_EQ(report::plainText(std::string_view("a\0b", 3)), "a\\x00b");
}

TEST(PlainText, ReplacesInvalidUtf8)
{
    const std::string mark = "\xef\xbf\xbd";
    EXPECT_EQ(report::plainText("a\xff" "b"), "a" + mark + "b");
    EXPECT_EQ(report::plainText("\xc0\xaf"), mark + mark);
    EXPECT_EQ(report::plainText("\xed\xa0\x80"), mark + mark + mark);
    EXPECT_EQ(report::plainText("\xe2\x80"), mark + mark);
    EXPECT_EQ(report::plainText("\xf4\x90\x80\x80"), mark + mark + mark + mark);
}

TEST(PlainLine, JoinsAndCutsAtCharacters)
{
    EXPECT_EQ(report::plainLine("a\nb\tc\n"), "a ⏎ b c");
    EXPECT_EQ(report::plainLine("éééé", 2), "éé…");
    EXPECT_EQ(report::plainLine("éé", 2), "éé");
}
