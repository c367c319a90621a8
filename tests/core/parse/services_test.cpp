#include "core/parse/changes.h"
#include "core/parse/logs.h"
#include "core/parse/sudocommand.h"
#include "core/parse/supervisors.h"
#include "core/parse/units.h"
#include "tests/core/parse/golden.h"

#include <gmock/gmock.h>

#include <tuple>

namespace hopscope::parse {
namespace {

using model::LogLine;
using model::LogOrigin;
using model::Unit;

const Unit& named(const std::vector<Unit>& units, const std::string& name)
{
    for (const Unit& unit : units) {
        if (unit.name == name)
            return unit;
    }
    throw std::runtime_error("no unit " + name);
}

TEST(UnitsTest, ReadsARecordedCrashLoop)
{
    const auto units = parseUnits(golden("debian12-crash-loop/worker/units.txt"));
    const Unit& unit = named(units, "warehouse.service");
    EXPECT_EQ(unit.activeState, "failed");
    EXPECT_EQ(unit.subState, "failed");
    EXPECT_EQ(unit.result, "exit-code");
    EXPECT_EQ(unit.restarts, 4);
    EXPECT_EQ(unit.mainExitCode, 1);
    EXPECT_EQ(unit.mainExitStatus, 1);
    EXPECT_EQ(unit.execStart, "/usr/bin/node /srv/warehouse/web.js");
    EXPECT_EQ(unit.workingDirectory, "/srv/warehouse");
    EXPECT_EQ(unit.user, "warehouse");
    EXPECT_EQ(unit.fragmentPath, "/etc/systemd/system/warehouse.service");
    EXPECT_EQ(unit.unitFileState, "enabled");
    EXPECT_EQ(unit.restartPolicy, "always");
    ASSERT_TRUE(unit.lastExitAt);
    EXPECT_EQ(base::toIso8601(*unit.lastExitAt), "2026-11-21T08:31:41.000Z");
    // stopped and disabled, but installed: still known
    EXPECT_EQ(named(units, "nginx.service").activeState, "inactive");
    EXPECT_EQ(named(units, "dbus.service").activeState, "active");
}

TEST(UnitsTest, ReadsWhatAUnitStartsAfter)
{
    const auto units = parseUnits("Id=shop.service\nActiveState=active\nAfter=postgresql.service redis-server.service\n\n");
    ASSERT_EQ(units.size(), 1u);
    EXPECT_THAT(units[0].after, testing::ElementsAre("postgresql.service", "redis-server.service"));
}

TEST(UnitsTest, ReadsSocketUnitsAndLimits)
{
    const auto units = parseUnits("Id=web.socket\nLoadState=loaded\nActiveState=active\nListen=/run/web.sock (Stream)\n"
                                  "Listen=[::]:80 (Stream)\nMemoryCurrent=18446744073709551615\nMemoryMax=104857600\n"
                                  "DropInPaths=/etc/a.conf /etc/b.conf\n\nId=web.socket\nActiveState=failed\n");
    ASSERT_EQ(units.size(), 1u) << "the first of two with one name";
    EXPECT_THAT(units[0].listens, testing::ElementsAre("/run/web.sock", "[::]:80"));
    EXPECT_FALSE(units[0].memoryBytes);
    EXPECT_EQ(units[0].memoryMaxBytes, 104857600u);
    EXPECT_EQ(units[0].dropIns.size(), 2u);
    EXPECT_EQ(units[0].source.line, 3);
}

TEST(UnitsTest, MasksSecretsOfCommandLines)
{
    const auto units = parseUnits("Id=a.service\nExecStart={ path=/a ; argv[]=/a --password=x ; pid=1 }\n");
    EXPECT_EQ(units.at(0).execStart, "/a --password=***");
}

TEST(UnitsTest, ReadsOtherServiceManagers)
{
    const auto openrc = parseUnits("@@ openrc\nRunlevel: default\n nginx            [  started  ]\n"
                                   " shop             [  crashed  ]\n db  [ stopped ]\n");
    ASSERT_EQ(openrc.size(), 3u);
    EXPECT_EQ(openrc[0].activeState, "active");
    EXPECT_EQ(openrc[1].activeState, "failed");
    const auto supervisor = parseUnits("@@ supervisor\nshop   RUNNING   pid 12, uptime 1:02:03\n"
                                       "mail   FATAL     Exited too quickly\nerror: nothing\n");
    ASSERT_EQ(supervisor.size(), 2u);
    EXPECT_EQ(supervisor[0].mainPid, 12);
    EXPECT_EQ(supervisor[1].activeState, "failed");
}

TEST(UnitsTest, ReadsWhatSupervisordRunsAndWhereItLogs)
{
    // States and log lines are as supervisor 4.2.5 of Debian 12 wrote them, running these programs; now=, zone= and the
    // section names are what units.sh adds.
    const auto units = parseUnits(R"(@@ supervisor
now=1795276697
zone=+0000
bad                              FATAL     can't find command '/srv/bad/run'
crashes                          EXITED    Nov 21 03:58 PM
crm-web                          STOPPED   Nov 21 03:57 PM
done                             EXITED    Nov 21 03:57 PM
hr                               FATAL     Exited too quickly (process log may have details)
jobs:jobs_00                     RUNNING   pid 22571, uptime 0:00:39
never                            STOPPED   Not started
pair:one                         RUNNING   pid 22573, uptime 0:00:39
slow                             BACKOFF   Exited too quickly (process log may have details)
@@ supervisor config
; file /etc/supervisor/conf.d/crm.conf
[program:crm-web]
command=/usr/bin/python3 web.py --token=abc
directory=/srv/crm
user=www-data ; whom
stdout_logfile=/var/log/%(program_name)s.log
[program:hr]
command=python3 hr.py
[program:jobs]
command=/bin/sleep 600
process_name=%(program_name)s_%(process_num)02d
stdout_logfile=/var/log/%(program_name)s.log
; file /etc/supervisor/supervisord.conf
[supervisord]
logfile=/var/log/supervisor/supervisord.log
@@ supervisor log /var/log/supervisor/supervisord.log
2026-11-21 15:57:37,316 INFO supervisord started with pid 22552
2026-11-21 15:57:38,320 INFO spawnerr: can't find command '/srv/bad/run'
2026-11-21 15:57:38,322 INFO spawned: 'crm-web' with pid 22567
2026-11-21 15:57:38,372 INFO spawned: 'hr' with pid 22570
2026-11-21 15:57:38,373 INFO spawned: 'jobs_00' with pid 22571
2026-11-21 15:57:38,674 WARN exited: hr (exit status 1; not expected)
2026-11-21 15:57:39,675 INFO success: done entered RUNNING state, process has stayed up for > than 1 seconds (startsecs)
2026-11-21 15:57:39,677 INFO spawned: 'hr' with pid 22584
2026-11-21 15:57:40,346 INFO exited: done (exit status 0; expected)
2026-11-21 15:57:40,346 WARN exited: hr (exit status 1; not expected)
2026-11-21 15:57:40,413 INFO gave up: hr entered FATAL state, too many start retries too quickly
2026-11-21 15:57:43,785 INFO waiting for crm-web to stop
2026-11-21 15:57:43,792 WARN stopped: crm-web (terminated by SIGTERM)
2026-11-21 15:58:13,378 INFO spawned: 'crashes' with pid 23024
2026-11-21 15:58:14,925 WARN exited: crashes (terminated by SIGSEGV; not expected)
@@ supervisor files /var/log/supervisor
hr-stdout---supervisor-rt8nfa7k.log
hr-stderr---supervisor-jpu9pu6q.log
)");
    ASSERT_EQ(units.size(), 9u);
    const auto& [bad, crashes, crm] = std::tie(units[0], units[1], units[2]);
    EXPECT_EQ(bad.result, "resources");
    EXPECT_EQ(crashes.activeState, "failed");
    EXPECT_EQ(crashes.result, "signal");
    EXPECT_EQ(crashes.mainExitStatus, 11);
    EXPECT_EQ(crashes.lastExitAt, base::fromIso8601("2026-11-21T15:58:14.925Z"));
    EXPECT_EQ(crm.name, "crm-web");
    EXPECT_EQ(crm.supervisor, model::Supervisor::Supervisord);
    EXPECT_EQ(crm.activeState, "inactive");
    EXPECT_EQ(crm.result, "success");
    EXPECT_EQ(crm.inactiveSince, base::fromIso8601("2026-11-21T15:57:43.792Z"));
    EXPECT_EQ(crm.user, "www-data");
    EXPECT_EQ(crm.workingDirectory, "/srv/crm");
    EXPECT_EQ(crm.execStart, "/usr/bin/python3 web.py --token=***");
    EXPECT_EQ(crm.logFiles, (std::vector<std::string> { "/var/log/crm-web.log" }));
    EXPECT_EQ(units[3].activeState, "inactive");
    EXPECT_EQ(units[3].result, "success");
    const auto& [hr, jobs] = std::tie(units[4], units[5]);
    EXPECT_EQ(hr.activeState, "failed");
    EXPECT_EQ(hr.result, "start-limit-hit");
    EXPECT_EQ(hr.mainExitStatus, 1);
    EXPECT_EQ(hr.restarts, 1);
    EXPECT_EQ(hr.logFiles, (std::vector<std::string> { "/var/log/supervisor/hr-stdout---supervisor-rt8nfa7k.log",
                               "/var/log/supervisor/hr-stderr---supervisor-jpu9pu6q.log" }));
    EXPECT_EQ(jobs.mainPid, 22571);
    EXPECT_EQ(jobs.execStart, "/bin/sleep 600");
    EXPECT_EQ(jobs.logFiles, (std::vector<std::string> { "/var/log/jobs.log" }));
    EXPECT_EQ(jobs.activeSince, base::fromUnixSeconds("1795276658"));
    EXPECT_EQ(units[6].activeState, "inactive");
    EXPECT_EQ(units[7].name, "pair:one");
    EXPECT_EQ(units[8].subState, "auto-restart");
}

TEST(UnitsTest, ReadsPm2sProcessesAsOneProgramANames)
{
    // the fields of `pm2 jlist` (pm2 5) that units.sh lets through
    const auto units = parseUnits("@@ pm2 deploy /home/deploy/.pm2\nnow=1763717400\n"
        R"({"name":"shop","pid":812,"id":0,"status":"online","restarts":3,"unstable":0,"uptime":1763717000000,"script":"/srv/shop/server.js","args":["--port","3000"],"cwd":"/srv/shop","out":"/home/deploy/.pm2/logs/shop-out.log","err":"/home/deploy/.pm2/logs/shop-error.log"})"
        "\n"
        R"({"name":"shop","pid":0,"id":1,"status":"errored","restarts":15,"script":"/srv/shop/server.js","cwd":"/srv/shop"})"
        "\n"
        R"({"name":"mailer","pid":0,"id":2,"status":"errored","restarts":15,"exit":1,"script":"/srv/mailer/index.js","cwd":"/srv/mailer","out":"/dev/null"})"
        "\n{broken\n");
    ASSERT_EQ(units.size(), 2u);
    EXPECT_EQ(units[0].supervisor, model::Supervisor::Pm2);
    EXPECT_EQ(units[0].user, "deploy");
    EXPECT_EQ(units[0].mainPid, 812);
    EXPECT_EQ(units[0].execStart, "/srv/shop/server.js --port 3000");
    EXPECT_EQ(units[0].logFiles.size(), 2u);
    EXPECT_EQ(units[0].description, "online, another errored");
    EXPECT_EQ(units[1].activeState, "failed");
    EXPECT_EQ(units[1].mainExitStatus, 1);
    EXPECT_TRUE(units[1].logFiles.empty());
}

TEST(UnitsTest, ReadsPm2sClustersAndWhoseSocketsItsDaemonHolds)
{
    // as pm2 7 has them: its daemon holds the socket of a cluster
    model::HostFacts host;
    host.units = parseUnits("@@ pm2 deploy /home/deploy/.pm2\n"
        R"({"name":"shop","pid":0,"id":0,"mode":"cluster_mode","status":"errored","script":"/srv/shop/s.js","cwd":"/srv/shop"})"
        "\n"
        R"({"name":"shop","pid":4595,"id":1,"mode":"cluster_mode","status":"online","script":"/srv/shop/s.js","cwd":"/srv/shop"})"
        "\n"
        R"({"name":"shop","pid":4715,"id":2,"mode":"cluster_mode","status":"online","script":"/srv/shop/s.js","cwd":"/srv/shop"})"
        "\n"
        R"({"name":"jobs","pid":4800,"id":3,"mode":"fork_mode","status":"online","script":"/srv/jobs/j.js","cwd":"/srv/jobs"})");
    ASSERT_EQ(host.units.size(), 2u);
    EXPECT_EQ(host.units[0].clusterPids, (std::vector { 4595, 4715 }));
    EXPECT_EQ(host.units[0].mainPid, 4595);
    EXPECT_EQ(host.units[0].activeState, "active");
    EXPECT_EQ(host.units[0].description, "online, another errored");
    EXPECT_TRUE(host.units[1].clusterPids.empty());
    const auto add = [&](int pid, int parent, const char* command) {
        model::Process process;
        process.pid = pid;
        process.parent = parent;
        process.name = "node";
        process.commandLine = command;
        host.processes.push_back(process);
    };
    add(4400, 1, "PM2 v7.0.4: God Daemon (/home/deploy/.pm2)");
    add(4595, 4400, "node /srv/shop/s.js");
    add(4715, 4400, "node /srv/shop/s.js");
    model::Listener listener;
    listener.port = 3000;
    listener.pid = 4400;
    host.listeners.push_back(listener);
    nameSupervisedProcesses(host);
    nameClusterSockets(host);
    EXPECT_EQ(host.listeners[0].pid, 4595);
    EXPECT_EQ(host.listeners[0].unit, "shop");
    EXPECT_EQ(host.processes[2].unit, "shop");
    // Two clusters: the environment tells, or nobody.
    host.units[1].clusterPids = { 4800 };
    add(4800, 4400, "node /srv/jobs/j.js");
    host.listeners[0].pid = 4400;
    nameClusterSockets(host);
    EXPECT_EQ(host.listeners[0].pid, 4400);
    model::Setting port;
    port.origin = model::Setting::Origin::Environment;
    port.pid = 4800;
    port.key = "PORT";
    port.value = "3000";
    host.settings.push_back(port);
    nameClusterSockets(host);
    EXPECT_EQ(host.listeners[0].unit, "jobs");
}

TEST(JournalTest, ReadsARecordedJournalAndFindsTheUnit)
{
    const auto lines = parseJournal(golden("debian12-crash-loop/worker/journal.txt"), {});
    const auto failed = std::find_if(lines.begin(), lines.end(),
        [](const LogLine& line) { return line.text.find("Start request repeated too quickly") != std::string::npos; });
    ASSERT_NE(failed, lines.end());
    EXPECT_EQ(failed->place, "warehouse.service");
    EXPECT_EQ(failed->origin, LogOrigin::Journal);
    ASSERT_TRUE(failed->at);
    EXPECT_GT(failed->source.line, 1);
    for (const LogLine& line : lines)
        EXPECT_NE(line.text.substr(0, 2), "--") << "the tool's own remarks are no log";
}

TEST(JournalTest, ReadsSyslogFilesKernelLinesAndContinuations)
{
    const HostClock clock { base::fromIso8601("2026-11-21T09:00:00Z"), std::chrono::minutes(0) };
    const auto lines = parseJournal("@@ file /var/log/syslog\nNov 21 08:30:00 box kernel: [1.0] Out of memory: Killed process 7\n"
                                    "Nov 21 08:31:00 box shop[12]: started\nnot a line\n",
        clock);
    ASSERT_EQ(lines.size(), 2u);
    EXPECT_EQ(lines[0].origin, LogOrigin::Kernel);
    EXPECT_EQ(lines[1].place, "shop");
    const auto joined = parseJournal("1795249676.5 box app[1]: first\n    second\nHint: you are\n", {});
    ASSERT_EQ(joined.size(), 2u);
    EXPECT_EQ(joined[1].text, "second");
    EXPECT_EQ(joined[1].at, joined[0].at);
}

TEST(KernelLogTest, CountsStampsFromTheBoot)
{
    const auto lines = parseKernelLog("uptime=1000.50 2000.00\nnow=1795249688.500\n@@ dmesg\n"
                                      "[  900.250000] Out of memory: Killed process 42 (node)\n<4>[  901.0] x\nplain\n",
        {});
    ASSERT_EQ(lines.size(), 3u);
    EXPECT_EQ(lines[0].at, base::fromUnixSeconds("1795249588.250"));
    EXPECT_EQ(lines[0].text, "Out of memory: Killed process 42 (node)");
    EXPECT_EQ(lines[0].origin, LogOrigin::Kernel);
    EXPECT_EQ(lines[1].text, "x");
    EXPECT_FALSE(lines[2].at);
}

TEST(LogFileTest, JoinsWhatNginxQuotesOfAFastCgiApp)
{
    const auto lines = parseLogFile("2026/11/21 09:30:00 [error] 7#7: *1 FastCGI sent in stderr: \"PHP message: PHP Fatal error:  x\n"
                                    "Stack trace:\n#0 {main}\n"
                                    "  thrown in /srv/a.php on line 1\" while reading response header from upstream, upstream: \"u\"\n"
                                    "2026/11/21 09:30:01 [error] 7#7: *2 FastCGI sent in stderr: \"never ended\n"
                                    "2026/11/21 09:30:02 [notice] 7#7: next\n",
        "/var/log/nginx/error.log", HostClock {});
    ASSERT_EQ(lines.size(), 3u);
    EXPECT_THAT(lines[0].text, ::testing::EndsWith("x Stack trace: #0 {main} thrown in /srv/a.php on line 1\" while reading response header from upstream, upstream: \"u\""));
    EXPECT_EQ(lines[0].source.line, 1);
    EXPECT_EQ(lines[1].source.line, 5);
    EXPECT_THAT(lines[2].text, ::testing::HasSubstr("next"));
}

TEST(LogFileTest, GivesATraceTheTimeOfItsFirstLine)
{
    const HostClock clock { base::fromIso8601("2026-11-21T09:00:00Z"), std::chrono::minutes(60) };
    const auto lines = parseLogFile("2026/11/21 09:30:00 [error] 7#7: *1 connect() failed (111: Connection refused)\n"
                                    "    at x\n\n",
        "/var/log/nginx/error.log", clock);
    ASSERT_EQ(lines.size(), 2u);
    EXPECT_EQ(lines[0].text.substr(0, 10), "2026/11/21") << "the line stays as it is";
    EXPECT_EQ(lines[1].at, lines[0].at);
    EXPECT_EQ(lines[1].place, "/var/log/nginx/error.log");
}

TEST(ProcessLogTest, KeepsTheFilesOfOneProcessApart)
{
    const auto lines = parseProcessLog("@@ /srv/shop/out.log\nready\n2026-11-21 09:30:00 fatal: boom\n@@ /srv/shop/err.log\nTraceback\n",
        812, {});
    ASSERT_EQ(lines.size(), 3u);
    EXPECT_EQ(lines[1].place, "/srv/shop/out.log");
    EXPECT_EQ(lines[1].source.line, 3);
    EXPECT_EQ(lines[2].place, "/srv/shop/err.log");
    EXPECT_EQ(lines[2].text, "Traceback");
    EXPECT_EQ(lines[2].source.line, 5);
    EXPECT_EQ(lines[2].pid, 812);
}

TEST(ProcessLogTest, OfNothingIsNothing)
{
    EXPECT_TRUE(parseProcessLog("", 1, {}).empty());
    EXPECT_TRUE(parseProcessLog("@@ /srv/x.log", 1, {}).empty());
    EXPECT_TRUE(parseProcessLog("no header\n", 1, {}).empty());
}

TEST(ContainerLogTest, TakesTheEnginesStampOff)
{
    const auto lines = parseContainerLog("2026-11-21T09:30:00.123456789Z listening on 3000\n", "shop", {});
    ASSERT_EQ(lines.size(), 1u);
    EXPECT_EQ(lines[0].text, "listening on 3000");
    EXPECT_EQ(base::toIso8601(*lines[0].at), "2026-11-21T09:30:00.123Z");
}

std::vector<std::string> storyOf(const std::string& journal, const char* booted = nullptr)
{
    std::vector<std::string> what;
    const auto bootedAt = booted ? base::fromUnixSeconds(booted) : std::nullopt;
    for (const model::Change& change : changesOf(parseJournal(journal, {}), bootedAt))
        what.push_back(change.what);
    return what;
}

TEST(ChangesTest, KeepsWhatSomebodyDidOfARecordedCrashLoop)
{
    EXPECT_THAT(storyOf(golden("debian12-crash-loop/worker/journal.txt"), "1795249897"),
        testing::ElementsAre("warehouse.service - warehouse stopped", "warehouse.service - warehouse started again"));
}

TEST(ChangesTest, NamesWhoRanWhatWithSudo)
{
    EXPECT_THAT(storyOf("1795249676.5 box sudo[9]:   deploy : TTY=pts/0 ; PWD=/srv ; USER=root ; COMMAND=/usr/bin/systemctl stop shop\n"
                        "1795249677.5 box sudo[9]:   deploy : TTY=pts/0 ; PWD=/srv ; USER=root ; COMMAND=/usr/sbin/nginx -T\n"
                        "1795249678.5 box sudo[9]: pam_unix(sudo:session): session opened for user root\n"),
        testing::ElementsAre("deploy ran: /usr/bin/systemctl stop shop"));
}

TEST(ChangesTest, CallsNothingAChangeThatOnlyShows)
{
    for (const char* command : { "/usr/sbin/nginx -T", "/usr/sbin/nft list ruleset", "/usr/sbin/iptables-save -c",
             "/usr/bin/journalctl -n 5", "/usr/bin/ss -ltnp", "/usr/bin/docker ps -a", "/usr/bin/systemctl status shop",
             "/usr/bin/tail -n 5 /var/log/nginx/error.log", "/usr/sbin/ip addr show", "/bin/true", "" })
        EXPECT_FALSE(changesHost(command)) << command;
    for (const char* command : { "/usr/bin/systemctl restart shop", "/usr/sbin/nft -f /etc/nftables.conf",
             "/usr/sbin/iptables -A INPUT -p tcp --dport 3000 -j DROP", "/usr/sbin/ufw deny 3000", "/usr/bin/apt-get install x",
             "/usr/bin/docker stop shop", "/usr/bin/vi /etc/hosts", "/usr/sbin/nginx -s reload", "/bin/chmod 600 /run/x.sock" })
        EXPECT_TRUE(changesHost(command)) << command;
}

TEST(ChangesTest, ReadsPackagesAndEditedFiles)
{
    const HostClock clock { base::fromIso8601("2026-11-21T09:00:00Z"), std::chrono::minutes(0) };
    const auto changes = parseChanges(
        "@@ /var/log/dpkg.log\n2026-11-21 08:00:00 upgrade nginx:amd64 1.22.0 1.22.1\n2026-11-21 08:00:00 status x\n"
        "@@ /var/log/apt/history.log\nStart-Date: 2026-11-21  08:00:01\nCommandline: apt upgrade\nRequested-By: anna (1000)\n"
        "@@ edited\n1795249898 /etc/nginx/sites-enabled/shop\nxx /etc/y\n",
        clock);
    ASSERT_EQ(changes.size(), 3u);
    EXPECT_EQ(changes[0].what, "package nginx upgraded from 1.22.0 to 1.22.1");
    EXPECT_EQ(changes[1].what, "apt upgrade by anna");
    EXPECT_EQ(changes[2].what, "nginx configuration /etc/nginx/sites-enabled/shop edited");
}

TEST(UnitsTest, ReadsUsersOwnManagers)
{
    const auto units = parseUnits("Id=nginx.service\nLoadState=loaded\nActiveState=active\nSubState=running\n\n"
                                  "@@ user-systemd nora\nId=feed.service\nLoadState=loaded\nActiveState=inactive\nSubState=dead\n"
                                  "UnitFileState=enabled\nFragmentPath=/home/nora/.config/systemd/user/feed.service\n\n");
    ASSERT_EQ(units.size(), 2u);
    EXPECT_EQ(units[0].supervisor, model::Supervisor::Systemd);
    EXPECT_EQ(units[1].name, "feed.service");
    EXPECT_EQ(units[1].supervisor, model::Supervisor::SystemdUser);
    EXPECT_EQ(units[1].user, "nora");
    EXPECT_EQ(units[1].activeState, "inactive");
}

}
}
