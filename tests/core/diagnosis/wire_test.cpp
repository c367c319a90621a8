// Faults of the way between two hosts and of what both sides speak, by a second look at a failed attempt; and their doubles.
#include "core/diagnosis/diagnose.h"
#include "tests/support/scenario/scenario.h"

#include <gmock/gmock.h>

#include <functional>
#include <stdexcept>

namespace hopscope::diagnosis {
namespace {

using namespace std::chrono_literals;
using model::ConnectResult;
using model::Protocol;
using model::ReplyResult;
using model::Seat;
using test::Scenario;

const faults::Catalogue& catalogue()
{
    static const auto loaded = faults::Catalogue::loadBuiltIn();
    if (!loaded)
        throw std::runtime_error(loaded.error().text());
    return **loaded;
}

struct Wire {
    const char* name;
    std::function<void(Scenario&)> make;
    const char* variant;
    const char* cause; ///< empty: none may be named
};

void PrintTo(const Wire& wire, std::ostream* out) { *out << wire.name; }

class Wires : public testing::TestWithParam<Wire> { };

TEST_P(Wires, AreToldApart)
{
    Scenario scenario;
    GetParam().make(scenario);
    const model::Diagnosis diagnosis = diagnose(scenario.capture, scenario.facts, scenario.topology, catalogue());
    ASSERT_TRUE(diagnosis.finding) << diagnosis.unknownReason;
    EXPECT_EQ(diagnosis.finding->variant, GetParam().variant);
    EXPECT_EQ(diagnosis.finding->cause.value_or(""), GetParam().cause) << diagnosis.finding->summary;
}

void timesOut(Scenario& s)
{
    s.connectFails(ConnectResult::TimedOut);
    s.probe(Seat::Callee).connect = ConnectResult::Connected;
    s.app().firewall = { {} };
    s.app().firewall.front().rule = "ct state established accept";
    s.app().firewall.front().verdict = model::FirewallRule::Verdict::Accept;
}

/// nginx may not connect, though whoever else may; with the kernel's word.
void deniedByPolicy(Scenario& s, const char* kernelWords)
{
    s.requestAnswers(502);
    s.edgeLogs("2026/11/21 09:30:00 [crit] 200#200: *4 connect() to 10.1.0.3:3000 failed (13: Permission denied) while connecting to "
               "upstream, client: 10.9.9.9, server: shop.example, request: \"GET / HTTP/1.1\", upstream: \"http://10.1.0.3:3000/\", host: "
               "\"shop.example\"",
        1s);
    s.edge().logs.push_back({ model::LogOrigin::Kernel, "kernel", s.ago(1s), kernelWords, {}, 0 });
}

void unreachable(Scenario& s, const char* route)
{
    s.connectFails(ConnectResult::NetworkUnreachable);
    s.probe(Seat::Callee).connect = ConnectResult::Connected;
    model::RouteAnswer answer;
    answer.address = "10.1.0.3";
    answer.text = route;
    answer.hasRoute = answer.text.find("dev") != std::string::npos;
    s.edge().routeAnswers = { answer };
}

void worksWith(Scenario& s, Protocol protocol, const char* other)
{
    s.requestAnswers(502);
    s.appHop().protocol = protocol;
    model::HopProbe& probe = s.probe(Seat::Caller);
    probe.status.reset();
    probe.reply = ReplyResult::ClosedBeforeHeaders;
    probe.worksWith = other;
}

void tlsFails(Scenario& s, const char* words, const char* other)
{
    s.requestAnswers(502);
    s.appHop().protocol = Protocol::Https;
    model::HopProbe& probe = s.probe(Seat::Caller);
    probe.status.reset();
    probe.reply = ReplyResult::NotTried;
    probe.tls = model::TlsResult::HandshakeFailed;
    probe.tlsDetail = words;
    probe.worksWith = other;
}

const Wire wires[] = {
    { "PortDroppedThoughPingComesThrough",
        [](Scenario& s) { timesOut(s), s.probe(Seat::Caller).answersPing = true; }, "connection-timed-out", "firewall-drop" },
    { "NothingComesThrough",
        [](Scenario& s) { timesOut(s), s.probe(Seat::Caller).answersPing = false; }, "connection-timed-out", "network-partition" },
    { "NothingComesThroughACloud",
        [](Scenario& s) {
            timesOut(s);
            s.app().cloud = "aws";
            s.probe(Seat::Caller).answersPing = false;
        },
        "connection-timed-out", "firewall-drop" },
    { "NoRouteBack",
        [](Scenario& s) {
            timesOut(s);
            unreachable(s, "10.1.0.3 dev eth0 src 10.8.0.2");
            s.connectFails(ConnectResult::TimedOut);
            s.probe(Seat::Callee).connect = ConnectResult::Connected;
            s.edge().routeAnswers.front().from = "10.8.0.2";
            s.app().routes = { { "10.1.0.0/24", false, {} } };
        },
        "connection-timed-out", "route-missing" },
    { "RouteBackByDefault",
        [](Scenario& s) {
            timesOut(s);
            unreachable(s, "10.1.0.3 dev eth0 src 10.8.0.2");
            s.connectFails(ConnectResult::TimedOut);
            s.probe(Seat::Callee).connect = ConnectResult::Connected;
            s.edge().routeAnswers.front().from = "10.8.0.2";
            s.app().routes = { { "default", false, {} }, { "10.1.0.0/24", false, {} } };
        },
        "connection-timed-out", "firewall-drop" },
    { "NoRoute", [](Scenario& s) { unreachable(s, "RTNETLINK answers: Network is unreachable"); }, "host-unreachable",
        "route-missing" },
    { "SaidUnreachableThoughThereIsARoute", [](Scenario& s) { unreachable(s, "10.1.0.3 dev eth0 src 10.1.0.2"); },
        "host-unreachable", "firewall-reject" },
    { "LargePacketsLost",
        [](Scenario& s) {
            s.requestAnswers(504);
            s.probe(Seat::Caller).status.reset();
            s.probe(Seat::Caller).reply = ReplyResult::TimedOut;
            s.probe(Seat::Caller).carriesLargePackets = false;
        },
        "response-timed-out", "mtu-black-hole" },
    { "LargePacketsPass",
        [](Scenario& s) {
            s.requestAnswers(504);
            for (Seat seat : { Seat::Caller, Seat::Callee, Seat::CalleeLoop }) {
                s.probe(seat).status.reset();
                s.probe(seat).firstByteMs.reset();
                s.probe(seat).reply = ReplyResult::TimedOut;
            }
            s.probe(Seat::Caller).carriesLargePackets = true;
        },
        "response-timed-out", "app-hung" },
    { "PROXYHeaderIsMissing", [](Scenario& s) { worksWith(s, Protocol::Http, "proxy-header"); }, "protocol-mismatch",
        "proxy-protocol-mismatch" },
    { "PROXYHeaderIsNotWanted",
        [](Scenario& s) {
            worksWith(s, Protocol::Http, "no-proxy-header");
            s.requestAnswers(400);
            s.probe(Seat::Caller).status = 400;
            s.probe(Seat::Caller).reply = ReplyResult::Answered;
            s.appHop().declared.sendsProxyProtocol = true;
        },
        "protocol-mismatch", "proxy-protocol-mismatch" },
    { "OlderHttp", [](Scenario& s) { worksWith(s, Protocol::Grpc, "http/1.1"); }, "protocol-mismatch", "http-version-mismatch" },
    { "NewerHttp", [](Scenario& s) { worksWith(s, Protocol::Http, "http/2"); }, "protocol-mismatch", "http-version-mismatch" },
    { "HttpWhereFastCgiIsSpoken", [](Scenario& s) { worksWith(s, Protocol::FastCgi, "http/1.1"); }, "protocol-mismatch",
        "wrong-protocol" },
    { "ServerNameIsMissing",
        [](Scenario& s) { tlsFails(s, "tlsv1 alert internal error", "server-name shop.internal"); }, "tls-handshake-failed",
        "sni-missing" },
    { "TlsVersionsDiffer", [](Scenario& s) { tlsFails(s, "tlsv1 alert handshake failure", "tls-versions"); },
        "tls-handshake-failed", "tls-version-mismatch" },
    { "ClientCertificateIsMissing", [](Scenario& s) { tlsFails(s, "sslv3 alert handshake failure", "client-certificate"); },
        "certificate-invalid", "client-certificate-missing" },
    { "ClientCertificateIsMissingByAPage",
        [](Scenario& s) {
            s.requestAnswers(400);
            s.appHop().protocol = Protocol::Https;
            s.probe(Seat::Caller).status = 400;
            s.probe(Seat::Caller).firstBytes = "<html><head><title>400 No required SSL certificate was sent</title></head>";
        },
        "certificate-invalid", "client-certificate-missing" },
    { "OwnCertificateHasRunOut",
        [](Scenario& s) {
            s.requestAnswers(400);
            s.appHop().protocol = Protocol::Https;
            s.appHop().declared.clientCertificate = "/etc/ssl/mesh/edge.crt";
            s.probe(Seat::Caller).status = 400;
            s.probe(Seat::Caller).firstBytes = "<html><head><title>400 The SSL certificate error</title></head>";
            s.probe(Seat::Caller).worksWith = "client-certificate-in-date";
        },
        "certificate-invalid", "certificate-expired" },
    { "PROXYHeaderIsMissingBeforeTls", [](Scenario& s) { tlsFails(s, "unexpected eof while reading", "proxy-header"); },
        "protocol-mismatch", "proxy-protocol-mismatch" },
    { "ServerNameIsWrong",
        [](Scenario& s) {
            tlsFails(s, "tlsv1 unrecognized name", "server-name shop.internal");
            s.appHop().declared.serverName = "backend";
        },
        "tls-handshake-failed", "sni-missing" },
    { "ResolverOfTheProxyKnowsNoHostsFile",
        [](Scenario& s) {
            s.requestAnswers(502);
            s.appHop().declared.endpoint.host = "shop.internal";
            s.appHop().declared.resolvers = { "10.1.0.53" };
            s.probe(Seat::Caller).resolve = model::ResolveResult::Resolved;
            s.probe(Seat::Caller).resolved = { "10.1.0.3" };
            s.edgeLogs("2026/11/21 09:30:00 [error] 9#9: *4 shop.internal could not be resolved (3: Host not found), client: 10.9.9.9, "
                       "server: shop.example, request: \"GET / HTTP/1.1\", host: \"shop.example\"",
                1s);
        },
        "dns-resolution-failed", "dns-nxdomain" },
    { "ApparmorDeniesTheProxy",
        [](Scenario& s) { deniedByPolicy(s, "audit: type=1400 audit(1763717400.1:44): apparmor=\"DENIED\" operation=\"connect\" profile=\"nginx\" pid=200 comm=\"nginx\" family=\"inet\""); },
        "permission-denied", "security-policy-denied" },
    { "SelinuxDeniesTheProxy",
        [](Scenario& s) { deniedByPolicy(s, "audit: type=1400 audit(1763717400.1:44): avc:  denied  { name_connect } for  pid=200 comm=\"nginx\" dest=3000 scontext=system_u:system_r:httpd_t:s0 tcontext=system_u:object_r:unreserved_port_t:s0 tclass=tcp_socket permissive=0"); },
        "permission-denied", "security-policy-denied" },
    { "FullTableOfConnectionsByItsCount",
        [](Scenario& s) {
            timesOut(s);
            s.app().resources.conntrackUsedPercent = 100;
        },
        "connection-timed-out", "conntrack-full" },
    { "FullTableOfConnectionsByTheKernelsWord",
        [](Scenario& s) {
            timesOut(s);
            s.app().logs.push_back({ model::LogOrigin::Kernel, "kernel", s.ago(5s), "nf_conntrack: nf_conntrack: table full, dropping packet", {}, 0 });
        },
        "connection-timed-out", "conntrack-full" },
    { "NameLeadsToNobody",
        [](Scenario& s) {
            s.capture.outside.dns = {};
            s.capture.outside.dns.ipv4 = model::AttemptResult::Succeeded;
            s.capture.outside.dns.ipv4Addresses = { "10.1.0.77" };
            s.capture.outside.tcp = { { "10.1.0.77", 80, model::AttemptResult::Unreachable, "no route to host", 3000 } };
            s.capture.outside.http = {};
            s.capture.outside.http.result = model::AttemptResult::Unreachable;
        },
        "host-unreachable", "edge-dns-wrong" },
    { "ProxyKeepsAFormerAddress",
        [](Scenario& s) {
            s.requestAnswers(502);
            s.appHop().declared.endpoint.host = "shop.internal";
            s.appHop().declared.isResolvedAtStart = true;
            s.probe(Seat::Caller).resolved = { "10.1.0.3" };
            s.edgeLogs("2026/11/21 09:30:00 [error] 9#9: *4 connect() failed (111: Connection refused) while connecting to upstream, "
                       "client: 10.9.9.9, server: shop.example, request: \"GET / HTTP/1.1\", upstream: "
                       "\"http://10.1.0.44:3000/\", host: \"shop.example\"",
                1s);
        },
        "connection-refused", "stale-address" },
};

INSTANTIATE_TEST_SUITE_P(OfTwoHosts, Wires, testing::ValuesIn(wires),
    [](const testing::TestParamInfo<Wire>& each) { return std::string(each.param.name); });

}
}
