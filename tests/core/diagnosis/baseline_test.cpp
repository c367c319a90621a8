#include "core/diagnosis/baseline.h"
#include "core/diagnosis/diagnose.h"
#include "core/profile/baselinetext.h"
#include "tests/support/scenario/fakecatalogue.h"
#include "tests/support/scenario/scenario.h"

#include <gmock/gmock.h>

namespace hopscope::diagnosis {
namespace {

using test::Scenario;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

model::FirewallRule dropRule(const std::string& rule)
{
    model::FirewallRule made;
    made.tool = "nft";
    made.table = "inet filter";
    made.chain = "input";
    made.rule = rule;
    return made;
}

void readsFirewall(Scenario& scenario)
{
    model::CheckResult check;
    check.host = base::HostId("app1");
    check.check = base::CheckId("firewall");
    check.outcome = model::outcome::Captured {};
    scenario.capture.checks.push_back(check);
}

std::string healthyText()
{
    Scenario well;
    readsFirewall(well);
    well.app().firewall = { dropRule("tcp dport 25 counter packets 3 bytes 180 drop") };
    for (model::Node& node : well.topology.nodes)
        if (node.id.value() == "app1/node:3000") {
            node.address = "0.0.0.0:3000";
            node.version = "18.19.0";
        }
    return profile::baselineText(baselineOf(well.capture, well.facts, well.topology));
}

/// The baseline's items in the evidence for this outage.
std::vector<std::string> differencesIn(Scenario& scenario)
{
    scenario.capture.profile.baseline = healthyText();
    const auto diagnosis = diagnose(scenario.capture, scenario.facts, scenario.topology, test::FakeCatalogue());
    std::vector<std::string> texts;
    if (diagnosis.finding)
        for (const model::Evidence& each : diagnosis.finding->evidence)
            if (each.check == "baseline")
                texts.push_back(each.observed);
    return texts;
}

TEST(Baseline, SurvivesItsText)
{
    const auto read = profile::readBaseline(healthyText());
    ASSERT_TRUE(read);
    EXPECT_EQ(profile::baselineText(*read), healthyText());
    EXPECT_EQ(read->hops.size(), 2u);
    EXPECT_THAT(read->firewall.at(base::HostId("app1")), ElementsAre("nft inet filter input: tcp dport 25 counter drop"));
}

TEST(Baseline, SaysNothingWhereItIsNoneOfOurs)
{
    for (const char* text : { "", "{}", "[]", "{\"schema\":\"hopscope.baseline/9\",\"at\":\"2026-11-21T09:30:00Z\"}",
             "{\"schema\":\"hopscope.baseline/1\",\"at\":7,\"nodes\":7}" })
        EXPECT_FALSE(profile::readBaseline(text)) << text;
    const auto odd = profile::readBaseline("{\"schema\":\"hopscope.baseline/1\",\"at\":\"2026-11-21T09:30:00Z\",\"nodes\":[7,null],\"hops\":{},\"firewall\":[]}");
    ASSERT_TRUE(odd);
    EXPECT_THAT(odd->nodes, IsEmpty());
}

TEST(Baseline, ShowsWhereTheProxyLedThen)
{
    Scenario scenario;
    scenario.nothingListens().connectFails(model::ConnectResult::Refused).requestAnswers(502);
    scenario.appHop().declared.endpoint.port = 3001;
    EXPECT_THAT(differencesIn(scenario), testing::Contains(HasSubstr("nginx on edge led to 10.1.0.3:3000; now: to 10.1.0.3:3001")));
}

TEST(Baseline, ShowsARuleThatIsNewAndNoOtherCounter)
{
    Scenario scenario;
    scenario.connectFails(model::ConnectResult::TimedOut).requestAnswers(504);
    scenario.app().firewall = { dropRule("tcp dport 25 counter packets 9 bytes 540 drop"), dropRule("tcp dport 3000 drop") };
    const auto found = differencesIn(scenario);
    EXPECT_THAT(found, testing::Contains(HasSubstr("lacked this rule; now: nft inet filter input: tcp dport 3000 drop")));
    EXPECT_THAT(found, testing::Each(Not(HasSubstr("dport 25"))));
}

TEST(Baseline, IsSilentWhereNothingDiffers)
{
    Scenario scenario;
    scenario.connectFails(model::ConnectResult::TimedOut).requestAnswers(504);
    EXPECT_THAT(differencesIn(scenario), IsEmpty());
}

}
}
