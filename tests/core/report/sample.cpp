#include "sample.h"

namespace hopscope::test {

base::TimePoint at(const char* iso8601) { return *base::fromIso8601(iso8601); }

model::Diagnosis healthy()
{
    using namespace model;
    Diagnosis diagnosis;
    diagnosis.profile = "shop-production";
    diagnosis.url = "https://shop.example/";
    diagnosis.startedAt = at("2026-11-21T09:30:00Z");
    diagnosis.duration = base::Milliseconds(812);
    diagnosis.verdict = Verdict::Healthy;
    diagnosis.request = { 200, 12.1, 1.0, 0.6, 4.1, 5.9, std::nullopt };

    Node client;
    client.id = base::NodeId("laptop/client");
    client.kind = NodeKind::Client;
    client.label = "this machine";
    client.state = State::Ok;
    Node edge;
    edge.id = base::NodeId("edge/nginx:443");
    edge.kind = NodeKind::Proxy;
    edge.software = "nginx";
    edge.version = "1.22.1";
    edge.host = base::HostId("edge");
    edge.address = "0.0.0.0:443";
    edge.label = "nginx on edge";
    edge.state = State::Ok;
    Node app;
    app.id = base::NodeId("app1/node:3000");
    app.kind = NodeKind::App;
    app.software = "node";
    app.host = base::HostId("app1");
    app.address = "10.1.0.3:3000";
    app.label = "node on app1";
    app.unit = "shop.service";
    app.user = "deploy";
    app.state = State::Ok;
    diagnosis.topology.nodes = { client, edge, app };

    Hop inner;
    inner.id = base::HopId("edge/nginx:443>app1/node:3000");
    inner.from = edge.id;
    inner.to = app.id;
    inner.protocol = Protocol::Http;
    inner.isOnPath = true;
    inner.declared.endpoint = { "10.1.0.3", 3000, "" };
    inner.declared.place = { "/etc/nginx/sites-enabled/shop", 12 };
    inner.declared.timeouts.connect = base::Milliseconds(60000);
    inner.declared.timeouts.read = base::Milliseconds(60000);
    inner.state = State::Ok;
    inner.latencyMs = 3.4567;
    Hop outer;
    outer.id = base::HopId("laptop/client>edge/nginx:443");
    outer.from = client.id;
    outer.to = edge.id;
    outer.protocol = Protocol::Https;
    outer.isOnPath = true;
    outer.declared.endpoint = { "203.0.113.7", 443, "" };
    outer.state = State::Ok;
    // Inner first: what is written must not depend on the order in which hops were found.
    diagnosis.topology.hops = { inner, outer };

    HostReport host;
    host.name = base::HostId("app1");
    host.isReachable = true;
    host.os = "Debian GNU/Linux 12";
    host.resources.cpuPercent = 3.0;
    host.resources.load1 = 0.1;
    diagnosis.hosts = { host };
    return diagnosis;
}

model::Diagnosis stoppedService()
{
    using namespace model;
    Diagnosis diagnosis = healthy();
    diagnosis.verdict = Verdict::Failing;
    diagnosis.request.status = 502;
    diagnosis.topology.hops[0].state = State::Failing;
    diagnosis.topology.hops[0].latencyMs.reset();
    diagnosis.topology.nodes[2].state = State::Failing;

    Finding finding;
    finding.failingHop = diagnosis.topology.hops[0].id;
    finding.variant = "connection-refused";
    finding.cause = "service-stopped";
    finding.confidence = 0.97;
    finding.summary = "nginx on edge can't reach node on app1: shop.service is stopped, so port 3000 refuses connections.";
    finding.firstPlaceToCheck = "systemctl status shop.service on app1";
    finding.responsible = "app";
    finding.onset = at("2026-11-21T09:12:03Z");
    finding.evidence = {
        { "edge", "tcp-connect", "curl -sS http://10.1.0.3:3000/", "curl: (7) Failed to connect: Connection refused",
            Bearing::Supports, { "firewall-drop", "host-down" }, at("2026-11-21T09:30:00.412Z"), {} },
        { "app1", "unit-state", "systemctl show shop.service", "ActiveState=inactive\nSubState=dead\nResult=success\nmore",
            Bearing::Supports, { "crash-loop" }, at("2026-11-21T09:30:00.512Z"), {} },
        { "app1", "journal", "journalctl -u shop", "permission denied", Bearing::NotEvaluated, {}, at("2026-11-21T09:30:00.6Z"), {} },
    };
    finding.changes = { { at("2026-11-21T09:11:58Z"), base::HostId("app1"), "shop.service stopped by systemctl",
        "journalctl _COMM=systemctl", {} } };
    finding.remediation = { { "Start the service", base::HostId("app1"), { "sudo systemctl start shop.service" }, "It is stopped.",
        Risk::Restart, "HTTP 200", "curl -fsS http://10.1.0.3:3000/", { "sudo systemctl stop shop.service" } } };
    finding.prevention = { { "Start it at boot", base::HostId("app1"), { "sudo systemctl enable shop.service" }, "", Risk::Change, "", "", {} } };
    diagnosis.finding = finding;
    diagnosis.alternatives = { { finding.failingHop.value(), "connection-refused", "wrong-port", 0.02, "ss -ltnp on app1" } };
    diagnosis.advice = { { "timeout-order", Severity::Warning, "edge/nginx:443", "The proxy waits longer than the app.", {} } };
    HostReport db;
    db.name = base::HostId("db");
    db.error = base::Error { base::ErrorCode::AuthenticationFailed, "log in", "db", "Permission denied (publickey)", "Load your key with ssh-add." };
    diagnosis.hosts.push_back(db);
    diagnosis.incomplete = { { base::HostId("app1"), "journal", "permission denied; sudo -n is not allowed for deploy" } };
    return diagnosis;
}

}
