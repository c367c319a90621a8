#include "tests/ui/support/snapshots.h"

#include <chrono>
#include <utility>

using namespace std::chrono_literals;

namespace hopscope::test {

namespace {

base::TimePoint at(const char* text) { return *base::fromIso8601(text); }

model::Node node(const char* id, model::NodeKind kind, const char* software, const char* version,
    const char* host, const char* address, const char* label, model::State state)
{
    model::Node result;
    result.id = base::NodeId(id);
    result.kind = kind;
    result.software = software;
    result.version = version;
    if (*host)
        result.host = base::HostId(host);
    result.address = address;
    result.label = label;
    result.state = state;
    return result;
}

model::Hop hop(const char* from, const char* to, model::Protocol protocol, const char* host, base::Port port,
    model::State state, std::optional<double> latency)
{
    model::Hop result;
    result.id = base::HopId(std::string(from) + ">" + to);
    result.from = base::NodeId(from);
    result.to = base::NodeId(to);
    result.protocol = protocol;
    result.declared.endpoint = { host, port, "" };
    result.isOnPath = true;
    result.state = state;
    result.latencyMs = latency;
    return result;
}

model::CheckResult check(
    const char* host, const char* id, const char* subject, const char* command, const char* output)
{
    model::CheckResult result;
    result.host = base::HostId(host);
    result.check = base::CheckId(id);
    result.subject = subject;
    result.command = command;
    result.outcome = model::outcome::Captured {};
    result.output = output;
    result.startedAt = at("2026-11-21T09:30:00.412Z");
    result.duration = 14ms;
    return result;
}

model::Evidence evidence(const char* from, const char* check, const char* command, const char* observed,
    model::Bearing bearing, std::size_t source)
{
    return { from, check, command, observed, bearing, {}, at("2026-11-21T09:30:00.412Z"), { source, 0 } };
}

model::HostReport host(const char* name, double cpu, double memory, double disk)
{
    model::HostReport report;
    report.name = base::HostId(name);
    report.isReachable = true;
    report.os = "Debian GNU/Linux 12 (bookworm)";
    report.resources.cpuPercent = cpu;
    report.resources.load1 = cpu / 40;
    report.resources.memoryUsedPercent = memory;
    report.resources.swapUsedPercent = 0;
    report.resources.diskUsedPercent = disk;
    report.resources.inodesUsedPercent = 3;
    report.resources.fdUsedPercent = 1;
    return report;
}

run::Snapshot baseline()
{
    run::Snapshot snapshot;
    snapshot.number = 9;
    snapshot.isFinal = true;
    model::Diagnosis& diagnosis = snapshot.diagnosis;
    diagnosis.profile = "shop-production";
    diagnosis.url = "https://shop.example/";
    diagnosis.startedAt = at("2026-11-21T09:30:00.000Z");
    diagnosis.duration = 812ms;
    diagnosis.request = { 502, 12.1, 1.0, 0.6, 4.1, 5.9, std::nullopt };
    diagnosis.topology.nodes = {
        node("client", model::NodeKind::Client, "client", "", "", "", "This computer", model::State::Ok),
        node("edge/nginx:443", model::NodeKind::Proxy, "nginx", "1.22.1", "edge", "0.0.0.0:443",
            "nginx on edge", model::State::Ok),
        node("app1/node:3000", model::NodeKind::App, "node", "18.19", "app1", "127.0.0.1:3000",
            "node on app1", model::State::Ok),
        node("app1/postgresql:5432", model::NodeKind::Database, "postgresql", "15", "app1", "127.0.0.1:5432",
            "postgresql on app1", model::State::Ok),
    };
    diagnosis.topology.nodes[2].unit = "shop.service";
    diagnosis.topology.hops = {
        hop("client", "edge/nginx:443", model::Protocol::Https, "203.0.113.10", 443, model::State::Ok, 5.7),
        hop("edge/nginx:443", "app1/node:3000", model::Protocol::Http, "10.1.0.3", 3000, model::State::Ok,
            2.4),
        hop("app1/node:3000", "app1/postgresql:5432", model::Protocol::Postgresql, "127.0.0.1", 5432,
            model::State::Ok, 0.4),
    };
    diagnosis.topology.hops[1].declared.place = { "/etc/nginx/sites-enabled/shop", 12 };
    diagnosis.hosts = { host("edge", 3, 22, 38), host("app1", 5, 41, 20) };
    snapshot.progress = { { base::HostId("edge"), run::HostProgress::Stage::Done, "", 31, 31, "" },
        { base::HostId("app1"), run::HostProgress::Stage::Done, "", 28, 28, "" } };
    model::Capture capture;
    capture.profile = shopProfile();
    capture.checks = {
        check("edge", "hop-tcp", failingHop, "curl -sS -o /dev/null --max-time 5 http://10.1.0.3:3000/",
            "curl: (7) Failed to connect to 10.1.0.3 port 3000 after 0 ms: Connection refused\n"),
        check("app1", "unit-state", "shop.service", "systemctl show shop.service",
            "Id=shop.service\nLoadState=loaded\nActiveState=inactive\nSubState=dead\nResult="
            "success\nExecMainStatus=0\n"),
        check("app1", "listeners", "", "ss -Hltnp",
            "LISTEN 0 4096 0.0.0.0:22 0.0.0.0:* users:((\"sshd\",pid=412,fd=3))\nLISTEN 0 244 127.0.0.1:5432 "
            "0.0.0.0:* users:((\"postgres\",pid=611,fd=5))\n"),
        check("app1", "firewall", "", "nft list ruleset", ""),
        check("edge", "nginx-config", "", "nginx -T",
            "# configuration file /etc/nginx/nginx.conf:\nuser www-data;\n"),
        check("edge", "resources", "", "cat /proc/loadavg /proc/meminfo", "0.08 0.03 0.01 1/212 4411\n"),
    };
    capture.checks[3].outcome = model::outcome::Denied { "nft needs root" };
    snapshot.capture = std::make_shared<const model::Capture>(std::move(capture));
    return snapshot;
}

}

SnapshotPointer shared(run::Snapshot snapshot)
{
    return std::make_shared<const run::Snapshot>(std::move(snapshot));
}

model::Profile shopProfile()
{
    model::Profile profile;
    profile.name = "shop-production";
    profile.url = "https://shop.example/";
    model::ProfileHost edge;
    edge.name = base::HostId("edge");
    edge.ssh.alias = "shop-edge";
    model::ProfileHost app;
    app.name = base::HostId("app1");
    app.ssh.host = "203.0.113.7";
    app.ssh.user = "deploy";
    app.ssh.jump = "edge";
    profile.hosts = { edge, app };
    return profile;
}

run::Snapshot stoppedService()
{
    run::Snapshot snapshot = baseline();
    model::Diagnosis& diagnosis = snapshot.diagnosis;
    diagnosis.verdict = model::Verdict::Failing;
    diagnosis.topology.nodes[2].state = model::State::Failing;
    diagnosis.topology.nodes[3].state = model::State::Ok;
    diagnosis.topology.hops[1].state = model::State::Failing;
    diagnosis.topology.hops[1].latencyMs.reset();
    diagnosis.topology.hops[2].state = model::State::Skipped;
    diagnosis.topology.hops[2].latencyMs.reset();
    model::Finding finding;
    finding.failingHop = base::HopId(failingHop);
    finding.variant = "connection-refused";
    finding.cause = "service-stopped";
    finding.confidence = 0.97;
    finding.summary = "nginx on edge can't reach node on app1: shop.service is stopped, so port 3000 refuses "
                      "connections.";
    finding.firstPlaceToCheck = "systemctl status shop.service on app1";
    finding.responsible = "app";
    finding.onset = at("2026-11-21T09:12:03Z");
    finding.evidence = {
        evidence("edge", "tcp-connect", "curl -sS -o /dev/null --max-time 5 http://10.1.0.3:3000/",
            "Failed to connect to 10.1.0.3 port 3000: Connection refused", model::Bearing::Supports, 0),
        evidence("app1", "unit-state", "systemctl show shop.service", "ActiveState=inactive, SubState=dead",
            model::Bearing::Supports, 1),
        evidence(
            "app1", "listeners", "ss -Hltnp", "nothing listens on port 3000", model::Bearing::Supports, 2),
        evidence("app1", "firewall", "nft list ruleset",
            "not allowed for deploy: a firewall rule that rejects could not be ruled out by reading it",
            model::Bearing::NotEvaluated, 3),
        evidence("laptop", "http", "", "HTTP 502 in 12.1 ms, Server: nginx", model::Bearing::Supports,
            model::Source::none),
    };
    finding.evidence[0].rulesOut = { "firewall-drop", "host-down" };
    finding.changes = { { at("2026-11-21T09:11:58Z"), base::HostId("app1"),
        "shop.service stopped by systemctl (user deploy)", "journalctl -u shop.service", {} } };
    finding.remediation = {
        { "See why it stopped", base::HostId("app1"),
            { "systemctl status shop.service", "journalctl -u shop.service -n 50 --no-pager" },
            "A service that was stopped on purpose should not be started blindly.", model::Risk::ReadOnly, "",
            "", {} },
        { "Start the service", base::HostId("app1"), { "sudo systemctl start shop.service" }, "",
            model::Risk::Restart, "The site answers HTTP 200.", "curl -fsS http://10.1.0.3:3000/",
            { "sudo systemctl stop shop.service" } },
    };
    finding.prevention = { { "Let systemd start it after a reboot", base::HostId("app1"),
        { "sudo systemctl enable shop.service" }, "", model::Risk::Change, "",
        "systemctl is-enabled shop.service", { "sudo systemctl disable shop.service" } } };
    diagnosis.finding = finding;
    diagnosis.alternatives = { { failingHop, "connection-refused", "wrong-port", 0.02,
        "See on app1 whether the app listens on another port: ss -ltnp" } };
    diagnosis.incomplete
        = { { base::HostId("app1"), "firewall", "nft needs root; sudo -n is not allowed for deploy" } };
    return snapshot;
}

run::Snapshot healthyChain()
{
    run::Snapshot snapshot = baseline();
    snapshot.diagnosis.verdict = model::Verdict::Healthy;
    snapshot.diagnosis.request.status = 200;
    snapshot.diagnosis.advice = { { "unit-without-restart", model::Severity::Warning, "app1/node:3000",
        "shop.service has no Restart=: when it crashes, it stays down.",
        { { "Restart it after a crash", base::HostId("app1"), { "sudo systemctl edit shop.service" }, "",
            model::Risk::Change, "", "systemctl show -p Restart shop.service", {} } } } };
    return snapshot;
}

run::Snapshot degradedReplicas()
{
    run::Snapshot snapshot = baseline();
    model::Diagnosis& diagnosis = snapshot.diagnosis;
    diagnosis.verdict = model::Verdict::Degraded;
    diagnosis.request.status = 200;
    for (const char* name : { "app2", "app3" }) {
        const std::string id = std::string(name) + "/node:3000";
        diagnosis.topology.nodes.push_back(node(id.c_str(), model::NodeKind::App, "node", "18.19", name,
            "0.0.0.0:3000", (std::string("node on ") + name).c_str(), model::State::Ok));
        diagnosis.topology.hops.push_back(
            hop("edge/nginx:443", id.c_str(), model::Protocol::Http, name, 3000, model::State::Ok, 3.1));
        diagnosis.hosts.push_back(host(name, 4, 37, 21));
    }
    diagnosis.topology.nodes.push_back(node("edge/php-fpm", model::NodeKind::App, "php-fpm", "8.2", "edge",
        "unix:/run/php/blog.sock", "php-fpm on edge", model::State::Ok));
    diagnosis.topology.hops.push_back(
        hop("edge/nginx:443", "edge/php-fpm", model::Protocol::FastCgi, "", 0, model::State::Ok, 0.3));
    diagnosis.topology.hops.back().declared.endpoint = { "", 0, "/run/php/blog.sock" };
    diagnosis.topology.hops.back().isOnPath = false;
    diagnosis.topology.nodes[4].state = model::State::Failing;
    model::Hop& broken = diagnosis.topology.hops[3];
    broken.state = model::State::Failing;
    broken.latencyMs.reset();
    diagnosis.topology.nodes[1].state = model::State::Warning;
    model::Finding finding;
    finding.failingHop = broken.id;
    finding.variant = "connection-refused";
    finding.cause = "service-stopped";
    finding.confidence = 0.92;
    finding.summary = "One of three replicas is down: node on app2 refuses connections. The site still "
                      "answers through the other two.";
    finding.firstPlaceToCheck = "systemctl status shop.service on app2";
    finding.responsible = "app";
    diagnosis.finding = finding;
    return snapshot;
}

run::Snapshot manyReplicas()
{
    run::Snapshot snapshot = degradedReplicas();
    model::Diagnosis& diagnosis = snapshot.diagnosis;
    model::Topology& topology = diagnosis.topology;
    topology.nodes.erase(topology.nodes.begin() + 2, topology.nodes.end());
    topology.hops.erase(topology.hops.begin() + 1, topology.hops.end());
    diagnosis.hosts.resize(1);
    topology.nodes.push_back(node("edge/haproxy:8080", model::NodeKind::LoadBalancer, "haproxy", "2.6.12", "edge",
        "127.0.0.1:8080", "haproxy on edge", model::State::Ok));
    topology.nodes.push_back(node("db/postgresql", model::NodeKind::Database, "postgresql", "15", "", "10.2.0.9:5432",
        "postgresql", model::State::Ok));
    topology.nodes.push_back(
        node("cache/redis", model::NodeKind::Cache, "redis", "7.0", "", "10.2.0.8:6379", "redis", model::State::Ok));
    topology.nodes.push_back(node("payments", model::NodeKind::External, "unknown", "", "", "198.51.100.4:443",
        "payments.example", model::State::Unknown));
    topology.hops.push_back(hop("edge/nginx:443", "edge/haproxy:8080", model::Protocol::Http, "127.0.0.1", 8080,
        model::State::Ok, 0.4));
    for (int number = 0; number < 30; ++number) {
        const std::string id = "node1/shop-" + std::to_string(number);
        const std::string address = "10.244.0." + std::to_string(number + 10);
        const model::State state = number == 17 ? model::State::Failing : model::State::Ok;
        topology.nodes.push_back(node(id.c_str(), model::NodeKind::App, "node", "18.19", "node1",
            (address + ":3000").c_str(), ("shop-" + std::to_string(number)).c_str(), state));
        topology.nodes.back().container = "shop-" + std::to_string(number);
        topology.hops.push_back(hop("edge/haproxy:8080", id.c_str(), model::Protocol::Http, address.c_str(), 3000, state,
            state == model::State::Ok ? std::optional(2.0) : std::nullopt));
        topology.hops.back().group = "shop";
        for (const char* behind : { "db/postgresql", "cache/redis", "payments" })
            topology.hops.push_back(hop(id.c_str(), behind, model::Protocol::Tcp, "10.2.0.9", 5432,
                number == 17                     ? model::State::Skipped
                    : behind == std::string("payments") ? model::State::Unknown
                                                 : model::State::Ok,
                std::nullopt));
    }
    for (int number = 0; number < 20; ++number) {
        const std::string id = "edge/site-" + std::to_string(number);
        topology.nodes.push_back(node(id.c_str(), model::NodeKind::App, "php-fpm", "8.2", "edge",
            ("unix:/run/php/site" + std::to_string(number) + ".sock").c_str(), id.c_str(), model::State::Ok));
        topology.hops.push_back(
            hop("edge/nginx:443", id.c_str(), model::Protocol::FastCgi, "", 0, model::State::Ok, std::nullopt));
        topology.hops.back().isOnPath = false;
    }
    diagnosis.hosts.push_back(host("node1", 40, 60, 30));
    diagnosis.finding->failingHop = base::HopId("edge/haproxy:8080>node1/shop-17");
    diagnosis.finding->summary = "One of thirty replicas is down: shop-17 refuses connections.";
    return snapshot;
}

run::Snapshot unknownChain()
{
    run::Snapshot snapshot = baseline();
    model::Diagnosis& diagnosis = snapshot.diagnosis;
    diagnosis.verdict = model::Verdict::Unknown;
    diagnosis.unknownReason = "nginx answers 502 and names app1 as its target, but app1 could not be logged "
                              "in to.\nA login to app1 would settle it.";
    diagnosis.topology.nodes.resize(3);
    diagnosis.topology.nodes[2].state = model::State::Unknown;
    diagnosis.topology.nodes[2].unit.clear();
    diagnosis.topology.hops.resize(2);
    diagnosis.topology.hops[1].state = model::State::Unknown;
    diagnosis.topology.hops[1].latencyMs.reset();
    model::HostReport lost;
    lost.name = base::HostId("app1");
    lost.error = base::Error { base::ErrorCode::AuthenticationFailed, "log in", "app1",
        "Permission denied (publickey)", "Check the user and the key: ssh deploy@203.0.113.7" };
    diagnosis.hosts[1] = lost;
    snapshot.progress[1] = { base::HostId("app1"), run::HostProgress::Stage::Failed, "", 0, 0,
        "log in app1: Permission denied (publickey)" };
    diagnosis.incomplete = { { base::HostId("app1"), "login", "Permission denied (publickey)" } };
    return snapshot;
}

run::Snapshot partialAnswer()
{
    run::Snapshot snapshot = stoppedService();
    model::Diagnosis& diagnosis = snapshot.diagnosis;
    model::Finding& finding = *diagnosis.finding;
    finding.cause.reset();
    finding.confidence = 0.55;
    finding.onset.reset();
    finding.changes.clear();
    finding.summary
        = "nginx on edge can't reach node on app1: port 3000 refuses connections. Why could not be settled.";
    diagnosis.topology.nodes[2].state = model::State::Unknown;
    diagnosis.alternatives = {
        { failingHop, "connection-refused", "service-stopped", 0.55,
            "On app1: systemctl status shop.service" },
        { failingHop, "connection-refused", "firewall-reject", 0.30, "On app1, as root: nft list ruleset" },
    };
    diagnosis.incomplete = {
        { base::HostId("app1"), "listeners",
            "ss is not installed, and /proc/net/tcp is not readable for deploy" },
        { base::HostId("app1"), "journal", "permission denied; sudo -n is not allowed for deploy" },
        { base::HostId("app1"), "firewall", "nft needs root; sudo -n is not allowed for deploy" },
        { base::HostId("edge"), "nginx-config", "cut at 1 MiB" },
    };
    return snapshot;
}

run::Snapshot hostileTexts()
{
    run::Snapshot snapshot = stoppedService();
    model::Diagnosis& diagnosis = snapshot.diagnosis;
    const std::string evil = "<b>bold</b><img src='file:///etc/passwd'>\x1b[31mred\x07\xe2\x80\xae"
                             "txt.exe "
        + std::string(600, 'W');
    model::Finding& finding = *diagnosis.finding;
    finding.summary = evil;
    finding.firstPlaceToCheck = evil;
    finding.responsible = evil;
    finding.variant = evil;
    finding.cause = evil;
    for (model::Evidence& each : finding.evidence)
        each.observed = each.command = each.from = evil;
    finding.remediation[0].title = finding.remediation[0].why = evil;
    finding.remediation[0].commands = { evil };
    finding.remediation[0].host = base::HostId(evil);
    diagnosis.topology.nodes[1].label = diagnosis.topology.nodes[1].software
        = diagnosis.topology.nodes[1].version = evil;
    diagnosis.topology.hops[1].declared.endpoint.host = evil;
    diagnosis.incomplete[0].reason = evil;
    diagnosis.hosts[0].os = evil;
    diagnosis.profile = evil;
    diagnosis.url = evil;
    return snapshot;
}

run::Snapshot halfWay()
{
    run::Snapshot snapshot = baseline();
    snapshot.isFinal = false;
    snapshot.number = 4;
    model::Diagnosis& diagnosis = snapshot.diagnosis;
    diagnosis.verdict = model::Verdict::Unknown;
    diagnosis.topology.nodes.resize(3);
    diagnosis.topology.hops.resize(2);
    diagnosis.topology.nodes[2].state = model::State::Unknown;
    diagnosis.topology.hops[1].state = model::State::Unknown;
    diagnosis.topology.hops[1].latencyMs.reset();
    diagnosis.hosts.resize(1);
    snapshot.progress = {
        { base::HostId("edge"), run::HostProgress::Stage::Hops, "hop-tcp", 19, 31, "" },
        { base::HostId("app1"), run::HostProgress::Stage::Authenticating, "", 0, 28, "" },
        { base::HostId("db1"), run::HostProgress::Stage::Failed, "", 0, 0,
            "connect to 10.1.0.9:22: connection timed out" },
    };
    return snapshot;
}

}
