// Outages in which the call is taken, and the answer is the failure.
#include "tests/core/diagnosis/outages.h"

namespace hopscope::diagnosis::outages {
namespace {

using namespace std::chrono_literals;
using model::ConnectResult;
using model::Protocol;
using model::ReplyResult;
using model::Seat;
using test::Scenario;

void appAnswers(Scenario& s, int status)
{
    s.requestAnswers(status);
    for (Seat seat : { Seat::Caller, Seat::Callee, Seat::CalleeLoop })
        s.probe(seat).status = status;
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

constexpr const char* databaseHop = "app1/node:3000>db1/postgresql:5432";

/// The visitor gets 504; the app's connection to its database sent and received last so long ago.
void waitsFor(Scenario& s, base::Milliseconds sentAgo, base::Milliseconds receivedAgo)
{
    repliesFail(s, 504, ReplyResult::TimedOut);
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

void isOverloaded(Scenario& s)
{
    s.app().resources.cores = 2;
    s.app().resources.load1 = 9;
    s.app().resources.pressureCpu = 88;
    s.app().resources.cpuPercent = 99;
}

void databaseLogs(Scenario& s, const std::string& text)
{
    s.appLogs(text, 1s);
    model::LogLine line = s.app().logs.back();
    s.app().logs.pop_back();
    line.place = "postgresql@15-main.service";
    s.facts.hosts.at(base::HostId("db1")).logs.push_back(line);
}

const Outage ofAnswered[] {
    { "UnhealthyAndSilent",
        [](Scenario& s) {
            appAnswers(s, 500);
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
    { "TomcatWasStoppedByASignalAndItsQueueFills",
        [](Scenario& s) {
            repliesFail(s, 504, ReplyResult::TimedOut);
            s.topology.nodes.at(2).software = "tomcat";
            s.app().processes.at(0).state = 'T';
            s.app().listeners.at(0).receiveQueue = 5;
        },
        appHop, "response-timed-out", "app-hung", 0.85 },
    { "AppHangs", [](Scenario& s) { repliesFail(s, 504, ReplyResult::TimedOut); }, appHop,
        "response-timed-out", "app-hung", 0.7 },
    { "EveryProcessorIsBusyAndTheAppWaitsForOne",
        [](Scenario& s) {
            repliesFail(s, 504, ReplyResult::TimedOut);
            isOverloaded(s);
            s.app().processes[0].state = 'R';
        },
        appHop, "response-timed-out", "cpu-saturated", 0.6 },
    { "AppThatSleepsHangsOnABusyHost",
        [](Scenario& s) {
            repliesFail(s, 504, ReplyResult::TimedOut);
            isOverloaded(s);
            s.app().processes[0].state = 'S';
        },
        appHop, "response-timed-out", "app-hung", 0.6 },
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
    { "WorkerKilledForMemory",
        [](Scenario& s) {
            repliesFail(s, 502, ReplyResult::ClosedBeforeHeaders);
            s.appLogs(
                "Out of memory: Killed process 5150 (node) total-vm:900kB", 2s, model::LogOrigin::Kernel);
        },
        appHop, "reset-before-headers", "oom-killed", 0.7 },
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
    { "AppAnswers500",
        [](Scenario& s) {
            appAnswers(s, 500);
            s.appLogs("Traceback (most recent call last)", 1s);
        },
        appHop, "error-response", "app-error", 0.7 },
    { "AppTurnedAwayByItsDatabase",
        [](Scenario& s) {
            appAnswers(s, 500);
            s.appLogs("FATAL: password authentication failed for user \"shop\"", 1s);
        },
        appHop, "error-response", "dependency-auth-failed", 0.7 },
    { "AppKeepsAConnectionThatItLostToADatabaseThatIsWell",
        [](Scenario& s) {
            s.withDatabase();
            s.facts.probes.back().reply = ReplyResult::Answered;
            appAnswers(s, 500);
            s.appLogs("psycopg2.InterfaceError: connection already closed", 1s);
            databaseLogs(s, "root@root FATAL:  role \"root\" does not exist");
        },
        appHop, "error-response", "app-error", 0.6 },
    { "AppDoesNotTrustItsDatabasesOldCertificate",
        [](Scenario& s) {
            s.withDatabase();
            s.facts.probes.back().reply = ReplyResult::Answered;
            appAnswers(s, 500);
            s.appLogs("psycopg2.OperationalError: connection to server at \"10.1.0.5\", port 5432 failed: SSL error: certificate verify failed", 1s);
            databaseLogs(s, "[unknown]@[unknown] LOG:  could not accept SSL connection: sslv3 alert certificate expired");
            databaseLogs(s, "root@root FATAL:  role \"root\" does not exist");
        },
        databaseHop, "certificate-invalid", "certificate-expired", 0.45 },
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
            appAnswers(s, 426);
            s.edge().configs.at(0).files.at(0).text = "server { location / { proxy_pass http://10.1.0.3:3000; } }";
        },
        appHop, "protocol-mismatch", "websocket-not-upgraded", 0.7 },
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
            appAnswers(s, 400);
            s.appLogs("Invalid HTTP_HOST header: 'shop.example'. You may need to add 'shop.example' to ALLOWED_HOSTS.", 1s);
        },
        appHop, "error-response", "app-misconfigured", 0.6 },
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

INSTANTIATE_TEST_SUITE_P(Answered, Causes, testing::ValuesIn(ofAnswered), nameOf);

}
}
