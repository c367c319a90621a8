// What looks like a cause and is another: its predicate must have nothing to say.
#include "core/diagnosis/diagnose.h"
#include "core/faults/predicates/registry.h"
#include "tests/support/scenario/fakecatalogue.h"
#include "tests/support/scenario/scenario.h"

#include <gmock/gmock.h>

#include <functional>

namespace hopscope::diagnosis {
namespace {

using namespace std::chrono_literals;
using model::ConnectResult;
using model::LogOrigin;
using model::ReplyResult;
using model::Seat;
using test::Scenario;

struct Confusable {
    const char* name;
    std::function<void(Scenario&)> make;
    const char* variant; ///< what the caller saw
    const char* silent; ///< the cause that it must not be taken for
};

void PrintTo(const Confusable& each, std::ostream* out) { *out << each.name; }

class Confusables : public testing::TestWithParam<Confusable> { };

TEST_P(Confusables, StaySilent)
{
    Scenario scenario;
    GetParam().make(scenario);
    const auto logs = faults::readLogs(scenario.facts, test::FakeCatalogue());
    faults::HopView view
        = faults::viewOf(scenario.capture, scenario.facts, scenario.topology, scenario.appHop(), logs, {});
    view.symptom.variant = GetParam().variant;
    view.symptom.confidence = 0.97;
    view.symptom.isProbed = true;
    const faults::Predicate* predicate = faults::predicate(GetParam().silent);
    ASSERT_NE(predicate, nullptr);
    const faults::Assessment assessment = predicate->assess(view);
    EXPECT_LT(assessment.belief(), 0.3) << assessment.because;
}

void refused(Scenario& s) { s.connectFails(ConnectResult::Refused).nothingListens(); }
void unitStopped(Scenario& s) { refused(s), s.unitIs("inactive", "dead", "success"); }

const Confusable confusables[] {
    { "StoppedServiceBesideSshd", unitStopped, "connection-refused", "wrong-port" },
    { "StoppedAppThatAnsweredThisRequestBesideAnotherProgram",
        [](Scenario& s) {
            refused(s);
            s.app().units.clear();
            s.topology.nodes.at(2).unit.clear();
            s.alsoListens("0.0.0.0", 8080, "python3", 55);
            s.app().processes.back().startedAt = s.ago(1h);
            s.edge().processes.push_back({});
            s.edge().processes.back().pid = s.topology.nodes.at(1).pid = 77;
            s.edge().processes.back().startedAt = s.ago(2h);
            s.edgeLogs("198.51.100.9 - - [21/Nov/2026:09:20:00 +0000] \"GET / HTTP/1.1\" 200 512 \"-\" \"curl\"", 10min);
        },
        "connection-refused", "wrong-port" },
    { "StoppedServiceBesideAnotherSitesApp",
        [](Scenario& s) {
            unitStopped(s);
            s.alsoListens("0.0.0.0", 8080, "java", 55, "other.service");
            model::Hop other = s.appHop();
            other.id = base::HopId("edge/nginx:80>app1/java:8080");
            other.isOnPath = false;
            other.declared.endpoint.port = 8080;
            s.topology.hops.push_back(other);
        },
        "connection-refused", "wrong-port" },
    { "OtherPortOfARunningService",
        [](Scenario& s) { refused(s), s.alsoListens("0.0.0.0", 3001, "node", 812, "shop.service"); },
        "connection-refused", "service-stopped" },
    { "LoopbackListenerForALoopbackTarget",
        [](Scenario& s) {
            unitStopped(s);
            s.appHop().declared.endpoint.host = "127.0.0.1";
            s.topology.nodes[2].host = base::HostId("edge");
        },
        "connection-refused", "bound-to-loopback" },
    { "StoppedServiceIsNoFirewall", unitStopped, "connection-refused", "firewall-reject" },
    { "AnOldRestartIsNoCrashLoop",
        [](Scenario& s) {
            s.connectFails(ConnectResult::Refused);
            s.unit().restarts = 7;
        },
        "connection-refused", "crash-loop" },
    { "AFullDiskElsewhereIsNotTheReason",
        [](Scenario& s) {
            unitStopped(s);
            s.edge().fileSystems[0].availableBytes = 0;
        },
        "connection-refused", "disk-full" },
    { "AMountedImageIsAlwaysFull",
        [](Scenario& s) {
            s.app().fileSystems.push_back({ "/snap/core/1", "/dev/loop0", 100, 0, 10, 0, true, {} });
        },
        "error-response", "disk-full" },
    { "AnotherProcessRanOutOfMemory",
        [](Scenario& s) {
            unitStopped(s), s.appLogs("Out of memory: Killed process 9999 (chrome) x", 2min, LogOrigin::Kernel);
        },
        "connection-refused", "oom-killed" },
    { "AKillOfYesterdayWhileTheServiceRuns",
        [](Scenario& s) { s.appLogs("Out of memory: Killed process 812 (node) x", 26h, LogOrigin::Kernel); },
        "reset-before-headers", "oom-killed" },
    { "AKillHalfAnHourAgoCutsNoConnectionNow",
        [](Scenario& s) { s.appLogs("Out of memory: Killed process 5150 (node) x", 30min, LogOrigin::Kernel); },
        "reset-before-headers", "oom-killed" },
    { "AKillDoesNotMakeAnAppSlow",
        [](Scenario& s) { s.appLogs("Out of memory: Killed process 5150 (node) x", 2s, LogOrigin::Kernel); },
        "response-timed-out", "oom-killed" },
    { "AFullQueueIsNoFirewall",
        [](Scenario& s) {
            s.connectFails(ConnectResult::TimedOut);
            s.app().firewall = {};
            s.app().listeners.clear();
        },
        "connection-timed-out", "firewall-drop" },
    { "ARejectedUnreachableHostIsNotDown",
        [](Scenario& s) { s.connectFails(ConnectResult::HostUnreachable); }, "host-unreachable",
        "host-down" },
    { "AHostWhoseLoginFailsIsNotDown",
        [](Scenario& s) {
            s.connectFails(ConnectResult::TimedOut)
                .hostUnreachable("app1", base::ErrorCode::AuthenticationFailed);
        },
        "connection-timed-out", "host-down" },
    { "AnAppThatAnswersSlowlyDoesNotHang",
        [](Scenario& s) {
            s.appHop().declared.timeouts.read = 2s;
            for (Seat seat : { Seat::Caller, Seat::CalleeLoop })
                s.probe(seat).firstByteMs = 4000;
        },
        "response-timed-out", "app-hung" },
    { "AnAppThatWorksOffItsQueueDoesNotHang",
        [](Scenario& s) {
            s.probe(Seat::Caller).reply = ReplyResult::TimedOut;
            s.probe(Seat::Callee).reply = s.probe(Seat::CalleeLoop).reply = ReplyResult::NotTried;
            s.app().listeners.back().receiveQueue = 1;
            s.app().listeners.back().earlierQueues = { 5, 3 };
        },
        "response-timed-out", "app-hung" },
    { "AnAppThatHangsIsNotSlow",
        [](Scenario& s) {
            for (Seat seat : { Seat::Caller, Seat::Callee, Seat::CalleeLoop })
                s.probe(seat).reply = ReplyResult::TimedOut;
        },
        "response-timed-out", "slow-endpoint" },
    { "OneThreadWithoutAPoolIsNoPool",
        [](Scenario& s) {
            s.probe(Seat::Caller).reply = ReplyResult::TimedOut;
            s.app().listeners.back().receiveQueue = 6;
        },
        "response-timed-out", "worker-pool-exhausted" },
    { "ACrashAtEachFreshRequestIsNoRace",
        [](Scenario& s) { s.probe(Seat::Caller).reply = ReplyResult::ClosedBeforeHeaders; },
        "reset-before-headers", "keepalive-race" },
    { "APlainHopThatClosesIsNotTls",
        [](Scenario& s) { s.probe(Seat::Caller).reply = ReplyResult::ClosedBeforeHeaders; },
        "reset-before-headers", "plain-http-to-tls-port" },
    { "PoolThatLetsTheCallerInClosesForAnotherReason",
        [](Scenario& s) {
            s.appHop().protocol = model::Protocol::FastCgi;
            model::SoftwareConfig config;
            config.software = "php-fpm";
            config.files = { { "/etc/php/8.2/fpm/pool.d/shop.conf", "[shop]\nlisten = 3000\nlisten.allowed_clients = 10.1.0.2\n", s.ago(1h), {} } };
            s.app().configs = { config };
        },
        "reset-before-headers", "access-denied" },
    { "AMissingSocketIsNoLeftover",
        [](Scenario& s) {
            s.overUnixSocket("/run/app/app.sock", "shop.service", model::Protocol::Http);
            s.edge().files[0].exists = false;
            std::erase_if(s.edge().listeners, [](const model::Listener& each) { return each.kind != model::SocketKind::Tcp; });
        },
        "socket-missing", "stale-socket" },
    { "AStoppedServiceIsNotStarting", unitStopped, "connection-refused", "deployment-in-progress" },
    { "AYoungServiceThatListensElsewhereIsDoneWithStarting",
        [](Scenario& s) {
            refused(s), s.alsoListens("0.0.0.0", 3001, "node", 812, "shop.service");
            s.unit().activeSince = s.ago(3s);
        },
        "connection-refused", "deployment-in-progress" },
    { "ALimitThatDoesNotBite",
        [](Scenario& s) { s.app().cpuGroups = { { "/system.slice/shop.service", "shop.service", "", 50, 400, 300, 460, 303, {} } }; },
        "response-timed-out", "cpu-throttled" },
    { "ALimitThatOnlyOnceBit",
        [](Scenario& s) { s.app().cpuGroups = { { "/system.slice/shop.service", "shop.service", "", 50, 400, 390, 400, 390, {} } }; },
        "response-timed-out", "cpu-throttled" },
    { "AnotherUnitsLimit",
        [](Scenario& s) { s.app().cpuGroups = { { "/system.slice/backup.service", "backup.service", "", 5, 400, 300, 460, 358, {} } }; },
        "response-timed-out", "cpu-throttled" },
    { "AnOldErrorOfTheLogIsNoErrorNow",
        [](Scenario& s) { s.appLogs("FATAL: password authentication failed for user \"shop\"", 3h); },
        "error-response", "dependency-auth-failed" },
};

INSTANTIATE_TEST_SUITE_P(OfCauses, Confusables, testing::ValuesIn(confusables),
    [](const testing::TestParamInfo<Confusable>& each) { return std::string(each.param.name); });

}
}
