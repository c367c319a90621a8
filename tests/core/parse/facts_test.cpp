#include "core/parse/facts.h"

#include "core/model/checkids.h"
#include "tests/core/parse/golden.h"

#include <gmock/gmock.h>

#include <chrono>

namespace hopscope::parse {
namespace {

namespace id = model::checkid;
using model::CheckResult;

const base::HostId app1("app1");

CheckResult check(const char* name, std::string output, const std::string& subject = {})
{
    CheckResult result;
    result.host = app1;
    result.check = base::CheckId(name);
    result.subject = subject;
    result.output = std::move(output);
    return result;
}

model::Capture capture(std::vector<CheckResult> checks, const std::string& user = "deploy")
{
    model::Capture all;
    model::HostSession session;
    session.host = app1;
    session.user = user;
    all.sessions.push_back(session);
    all.checks = std::move(checks);
    return all;
}

std::vector<CheckResult> recorded(const std::string& folder)
{
    std::vector<CheckResult> checks;
    for (const char* name : { id::identity, id::network, id::names, id::listeners, id::processes, id::units, id::resources,
             id::fileSystems, id::connections, id::neighbours, id::firewall, id::journal, id::changes })
        checks.push_back(check(name, golden(folder + "/" + name + ".txt")));
    return checks;
}

TEST(FactsTest, PutsARecordedHostTogether)
{
    const model::Facts facts = factsFrom(capture(recorded("debian12-crash-loop/worker")));
    const model::HostFacts& facts1 = facts.hosts.at(app1);
    EXPECT_EQ(facts1.hostname, "worker");
    EXPECT_FALSE(facts1.listeners.empty());
    EXPECT_FALSE(facts1.units.empty());
    EXPECT_FALSE(facts1.logs.empty());
    EXPECT_EQ(facts1.resources.diskMount.substr(0, 1), "/");
    for (const model::Unit& unit : facts1.units)
        EXPECT_EQ(unit.source.check, 5u);
    // newest first, each with its host
    for (std::size_t i = 1; i < facts1.changes.size(); ++i)
        EXPECT_GE(facts1.changes[i - 1].at, facts1.changes[i].at);
    EXPECT_EQ(facts1.changes.at(0).host, app1);
    EXPECT_TRUE(facts.gaps.empty());
}

TEST(FactsTest, ListsReachableHostsOnly)
{
    model::Capture all = capture({});
    model::HostSession lost;
    lost.host = base::HostId("lost");
    lost.error = base::Error { base::ErrorCode::ConnectionRefused, "connect", "lost", "refused", "" };
    all.sessions.push_back(lost);
    const model::Facts facts = factsFrom(all);
    EXPECT_EQ(facts.hosts.size(), 1u);
    EXPECT_EQ(facts.hosts.at(app1).user, "deploy");
}

TEST(FactsTest, SaysWhatCouldNotBeSeenAndWhichGrantWouldShowIt)
{
    CheckResult denied = check(id::firewall, "");
    denied.outcome = model::outcome::Denied { "may not read the rules" };
    CheckResult hint = check(id::journal, "");
    hint.errorOutput = "Hint: You are currently not seeing messages from other users and the system.\n";
    CheckResult late = check(id::units, "");
    late.outcome = model::outcome::TimedOut { base::Milliseconds(2500) };
    CheckResult none = check(id::nginxConfig, "");
    none.outcome = model::outcome::NotInstalled { "nginx" };
    CheckResult log = check(id::proxyErrorLog, "", "/var/log/nginx/error.log");
    log.outcome = model::outcome::ExitedNonZero { 1 };
    log.errorOutput = "tail: cannot open '/var/log/nginx/error.log' for reading: Permission denied\n";
    const auto nameless = check(id::listeners, "tcp LISTEN 0 5 0.0.0.0:80 0.0.0.0:*\ntcp LISTEN 0 5 0.0.0.0:81 0.0.0.0:*\n");
    const model::Facts facts = factsFrom(capture({ denied, hint, late, none, log, nameless }));
    std::vector<std::string> gaps;
    for (const model::Gap& gap : facts.gaps)
        gaps.push_back(gap.check + ": " + gap.reason);
    EXPECT_THAT(gaps,
        testing::ElementsAre("firewall: may not read the rules; allow sudo -n nft list ruleset for deploy",
            testing::AllOf(testing::StartsWith("journal: only this user's own messages"), testing::HasSubstr("add deploy to group systemd-journal")),
            "units: not done after 2.5 s",
            testing::AllOf(testing::StartsWith("proxy-error-log /var/log/nginx/error.log: exit status 1"),
                testing::HasSubstr("group adm")),
            "listeners: 2 TCP listeners show no process; allow sudo -n ss for deploy"));
}

TEST(FactsTest, TakesTheNewerLookAtAUnitAndItsOwnLog)
{
    const model::Facts facts = factsFrom(capture({
        check(id::units, "Id=shop.service\nActiveState=active\n"),
        check(id::journal, "1795249676.5 box node[7]: Error: boom\n1795249676.6 box other[8]: fine\n"),
        check(id::unitState, "Id=shop.service\nActiveState=failed\n", "shop.service"),
        check(id::unitLog, "1795249676.5 box node[7]: Error: boom\n", "shop.service"),
    }));
    const model::HostFacts& seen = facts.hosts.at(app1);
    ASSERT_EQ(seen.units.size(), 1u);
    EXPECT_EQ(seen.units[0].activeState, "failed");
    EXPECT_EQ(seen.units[0].source.check, 2u);
    ASSERT_EQ(seen.logs.size(), 2u);
    EXPECT_EQ(seen.logs[1].place, "shop.service");
    EXPECT_EQ(seen.logs[1].text, "Error: boom");
}

TEST(FactsTest, MeasuresTheProcessorsBetweenTwoLooks)
{
    const model::Facts facts = factsFrom(capture({
        check(id::resources, "/proc/stat:cpu  1000 0 0 1000 0 0 0 0\n"),
        check(id::cpuSample, "cpu  1000 0 0 1000 0 0 0 0\ncpu  1090 0 0 1010 0 0 0 0\n"),
    }));
    EXPECT_DOUBLE_EQ(facts.hosts.at(app1).resources.cpuPercent.value_or(0), 90.0);
}

TEST(FactsTest, ReadsTimesInTheHostsZoneWhateverCameFirst)
{
    const model::Facts facts = factsFrom(capture({
        check(id::proxyErrorLog, "2026/11/21 09:30:00 [error] x\n", "/var/log/nginx/error.log"),
        check(id::identity, "now=1795250000.0 zone=+0200\n"),
    }));
    EXPECT_EQ(base::toIso8601(*facts.hosts.at(app1).logs.at(0).at), "2026-11-21T07:30:00.000Z");
}

/// Outputs that were cut, damaged or mixed up: nothing may crash, and time must grow with the length only.
TEST(FactsTest, SurvivesAnyBytes)
{
    auto checks = recorded("debian12-crash-loop/worker");
    checks.push_back(check(id::nginxConfig, golden("debian12-crash-loop/front/nginx-config.txt")));
    std::string everything;
    for (const CheckResult& each : checks)
        everything += each.output;
    std::uint32_t random = 12345;
    const auto next = [&] { return random = random * 1664525u + 1013904223u; };
    const char* names[] = { id::identity, id::network, id::names, id::listeners, id::connections, id::processes, id::units,
        id::journal, id::kernelLog, id::resources, id::fileSystems, id::firewall, id::neighbours, id::nginxConfig,
        id::phpFpmConfig, id::containers, id::changes, id::cpuSample, id::hopCaller, id::hopCallee, id::hopRoute,
        id::socketStatus, id::listenerQueue, id::unitState, id::unitLog, id::proxyErrorLog, id::proxyAccessLog, id::appLog,
        id::containerLog, id::appChanges };
    for (int round = 0; round < 40; ++round) {
        std::vector<CheckResult> damaged;
        for (const char* name : names) {
            const std::size_t start = next() % everything.size();
            std::string text = everything.substr(start, next() % 3000);
            for (int flips = 0; flips < 20 && !text.empty(); ++flips)
                text[next() % text.size()] = char(next() >> 24);
            damaged.push_back(check(name, std::move(text), "a>b"));
        }
        for (const CheckResult& each : checks) { // cut anywhere
            CheckResult cut = each;
            cut.output.resize(next() % (cut.output.size() + 1));
            damaged.push_back(std::move(cut));
        }
        const model::Facts facts = factsFrom(capture(std::move(damaged)));
        EXPECT_EQ(facts.hosts.size(), 1u);
    }
}

TEST(FactsTest, ReadsMegabytesOfNothingInLinearTime)
{
    for (const char* name : { id::listeners, id::connections, id::processes, id::units, id::journal, id::firewall,
             id::nginxConfig, id::containers, id::proxyErrorLog, id::hopCaller, id::names }) {
        for (const std::string& pattern : { std::string("("), std::string("\n"), std::string("{ "), std::string("a=b\n"),
                 std::string("@@ x\n"), std::string("::::"), std::string("users:((\"") }) {
            std::string text;
            while (text.size() < 300000)
                text += pattern;
            const auto before = std::chrono::steady_clock::now();
            factsFrom(capture({ check(name, std::move(text)) }));
            EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(4)) << name << " " << pattern;
        }
    }
}

TEST(FactsTest, ReadsManyDifferentThingsInLinearTime)
{
    std::string units;
    std::string dump = "marker=@@7\n@@7 instance pid=1 exe=/x conf= prefix=\n@@7 test ok\n";
    std::string addresses;
    for (int i = 0; i < 20000; ++i) {
        const std::string n = std::to_string(i);
        units += "Id=u" + n + ".service\nActiveState=active\n\n";
        dump += "# configuration file /etc/" + n + ":\na;\n";
        addresses += "1: lo inet 10." + n + "/8\n";
    }
    for (int i = 0; i < 20000; ++i)
        dump += "@@7 mtime 1795249898 /etc/" + std::to_string(i) + "\n";
    const auto before = std::chrono::steady_clock::now();
    const model::Facts facts = factsFrom(capture({ check(id::units, units), check(id::unitState, units),
        check(id::nginxConfig, dump), check(id::network, addresses) }));
    EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(5));
    EXPECT_EQ(facts.hosts.at(app1).units.size(), 20000u);
    EXPECT_TRUE(facts.hosts.at(app1).configs.at(0).files.at(19999).modifiedAt);
}

}
}
