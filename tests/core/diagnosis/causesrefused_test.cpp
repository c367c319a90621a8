// Outages in which nobody takes the call.
#include "tests/core/diagnosis/outages.h"

namespace hopscope::diagnosis::outages {
namespace {

using namespace std::chrono_literals;
using model::ConnectResult;
using model::Protocol;
using model::ReplyResult;
using model::Seat;
using test::Scenario;

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

const Outage ofRefused[] {
    { "ContainerStoppedUnderARunningEngine", isInStoppedContainer, appHop, "connection-refused", "container-exited", 0.85 },
    { "ContainerStoppedWhereAnotherOneWentOverItsLimit",
        [](Scenario& s) {
            isInStoppedContainer(s);
            s.appLogs("node invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0", 2s, model::LogOrigin::Kernel);
        },
        appHop, "connection-refused", "container-exited", 0.85 },
    { "AppEndedAfterItHadServed",
        [](Scenario& s) {
            s.connectFails(ConnectResult::Refused).nothingListens();
            s.unitIs("failed", "failed", "exit-code");
            s.unit().mainExitStatus = 1;
            s.unit().activeSince = s.ago(9s);
            s.unit().inactiveSince = s.unit().lastExitAt = s.ago(3s);
            s.edgeLogs("203.0.113.9 - - [21/Nov/2026:09:29:55 +0000] \"GET / HTTP/1.1\" 200 7 \"-\" \"curl\"", 5s);
        },
        appHop, "connection-refused", "process-crashed", 0.8 },
    { "AppEndedBeforeItServed",
        [](Scenario& s) {
            s.connectFails(ConnectResult::Refused).nothingListens();
            s.unitIs("failed", "failed", "exit-code");
            s.unit().mainExitStatus = 1;
            s.unit().activeSince = s.ago(4s);
            s.unit().inactiveSince = s.unit().lastExitAt = s.ago(3s);
            s.edgeLogs("203.0.113.9 - - [21/Nov/2026:09:29:50 +0000] \"GET / HTTP/1.1\" 200 7 \"-\" \"curl\"", 10s);
        },
        appHop, "connection-refused", "service-failed-to-start", 0.8 },
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
    { "OtherFamilyOnly",
        [](Scenario& s) {
            s.connectFails(ConnectResult::Refused)
                .nothingListens()
                .alsoListens("::", 3000, "node", 812, "shop.service");
        },
        appHop, "connection-refused", "address-family-mismatch", 0.8 },
    { "FirewallResets",
        [](Scenario& s) {
            s.connectFails(ConnectResult::Refused);
            worksOnItsOwnHost(s);
            s.app().firewall = { rule(model::FirewallRule::Verdict::Reject) };
        },
        appHop, "connection-refused", "firewall-reject", 0.9 },
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
    { "SettingMissingAtStart",
        [](Scenario& s) {
            s.connectFails(ConnectResult::Refused).nothingListens().unitIs("failed", "failed", "exit-code");
            s.unit().mainExitStatus = 3;
            s.unit().activeSince = s.ago(40min + 1s);
            s.unit().inactiveSince = s.ago(40min);
            s.appLogs("KeyError: 'SHOP_SECRET_KEY'", 40min);
        },
        appHop, "connection-refused", "app-misconfigured", 0.6 },
    { "PortTakenByAnother",
        [](Scenario& s) {
            s.connectFails(ConnectResult::Refused).nothingListens().unitIs("failed", "failed", "exit-code");
            s.unit().activeSince = s.ago(18min + 1s);
            s.appLogs("Error: listen EADDRINUSE: Address already in use 10.1.0.3:3000", 18min);
        },
        appHop, "connection-refused", "port-conflict", 0.75 },
};

INSTANTIATE_TEST_SUITE_P(Refused, Causes, testing::ValuesIn(ofRefused), nameOf);

}
}
