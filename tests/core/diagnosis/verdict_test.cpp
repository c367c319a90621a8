#include "core/diagnosis/diagnose.h"
#include "tests/support/scenario/fakecatalogue.h"
#include "tests/support/scenario/scenario.h"

#include <gmock/gmock.h>

namespace hopscope::diagnosis {
namespace {

using namespace std::chrono_literals;
using model::AttemptResult;
using model::ConnectResult;
using model::ReplyResult;
using model::Seat;
using model::State;
using model::Verdict;
using test::Scenario;

model::Diagnosis diagnosed(const Scenario& scenario)
{
    return diagnose(scenario.capture, scenario.facts, scenario.topology, test::FakeCatalogue());
}

std::string refusedLine(const char* target)
{
    return std::string("connect() failed (111: Connection refused) while connecting to upstream, client: "
                       "10.9.9.9, upstream: \"http://")
        + target + "/\"";
}

TEST(Verdict, IsHealthyWhereTheRequestWorksAndEachHopDoes)
{
    const auto diagnosis = diagnosed(Scenario());
    EXPECT_EQ(diagnosis.verdict, Verdict::Healthy);
    EXPECT_FALSE(diagnosis.finding);
    EXPECT_TRUE(diagnosis.advice.empty());
    for (const model::Hop& hop : diagnosis.topology.hops)
        EXPECT_EQ(hop.state, State::Ok) << hop.id.value();
    for (const model::Node& node : diagnosis.topology.nodes)
        EXPECT_EQ(node.state, State::Ok) << node.id.value();
}

TEST(Verdict, StaysHealthyDespiteOldAndForeignErrorsInLogs)
{
    Scenario scenario;
    scenario.edgeLogs(refusedLine("10.1.0.3:3000"), 26h);
    scenario.edgeLogs(refusedLine("10.7.7.7:9000"), 2s);
    scenario.edgeLogs(refusedLine("10.1.0.3:3000"), 3min);
    scenario.appLogs(
        "Out of memory: Killed process 9999 (chrome) total-vm:900kB", 5min, model::LogOrigin::Kernel);
    EXPECT_EQ(diagnosed(scenario).verdict, Verdict::Healthy);
}

TEST(Verdict, StaysHealthyWhereAScannerAsksForAScriptThatIsNotThere)
{
    Scenario scenario;
    scenario.overUnixSocket("/run/php/php-fpm.sock", "php8.2-fpm.service", model::Protocol::FastCgi).requestAnswers(404);
    scenario.edgeLogs("FastCGI sent in stderr: \"Primary script unknown\" while reading response header from upstream, "
                      "client: 203.0.113.9, server: shop.example, request: \"GET /wp-login.php HTTP/1.1\", "
                      "upstream: \"fastcgi://unix:/run/php/php-fpm.sock:\"",
        1s);
    EXPECT_EQ(diagnosed(scenario).verdict, Verdict::Healthy);
}

TEST(Verdict, StaysHealthyWhereAnotherVirtualHostIsBroken)
{
    Scenario scenario;
    model::Hop other = scenario.appHop();
    other.id = base::HopId("edge/nginx:80>edge/unknown:9999");
    other.isOnPath = false;
    other.declared.endpoint.port = 9999;
    scenario.topology.hops.push_back(other);
    model::HopProbe probe = scenario.probe(Seat::Caller);
    probe.hop = other.id;
    probe.connect = ConnectResult::Refused;
    scenario.facts.probes.push_back(probe);
    const auto diagnosis = diagnosed(scenario);
    EXPECT_EQ(diagnosis.verdict, Verdict::Healthy);
    EXPECT_EQ(diagnosis.topology.hop(other.id)->state, State::Failing);
}

TEST(Verdict, TakesAnAppsOwn404AsWorking)
{
    Scenario scenario;
    scenario.requestAnswers(404);
    scenario.probe(Seat::Caller).status = 404;
    EXPECT_EQ(diagnosed(scenario).verdict, Verdict::Healthy);
}

TEST(Verdict, IsDegradedWithTheDeadReplicaNamed)
{
    Scenario scenario;
    scenario.withReplica();
    scenario.facts.probes.back().connect = ConnectResult::Refused;
    scenario.facts.probes.back().reply = ReplyResult::NotTried;
    model::HostFacts& second = scenario.facts.hosts.at(base::HostId("app2"));
    std::erase_if(second.listeners, [](const model::Listener& each) { return each.port == 3000; });
    second.processes.clear();
    second.units[0].activeState = "inactive";
    second.units[0].subState = "dead";
    const auto diagnosis = diagnosed(scenario);
    ASSERT_EQ(diagnosis.verdict, Verdict::Degraded);
    EXPECT_EQ(diagnosis.finding->failingHop.value(), "edge/nginx:80>app2/node:3000");
    EXPECT_EQ(diagnosis.finding->cause, "service-stopped");
    EXPECT_EQ(diagnosis.topology.hop(scenario.appHop().id)->state, State::Ok);
}

TEST(Verdict, BlamesBothReplicasGroupWhereAllAreDead)
{
    Scenario scenario;
    scenario.withReplica().requestAnswers(502);
    for (model::HopProbe& probe : scenario.facts.probes)
        probe.connect = ConnectResult::Refused;
    for (const char* host : { "app1", "app2" }) {
        model::HostFacts& facts = scenario.facts.hosts.at(base::HostId(host));
        std::erase_if(facts.listeners, [](const model::Listener& each) { return each.port == 3000; });
        facts.units[0].activeState = "inactive";
    }
    const auto diagnosis = diagnosed(scenario);
    ASSERT_EQ(diagnosis.verdict, Verdict::Failing);
    EXPECT_EQ(diagnosis.finding->cause, "service-stopped");
}

/// Which of two servers failed the access log does not say; the second one's own log does, and why.
TEST(Verdict, BlamesTheReplicaWhoseLogHoldsTheErrorAndWhatItComplainsOf)
{
    Scenario scenario;
    scenario.withReplica().withDatabase().requestAnswers(200);
    model::Hop toDatabase = *scenario.topology.hop(base::HopId("app1/node:3000>db1/postgresql:5432"));
    toDatabase.from = base::NodeId("app2/node:3000");
    toDatabase.id = base::HopId("app2/node:3000>db1/postgresql:5432");
    scenario.topology.hops.push_back(toDatabase);
    model::HostFacts& second = scenario.facts.hosts.at(base::HostId("app2"));
    for (int i = 6; i > 0; --i) {
        model::LogLine access;
        access.origin = model::LogOrigin::File;
        access.place = "/var/log/nginx/access.log";
        access.at = scenario.ago(std::chrono::seconds(i));
        access.text = std::string("10.9.9.9 - - [21/Nov/2026:09:29:50 +0000] \"GET / HTTP/1.1\" ") + (i % 2 ? "500 12" : "200 12") + " \"-\" \"curl\"";
        scenario.edge().logs.push_back(access);
        if (i % 2) {
            model::LogLine line;
            line.origin = model::LogOrigin::Journal;
            line.place = second.units[0].name;
            line.at = access.at;
            line.text = "psycopg2.OperationalError: connection to server at \"10.1.0.5\", port 5432 failed: FATAL: password authentication failed for user \"shop\"";
            second.logs.push_back(line);
        }
    }
    const auto diagnosis = diagnosed(scenario);
    ASSERT_EQ(diagnosis.verdict, Verdict::Degraded);
    EXPECT_EQ(diagnosis.finding->failingHop.value().substr(0, 5), "app2/") << diagnosis.finding->summary;
    EXPECT_EQ(diagnosis.finding->cause, "dependency-auth-failed");
}

TEST(Verdict, IsUnknownWhereNothingWasSeen)
{
    Scenario scenario;
    scenario.capture.outside = {};
    scenario.facts = {};
    scenario.topology = {};
    scenario.capture.sessions.clear();
    const auto diagnosis = diagnosed(scenario);
    EXPECT_EQ(diagnosis.verdict, Verdict::Unknown);
    EXPECT_FALSE(diagnosis.finding);
    EXPECT_FALSE(diagnosis.unknownReason.empty());
    for (const model::Hop& hop : diagnosis.topology.hops)
        EXPECT_EQ(hop.state, State::Unknown);
}

TEST(Verdict, IsUnknownWhereOnlyA502FromOutsideIsSeen)
{
    Scenario scenario;
    scenario.requestAnswers(502);
    scenario.hostUnreachable("edge", base::ErrorCode::AuthenticationFailed)
        .hostUnreachable("app1", base::ErrorCode::AuthenticationFailed);
    scenario.topology = {};
    const auto diagnosis = diagnosed(scenario);
    EXPECT_EQ(diagnosis.verdict, Verdict::Unknown);
    EXPECT_THAT(diagnosis.unknownReason, testing::HasSubstr("502"));
    EXPECT_THAT(diagnosis.unknownReason, testing::HasSubstr("edge"));
    EXPECT_THAT(diagnosis.incomplete, testing::SizeIs(2));
}

TEST(Verdict, NamesAnExpiredCertificateWithoutAnyHost)
{
    Scenario scenario;
    scenario.hostUnreachable("edge", base::ErrorCode::AuthenticationFailed)
        .hostUnreachable("app1", base::ErrorCode::AuthenticationFailed);
    scenario.topology = {};
    scenario.capture.profile.url = "https://shop.example/";
    scenario.capture.outside.tls.result = AttemptResult::CertificateInvalid;
    scenario.capture.outside.tls.causes = { "certificate-expired" };
    const auto diagnosis = diagnosed(scenario);
    ASSERT_EQ(diagnosis.verdict, Verdict::Failing);
    EXPECT_EQ(diagnosis.finding->cause, "certificate-expired");
    EXPECT_NE(diagnosis.topology.hop(diagnosis.finding->failingHop), nullptr);
}

TEST(Verdict, BlamesThisMachineWhereNothingAnswersIt)
{
    Scenario scenario;
    scenario.hostUnreachable("edge", base::ErrorCode::ConnectionTimedOut)
        .hostUnreachable("app1", base::ErrorCode::ConnectionTimedOut);
    scenario.capture.outside.http = {};
    scenario.capture.outside.http.result = AttemptResult::TimedOut;
    scenario.capture.outside.tcp[0].result = AttemptResult::TimedOut;
    scenario.capture.outside.control = AttemptResult::TimedOut;
    scenario.capture.outside.controlTarget = "192.0.2.1:443";
    const auto diagnosis = diagnosed(scenario);
    ASSERT_EQ(diagnosis.verdict, Verdict::Failing);
    EXPECT_EQ(diagnosis.finding->cause, "this-machine-offline");
    EXPECT_EQ(diagnosis.finding->responsible, "this-machine");
}

TEST(Verdict, DoesNotBlameThisMachineWhereTheControlTargetAnswers)
{
    Scenario scenario;
    scenario.hostUnreachable("edge", base::ErrorCode::ConnectionTimedOut)
        .hostUnreachable("app1", base::ErrorCode::ConnectionTimedOut);
    scenario.capture.outside.http = {};
    scenario.capture.outside.tcp[0].result = AttemptResult::TimedOut;
    scenario.capture.outside.control = AttemptResult::Succeeded;
    const auto diagnosis = diagnosed(scenario);
    ASSERT_EQ(diagnosis.verdict, Verdict::Failing);
    EXPECT_EQ(diagnosis.finding->failingHop.value(), "client>edge/nginx:80");
    EXPECT_EQ(diagnosis.finding->cause, "host-down");
}

TEST(Verdict, NamesNoCauseWhereTheCalleesHostIsHidden)
{
    Scenario scenario;
    scenario.connectFails(ConnectResult::Refused)
        .hostUnreachable("app1", base::ErrorCode::AuthenticationFailed);
    scenario.topology.nodes[2].host.reset();
    const auto diagnosis = diagnosed(scenario);
    ASSERT_EQ(diagnosis.verdict, Verdict::Failing);
    EXPECT_EQ(diagnosis.finding->variant, "connection-refused");
    EXPECT_EQ(diagnosis.finding->cause, std::nullopt);
    EXPECT_GE(diagnosis.alternatives.size(), 3U);
    for (const model::Alternative& other : diagnosis.alternatives)
        EXPECT_LE(other.confidence, 0.5);
    EXPECT_FALSE(diagnosis.finding->remediation.empty());
}

TEST(Verdict, BlamesTheNameThatKeepsNginxFromStarting)
{
    Scenario scenario;
    scenario.capture.outside.http = {};
    scenario.capture.outside.tcp[0].result = AttemptResult::Refused;
    std::erase_if(scenario.edge().listeners, [](const model::Listener& each) { return each.port == 80; });
    scenario.edge().units[0].activeState = "failed";
    scenario.edge().units[0].result = "exit-code";
    scenario.edge().configs[0].isValid = false;
    scenario.edge().configs[0].validatorLines = {
        "nginx: [emerg] host not found in upstream \"app.internal\" in /etc/nginx/sites-enabled/shop:12"
    };
    scenario.appHop().declared.endpoint.host = "app.internal";
    scenario.appHop().declared.isResolvedAtStart = true;
    scenario.facts.probes.clear();
    scenario.probe(Seat::Caller).resolve = model::ResolveResult::NameNotFound;
    const auto diagnosis = diagnosed(scenario);
    ASSERT_EQ(diagnosis.verdict, Verdict::Failing);
    EXPECT_EQ(diagnosis.finding->failingHop, scenario.appHop().id);
    EXPECT_EQ(diagnosis.finding->cause, "dns-nxdomain");
    EXPECT_EQ(diagnosis.topology.hops[0].state, State::Failing);
}

TEST(Verdict, DoesNotCallAChainDegradedForADependencyLongGivenUp)
{
    Scenario scenario;
    scenario.withDatabase();
    scenario.facts.probes.back().connect = ConnectResult::Refused;
    EXPECT_EQ(diagnosed(scenario).verdict, Verdict::Healthy);
}

TEST(Verdict, CallsAChainDegradedForADependencyOnlyWhileTheAppComplainsOfIt)
{
    const auto verdictWith = [](std::initializer_list<base::Milliseconds> complaints) {
        Scenario scenario;
        scenario.withDatabase();
        scenario.facts.probes.back().connect = ConnectResult::Refused;
        for (const base::Milliseconds age : complaints)
            scenario.appLogs("Connection to database refused: 10.1.0.5:5432", age);
        return diagnosed(scenario).verdict;
    };
    EXPECT_EQ(verdictWith({ 4s }), Verdict::Healthy); // once, when it started
    EXPECT_EQ(verdictWith({ 4s, 4s }), Verdict::Healthy);
    EXPECT_EQ(verdictWith({ 40s, 10s }), Verdict::Degraded);
    EXPECT_EQ(verdictWith({ 14min, 10min }), Verdict::Healthy);
    EXPECT_EQ(verdictWith({ 0s }), Verdict::Degraded); // of the request that this run made
}

TEST(Verdict, TellsTwoEntriesOfOneNameApart)
{
    Scenario scenario;
    scenario.entryHop().declared.endpoint.host = "10.1.0.2";
    scenario.entryHop().group = "shop.example";
    model::Hop second = scenario.entryHop();
    second.id = base::HopId("client>edge2/nginx:80");
    second.to = base::NodeId("edge2/nginx:80");
    second.declared.endpoint.host = "10.1.0.9";
    scenario.topology.hops.push_back(second);
    model::Node node = scenario.topology.nodes[1];
    node.id = second.to;
    node.host = base::HostId("edge2");
    node.label = "nginx on edge2";
    scenario.topology.nodes.push_back(node);
    scenario.capture.outside.tcp.push_back({ "10.1.0.9", 80, AttemptResult::Refused, "", 0.4 });
    const auto diagnosis = diagnosed(scenario);
    EXPECT_EQ(diagnosis.topology.hops[0].state, State::Ok);
    EXPECT_EQ(diagnosis.topology.hops.back().state, State::Failing);
    ASSERT_EQ(diagnosis.verdict, Verdict::Degraded);
    EXPECT_EQ(diagnosis.finding->failingHop, second.id);
}

TEST(Verdict, BlamesTheServerThatWasSeenToFailNotTheGroupsComplaint)
{
    Scenario scenario;
    scenario.withReplica().requestAnswers(502);
    scenario.facts.probes.back().connect = ConnectResult::Refused;
    scenario.facts.probes.back().reply = ReplyResult::NotTried;
    scenario.edgeLogs(
        "no live upstreams while connecting to upstream, upstream: \"http://shop_backend/\"", 1s);
    const auto diagnosis = diagnosed(scenario);
    ASSERT_TRUE(diagnosis.finding);
    EXPECT_EQ(diagnosis.finding->failingHop.value(), "edge/nginx:80>app2/node:3000");
    EXPECT_EQ(diagnosis.finding->variant, "connection-refused");
}

TEST(Verdict, BlamesTheDatabaseForAnAppThatRunsAndDoesNotListenForIt)
{
    const auto rootWith = [](int restarts, base::Port listens) {
        Scenario scenario;
        scenario.withDatabase().requestAnswers(502).connectFails(ConnectResult::Refused).nothingListens();
        scenario.unitIs("active", "running", "success");
        scenario.unit().restarts = restarts;
        if (listens) {
            model::Listener other;
            other.port = listens;
            other.unit = scenario.unit().name;
            scenario.app().listeners.push_back(other);
        }
        scenario.facts.probes.back().connect = ConnectResult::Refused;
        scenario.facts.probes.back().reply = ReplyResult::NotTried;
        scenario.appLogs("Connection to database refused: 10.1.0.5:5432", 2s);
        const auto diagnosis = diagnosed(scenario);
        return diagnosis.finding ? diagnosis.finding->failingHop.value() : std::string();
    };
    EXPECT_EQ(rootWith(6, 0), "app1/node:3000>db1/postgresql:5432"); // between two of its deaths
    EXPECT_EQ(rootWith(0, 0), "app1/node:3000>db1/postgresql:5432"); // at its first try
    EXPECT_EQ(rootWith(0, 9999), "edge/nginx:80>app1/node:3000");
    EXPECT_EQ(rootWith(0, 3000), "app1/node:3000>db1/postgresql:5432"); // listened when looked at, and refused what came then
}

TEST(Verdict, ShowsADeployBesideAnUpgradeOfManyPackages)
{
    Scenario scenario;
    scenario.connectFails(ConnectResult::Refused).nothingListens().unitIs("failed", "failed", "exit-code");
    const auto change = [&](std::string what, base::Milliseconds age) {
        model::Change each;
        each.at = scenario.ago(age);
        each.what = std::move(what);
        return each;
    };
    for (int i = 0; i < 30; ++i)
        scenario.app().changes.push_back(change("package p" + std::to_string(i) + " installed", 2min));
    scenario.app().changes.push_back(change("the app was deployed", 5min));
    const auto diagnosis = diagnosed(scenario);
    ASSERT_TRUE(diagnosis.finding);
    EXPECT_TRUE(std::any_of(diagnosis.finding->changes.begin(), diagnosis.finding->changes.end(),
        [](const model::Change& each) { return each.what == "the app was deployed"; }));
    EXPECT_EQ(diagnosis.finding->changes.size(), 10U);
}

TEST(Verdict, SkipsWhatLiesBehindTheFailingHop)
{
    Scenario scenario;
    scenario.withDatabase()
        .connectFails(ConnectResult::Refused)
        .nothingListens()
        .unitIs("inactive", "dead", "success");
    std::erase_if(
        scenario.facts.probes, [](const model::HopProbe& each) { return each.target == "10.1.0.5:5432"; });
    const auto diagnosis = diagnosed(scenario);
    EXPECT_EQ(diagnosis.finding->failingHop, scenario.appHop().id);
    EXPECT_EQ(diagnosis.topology.hops.back().state, State::Skipped);
}

TEST(Verdict, TakesTheOnsetFromTheUnbrokenRowOfFailures)
{
    Scenario scenario;
    scenario.connectFails(ConnectResult::Refused);
    scenario.hostUnreachable("app1", base::ErrorCode::AuthenticationFailed);
    scenario.edgeLogs(refusedLine("10.1.0.3:3000"), 30h);
    scenario.edgeLogs(refusedLine("10.1.0.3:3000"), 25min);
    scenario.edgeLogs(refusedLine("10.1.0.3:3000"), 5min);
    EXPECT_EQ(diagnosed(scenario).finding->onset, scenario.ago(25min));
}

/// An access log of edge: a request for the page at each age, with its status.
void visits(Scenario& scenario, std::initializer_list<std::pair<base::Milliseconds, int>> requests)
{
    for (const auto& [age, status] : requests) {
        model::LogLine line;
        line.origin = model::LogOrigin::File;
        line.place = "/var/log/nginx/access.log";
        line.at = scenario.ago(age);
        line.text = "203.0.113.9 - - [21/Nov/2026:09:00:00 +0000] \"GET / HTTP/1.1\" " + std::to_string(status) + " 157 \"-\" \"curl\"";
        scenario.edge().logs.push_back(line);
    }
}

TEST(Verdict, TellsTheLastSuccessAndHowMuchFailedSince)
{
    Scenario scenario;
    visits(scenario, { { 20min, 502 }, { 12min, 200 }, { 10min, 502 }, { 8min, 499 }, { 5min, 502 }, { 4min, 504 }, { 2min, 502 }, { 1min, 502 } });
    scenario.nothingListens().connectFails(model::ConnectResult::Refused).requestAnswers(502);
    const auto diagnosis = diagnosed(scenario);
    ASSERT_TRUE(diagnosis.finding);
    EXPECT_THAT(diagnosis.finding->evidence,
        testing::Contains(testing::Field(&model::Evidence::observed,
            "the last success of / was at 2026-11-21T09:18:00Z; since 2026-11-21T09:20:00Z 5 requests for it failed, 1 a minute")));
    EXPECT_EQ(diagnosis.finding->onset, scenario.ago(10min));
}

TEST(Verdict, SaysNothingOfATrendWhereTheLastRequestsWereWell)
{
    Scenario scenario;
    visits(scenario, { { 20min, 502 }, { 12min, 200 } });
    scenario.nothingListens().connectFails(model::ConnectResult::Refused).requestAnswers(502);
    const auto diagnosis = diagnosed(scenario);
    ASSERT_TRUE(diagnosis.finding);
    for (const model::Evidence& each : diagnosis.finding->evidence)
        EXPECT_EQ(each.observed.find("last success"), std::string::npos) << each.observed;
}

TEST(Verdict, LeavesTheOnsetOpenWhereNoLogShowsIt)
{
    Scenario scenario;
    scenario.connectFails(ConnectResult::Refused)
        .hostUnreachable("app1", base::ErrorCode::AuthenticationFailed);
    EXPECT_EQ(diagnosed(scenario).finding->onset, std::nullopt);
}

TEST(Verdict, ListsWhatChangedBeforeTheOnsetNewestFirst)
{
    Scenario scenario;
    scenario.connectFails(ConnectResult::Refused).nothingListens().unitIs("inactive", "dead", "success");
    const base::HostId app("app1");
    scenario.app().changes = { { scenario.ago(40min), app, "deployed", "", {} },
        { scenario.ago(19min), app, "shop.service stopped", "", {} },
        { scenario.ago(2min), app, "after the fact", "", {} } };
    const auto diagnosis = diagnosed(scenario);
    ASSERT_EQ(diagnosis.finding->changes.size(), 2U);
    EXPECT_EQ(diagnosis.finding->changes[0].what, "shop.service stopped");
}

TEST(Verdict, ReadsTheFailureFromTheLogWhereTheProbeWasLucky)
{
    Scenario scenario;
    scenario.requestAnswers(502);
    scenario.edgeLogs("upstream prematurely closed connection while reading response header from upstream, "
                      "upstream: \"http://10.1.0.3:3000/\"",
        1s);
    const auto diagnosis = diagnosed(scenario);
    ASSERT_EQ(diagnosis.verdict, Verdict::Failing);
    EXPECT_EQ(diagnosis.finding->failingHop, scenario.appHop().id);
    EXPECT_EQ(diagnosis.finding->variant, "reset-before-headers");
    EXPECT_LE(diagnosis.finding->confidence, 0.8);
}


/// The proxy's access log for the profile's path, one letter a request, oldest first: "." well, "x" an error.
void visits(Scenario& s, const std::string& outcomes)
{
    base::Milliseconds age = 2s * static_cast<long>(outcomes.size());
    for (const char each : outcomes) {
        const std::string status = each == '.' ? "200" : "500";
        s.edgeLogs("10.9.9.9 - - [21/Nov/2026:12:00:00 +0000] \"GET / HTTP/1.1\" " + status + " 12 \"-\" \"curl\"", age);
        if (each != '.')
            s.appLogs("Traceback (most recent call last)", age);
        age -= 2s;
    }
}

TEST(Verdict, IsDegradedWhereSomeRequestsFailAndItGoesOn)
{
    Scenario s;
    visits(s, "...x...x..x....x..");
    const auto diagnosis = diagnose(s.capture, s.facts, s.topology, test::FakeCatalogue());
    ASSERT_EQ(diagnosis.verdict, model::Verdict::Degraded);
    EXPECT_EQ(diagnosis.finding->failingHop.value(), "edge/nginx:80>app1/node:3000");
    EXPECT_EQ(diagnosis.finding->variant, "error-response");
    EXPECT_NE(diagnosis.finding->summary.find("4 of the last 18 requests"), std::string::npos) << diagnosis.finding->summary;
}

TEST(Verdict, IsHealthyWhereRequestsFailedUntilSomeTimeAgo)
{
    Scenario s;
    visits(s, "...x...x..x....x....................");
    EXPECT_EQ(diagnose(s.capture, s.facts, s.topology, test::FakeCatalogue()).verdict, model::Verdict::Healthy);
}

TEST(Verdict, IsHealthyRightAfterAnOutage)
{
    Scenario s;
    visits(s, "....xxxxxxxxxx..");
    EXPECT_EQ(diagnose(s.capture, s.facts, s.topology, test::FakeCatalogue()).verdict, model::Verdict::Healthy);
}


TEST(Verdict, IsHealthyWhereAPlainRequestAsksAWebSocketThatTheProxyPassesOn)
{
    Scenario s;
    s.requestAnswers(426);
    s.probe(model::Seat::Caller).status = 426;
    s.edge().configs.at(0).files.at(0).text = "location / { proxy_set_header Upgrade $http_upgrade; proxy_pass http://10.1.0.3:3000; }";
    EXPECT_EQ(diagnose(s.capture, s.facts, s.topology, test::FakeCatalogue()).verdict, model::Verdict::Healthy);
}

TEST(Verdict, LeavesTheAppsOwnReasonWhereTheDatabaseOnlyTurnedSomebodyElseAway)
{
    Scenario s;
    s.withDatabase().requestAnswers(500);
    for (model::Seat seat : { model::Seat::Caller, model::Seat::Callee, model::Seat::CalleeLoop })
        s.probe(seat).status = 500;
    s.appLogs("Traceback (most recent call last)", 1s);
    model::LogLine line;
    line.place = "postgresql@15-main.service";
    line.at = s.ago(2s);
    line.text = "FATAL: password authentication failed for user \"report\"";
    s.facts.hosts.at(base::HostId("db1")).logs.push_back(line);
    const auto diagnosis = diagnose(s.capture, s.facts, s.topology, test::FakeCatalogue());
    ASSERT_TRUE(diagnosis.finding);
    EXPECT_EQ(diagnosis.finding->cause, "app-error") << diagnosis.finding->summary;
}


TEST(Verdict, StaysHealthyWhereAnotherSiteOfTheProxyTurnsStrangersAway)
{
    Scenario s;
    s.edge().configs.at(0).files.at(0).text
        = "server { listen 80; server_name shop.example; }\nserver { listen 80 default_server; return 503; }\n";
    visits(s, "...x...x..x....x..");
    s.app().logs.clear();
    EXPECT_EQ(diagnose(s.capture, s.facts, s.topology, test::FakeCatalogue()).verdict, model::Verdict::Healthy);
}

TEST(Verdict, IsDegradedWhereTheOnlySiteOfTheProxyFailsNowAndThen)
{
    Scenario s;
    s.edge().configs.at(0).files.at(0).text = "# server { old }\nserver {\n listen 80; server_name shop.example;\n}\n";
    visits(s, "...x...x..x....x..");
    s.app().logs.clear();
    EXPECT_EQ(diagnose(s.capture, s.facts, s.topology, test::FakeCatalogue()).verdict, model::Verdict::Degraded);
}

/// A line of nginx's about an upstream that refused.
std::string refusedBy(const std::string& address)
{
    return "2026/11/21 09:30:00 [error] 9#9: *4 connect() failed (111: Connection refused) while connecting to upstream, client: "
           "10.9.9.9, server: shop.example, request: \"GET / HTTP/1.1\", upstream: \"http://" + address + "/\", host: \"shop.example\"";
}

TEST(Verdict, WhatTheProxyUsedBeforeItLoadedAnewIsPast)
{
    Scenario scenario;
    scenario.requestAnswers(502).connectFails(ConnectResult::Refused).nothingListens();
    scenario.appHop().declared.endpoint.host = "shop.internal";
    scenario.appHop().declared.isResolvedAtStart = true;
    scenario.probe(Seat::Caller).resolved = { "10.1.0.3" };
    scenario.edgeLogs(refusedBy("10.1.0.44:3000"), 9s);
    EXPECT_EQ(diagnosed(scenario).finding.value().cause, "stale-address");
    scenario.edgeLogs(refusedBy("10.1.0.3:3000"), 2s).edgeLogs(refusedBy("10.1.0.3:3000"), 1s);
    EXPECT_NE(diagnosed(scenario).finding.value().cause, "stale-address");
}

}
}
