// Each outage of a chain, as facts; the diagnosis must name its hop, variant and cause. What looks alike must
// not.
#include "core/diagnosis/diagnose.h"
#include "core/faults/placeholders.h"
#include "tests/support/scenario/fakecatalogue.h"
#include "tests/support/scenario/scenario.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <functional>

namespace hopscope::diagnosis {
namespace {

using namespace std::chrono_literals;
using model::ConnectResult;
using model::Protocol;
using model::ReplyResult;
using model::Seat;
using model::Verdict;
using test::Scenario;

constexpr const char* appHop = "edge/nginx:80>app1/node:3000";
constexpr const char* entryHop = "client>edge/nginx:80";

struct Outage {
    const char* name;
    std::function<void(Scenario&)> make;
    const char* hop;
    const char* variant;
    const char* cause;
    double atLeast;
};

void PrintTo(const Outage& outage, std::ostream* out) { *out << outage.name; }

class Causes : public testing::TestWithParam<Outage> { };

std::string describe(const model::Diagnosis& diagnosis)
{
    if (!diagnosis.finding)
        return std::string("no finding, ") + model::id(diagnosis.verdict) + ": " + diagnosis.unknownReason;
    const model::Finding& finding = *diagnosis.finding;
    std::string text = finding.failingHop.value() + " " + finding.variant + " "
        + finding.cause.value_or("(no cause)") + " " + std::to_string(finding.confidence) + "\n"
        + finding.summary + "\n" + finding.firstPlaceToCheck;
    for (const model::Evidence& item : finding.evidence)
        text += "\n  " + item.from + " " + item.check + ": " + item.observed;
    for (const model::Alternative& other : diagnosis.alternatives)
        text += "\n  or " + other.cause.value_or("?") + " " + std::to_string(other.confidence);
    return text;
}

void expectNamed(const Outage& outage, const faults::Catalogue& catalogue)
{
    Scenario scenario;
    outage.make(scenario);
    const model::Diagnosis diagnosis
        = diagnose(scenario.capture, scenario.facts, scenario.topology, catalogue);
    SCOPED_TRACE(describe(diagnosis));
    ASSERT_EQ(diagnosis.verdict, Verdict::Failing);
    const model::Finding& finding = *diagnosis.finding;
    EXPECT_EQ(finding.failingHop.value(), outage.hop);
    EXPECT_EQ(finding.variant, outage.variant);
    EXPECT_EQ(finding.cause, std::string(outage.cause));
    EXPECT_GE(finding.confidence, outage.atLeast);
    EXPECT_LE(finding.confidence, 0.99);
    EXPECT_FALSE(finding.evidence.empty());
    EXPECT_FALSE(finding.summary.empty());
    EXPECT_FALSE(finding.firstPlaceToCheck.empty());
    ASSERT_FALSE(finding.remediation.empty());
    EXPECT_TRUE(std::is_partitioned(finding.remediation.begin(), finding.remediation.end(),
        [](const model::Remediation& each) { return each.risk == model::Risk::ReadOnly; }))
        << "looking comes before touching";
    EXPECT_EQ(diagnosis.topology.hop(finding.failingHop)->state, model::State::Failing);
}

TEST_P(Causes, AreNamedOnTheRightHop) { expectNamed(GetParam(), test::FakeCatalogue()); }

/// The fake catalogue's commands are the values it was given, "name=value".
TEST_P(Causes, FillOnlyPlaceholdersThatTheCatalogueKnows)
{
    Scenario scenario;
    GetParam().make(scenario);
    const auto diagnosis
        = diagnose(scenario.capture, scenario.facts, scenario.topology, test::FakeCatalogue());
    ASSERT_TRUE(diagnosis.finding);
    for (const model::Remediation& remedy : diagnosis.finding->remediation)
        for (const std::string& command : remedy.commands)
            EXPECT_TRUE(faults::isPlaceholderName(command.substr(0, command.find('=')))) << command;
}

TEST_P(Causes, AreNamedWithTheRealCatalogueToo)
{
    static const auto catalogue = faults::Catalogue::loadBuiltIn();
    ASSERT_TRUE(catalogue) << catalogue.error().text();
    expectNamed(GetParam(), **catalogue);
}

void stopped(Scenario& s)
{
    s.connectFails(ConnectResult::Refused).nothingListens().unitIs("inactive", "dead", "success");
}

void worksOnItsOwnHost(Scenario& s)
{
    for (Seat seat : { Seat::Callee, Seat::CalleeLoop }) {
        s.probe(seat).connect = ConnectResult::Connected;
        s.probe(seat).reply = ReplyResult::Answered;
        s.probe(seat).status = 200;
    }
}

void repliesFail(Scenario& s, int status, ReplyResult result)
{
    s.requestAnswers(status);
    for (Seat seat : { Seat::Caller, Seat::Callee, Seat::CalleeLoop }) {
        s.probe(seat).reply = result;
        s.probe(seat).status.reset();
        s.probe(seat).firstByteMs.reset();
    }
}

model::FirewallRule rule(model::FirewallRule::Verdict verdict)
{
    model::FirewallRule made;
    made.tool = "nft";
    made.chain = "input";
    made.hook = "input";
    made.verdict = verdict;
    made.destinationPort = 3000;
    made.rule = "tcp dport 3000 drop";
    made.packets = 7;
    return made;
}

model::HopProbe& entrySeat(Scenario& s)
{
    model::HopProbe made;
    made.hop = s.entryHop().id;
    made.host = base::HostId("edge");
    made.seat = Seat::CalleeLoop;
    made.target = "127.0.0.1:80";
    s.facts.probes.push_back(made);
    return s.facts.probes.back();
}

void siteRefuses(Scenario& s)
{
    s.capture.outside.http = {};
    s.capture.outside.http.result = model::AttemptResult::Refused;
    s.capture.outside.tcp[0].result = model::AttemptResult::Refused;
    std::erase_if(s.edge().listeners, [](const model::Listener& each) { return each.port == 80; });
    s.edge().processes.clear();
    s.topology.nodes[1].pid = 0;
    s.edge().units[0].activeState = "inactive";
    s.edge().units[0].subState = "dead";
    s.edge().units[0].inactiveSince = s.ago(5min);
    entrySeat(s).connect = ConnectResult::Refused;
}

void engineCouldNotFetch(Scenario& s)
{
    s.appLogs(R"(time="2026-11-21T09:29:58Z" level=error msg="Handler for POST /v1.41/images/create returned error: manifest unknown")", 2s);
    s.app().logs.back().place = "dockerd";
}

void isInStoppedContainer(Scenario& s)
{
    s.connectFails(ConnectResult::Refused).nothingListens();
    model::Container container;
    container.id = "4f1c";
    container.name = "shop-web-1";
    container.engine = "docker";
    container.state = "exited";
    container.exitCode = 137;
    container.ports = { { "", 3000, 8000 } };
    s.app().containers = { container };
    s.topology.nodes[2].container = container.name;
    s.topology.nodes[2].containerPort = 8000;
    s.topology.nodes[2].unit.clear();
    s.unit().name = "docker.service";
    s.unit().fragmentPath = "/lib/systemd/system/docker.service";
}

constexpr const char* databaseHop = "app1/node:3000>db1/postgresql:5432";

/// The visitor gets 504; the app's connection to its database sent and received last so long ago.
void waitsFor(Scenario& s, base::Milliseconds sentAgo, base::Milliseconds receivedAgo)
{
    s.requestAnswers(504);
    for (Seat seat : { Seat::Caller, Seat::Callee, Seat::CalleeLoop }) {
        s.probe(seat).reply = ReplyResult::TimedOut;
        s.probe(seat).status.reset();
        s.probe(seat).firstByteMs.reset();
    }
    model::Connection connection;
    connection.localAddress = "10.1.0.3";
    connection.localPort = 51234;
    connection.remoteAddress = "10.1.0.5";
    connection.remotePort = 5432;
    connection.state = "ESTAB";
    connection.process = "node";
    connection.sentAgo = sentAgo;
    connection.receivedAgo = receivedAgo;
    s.app().connections.push_back(connection);
    s.app().addresses = { "127.0.0.1", "10.1.0.3" };
}

void refusedByHaproxy(Scenario& s)
{
    s.requestAnswers(502);
    s.topology.nodes.at(1).software = "haproxy";
    s.appHop().declared.name = "shop/one";
    s.edgeLogs("10.1.0.250:56414 [21/Nov/2026:17:11:34.948] www shop/one 0/0/0/-1/1 502 209 - - PH-- 1/1/0/0/0 0/0 \"GET / HTTP/1.1\"", 1s);
    s.edge().logs.back().place = "/var/log/haproxy.log";
}

const Outage outages[] {
    { "ContainerStoppedUnderARunningEngine", isInStoppedContainer, appHop, "connection-refused", "container-exited", 0.85 },
    { "ContainerStoppedWhereAnotherOneWentOverItsLimit",
        [](Scenario& s) {
            isInStoppedContainer(s);
            s.appLogs("node invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0", 2s, model::LogOrigin::Kernel);
        },
        appHop, "connection-refused", "container-exited", 0.85 },
    { "EngineOfTheContainerStopped",
        [](Scenario& s) {
            isInStoppedContainer(s);
            s.unitIs("inactive", "dead", "success");
        },
        appHop, "connection-refused", "service-stopped", 0.85 },
    { "EngineOfTheContainerCannotStart",
        [](Scenario& s) {
            isInStoppedContainer(s);
            s.unitIs("failed", "failed", "exit-code");
            s.unit().activeSince.reset();
        },
        appHop, "connection-refused", "service-failed-to-start", 0.7 },
    { "ImageNotFetchedAndNoContainerLeft",
        [](Scenario& s) {
            s.connectFails(ConnectResult::Refused).nothingListens();
            engineCouldNotFetch(s);
            s.app().units.clear();
            s.topology.nodes[2].unit.clear();
        },
        appHop, "connection-refused", "image-pull-failed", 0.6 },
    { "ImageOfAUnitNotFetched",
        [](Scenario& s) {
            s.connectFails(ConnectResult::Refused).nothingListens().unitIs("activating", "auto-restart", "exit-code");
            s.unit().execStart = "/usr/bin/docker run --rm -p 3000:3000 shop:2.0";
            s.unit().mainExitStatus = 125;
            s.unit().restarts = 7;
            s.appLogs("docker: Error response from daemon: manifest for shop:2.0 not found: manifest unknown", 20s);
        },
        appHop, "connection-refused", "image-pull-failed", 0.7 },
    { "ServiceStoppedWhileSomeOtherImageIsNotFetched",
        [](Scenario& s) {
            stopped(s);
            engineCouldNotFetch(s);
        },
        appHop, "connection-refused", "service-stopped", 0.85 },
    { "ServiceStopped", stopped, appHop, "connection-refused", "service-stopped", 0.85 },
    { "ServiceStoppedWithoutSystemd",
        [](Scenario& s) {
            s.connectFails(ConnectResult::Refused).nothingListens();
            s.app().units.clear();
            s.app().initSystem = "none";
        },
        appHop, "connection-refused", "service-stopped", 0.55 },
    { "StartLimitHit",
        [](Scenario& s) {
            s.connectFails(ConnectResult::Refused)
                .nothingListens()
                .unitIs("failed", "failed", "start-limit-hit");
            s.unit().restarts = 5;
        },
        appHop, "connection-refused", "crash-loop", 0.8 },
    { "RestartsInACircle",
        [](Scenario& s) {
            s.connectFails(ConnectResult::Refused)
                .nothingListens()
                .unitIs("activating", "auto-restart", "exit-code");
            s.unit().restarts = 41;
            s.unit().mainExitStatus = 1;
        },
        appHop, "connection-refused", "crash-loop", 0.8 },
    { "CannotBeExecuted",
        [](Scenario& s) {
            s.connectFails(ConnectResult::Refused).nothingListens().unitIs("failed", "failed", "exit-code");
            s.unit().mainExitStatus = 203;
            s.unit().activeSince.reset();
        },
        appHop, "connection-refused", "service-failed-to-start", 0.8 },
    { "EndedByASignalLater",
        [](Scenario& s) {
            s.connectFails(ConnectResult::Refused).nothingListens().unitIs("failed", "failed", "core-dump");
            s.unit().mainExitStatus = 11;
        },
        appHop, "connection-refused", "process-crashed", 0.75 },
    { "KilledForMemory",
        [](Scenario& s) {
            s.connectFails(ConnectResult::Refused).nothingListens().unitIs("failed", "failed", "oom-kill");
            s.appLogs(
                "Out of memory: Killed process 812 (node) total-vm:900kB", 18min, model::LogOrigin::Kernel);
        },
        appHop, "connection-refused", "oom-killed", 0.9 },
    { "KilledForMemoryAsOldControlGroupsTellIt",
        [](Scenario& s) {
            s.connectFails(ConnectResult::Refused).nothingListens().unitIs("failed", "failed", "signal");
            s.unit().mainExitStatus = 9;
            s.appLogs(
                "Out of memory: Killed process 812 (node) total-vm:900kB", 18min, model::LogOrigin::Kernel);
        },
        appHop, "connection-refused", "oom-killed", 0.85 },
    { "WrongPort",
        [](Scenario& s) {
            s.connectFails(ConnectResult::Refused)
                .nothingListens()
                .alsoListens("0.0.0.0", 3001, "node", 812, "shop.service");
        },
        appHop, "connection-refused", "wrong-port", 0.85 },
    { "WrongPortWithoutUnits",
        [](Scenario& s) {
            s.connectFails(ConnectResult::Refused)
                .nothingListens()
                .alsoListens("127.0.0.1", 3001, "python3", 77);
            s.app().units.clear();
            s.topology.nodes[2].unit.clear();
        },
        appHop, "connection-refused", "wrong-port", 0.6 },
    { "BoundToLoopback",
        [](Scenario& s) {
            s.connectFails(ConnectResult::Refused)
                .nothingListens()
                .alsoListens("127.0.0.1", 3000, "node", 812, "shop.service");
            s.probe(Seat::CalleeLoop).connect = ConnectResult::Connected;
            s.probe(Seat::CalleeLoop).reply = ReplyResult::Answered;
        },
        appHop, "connection-refused", "bound-to-loopback", 0.93 },
    { "UnitThatSystemdRefusesIsNoneThatSomebodyStopped",
        [](Scenario& s) {
            s.connectFails(ConnectResult::Refused).nothingListens().unitIs("inactive", "dead", "success");
            s.unit().loadState = "bad-setting";
        },
        appHop, "connection-refused", "service-failed-to-start", 0.8 },
    { "MovedToAnotherHostOfTheProfile",
        [](Scenario& s) {
            s.connectFails(ConnectResult::Refused).nothingListens();
            s.app().units.clear();
            s.topology.nodes.at(2).unit.clear();
            model::HostFacts other = s.app();
            other.host = base::HostId("app2");
            other.addresses = { "127.0.0.1", "10.1.0.9" };
            model::Listener listener;
            listener.address = "0.0.0.0";
            listener.port = 3000;
            listener.unit = "shop.service";
            other.listeners.push_back(listener);
            s.facts.hosts[other.host] = other;
        },
        appHop, "connection-refused", "wrong-address", 0.6 },
    { "ListensOnAnotherAddressOfItsHost",
        [](Scenario& s) {
            s.connectFails(ConnectResult::Refused).nothingListens().alsoListens("10.9.0.3", 3000, "node", 812, "shop.service");
            s.app().addresses.push_back("10.9.0.3");
            s.probe(Seat::CalleeLoop).connect = ConnectResult::Connected;
        },
        appHop, "connection-refused", "wrong-address", 0.9 },
    { "OneInstanceOfATemplateIsStopped",
        [](Scenario& s) {
            s.connectFails(ConnectResult::Refused).nothingListens().alsoListens("0.0.0.0", 3001, "node", 812, "shop@3001.service");
            s.unit().name = s.topology.nodes.at(2).unit = "shop@3000.service";
            s.unit().activeState = "inactive";
            s.unit().subState = "dead";
            s.unit().mainPid = 0;
            s.unit().inactiveSince = s.ago(1min);
        },
        appHop, "connection-refused", "service-stopped", 0.6 },
    { "TlsIsHandedOnToAServerThatIsStopped",
        [](Scenario& s) {
            s.connectFails(ConnectResult::Refused).nothingListens().unitIs("inactive", "dead", "success");
            s.appHop().protocol = Protocol::Tls;
            s.capture.outside.url = s.capture.profile.url = "https://shop.example/";
            s.entryHop().protocol = Protocol::Https;
            s.capture.outside.tls.result = model::AttemptResult::ClosedBeforeHeaders;
            s.capture.outside.http = {};
            s.capture.outside.http.result = model::AttemptResult::ClosedBeforeHeaders;
        },
        appHop, "connection-refused", "service-stopped", 0.6 },
    { "UnhealthyAndSilent",
        [](Scenario& s) {
            s.requestAnswers(500);
            for (Seat seat : { Seat::Caller, Seat::Callee, Seat::CalleeLoop })
                s.probe(seat).status = 500;
            model::Container container;
            container.id = container.name = "shop-web";
            container.engine = "docker";
            container.state = "running";
            container.health = "unhealthy";
            container.pid = 812;
            container.ports = { { "", 3000, 5000 } };
            s.app().containers = { container };
            s.topology.nodes.at(2).container = "shop-web";
            s.topology.nodes.at(2).containerPort = 5000;
            s.topology.nodes.at(2).unit.clear();
        },
        appHop, "error-response", "container-unhealthy", 0.5 },
    { "DatabasesHostIsDown",
        [](Scenario& s) {
            s.withDatabase().requestAnswers(500);
            for (Seat seat : { Seat::Caller, Seat::Callee, Seat::CalleeLoop })
                s.probe(seat).status = 500;
            s.hostUnreachable("db1", base::ErrorCode::ConnectionTimedOut);
            s.facts.probes.back().connect = ConnectResult::TimedOut;
            s.appLogs("could not connect to server: Connection timed out, is the server running on host 10.1.0.5 and port 5432", 1s);
        },
        "app1/node:3000>db1/postgresql:5432", "connection-timed-out", "host-down", 0.5 },
    { "TomcatHasNoThreadLeft",
        [](Scenario& s) {
            repliesFail(s, 504, ReplyResult::TimedOut);
            s.topology.nodes.at(2).software = "tomcat";
            model::Setting connector;
            connector.key = "Connector";
            connector.value = "port:3000,maxThreads:2,protocol:HTTP/1.1";
            s.app().settings = { connector };
            model::Connection asked;
            asked.localPort = 3000;
            asked.state = "ESTAB";
            asked.sentAgo = asked.receivedAgo = 9000ms;
            s.app().connections = { asked, asked, asked };
        },
        appHop, "response-timed-out", "worker-pool-exhausted", 0.6 },
    { "OtherFamilyOnly",
        [](Scenario& s) {
            s.connectFails(ConnectResult::Refused)
                .nothingListens()
                .alsoListens("::", 3000, "node", 812, "shop.service");
        },
        appHop, "connection-refused", "address-family-mismatch", 0.8 },
    { "FirewallDrops",
        [](Scenario& s) {
            s.connectFails(ConnectResult::TimedOut);
            worksOnItsOwnHost(s);
            s.app().firewall = { rule(model::FirewallRule::Verdict::Drop) };
        },
        appHop, "connection-timed-out", "firewall-drop", 0.9 },
    { "FirewallDropsUnseen",
        [](Scenario& s) {
            s.connectFails(ConnectResult::TimedOut);
            worksOnItsOwnHost(s);
        },
        appHop, "connection-timed-out", "firewall-drop", 0.5 },
    { "FirewallResets",
        [](Scenario& s) {
            s.connectFails(ConnectResult::Refused);
            worksOnItsOwnHost(s);
            s.app().firewall = { rule(model::FirewallRule::Verdict::Reject) };
        },
        appHop, "connection-refused", "firewall-reject", 0.9 },
    { "FirewallProhibits",
        [](Scenario& s) {
            s.connectFails(ConnectResult::HostUnreachable);
            worksOnItsOwnHost(s);
            s.app().firewall = { rule(model::FirewallRule::Verdict::Reject) };
        },
        appHop, "host-unreachable", "firewall-reject", 0.9 },
    { "FirewallProhibitsButTheKernelSaysSoSeldom",
        [](Scenario& s) {
            s.connectFails(ConnectResult::TimedOut);
            worksOnItsOwnHost(s);
            s.app().firewall = { rule(model::FirewallRule::Verdict::Reject) };
        },
        appHop, "connection-timed-out", "firewall-reject", 0.9 },
    { "HostDown",
        [](Scenario& s) {
            s.connectFails(ConnectResult::HostUnreachable)
                .hostUnreachable("app1", base::ErrorCode::ConnectionTimedOut);
            s.edge().neighbours = { { "10.1.0.3", "FAILED", "eth0", {} } };
        },
        appHop, "host-unreachable", "host-down", 0.85 },
    { "NetworkPartition",
        [](Scenario& s) {
            s.connectFails(ConnectResult::HostUnreachable);
            worksOnItsOwnHost(s);
            s.probe(Seat::Callee).connect = ConnectResult::NotTried;
            s.edge().neighbours = { { "10.1.0.3", "FAILED", "eth0", {} } };
        },
        appHop, "host-unreachable", "network-partition", 0.55 },
    { "NameDoesNotExist",
        [](Scenario& s) {
            s.requestAnswers(502);
            s.appHop().declared.endpoint.host = "app.internal";
            s.facts.probes.clear();
            s.probe(Seat::Caller).resolve = model::ResolveResult::NameNotFound;
            s.edgeLogs("app.internal could not be resolved (3: Host not found), client: 10.9.9.9", 1s);
        },
        appHop, "dns-resolution-failed", "dns-nxdomain", 0.9 },
    { "AppHangs", [](Scenario& s) { repliesFail(s, 504, ReplyResult::TimedOut); }, appHop,
        "response-timed-out", "app-hung", 0.7 },
    { "TimeoutTooShort",
        [](Scenario& s) {
            s.requestAnswers(504);
            s.appHop().declared.timeouts.read = 2s;
            s.probe(Seat::Caller).firstByteMs = 5000;
            s.probe(Seat::CalleeLoop).firstByteMs = 4990;
            s.probe(Seat::Callee).firstByteMs = 4990;
        },
        appHop, "response-timed-out", "timeout-too-short", 0.6 },
    { "HeldBackByItsProcessorLimit",
        [](Scenario& s) {
            s.requestAnswers(504);
            s.appHop().declared.timeouts.read = 2s;
            for (Seat seat : { Seat::Caller, Seat::Callee, Seat::CalleeLoop })
                s.probe(seat).firstByteMs = 7000;
            s.app().cpuGroups = { { "/system.slice/shop.service", "shop.service", "", 20, 400, 300, 460, 358, {} } };
        },
        appHop, "response-timed-out", "cpu-throttled", 0.8 },
    { "HeldBackSoTightlyThatNoAnswerComes",
        [](Scenario& s) {
            repliesFail(s, 504, ReplyResult::TimedOut);
            s.app().cpuGroups = { { "/system.slice/shop.service", "shop.service", "", 5, 400, 300, 460, 358, {} } };
        },
        appHop, "response-timed-out", "cpu-throttled", 0.6 },
    { "SlowEndpoint",
        [](Scenario& s) {
            s.requestAnswers(504);
            s.appHop().declared.timeouts.read = 15s;
            for (Seat seat : { Seat::Caller, Seat::Callee, Seat::CalleeLoop })
                s.probe(seat).firstByteMs = 18000;
        },
        appHop, "response-timed-out", "slow-endpoint", 0.6 },
    { "CrashesOnTheRequest",
        [](Scenario& s) {
            repliesFail(s, 502, ReplyResult::ClosedBeforeHeaders);
            s.unit().restarts = 3;
            s.unit().activeSince = s.ago(1s);
            s.unit().lastExitAt = s.ago(2s);
            s.unit().result = "core-dump";
            s.appLogs("Main process exited, code=dumped, status=11/SEGV", 2s);
        },
        appHop, "reset-before-headers", "process-crashed", 0.6 },
    { "CrashesOnTheRequestAndOurOwnAttemptMeetsTheRestart",
        [](Scenario& s) {
            s.requestAnswers(502).connectFails(ConnectResult::Refused).nothingListens();
            s.unitIs("activating", "auto-restart", "exit-code");
            s.unit().restarts = 2;
            s.unit().activeSince = s.ago(3s);
            s.unit().lastExitAt = s.ago(1s);
            s.edgeLogs(
                "2026/11/21 09:29:40 [error] 7#7: *1 upstream prematurely closed connection while reading "
                "response header from upstream, client: 10.1.0.9, server: shop.example, request: \"GET / "
                "HTTP/1.1\", upstream: \"http://10.1.0.3:3000/\"",
                20s);
        },
        appHop, "reset-before-headers", "process-crashed", 0.6 },
    { "StoppedByHandAfterTheKernelKilledAnotherService",
        [](Scenario& s) {
            stopped(s);
            s.appLogs(
                "oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,oom_memcg=/"
                "system.slice/renderer.service,task_memcg=/system.slice/renderer.service,task=node,pid=9551,"
                "uid=0",
                20min, model::LogOrigin::Kernel);
            s.appLogs(
                "Memory cgroup out of memory: Killed process 9551 (node) total-vm:52092kB, "
                "anon-rss:40576kB, file-rss:5104kB, shmem-rss:0kB, UID:0 pgtables:132kB oom_score_adj:0",
                20min, model::LogOrigin::Kernel);
        },
        appHop, "connection-refused", "service-stopped", 0.85 },
    { "WorkerKilledForMemory",
        [](Scenario& s) {
            repliesFail(s, 502, ReplyResult::ClosedBeforeHeaders);
            s.appLogs(
                "Out of memory: Killed process 5150 (node) total-vm:900kB", 2s, model::LogOrigin::Kernel);
        },
        appHop, "reset-before-headers", "oom-killed", 0.7 },
    { "SocketMissingBecauseStopped",
        [](Scenario& s) {
            s.overUnixSocket("/run/php/php-fpm.sock", "php8.2-fpm.service", Protocol::FastCgi)
                .requestAnswers(502);
            std::erase_if(s.edge().listeners,
                [](const model::Listener& each) { return each.kind == model::SocketKind::Unix; });
            s.edge().units[0].activeState = "inactive";
            s.edge().units[0].subState = "dead";
            s.edge().files[0].exists = false;
            for (model::HopProbe& each : s.facts.probes)
                each.connect = ConnectResult::SocketMissing;
        },
        appHop, "socket-missing", "service-stopped", 0.85 },
    { "PoolOfPhpFpmDoesNotLetTheCallerIn",
        [](Scenario& s) {
            repliesFail(s, 502, ReplyResult::ClosedBeforeHeaders);
            s.appHop().protocol = Protocol::FastCgi;
            model::SoftwareConfig config;
            config.software = "php-fpm";
            config.files = { { "/etc/php/8.2/fpm/pool.d/www.conf",
                "[www]\nlisten = /run/php.sock\nlisten.allowed_clients = 10.9.9.9\n[shop]\nlisten = 0.0.0.0:3000\n"
                "listen.allowed_clients = 127.0.0.1, 10.1.0.9\n", s.ago(1h), {} } };
            s.app().configs = { config };
        },
        appHop, "reset-before-headers", "access-denied", 0.7 },
    { "HostsOwnNameServerDoesNotRun",
        [](Scenario& s) {
            s.withDatabase().requestAnswers(500);
            for (Seat seat : { Seat::Caller, Seat::Callee, Seat::CalleeLoop })
                s.probe(seat).status = 500;
            model::HopProbe& probe = s.facts.probes.back();
            probe.resolve = model::ResolveResult::ResolverFailed;
            probe.connect = ConnectResult::NotTried;
            probe.errorText = "Temporary failure in name resolution";
            s.app().resolvers = { "127.0.0.53" };
        },
        databaseHop, "dns-resolution-failed", "dns-server-unreachable", 0.5 },
    { "HostsOwnNameServerFails",
        [](Scenario& s) {
            s.withDatabase().requestAnswers(500);
            for (Seat seat : { Seat::Caller, Seat::Callee, Seat::CalleeLoop })
                s.probe(seat).status = 500;
            model::HopProbe& probe = s.facts.probes.back();
            probe.resolve = model::ResolveResult::ResolverFailed;
            probe.connect = ConnectResult::NotTried;
            s.app().resolvers = { "127.0.0.53" };
            model::Listener dns;
            dns.address = "127.0.0.53";
            dns.port = 53;
            s.app().listeners.push_back(dns);
        },
        databaseHop, "dns-resolution-failed", "dns-server-error", 0.5 },
    { "SocketsFileDeletedUnderTheRunningApp",
        [](Scenario& s) {
            s.overUnixSocket("/run/app/app.sock", "shop.service", Protocol::Http).requestAnswers(502);
            s.edge().files.at(0).exists = false;
            for (model::HopProbe& each : s.facts.probes)
                each.connect = ConnectResult::SocketMissing;
        },
        appHop, "socket-missing", "stale-socket", 0.6 },
    { "SlowCrashLoopSeenBetweenTwoDeaths",
        [](Scenario& s) {
            s.connectFails(ConnectResult::Refused).nothingListens();
            s.app().processes.clear();
            s.unit().restarts = 2;
            s.unit().activeSince = s.ago(4s);
        },
        appHop, "connection-refused", "crash-loop", 0.6 },
    { "RejectedForTheProxysUserAlone",
        [](Scenario& s) {
            s.requestAnswers(502);
            s.edgeLogs("connect() failed (111: Connection refused) while connecting to upstream, upstream: \"http://10.1.0.3:3000/\"", 1s);
            model::FirewallRule rule;
            rule.tool = "iptables";
            rule.chain = "OUTPUT";
            rule.hook = "output";
            rule.verdict = model::FirewallRule::Verdict::Reject;
            rule.rule = "-A OUTPUT -d 10.1.0.3/32 -p tcp -m tcp --dport 3000 -m owner --uid-owner 33 -j REJECT";
            rule.destinationPort = 3000;
            rule.destinationAddress = "10.1.0.3/32";
            s.edge().firewall = { rule };
        },
        appHop, "connection-refused", "firewall-reject", 0.3 },
    { "SocketElsewhere",
        [](Scenario& s) {
            s.overUnixSocket("/run/php/php-fpm.sock", "php8.2-fpm.service", Protocol::FastCgi)
                .requestAnswers(502);
            s.appHop().declared.endpoint.path = "/run/php/php7.4-fpm.sock";
            s.edge().files.clear();
            for (model::HopProbe& each : s.facts.probes)
                each.connect = ConnectResult::SocketMissing;
        },
        appHop, "socket-missing", "wrong-address", 0.8 },
    { "SocketPermissions",
        [](Scenario& s) {
            s.overUnixSocket("/run/php/php-fpm.sock", "php8.2-fpm.service", Protocol::FastCgi)
                .requestAnswers(502);
            s.edge().files[0].owner = s.edge().files[0].group = "root";
            s.facts.probes[0].connect = ConnectResult::PermissionDenied;
        },
        appHop, "permission-denied", "socket-permissions", 0.85 },
    { "SocketLeftOver",
        [](Scenario& s) {
            s.overUnixSocket("/run/app/app.sock", "gunicorn.service", Protocol::Http).requestAnswers(502);
            std::erase_if(s.edge().listeners,
                [](const model::Listener& each) { return each.kind == model::SocketKind::Unix; });
            for (model::HopProbe& each : s.facts.probes)
                each.connect = ConnectResult::Refused;
        },
        appHop, "connection-refused", "stale-socket", 0.6 },
    { "ScriptNotFound",
        [](Scenario& s) {
            s.overUnixSocket("/run/php/php-fpm.sock", "php8.2-fpm.service", Protocol::FastCgi)
                .requestAnswers(404);
            s.edgeLogs("FastCGI sent in stderr: \"Primary script unknown\" while reading response header "
                       "from upstream, client: 203.0.113.9, server: shop.example, request: \"GET / HTTP/1.1\", "
                       "upstream: \"fastcgi://unix:/run/php/php-fpm.sock:\"",
                1s);
        },
        appHop, "error-response", "script-not-found", 0.7 },
    { "PoolExhausted",
        [](Scenario& s) {
            s.overUnixSocket("/run/php/php-fpm.sock", "php8.2-fpm.service", Protocol::FastCgi)
                .requestAnswers(504);
            for (model::Listener& each : s.edge().listeners)
                if (each.kind == model::SocketKind::Unix)
                    each.receiveQueue = 6;
            for (model::HopProbe& each : s.facts.probes) {
                each.reply = ReplyResult::TimedOut;
                each.status.reset();
            }
            model::LogLine line;
            line.origin = model::LogOrigin::Journal;
            line.place = "php8.2-fpm.service";
            line.at = s.ago(2min);
            line.text = "WARNING: [pool www] server reached pm.max_children setting (2), consider raising it";
            s.edge().logs.push_back(line);
        },
        appHop, "response-timed-out", "worker-pool-exhausted", 0.8 },
    { "AcceptQueueFull",
        [](Scenario& s) {
            s.connectFails(ConnectResult::TimedOut);
            s.app().listeners.back().receiveQueue = 512;
            s.app().listeners.back().backlog = 511;
        },
        appHop, "connection-timed-out", "accept-queue-full", 0.85 },
    { "DiskFullUnderTheApp",
        [](Scenario& s) {
            repliesFail(s, 502, ReplyResult::ClosedBeforeHeaders);
            s.app().fileSystems[0].availableBytes = 0;
            s.appLogs("write failed: No space left on device", 3s);
        },
        appHop, "reset-before-headers", "disk-full", 0.85 },
    { "TlsToPlainPort",
        [](Scenario& s) {
            s.requestAnswers(502);
            s.appHop().protocol = Protocol::Https;
            s.probe(Seat::Caller).tls = model::TlsResult::PlainText;
            s.probe(Seat::Caller).tlsDetail = "wrong version number";
        },
        appHop, "protocol-mismatch", "tls-to-plain-port", 0.85 },
    { "PlainHttpToTlsPort",
        [](Scenario& s) {
            s.requestAnswers(400);
            for (Seat seat : { Seat::Caller, Seat::CalleeLoop, Seat::Callee }) {
                s.probe(seat).status = 400;
                s.probe(seat).firstBytes
                    = "HTTP/1.1 400 Bad Request\r\n\r\nThe plain HTTP request was sent to HTTPS port";
            }
        },
        appHop, "protocol-mismatch", "plain-http-to-tls-port", 0.85 },
    { "EdgeCertificateExpired",
        [](Scenario& s) {
            s.capture.outside.tls.result = model::AttemptResult::CertificateInvalid;
            s.capture.outside.tls.causes = { "certificate-expired" };
            s.capture.outside.tls.problems = { "The certificate has expired" };
            model::CertificateSummary leaf;
            leaf.subject = "shop.example";
            leaf.notBefore = s.ago(24h * 91);
            leaf.notAfter = s.ago(24h);
            s.capture.outside.tls.chain = { leaf };
        },
        entryHop, "certificate-invalid", "certificate-expired", 0.9 },
    { "NginxStopped", siteRefuses, entryHop, "connection-refused", "proxy-stopped", 0.9 },
    { "NginxRefusesItsConfiguration",
        [](Scenario& s) {
            siteRefuses(s);
            s.edge().units[0].activeState = "failed";
            s.edge().units[0].result = "exit-code";
            s.edge().configs[0].isValid = false;
            s.edge().configs[0].validatorLines
                = { "nginx: [emerg] unknown directive \"proxy_passs\" in /etc/nginx/sites-enabled/shop:12" };
        },
        entryHop, "connection-refused", "proxy-config-invalid", 0.9 },
    { "AppAnswers500",
        [](Scenario& s) {
            s.requestAnswers(500);
            for (Seat seat : { Seat::Caller, Seat::Callee, Seat::CalleeLoop })
                s.probe(seat).status = 500;
            s.appLogs("Traceback (most recent call last)", 1s);
        },
        appHop, "error-response", "app-error", 0.7 },
    { "DatabaseStoppedBehindTheApp",
        [](Scenario& s) {
            s.withDatabase().requestAnswers(500);
            for (Seat seat : { Seat::Caller, Seat::Callee, Seat::CalleeLoop })
                s.probe(seat).status = 500;
            s.facts.probes.back().connect = ConnectResult::Refused;
            model::HostFacts& db = s.facts.hosts.at(base::HostId("db1"));
            db.listeners[0].port = 22;
            db.listeners[0].process = "sshd";
            db.processes.clear();
            db.units[0].activeState = "inactive";
            db.units[0].subState = "dead";
        },
        "app1/node:3000>db1/postgresql:5432", "connection-refused", "service-stopped", 0.6 },
    { "AppTurnedAwayByItsDatabase",
        [](Scenario& s) {
            s.requestAnswers(500);
            for (Seat seat : { Seat::Caller, Seat::Callee, Seat::CalleeLoop })
                s.probe(seat).status = 500;
            s.appLogs("FATAL: password authentication failed for user \"shop\"", 1s);
        },
        appHop, "error-response", "dependency-auth-failed", 0.7 },
    { "AppWaitsForItsDatabase",
        [](Scenario& s) {
            s.withDatabase();
            waitsFor(s, 4200ms, 4300ms);
        },
        databaseHop, "response-timed-out", "slow-dependency", 0.7 },
    { "AppWaitsForALockInItsDatabase",
        [](Scenario& s) {
            s.withDatabase();
            waitsFor(s, 5ms, 2ms);
            model::Process session;
            session.pid = 410;
            session.name = "postgres";
            session.commandLine = "postgres: 15/main: shop shop 10.1.0.3(51234) SELECT waiting";
            s.facts.hosts.at(base::HostId("db1")).processes.push_back(session);
        },
        databaseHop, "response-timed-out", "slow-dependency", 0.7 },
    { "AppHangsBesideAnIdleConnectionToItsDatabase",
        [](Scenario& s) {
            s.withDatabase();
            waitsFor(s, 60s, 59s);
        },
        appHop, "response-timed-out", "app-hung", 0.5 },
    { "WebSocketWithoutTheUpgrade",
        [](Scenario& s) {
            s.requestAnswers(426);
            for (Seat seat : { Seat::Caller, Seat::Callee, Seat::CalleeLoop })
                s.probe(seat).status = 426;
            s.edge().configs.at(0).files.at(0).text = "server { location / { proxy_pass http://10.1.0.3:3000; } }";
        },
        appHop, "protocol-mismatch", "websocket-not-upgraded", 0.7 },
    { "SettingMissingAtStart",
        [](Scenario& s) {
            s.connectFails(ConnectResult::Refused).nothingListens().unitIs("failed", "failed", "exit-code");
            s.unit().mainExitStatus = 3;
            s.unit().activeSince = s.ago(40min + 1s);
            s.unit().inactiveSince = s.ago(40min);
            s.appLogs("KeyError: 'SHOP_SECRET_KEY'", 40min);
        },
        appHop, "connection-refused", "app-misconfigured", 0.6 },
    { "HeaderTooLargeForTheProxy",
        [](Scenario& s) {
            refusedByHaproxy(s);
            s.probe(Seat::Caller).headerBytes = 30'000;
        },
        appHop, "invalid-response", "response-header-too-big", 0.6 },
    { "SmallHeaderThatTheProxyRefuses",
        [](Scenario& s) {
            refusedByHaproxy(s);
            s.probe(Seat::Caller).headerBytes = 180;
        },
        appHop, "invalid-response", "response-malformed", 0.5 },
    { "NameThatTheAppDoesNotServe",
        [](Scenario& s) {
            s.requestAnswers(400);
            for (Seat seat : { Seat::Caller, Seat::Callee, Seat::CalleeLoop })
                s.probe(seat).status = 400;
            s.appLogs("Invalid HTTP_HOST header: 'shop.example'. You may need to add 'shop.example' to ALLOWED_HOSTS.", 1s);
        },
        appHop, "error-response", "app-misconfigured", 0.6 },
    { "PortTakenByAnother",
        [](Scenario& s) {
            s.connectFails(ConnectResult::Refused).nothingListens().unitIs("failed", "failed", "exit-code");
            s.unit().activeSince = s.ago(18min + 1s);
            s.appLogs("Error: listen EADDRINUSE: Address already in use 10.1.0.3:3000", 18min);
        },
        appHop, "connection-refused", "port-conflict", 0.75 },
    { "SiteServedByAStranger",
        [](Scenario& s) {
            s.edge().units[0].activeState = "failed";
            s.edge().units[0].result = "exit-code";
            s.edge().configs[0].files[0].text = "server { listen 80; server_name shop.example; }";
            s.entryHop().declared.requestHost = "shop.example";
            s.edge().listeners[1].process = "python3";
            s.topology.nodes[1].software = "python";
            s.topology.nodes[1].kind = model::NodeKind::App;
            s.topology.nodes[1].label = "Python on edge";
            s.topology.hops.pop_back();
            model::LogLine line;
            line.place = "nginx.service";
            line.at = s.ago(5min);
            line.text = "nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)";
            s.edge().logs.push_back(line);
        },
        entryHop, "error-response", "port-conflict", 0.7 },
    { "PortHeldByAStranger",
        [](Scenario& s) {
            s.requestAnswers(404).nothingListens().unitIs("failed", "failed", "exit-code");
            s.alsoListens("0.0.0.0", 3000, "python3", 4711);
            s.appLogs("OSError: [Errno 98] Address already in use: 0.0.0.0:3000", 3min);
            for (Seat seat : { Seat::Caller, Seat::Callee, Seat::CalleeLoop })
                s.probe(seat).status = 404;
        },
        appHop, "error-response", "port-conflict", 0.75 },
};

INSTANTIATE_TEST_SUITE_P(OfOutages, Causes, testing::ValuesIn(outages),
    [](const testing::TestParamInfo<Outage>& each) { return std::string(each.param.name); });

}
}
