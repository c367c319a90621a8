// Outages in which the call gets nowhere.
#include "tests/core/diagnosis/outages.h"

namespace hopscope::diagnosis::outages {
namespace {

using namespace std::chrono_literals;
using model::ConnectResult;
using model::Seat;
using test::Scenario;

const Outage ofUnreached[] {
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
    { "AcceptQueueFull",
        [](Scenario& s) {
            s.connectFails(ConnectResult::TimedOut);
            s.app().listeners.back().receiveQueue = 512;
            s.app().listeners.back().backlog = 511;
        },
        appHop, "connection-timed-out", "accept-queue-full", 0.85 },
};

INSTANTIATE_TEST_SUITE_P(Unreached, Causes, testing::ValuesIn(ofUnreached), nameOf);

}
}
