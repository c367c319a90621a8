// Outages in which the visitor does not get as far as the chain.
#include "tests/core/diagnosis/outages.h"

namespace hopscope::diagnosis::outages {
namespace {

using namespace std::chrono_literals;
using model::ConnectResult;
using model::Seat;
using test::Scenario;

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

const Outage ofAtTheEdge[] {
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
};

INSTANTIATE_TEST_SUITE_P(AtTheEdge, Causes, testing::ValuesIn(ofAtTheEdge), nameOf);

}
}
