#include "core/diagnosis/diagnose.h"
#include "tests/support/scenario/fakecatalogue.h"
#include "tests/support/scenario/scenario.h"

#include <gmock/gmock.h>

namespace hopscope::diagnosis {
namespace {

using namespace std::chrono_literals;
using test::Scenario;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<model::Advice> adviceOf(const Scenario& scenario)
{
    const auto diagnosis = diagnose(scenario.capture, scenario.facts, scenario.topology, test::FakeCatalogue());
    EXPECT_EQ(diagnosis.verdict, model::Verdict::Healthy);
    return diagnosis.advice;
}

/// nginx on edge as process 100, whose worker read its files an hour ago.
model::SoftwareConfig& runningNginx(Scenario& scenario)
{
    model::HostFacts& edge = scenario.edge();
    edge.processes.clear();
    for (const auto& [pid, parent, line] : { std::tuple { 100, 1, "nginx: master process /usr/sbin/nginx" }, std::tuple { 101, 100, "nginx: worker process" } }) {
        model::Process each;
        each.pid = pid;
        each.parent = parent;
        each.commandLine = line;
        each.executable = "/usr/sbin/nginx";
        each.startedAt = scenario.ago(1h);
        edge.processes.push_back(each);
    }
    for (model::Node& node : scenario.topology.nodes)
        if (node.software == "nginx") {
            node.pid = 100;
            node.unit = "nginx.service";
        }
    edge.initSystem = "systemd";
    edge.configs.clear();
    edge.configs.emplace_back();
    model::SoftwareConfig& config = edge.configs.back();
    config.software = "nginx";
    config.isValid = true;
    config.loadedAt = scenario.ago(1h);
    config.runtime = { "pid 100" };
    config.files.push_back({ "/etc/nginx/conf.d/shop.conf", "", scenario.ago(2h), {} });
    return config;
}

void log(Scenario& scenario, int pid, base::Milliseconds age)
{
    model::LogLine line;
    line.origin = model::LogOrigin::File;
    line.place = "/var/log/nginx/error.log";
    line.at = scenario.ago(age);
    line.text = "2026/11/21 09:00:00 [emerg] " + std::to_string(pid) + "#0: bind() to 0.0.0.0:8443 failed (98: Address already in use)";
    scenario.edge().logs.push_back(line);
}

TEST(ProxyAdvice, IsSilentWhereWhatStandsInTheFilesRuns)
{
    Scenario scenario;
    runningNginx(scenario);
    log(scenario, 100, 2h);
    log(scenario, 555, 5min);
    EXPECT_THAT(adviceOf(scenario), IsEmpty());
}

TEST(ProxyAdvice, NamesAReloadThatWasRefused)
{
    Scenario scenario;
    runningNginx(scenario).files[0].modifiedAt = scenario.ago(6min);
    log(scenario, 100, 5min);
    const auto advice = adviceOf(scenario);
    ASSERT_EQ(advice.size(), 1u);
    EXPECT_EQ(advice[0].id, "reload-failed");
    EXPECT_THAT(advice[0].summary, HasSubstr("bind() to 0.0.0.0:8443 failed"));
    ASSERT_EQ(advice[0].remediation.size(), 1u);
    EXPECT_THAT(advice[0].remediation[0].commands, ElementsAre(HasSubstr("/var/log/nginx/error.log")));
}

TEST(ProxyAdvice, NamesAFileThatWasNotLoadedAndHowThisInstanceLoadsIt)
{
    Scenario scenario;
    runningNginx(scenario).files[0].modifiedAt = scenario.ago(6min);
    const auto advice = adviceOf(scenario);
    ASSERT_EQ(advice.size(), 1u);
    EXPECT_EQ(advice[0].id, "config-not-loaded");
    ASSERT_EQ(advice[0].remediation.size(), 2u);
    EXPECT_THAT(advice[0].remediation[0].commands, ElementsAre("sudo /usr/sbin/nginx -t"));
    EXPECT_THAT(advice[0].remediation[1].commands, ElementsAre("sudo systemctl reload nginx.service"));
}

TEST(ProxyAdvice, IsAllThereIsWhereOnlyAnEditThatWasNotLoadedNamesADeadTarget)
{
    Scenario scenario;
    runningNginx(scenario).files[0].modifiedAt = scenario.ago(6min);
    scenario.appHop().declared.place = { "/etc/nginx/conf.d/shop.conf", 1 };
    scenario.connectFails(model::ConnectResult::Refused).requestAnswers(200);
    const auto advice = adviceOf(scenario);
    ASSERT_EQ(advice.size(), 1u);
    EXPECT_EQ(advice[0].id, "config-not-loaded");
}

TEST(ProxyAdvice, DoesNotExcuseADeadReplicaOfAFileThatIsLoaded)
{
    Scenario scenario;
    runningNginx(scenario);
    scenario.appHop().declared.place = { "/etc/nginx/conf.d/shop.conf", 1 };
    scenario.withReplica().connectFails(model::ConnectResult::Refused).requestAnswers(200);
    const auto diagnosis = diagnose(scenario.capture, scenario.facts, scenario.topology, test::FakeCatalogue());
    EXPECT_EQ(diagnosis.verdict, model::Verdict::Degraded);
}

TEST(ProxyAdvice, IsNotTakenFromAnotherInstance)
{
    Scenario scenario;
    runningNginx(scenario);
    model::SoftwareConfig other = scenario.edge().configs[0];
    other.runtime = { "pid 900" };
    other.isValid = false;
    other.files[0].modifiedAt = scenario.ago(1min);
    scenario.edge().configs.insert(scenario.edge().configs.begin(), other);
    EXPECT_THAT(adviceOf(scenario), IsEmpty());
}

/// The scenario's app as a gunicorn of this command line.
void runsGunicorn(Scenario& scenario, const std::string& commandLine)
{
    model::Process process;
    process.pid = 4242;
    process.commandLine = commandLine;
    process.name = "gunicorn";
    scenario.app().processes.push_back(process);
    for (model::Node& node : scenario.topology.nodes)
        if (node.host && node.host->value() == "app1") {
            node.software = "gunicorn";
            node.pid = 4242;
        }
}

TEST(TimeoutAdvice, NamesAnAppThatOutlastsItsProxy)
{
    Scenario scenario;
    scenario.appHop().declared.timeouts.read = 60s;
    runsGunicorn(scenario, "/usr/bin/gunicorn --timeout 120 shop:app");
    const auto advice = adviceOf(scenario);
    ASSERT_EQ(advice.size(), 1u);
    EXPECT_EQ(advice[0].id, "timeout-order");
    EXPECT_THAT(advice[0].summary, HasSubstr("120 s (--timeout 120)"));
    EXPECT_THAT(advice[0].summary, HasSubstr("gives up after 60 s"));
}

TEST(TimeoutAdvice, IsSilentWhereTheAppEndsFirstOrNobodySaidWhen)
{
    for (const char* commandLine : { "/usr/bin/gunicorn --timeout 60 shop:app", "/usr/bin/gunicorn --timeout 30 shop:app",
             "/usr/bin/gunicorn shop:app", "/usr/bin/gunicorn --timeout 120 -k gevent shop:app" }) {
        Scenario scenario;
        scenario.appHop().declared.timeouts.read = 60s;
        runsGunicorn(scenario, commandLine);
        EXPECT_THAT(adviceOf(scenario), IsEmpty()) << commandLine;
    }
}

}
}
