#include "tests/support/scenario/scenario.h"

#include <algorithm>

namespace hopscope::test {

using namespace std::chrono_literals;

namespace {
constexpr const char* hopId = "edge/nginx:80>app1/node:3000";

model::Source sourceOf(model::Capture& capture, const char* host, const char* check, const char* command)
{
    model::CheckResult result;
    result.host = base::HostId(host);
    result.check = base::CheckId(check);
    result.command = command;
    result.outcome = model::outcome::Captured {};
    result.startedAt = capture.startedAt;
    capture.checks.push_back(std::move(result));
    return { capture.checks.size() - 1, 1 };
}

model::Node node(
    const char* id, model::NodeKind kind, const char* software, const char* host, const char* label)
{
    model::Node made;
    made.id = base::NodeId(id);
    made.kind = kind;
    made.software = software;
    if (*host)
        made.host = base::HostId(host);
    made.label = label;
    made.sources = { "config", "listener" };
    return made;
}

model::HostFacts host(const char* name, const char* address, base::TimePoint now)
{
    model::HostFacts facts;
    facts.host = base::HostId(name);
    facts.hostname = name;
    facts.osName = "Debian GNU/Linux 12 (bookworm)";
    facts.osFamily = "debian";
    facts.initSystem = "systemd";
    facts.isRoot = true;
    facts.addresses = { "127.0.0.1", "::1", address };
    facts.now = now;
    model::FileSystem root;
    root.mountPoint = "/";
    root.device = "/dev/sda1";
    root.sizeBytes = 40'000'000'000;
    root.availableBytes = 20'000'000'000;
    root.inodes = 1'000'000;
    root.inodesFree = 900'000;
    facts.fileSystems = { root };
    return facts;
}

model::Listener listener(
    const char* address, base::Port port, const char* process, int pid, model::Source source)
{
    model::Listener made;
    made.address = address;
    made.port = port;
    made.process = process;
    made.pid = pid;
    made.receiveQueue = 0;
    made.backlog = 511;
    made.source = source;
    return made;
}

model::Process process(int pid, const char* name, const char* unit)
{
    model::Process made;
    made.pid = pid;
    made.parent = 1;
    made.name = name;
    made.user = name;
    made.unit = unit;
    made.state = 'S';
    return made;
}

model::Unit runningUnit(const char* name, int pid, const char* execStart, base::TimePoint since)
{
    model::Unit made;
    made.name = name;
    made.loadState = "loaded";
    made.activeState = "active";
    made.subState = "running";
    made.result = "success";
    made.mainPid = pid;
    made.execStart = execStart;
    made.restartPolicy = "on-failure";
    made.fragmentPath = std::string("/etc/systemd/system/") + name;
    made.activeSince = since;
    return made;
}
}

Scenario::Scenario()
{
    capture.startedAt = *base::fromIso8601("2026-11-21T09:30:00Z");
    capture.duration = 800ms;
    capture.profile.name = "shop";
    capture.profile.url = "http://shop.example/";
    for (const char* name : { "edge", "app1" }) {
        capture.profile.hosts.push_back({ base::HostId(name), false, {} });
        model::HostSession session;
        session.host = base::HostId(name);
        session.clockOffset = 0ms;
        capture.sessions.push_back(session);
    }

    model::HostFacts edgeFacts = host("edge", "10.1.0.2", now());
    const auto edgeListeners = sourceOf(capture, "edge", "listeners", "ss -ltnp");
    edgeFacts.listeners = { listener("0.0.0.0", 22, "sshd", 101, edgeListeners),
        listener("0.0.0.0", 80, "nginx", 200, edgeListeners) };
    edgeFacts.processes = { process(200, "nginx", "nginx.service") };
    edgeFacts.units = { runningUnit("nginx.service", 200, "/usr/sbin/nginx", ago(48h)) };
    edgeFacts.units[0].fragmentPath = "/lib/systemd/system/nginx.service";
    edgeFacts.units[0].source = sourceOf(capture, "edge", "units", "systemctl show '*'");
    model::SoftwareConfig config;
    config.software = "nginx";
    config.isValid = true;
    config.loadedAt = ago(48h);
    config.files = { { "/etc/nginx/sites-enabled/shop", "server {}", ago(49h), {} } };
    edgeFacts.configs = { config };

    model::HostFacts appFacts = host("app1", "10.1.0.3", now());
    const auto appListeners = sourceOf(capture, "app1", "listeners", "ss -ltnp");
    appFacts.listeners = { listener("0.0.0.0", 22, "sshd", 101, appListeners),
        listener("0.0.0.0", 3000, "node", 812, appListeners) };
    appFacts.processes = { process(812, "node", "shop.service") };
    appFacts.units = { runningUnit("shop.service", 812, "/usr/bin/node /srv/shop/server.js", ago(48h)) };
    appFacts.units[0].source = sourceOf(capture, "app1", "unit-state", "systemctl show shop.service");
    facts.hosts[edgeFacts.host] = std::move(edgeFacts);
    facts.hosts[appFacts.host] = std::move(appFacts);

    topology.nodes = { node("client", model::NodeKind::Client, "", "", "client"),
        node("edge/nginx:80", model::NodeKind::Proxy, "nginx", "edge", "nginx on edge"),
        node("app1/node:3000", model::NodeKind::App, "node", "app1", "node on app1") };
    topology.nodes[1].unit = "nginx.service";
    topology.nodes[1].pid = 200;
    topology.nodes[2].unit = "shop.service";
    topology.nodes[2].pid = 812;
    model::Hop entry;
    entry.id = base::HopId("client>edge/nginx:80");
    entry.from = base::NodeId("client");
    entry.to = base::NodeId("edge/nginx:80");
    entry.protocol = model::Protocol::Http;
    entry.isOnPath = true;
    entry.declared.endpoint = { "shop.example", 80, "" };
    model::Hop app;
    app.id = base::HopId(hopId);
    app.from = entry.to;
    app.to = base::NodeId("app1/node:3000");
    app.protocol = model::Protocol::Http;
    app.isOnPath = true;
    app.declared.endpoint = { "10.1.0.3", 3000, "" };
    app.declared.place = { "/etc/nginx/sites-enabled/shop", 12 };
    app.declared.timeouts.read = 60s;
    app.declared.timeouts.connect = 60s;
    app.declared.requestHost = "shop.example";
    app.declared.callerUser = "www-data";
    topology.hops = { entry, app };

    capture.outside.startedAt = now();
    capture.outside.url = capture.profile.url;
    capture.outside.dns.ipv4 = model::AttemptResult::Succeeded;
    capture.outside.dns.ipv4Addresses = { "10.1.0.2" };
    capture.outside.tcp = { { "10.1.0.2", 80, model::AttemptResult::Succeeded, "", 0.6 } };
    requestAnswers(200);
    for (model::Seat seat : { model::Seat::Caller, model::Seat::Callee, model::Seat::CalleeLoop }) {
        model::HopProbe& made = probe(seat);
        made.connect = model::ConnectResult::Connected;
        made.reply = model::ReplyResult::Answered;
        made.status = 200;
        made.firstByteMs = 4;
    }
}

void Scenario::addProbe(const model::Hop& hop, const char* hostName, model::Seat seat)
{
    model::HopProbe made;
    made.hop = hop.id;
    made.host = base::HostId(hostName);
    made.seat = seat;
    made.target = hop.declared.endpoint.text();
    made.address = seat == model::Seat::CalleeLoop && !hop.declared.endpoint.isUnix()
        ? "127.0.0.1:" + std::to_string(hop.declared.endpoint.port)
        : hop.declared.endpoint.text();
    made.at = now();
    made.source = sourceOf(capture, hostName,
        seat == model::Seat::Caller       ? "hop-caller"
            : seat == model::Seat::Callee ? "hop-callee"
                                          : "hop-loopback",
        "curl …");
    facts.probes.push_back(std::move(made));
}

model::HopProbe& Scenario::probe(model::Seat seat)
{
    for (model::HopProbe& each : facts.probes)
        if (each.hop == appHop().id && each.seat == seat)
            return each;
    addProbe(appHop(), seat == model::Seat::Caller ? "edge" : "app1", seat);
    return facts.probes.back();
}

Scenario& Scenario::requestAnswers(int status)
{
    capture.outside.http.result = model::AttemptResult::Succeeded;
    capture.outside.http.status = status;
    capture.outside.http.firstByteMs = 5;
    capture.outside.http.totalMs = 6;
    return *this;
}

Scenario& Scenario::connectFails(model::ConnectResult result)
{
    requestAnswers(result == model::ConnectResult::TimedOut ? 504 : 502);
    for (model::Seat seat : { model::Seat::Caller, model::Seat::Callee, model::Seat::CalleeLoop }) {
        model::HopProbe& each = probe(seat);
        each.connect = result;
        each.reply = model::ReplyResult::NotTried;
        each.status.reset();
        each.firstByteMs.reset();
    }
    return *this;
}

Scenario& Scenario::nothingListens()
{
    std::erase_if(app().listeners,
        [&](const model::Listener& each) { return each.port == appHop().declared.endpoint.port; });
    std::erase_if(app().processes, [](const model::Process& each) { return each.pid == 812; });
    topology.nodes[2].pid = 0;
    topology.nodes[2].sources = { "config", "unit" };
    return *this;
}

Scenario& Scenario::unitIs(
    const std::string& activeState, const std::string& subState, const std::string& result)
{
    unit().activeState = activeState;
    unit().subState = subState;
    unit().result = result;
    unit().mainPid = activeState == "active" ? 812 : 0;
    if (activeState != "active") {
        unit().inactiveSince = ago(18min);
        unit().lastExitAt = ago(18min);
    }
    return *this;
}

Scenario& Scenario::edgeLogs(const std::string& text, base::Milliseconds age)
{
    model::LogLine line;
    line.origin = model::LogOrigin::File;
    line.place = "/var/log/nginx/error.log";
    line.at = ago(age);
    line.text = text;
    if (m_edgeLog.check == model::Source::none)
        m_edgeLog = sourceOf(capture, "edge", "proxy-error-log", "tail -n 200 /var/log/nginx/error.log");
    line.source = m_edgeLog;
    edge().logs.push_back(std::move(line));
    return *this;
}

Scenario& Scenario::appLogs(const std::string& text, base::Milliseconds age, model::LogOrigin origin)
{
    model::LogLine line;
    line.origin = origin;
    line.place = origin == model::LogOrigin::Kernel ? "kernel" : app().units.at(0).name;
    line.at = ago(age);
    line.text = text;
    line.source = sourceOf(capture, "app1", "unit-log", "journalctl -u shop.service");
    app().logs.push_back(std::move(line));
    return *this;
}

Scenario& Scenario::hostUnreachable(const std::string& name, base::ErrorCode code)
{
    facts.hosts.erase(base::HostId(name));
    std::erase_if(facts.probes, [&](const model::HopProbe& each) { return each.host.value() == name; });
    for (model::HostSession& session : capture.sessions)
        if (session.host.value() == name)
            session.error = base::Error { code, "connect", name, "Connection timed out", "" };
    return *this;
}

Scenario& Scenario::overUnixSocket(
    const std::string& path, const std::string& unitName, model::Protocol protocol)
{
    appHop().protocol = protocol;
    appHop().declared.endpoint = { "", 0, path };
    topology.nodes[2].host = base::HostId("edge");
    topology.nodes[2].unit = unitName;
    topology.nodes[2].software = protocol == model::Protocol::FastCgi ? "php-fpm" : "gunicorn";
    topology.nodes[2].label = topology.nodes[2].software + " on edge";
    model::Listener socket;
    socket.kind = model::SocketKind::Unix;
    socket.path = path;
    socket.pid = 900;
    socket.process = topology.nodes[2].software;
    socket.receiveQueue = 0;
    socket.backlog = 511;
    edge().listeners.push_back(socket);
    edge().processes.push_back(process(900, socket.process.c_str(), unitName.c_str()));
    edge().units.insert(edge().units.begin(), runningUnit(unitName.c_str(), 900, "/usr/sbin/run", ago(48h)));
    model::FileStatus file;
    file.path = path;
    file.exists = true;
    file.type = "socket";
    file.mode = 0660;
    file.owner = "www-data";
    file.group = "www-data";
    file.parents = { { "/", 0755, "root", "root" }, { "/run", 0755, "root", "root" } };
    edge().files = { file };
    facts.probes.clear();
    for (model::Seat seat : { model::Seat::Caller, model::Seat::CalleeLoop }) {
        addProbe(appHop(), "edge", seat);
        facts.probes.back().connect = model::ConnectResult::Connected;
        facts.probes.back().reply = model::ReplyResult::Answered;
        facts.probes.back().status = 200;
    }
    return *this;
}

Scenario& Scenario::alsoListens(const std::string& address, base::Port port, const std::string& name, int pid,
    const std::string& unitName)
{
    app().listeners.push_back(
        listener(address.c_str(), port, name.c_str(), pid, app().listeners.front().source));
    app().processes.push_back(process(pid, name.c_str(), unitName.c_str()));
    return *this;
}

Scenario& Scenario::withReplica()
{
    appHop().group = "shop_backend";
    model::HostFacts second = app();
    second.host = base::HostId("app2");
    second.addresses = { "127.0.0.1", "10.1.0.4" };
    facts.hosts[second.host] = second;
    capture.profile.hosts.push_back({ base::HostId("app2"), false, {} });
    model::HostSession session;
    session.host = second.host;
    capture.sessions.push_back(session);
    model::Node made = topology.nodes[2];
    made.id = base::NodeId("app2/node:3000");
    made.host = second.host;
    made.label = "node on app2";
    topology.nodes.push_back(made);
    model::Hop hop = appHop();
    hop.id = base::HopId("edge/nginx:80>app2/node:3000");
    hop.to = made.id;
    hop.declared.endpoint.host = "10.1.0.4";
    topology.hops.push_back(hop);
    addProbe(topology.hops.back(), "edge", model::Seat::Caller);
    facts.probes.back().connect = model::ConnectResult::Connected;
    facts.probes.back().reply = model::ReplyResult::Answered;
    facts.probes.back().status = 200;
    return *this;
}

Scenario& Scenario::withDatabase()
{
    model::HostFacts database = host("db1", "10.1.0.5", now());
    database.listeners
        = { listener("0.0.0.0", 5432, "postgres", 400, sourceOf(capture, "db1", "listeners", "ss -ltnp")) };
    database.processes = { process(400, "postgres", "postgresql@15-main.service") };
    database.units
        = { runningUnit("postgresql@15-main.service", 400, "/usr/lib/postgresql/15/bin/postgres", ago(48h)) };
    facts.hosts[database.host] = database;
    capture.profile.hosts.push_back({ base::HostId("db1"), false, {} });
    model::HostSession session;
    session.host = database.host;
    capture.sessions.push_back(session);
    topology.nodes.push_back(
        node("db1/postgresql:5432", model::NodeKind::Database, "postgresql", "db1", "PostgreSQL on db1"));
    model::Hop hop;
    hop.id = base::HopId("app1/node:3000>db1/postgresql:5432");
    hop.from = base::NodeId("app1/node:3000");
    hop.to = base::NodeId("db1/postgresql:5432");
    hop.protocol = model::Protocol::Postgresql;
    hop.isOnPath = true;
    hop.declared.endpoint = { "10.1.0.5", 5432, "" };
    topology.hops.push_back(hop);
    addProbe(topology.hops.back(), "app1", model::Seat::Caller);
    facts.probes.back().connect = model::ConnectResult::Connected;
    return *this;
}

}
