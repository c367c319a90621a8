// Servers that a proxy's own health check, or somebody, keeps out.
#include "core/diagnosis/diagnose.h"
#include "tests/support/scenario/fakecatalogue.h"
#include "tests/support/scenario/scenario.h"

#include <gmock/gmock.h>

namespace hopscope::diagnosis {
namespace {

using Health = model::ServerReport::Health;
using model::Verdict;
using test::Scenario;

model::Diagnosis run(const Scenario& scenario)
{
    return diagnose(scenario.capture, scenario.facts, scenario.topology, test::FakeCatalogue());
}

Scenario& reports(Scenario& scenario, Health health, const std::string& state, const std::string& check, const std::string& detail)
{
    model::ServerReport report;
    report.software = "haproxy";
    report.group = "be";
    report.server = "app1";
    report.health = health;
    report.state = state;
    report.check = check;
    report.detail = detail;
    scenario.appHop().reported = report;
    scenario.appHop().declared.name = "be/app1";
    scenario.appHop().declared.healthCheck = "GET /alive";
    return scenario;
}

TEST(HealthCheck, ThatAsksForTheWrongPageIsToBlame)
{
    Scenario scenario;
    scenario.requestAnswers(503);
    const auto diagnosis = run(reports(scenario, Health::Down, "DOWN", "L7STS", "404 Not Found"));
    ASSERT_TRUE(diagnosis.finding);
    EXPECT_EQ(diagnosis.finding->variant, "no-healthy-upstream");
    EXPECT_EQ(diagnosis.finding->cause, "health-check-misconfigured");
    EXPECT_EQ(diagnosis.finding->failingHop, scenario.appHop().id);
    EXPECT_THAT(diagnosis.finding->summary, testing::HasSubstr("GET /alive"));
}

TEST(HealthCheck, ThatGetsAnErrorIsRight)
{
    Scenario scenario;
    scenario.requestAnswers(503);
    const auto diagnosis = run(reports(scenario, Health::Down, "DOWN", "L7STS", "500 Internal Server Error"));
    ASSERT_TRUE(diagnosis.finding);
    EXPECT_EQ(diagnosis.finding->cause, "health-check-failing");
}

// HAProxy's "observe layer7": HANA, health analysis of what visitors were answered.
TEST(HealthCheck, IsNotMeantWhereTheServersAnswersTookItOut)
{
    Scenario scenario;
    scenario.requestAnswers(503);
    const auto diagnosis = run(reports(scenario, Health::Down, "DOWN", "HANA", "Detected 8 consecutive errors, last one was: Wrong http response"));
    ASSERT_TRUE(diagnosis.finding);
    EXPECT_EQ(diagnosis.finding->variant, "no-healthy-upstream");
    EXPECT_EQ(diagnosis.finding->cause, "outlier-ejected");
    EXPECT_THAT(diagnosis.finding->summary, testing::HasSubstr("observe"));
}

TEST(HealthCheck, IsNotToBlameWhileItsAnswerIsUnknown)
{
    Scenario scenario;
    scenario.requestAnswers(503);
    const auto diagnosis = run(reports(scenario, Health::Down, "DOWN", "L7STS", "Layer7 wrong status"));
    ASSERT_TRUE(diagnosis.finding);
    EXPECT_EQ(diagnosis.finding->cause, "health-check-failing");
}

TEST(HealthCheck, SaysNothingWhereTheServerIsUp)
{
    Scenario scenario;
    EXPECT_EQ(run(reports(scenario, Health::Up, "UP", "L7OK", "200")).verdict, Verdict::Healthy);
    EXPECT_EQ(run(reports(scenario, Health::Unchecked, "no check", "", "")).verdict, Verdict::Healthy);
}

TEST(HealthCheck, AServerInMaintenanceIsNoFaultWhileTheSiteWorks)
{
    Scenario scenario;
    EXPECT_EQ(run(reports(scenario, Health::Maintenance, "MAINT", "", "")).verdict, Verdict::Healthy);
}

TEST(HealthCheck, AServerThatSomebodyTookOutIsWhyNobodyIsServed)
{
    Scenario scenario;
    scenario.requestAnswers(503);
    const auto diagnosis = run(reports(scenario, Health::Maintenance, "MAINT", "", ""));
    ASSERT_TRUE(diagnosis.finding);
    EXPECT_EQ(diagnosis.finding->cause, "maintenance-mode");
    EXPECT_EQ(diagnosis.finding->variant, "no-healthy-upstream");
}

TEST(HealthCheck, ARefusedServerIsStillAStoppedService)
{
    Scenario scenario;
    scenario.requestAnswers(503).connectFails(model::ConnectResult::Refused).nothingListens().unitIs("inactive", "dead", "success");
    const auto diagnosis = run(reports(scenario, Health::Down, "DOWN", "L4CON", "Connection refused"));
    ASSERT_TRUE(diagnosis.finding);
    EXPECT_EQ(diagnosis.finding->variant, "connection-refused");
    EXPECT_EQ(diagnosis.finding->cause, "service-stopped");
}

TEST(HealthCheck, ThatAsksAnotherPortIsToBlameWhereTheAppIsWell)
{
    Scenario scenario;
    scenario.requestAnswers(503);
    reports(scenario, Health::Down, "DOWN", "L4CON", "Connection refused");
    scenario.appHop().declared.healthCheck = "GET /alive on port 9101";
    const auto diagnosis = run(scenario);
    ASSERT_TRUE(diagnosis.finding);
    EXPECT_EQ(diagnosis.finding->variant, "no-healthy-upstream");
    EXPECT_EQ(diagnosis.finding->cause, "health-check-misconfigured");
    EXPECT_THAT(diagnosis.finding->summary, testing::HasSubstr("port 9101"));
}

TEST(HealthCheck, ThatAsksAnotherPortIsNotToBlameForAStoppedApp)
{
    Scenario scenario;
    scenario.requestAnswers(503).connectFails(model::ConnectResult::Refused).nothingListens().unitIs("inactive", "dead", "success");
    reports(scenario, Health::Down, "DOWN", "L4CON", "Connection refused");
    scenario.appHop().declared.healthCheck = "connect on port 9101";
    const auto diagnosis = run(scenario);
    ASSERT_TRUE(diagnosis.finding);
    EXPECT_EQ(diagnosis.finding->cause, "service-stopped");
}

TEST(HealthCheck, ThatAsksTheRightPortSaysThatTheAppIsOftenAway)
{
    Scenario scenario;
    scenario.requestAnswers(503);
    const auto diagnosis = run(reports(scenario, Health::Down, "DOWN", "L4CON", "Connection refused"));
    ASSERT_TRUE(diagnosis.finding);
    EXPECT_EQ(diagnosis.finding->cause, "health-check-failing");
}

}
}
