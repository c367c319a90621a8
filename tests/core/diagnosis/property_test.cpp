// Taking facts away may cost certainty; it must never turn a failure green.
#include "core/diagnosis/diagnose.h"
#include "tests/support/scenario/fakecatalogue.h"
#include "tests/support/scenario/scenario.h"

#include <gmock/gmock.h>

#include <functional>

namespace hopscope::diagnosis {
namespace {

using model::ConnectResult;
using model::State;
using model::Verdict;
using test::Scenario;

std::vector<Scenario> failures()
{
    std::vector<Scenario> made(5);
    made[0].connectFails(ConnectResult::Refused).nothingListens().unitIs("inactive", "dead", "success");
    made[1].connectFails(ConnectResult::TimedOut);
    made[2].connectFails(ConnectResult::Refused).nothingListens().alsoListens("127.0.0.1", 3000, "node", 812);
    made[3].requestAnswers(504);
    for (model::HopProbe& probe : made[3].facts.probes) {
        probe.reply = model::ReplyResult::TimedOut;
        probe.status.reset();
    }
    made[4].withDatabase().requestAnswers(500);
    for (model::HopProbe& probe : made[4].facts.probes)
        probe.status = 500;
    made[4].facts.probes.back().connect = ConnectResult::Refused;
    return made;
}

/// Every way to take one fact from a scenario.
std::vector<std::function<void(Scenario&)>> losses(const Scenario& whole)
{
    std::vector<std::function<void(Scenario&)>> found;
    for (std::size_t at = 0; at < whole.facts.probes.size(); ++at)
        found.emplace_back(
            [at](Scenario& s) { s.facts.probes.erase(s.facts.probes.begin() + std::ptrdiff_t(at)); });
    for (const auto& entry : whole.facts.hosts) {
        const base::HostId host = entry.first;
        found.emplace_back([host](Scenario& s) { s.facts.hosts.erase(host); });
        found.emplace_back([host](Scenario& s) { s.facts.hosts.at(host).listeners.clear(); });
        found.emplace_back([host](Scenario& s) { s.facts.hosts.at(host).units.clear(); });
        found.emplace_back([host](Scenario& s) { s.facts.hosts.at(host).processes.clear(); });
        found.emplace_back([host](Scenario& s) { s.facts.hosts.at(host).configs.clear(); });
        found.emplace_back([host](Scenario& s) { s.facts.hosts.at(host).now.reset(); });
        found.emplace_back([host](Scenario& s) { s.facts.hosts.at(host).addresses.clear(); });
    }
    found.emplace_back([](Scenario& s) { s.capture.outside = {}; });
    found.emplace_back([](Scenario& s) { s.capture.outside.http = {}; });
    found.emplace_back([](Scenario& s) { s.capture.outside.tcp.clear(); });
    found.emplace_back([](Scenario& s) { s.topology = {}; });
    for (std::size_t at = 0; at < whole.topology.hops.size(); ++at)
        found.emplace_back(
            [at](Scenario& s) { s.topology.hops.erase(s.topology.hops.begin() + std::ptrdiff_t(at)); });
    for (std::size_t at = 0; at < whole.topology.nodes.size(); ++at)
        found.emplace_back(
            [at](Scenario& s) { s.topology.nodes.erase(s.topology.nodes.begin() + std::ptrdiff_t(at)); });
    found.emplace_back([](Scenario& s) { s.capture.sessions.clear(); });
    found.emplace_back([](Scenario& s) { s.capture.checks.clear(); });
    return found;
}

TEST(LosingAFact, NeverTurnsAFailureHealthy)
{
    const test::FakeCatalogue catalogue;
    for (const Scenario& whole : failures())
        for (const auto& lose : losses(whole)) {
            Scenario scenario = whole;
            lose(scenario);
            const auto diagnosis = diagnose(scenario.capture, scenario.facts, scenario.topology, catalogue);
            EXPECT_NE(diagnosis.verdict, Verdict::Healthy);
            const bool mayBeSilent
                = diagnosis.verdict == Verdict::Healthy || diagnosis.verdict == Verdict::Unknown;
            EXPECT_EQ(diagnosis.finding.has_value(), !mayBeSilent);
            if (diagnosis.finding) {
                EXPECT_NE(diagnosis.topology.hop(diagnosis.finding->failingHop), nullptr);
            }
        }
}

TEST(LosingAFact, NeverPaintsAnUntriedHopOk)
{
    const test::FakeCatalogue catalogue;
    for (Scenario scenario : failures()) {
        scenario.facts.probes.clear();
        const auto diagnosis = diagnose(scenario.capture, scenario.facts, scenario.topology, catalogue);
        for (const model::Hop& hop : diagnosis.topology.hops)
            if (hop.from.value() != "client") {
                EXPECT_NE(hop.state, State::Ok) << hop.id.value();
            }
    }
}

TEST(Diagnosis, IsTheSameForTheSameInput)
{
    const test::FakeCatalogue catalogue;
    for (const Scenario& scenario : failures())
        EXPECT_EQ(diagnose(scenario.capture, scenario.facts, scenario.topology, catalogue),
            diagnose(scenario.capture, scenario.facts, scenario.topology, catalogue));
}

TEST(Diagnosis, GivesAConfidenceBetweenZeroAndOneToAllItNames)
{
    const test::FakeCatalogue catalogue;
    for (const Scenario& scenario : failures()) {
        const auto diagnosis = diagnose(scenario.capture, scenario.facts, scenario.topology, catalogue);
        double sum = diagnosis.finding->confidence;
        EXPECT_GT(sum, 0);
        EXPECT_LT(sum, 1);
        for (const model::Alternative& other : diagnosis.alternatives) {
            EXPECT_GE(other.confidence, 0);
            EXPECT_LE(other.confidence, diagnosis.finding->confidence);
        }
    }
}

}
}
