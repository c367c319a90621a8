#include "core/diagnosis/diagnose.h"
#include "tests/support/scenario/fakecatalogue.h"
#include "tests/support/scenario/scenario.h"

#include <gmock/gmock.h>

namespace hopscope::diagnosis {
namespace {

using test::Scenario;
using testing::HasSubstr;

const model::Advice* adviceNamed(const model::Diagnosis& diagnosis, const char* id)
{
    for (const model::Advice& each : diagnosis.advice)
        if (each.id == id)
            return &each;
    return nullptr;
}

model::Diagnosis seenThroughBoundary(const Scenario& scenario)
{
    return diagnose(scenario.capture, scenario.facts, scenario.topology, test::FakeCatalogue());
}

/// Puts a boundary node of this provider between the client and nginx.
Scenario behind(const std::string& software, const std::string& name)
{
    Scenario scenario;
    scenario.facts.front = { software, name, { "Server: " + software }, true };
    model::Node boundary;
    boundary.id = base::NodeId("boundary:80");
    boundary.kind = model::NodeKind::LoadBalancer;
    boundary.software = software;
    boundary.label = name + " for shop.example";
    scenario.topology.nodes.push_back(boundary);
    model::Hop entry = scenario.entryHop();
    model::Hop outer = entry;
    outer.to = boundary.id;
    outer.id = base::HopId(outer.from.value() + ">" + outer.to.value());
    entry.from = boundary.id;
    entry.id = base::HopId(entry.from.value() + ">" + entry.to.value());
    entry.declared.endpoint = { {}, 80, {} };
    entry.declared.requestHost = "shop.example'; rm -rf /";
    scenario.topology.hops.front() = outer;
    scenario.topology.hops.insert(scenario.topology.hops.begin() + 1, entry);
    return scenario;
}

TEST(BoundaryAdvice, SaysWhereOurSightEndsAndWhatToAskThere)
{
    Scenario scenario = behind("aws-alb", "an AWS load balancer");
    scenario.requestAnswers(502);
    scenario.topology.hops.pop_back(); // what is behind nginx does not matter here
    scenario.topology.hops.back().state = model::State::Failing;
    const model::Diagnosis diagnosis = seenThroughBoundary(scenario);
    ASSERT_NE(diagnosis.verdict, model::Verdict::Healthy);
    const model::Advice* advice = adviceNamed(diagnosis, "sight-ends-at-boundary");
    ASSERT_NE(advice, nullptr);
    EXPECT_EQ(advice->node, "boundary:80");
    EXPECT_THAT(advice->summary, HasSubstr("an AWS load balancer for shop.example stands in front"));
    ASSERT_EQ(advice->remediation.size(), 2U);
    EXPECT_THAT(advice->remediation[0].commands.at(0), HasSubstr("aws elbv2 describe-target-health"));
    EXPECT_FALSE(advice->remediation[0].host);
    // past the balancer, with the visitor's name in one quoted word
    EXPECT_EQ(advice->remediation[1].host, base::HostId("edge"));
    EXPECT_THAT(advice->remediation[1].commands.at(0), HasSubstr("-H 'Host: shop.example'\\''; rm -rf /' http://localhost:80"));
}

TEST(BoundaryAdvice, KnowsNoCommandOfAStranger)
{
    Scenario scenario = behind("unknown", "load balancer or CDN");
    scenario.requestAnswers(502);
    const model::Diagnosis diagnosis = seenThroughBoundary(scenario);
    const model::Advice* advice = adviceNamed(diagnosis, "sight-ends-at-boundary");
    ASSERT_NE(advice, nullptr);
    ASSERT_EQ(advice->remediation.size(), 1U);
    EXPECT_THAT(advice->remediation[0].commands.at(0), HasSubstr("curl"));
}

TEST(BoundaryAdvice, IsSilentWhileAllIsWell)
{
    EXPECT_EQ(adviceNamed(seenThroughBoundary(behind("aws-alb", "an AWS load balancer")), "sight-ends-at-boundary"), nullptr);
    Scenario scenario;
    scenario.app().cloud = "aws";
    EXPECT_EQ(adviceNamed(seenThroughBoundary(scenario), "security-groups"), nullptr);
}

TEST(BoundaryAdvice, NamesTheSecurityGroupsOfAnInstanceThatDropsPackets)
{
    Scenario scenario;
    scenario.requestAnswers(504).connectFails(model::ConnectResult::TimedOut);
    EXPECT_EQ(adviceNamed(seenThroughBoundary(scenario), "security-groups"), nullptr) << "not in that cloud";
    scenario.app().cloud = "aws";
    const model::Diagnosis diagnosis = seenThroughBoundary(scenario);
    const model::Advice* advice = adviceNamed(diagnosis, "security-groups");
    ASSERT_NE(advice, nullptr);
    EXPECT_THAT(advice->summary, HasSubstr("app1 is an EC2 instance"));
    EXPECT_THAT(advice->summary, HasSubstr("port 3000"));
    EXPECT_THAT(advice->remediation.at(0).commands.at(0), HasSubstr("Name=private-ip-address,Values=10.1.0.3"));
}

TEST(BoundaryAdvice, LeavesSecurityGroupsOutWhereTheInstanceRefuses)
{
    Scenario scenario;
    scenario.requestAnswers(502).connectFails(model::ConnectResult::Refused).nothingListens();
    scenario.app().cloud = "aws";
    EXPECT_EQ(adviceNamed(seenThroughBoundary(scenario), "security-groups"), nullptr);
}

}
}
