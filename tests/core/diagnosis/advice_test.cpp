#include "core/diagnosis/diagnose.h"
#include "tests/support/scenario/fakecatalogue.h"
#include "tests/support/scenario/scenario.h"

#include <gmock/gmock.h>

namespace hopscope::diagnosis {
namespace {

using namespace std::chrono_literals;
using test::Scenario;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<model::Advice> adviceOf(const Scenario& scenario)
{
    const auto diagnosis = diagnose(scenario.capture, scenario.facts, scenario.topology, test::FakeCatalogue());
    EXPECT_EQ(diagnosis.verdict, model::Verdict::Healthy);
    return diagnosis.advice;
}

/// nginx on edge as process 100, whose worker read its files an hour ago.
model::SoftwareConfig& runningNginx(Scenario& scenario)
{
    model::HostFacts& edge = scenario.edge();
    edge.processes.clear();
    for (const auto& [pid, parent, line] : { std::tuple { 100, 1, "nginx: master process /usr/sbin/nginx" }, std::tuple { 101, 100, "nginx: worker process" } }) {
        model::Process each;
        each.pid = pid;
        each.parent = parent;
        each.commandLine = line;
        each.executable = "/usr/sbin/nginx";
        each.startedAt = scenario.ago(1h);
        edge.processes.push_back(each);
    }
    for (model::Node& node : scenario.topology.nodes)
        if (node.software == "nginx") {
            node.pid = 100;
            node.unit = "nginx.service";
        }
    edge.initSystem = "systemd";
    edge.configs.clear();
    edge.configs.emplace_back();
    model::SoftwareConfig& config = edge.configs.back();
    config.software = "nginx";
    config.isValid = true;
    config.loadedAt = scenario.ago(1h);
    config.runtime = { "pid 100" };
    config.files.push_back({ "/etc/nginx/conf.d/shop.conf", "", scenario.ago(2h), {} });
    return config;
}

void log(Scenario& scenario, int pid, base::Milliseconds age)
{
    model::LogLine line;
    line.origin = model::LogOrigin::File;
    line.place = "/var/log/nginx/error.log";
    line.at = scenario.ago(age);
    line.text = "2026/11/21 09:00:00 [emerg] " + std::to_string(pid) + "#0: bind() to 0.0.0.0:8443 failed (98: Address already in use)";
    scenario.edge().logs.push_back(line);
}

TEST(ProxyAdvice, IsSilentWhereWhatStandsInTheFilesRuns)
{
    Scenario scenario;
    runningNginx(scenario);
    log(scenario, 100, 2h);
    log(scenario, 555, 5min);
    EXPECT_THAT(adviceOf(scenario), IsEmpty());
}

TEST(ProxyAdvice, NamesAReloadThatWasRefused)
{
    Scenario scenario;
    runningNginx(scenario).files[0].modifiedAt = scenario.ago(6min);
    log(scenario, 100, 5min);
    const auto advice = adviceOf(scenario);
    ASSERT_EQ(advice.size(), 1u);
    EXPECT_EQ(advice[0].id, "reload-failed");
    EXPECT_THAT(advice[0].summary, HasSubstr("bind() to 0.0.0.0:8443 failed"));
    ASSERT_EQ(advice[0].remediation.size(), 1u);
    EXPECT_THAT(advice[0].remediation[0].commands, ElementsAre(HasSubstr("/var/log/nginx/error.log")));
}

TEST(ProxyAdvice, NamesAFileThatWasNotLoadedAndHowThisInstanceLoadsIt)
{
    Scenario scenario;
    runningNginx(scenario).files[0].modifiedAt = scenario.ago(6min);
    const auto advice = adviceOf(scenario);
    ASSERT_EQ(advice.size(), 1u);
    EXPECT_EQ(advice[0].id, "config-not-loaded");
    ASSERT_EQ(advice[0].remediation.size(), 2u);
    EXPECT_THAT(advice[0].remediation[0].commands, ElementsAre("sudo /usr/sbin/nginx -t"));
    EXPECT_THAT(advice[0].remediation[1].commands, ElementsAre("sudo systemctl reload nginx.service"));
}

TEST(ProxyAdvice, IsAllThereIsWhereOnlyAnEditThatWasNotLoadedNamesADeadTarget)
{
    Scenario scenario;
    runningNginx(scenario).files[0].modifiedAt = scenario.ago(6min);
    scenario.appHop().declared.place = { "/etc/nginx/conf.d/shop.conf", 1 };
    scenario.connectFails(model::ConnectResult::Refused).requestAnswers(200);
    const auto advice = adviceOf(scenario);
    ASSERT_EQ(advice.size(), 1u);
    EXPECT_EQ(advice[0].id, "config-not-loaded");
}

TEST(ProxyAdvice, DoesNotExcuseADeadReplicaOfAFileThatIsLoaded)
{
    Scenario scenario;
    runningNginx(scenario);
    scenario.appHop().declared.place = { "/etc/nginx/conf.d/shop.conf", 1 };
    scenario.withReplica().connectFails(model::ConnectResult::Refused).requestAnswers(200);
    const auto diagnosis = diagnose(scenario.capture, scenario.facts, scenario.topology, test::FakeCatalogue());
    EXPECT_EQ(diagnosis.verdict, model::Verdict::Degraded);
}

TEST(ProxyAdvice, IsNotTakenFromAnotherInstance)
{
    Scenario scenario;
    runningNginx(scenario);
    model::SoftwareConfig other = scenario.edge().configs[0];
    other.runtime = { "pid 900" };
    other.isValid = false;
    other.files[0].modifiedAt = scenario.ago(1min);
    scenario.edge().configs.insert(scenario.edge().configs.begin(), other);
    EXPECT_THAT(adviceOf(scenario), IsEmpty());
}

/// The scenario's app as a gunicorn of this command line.
void runsGunicorn(Scenario& scenario, const std::string& commandLine)
{
    model::Process process;
    process.pid = 4242;
    process.commandLine = commandLine;
    process.name = "gunicorn";
    scenario.app().processes.push_back(process);
    for (model::Node& node : scenario.topology.nodes)
        if (node.host && node.host->value() == "app1") {
            node.software = "gunicorn";
            node.pid = 4242;
        }
}

TEST(TimeoutAdvice, NamesAnAppThatOutlastsItsProxy)
{
    Scenario scenario;
    scenario.appHop().declared.timeouts.read = 60s;
    runsGunicorn(scenario, "/usr/bin/gunicorn --timeout 120 shop:app");
    const auto advice = adviceOf(scenario);
    ASSERT_EQ(advice.size(), 1u);
    EXPECT_EQ(advice[0].id, "timeout-order");
    EXPECT_THAT(advice[0].summary, HasSubstr("120 s (--timeout 120)"));
    EXPECT_THAT(advice[0].summary, HasSubstr("gives up after 60 s"));
}

TEST(TimeoutAdvice, IsSilentWhereTheAppEndsFirstOrNobodySaidWhen)
{
    for (const char* commandLine : { "/usr/bin/gunicorn --timeout 60 shop:app", "/usr/bin/gunicorn --timeout 30 shop:app",
             "/usr/bin/gunicorn shop:app", "/usr/bin/gunicorn --timeout 120 -k gevent shop:app" }) {
        Scenario scenario;
        scenario.appHop().declared.timeouts.read = 60s;
        runsGunicorn(scenario, commandLine);
        EXPECT_THAT(adviceOf(scenario), IsEmpty()) << commandLine;
    }
}

/// nginx keeps idle connections to the app, a node process, for so long.
Scenario idleFor(base::Milliseconds time)
{
    Scenario scenario;
    scenario.appHop().declared.timeouts.idle = time;
    return scenario;
}

TEST(IdleAdvice, NamesAProxyThatKeepsConnectionsLongerThanTheApp)
{
    const auto advice = adviceOf(idleFor(60s));
    ASSERT_EQ(advice.size(), 1u);
    EXPECT_EQ(advice[0].id, "keepalive-race");
    EXPECT_THAT(advice[0].summary, HasSubstr("for 60 s, but the app closes them after 5 s"));
    ASSERT_EQ(advice[0].remediation.size(), 1u);
    EXPECT_EQ(advice[0].remediation[0].host, base::HostId("edge"));
    EXPECT_THAT(advice[0].remediation[0].expect, HasSubstr("keepalive_timeout 4s;"));
}

TEST(IdleAdvice, IsSilentWhereTheProxyClosesFirstOrKeepsNone)
{
    EXPECT_THAT(adviceOf(idleFor(4s)), IsEmpty());
    EXPECT_THAT(adviceOf(Scenario()), IsEmpty());
    Scenario scenario = idleFor(60s);
    runsGunicorn(scenario, "/usr/bin/gunicorn shop:app"); // closes after each answer
    EXPECT_THAT(adviceOf(scenario), IsEmpty());
}

/// Two servers of one group behind a proxy of this kind.
Scenario replicasBehind(const char* software)
{
    Scenario scenario;
    scenario.withReplica();
    for (model::Node& node : scenario.topology.nodes)
        if (node.software == "nginx")
            node.software = software;
    scenario.edge().configs.clear();
    return scenario;
}

TEST(HealthCheckAdvice, NamesABalancerThatGoesOnAskingADeadServer)
{
    for (const char* software : { "haproxy", "caddy", "traefik" }) {
        const auto advice = adviceOf(replicasBehind(software));
        ASSERT_EQ(advice.size(), 1u) << software;
        EXPECT_EQ(advice[0].id, "no-health-check");
        EXPECT_EQ(advice[0].node, "edge/nginx:80");
    }
    Scenario never = replicasBehind("nginx");
    never.appHop().declared.maxFails = 0;
    EXPECT_EQ(adviceOf(never).size(), 1u);
}

TEST(HealthCheckAdvice, IsSilentWhereSomebodyLooks)
{
    EXPECT_THAT(adviceOf(replicasBehind("nginx")), IsEmpty());
    EXPECT_THAT(adviceOf(replicasBehind("apache")), IsEmpty());
    Scenario checked = replicasBehind("haproxy");
    for (model::Hop& hop : checked.topology.hops)
        hop.declared.healthCheck = "GET /healthz";
    EXPECT_THAT(adviceOf(checked), IsEmpty());
    Scenario learning = replicasBehind("caddy");
    for (model::Hop& hop : learning.topology.hops)
        hop.declared.failTimeout = 30s;
    EXPECT_THAT(adviceOf(learning), IsEmpty());
    Scenario single;
    for (model::Node& node : single.topology.nodes)
        if (node.software == "nginx")
            node.software = "haproxy";
    single.edge().configs.clear();
    EXPECT_THAT(adviceOf(single), IsEmpty());
}

TEST(CapacityAdvice, NamesALogThatGrowsAndThatNothingRotates)
{
    Scenario scenario;
    scenario.app().logFiles = { { "/var/log/shop/app.log", 900ULL * 1024 * 1024, scenario.ago(1min), false, {} } };
    const auto advice = adviceOf(scenario);
    ASSERT_EQ(advice.size(), 1u);
    EXPECT_EQ(advice[0].id, "log-not-rotated");
    EXPECT_THAT(advice[0].summary, HasSubstr("/var/log/shop/app.log on app1 has grown to 900 MiB"));

    scenario.app().logFiles[0].isRotated = true;
    EXPECT_THAT(adviceOf(scenario), IsEmpty());
    scenario.app().logFiles[0] = { "/var/log/shop/old.log", 900ULL * 1024 * 1024, scenario.ago(72h), false, {} };
    EXPECT_THAT(adviceOf(scenario), IsEmpty()) << "nobody writes it any more";
}

/// PHP-FPM with so many workers allowed, of 60 MiB each, on a host of 1 GiB.
Scenario poolOf(int maxChildren)
{
    Scenario scenario;
    scenario.app().resources.memoryTotalBytes = 1024ULL * 1024 * 1024;
    for (const auto& [pid, parent] : { std::pair { 4242, 1 }, std::pair { 4243, 4242 }, std::pair { 4244, 4242 } }) {
        model::Process each;
        each.pid = pid;
        each.parent = parent;
        each.name = "php-fpm8.2";
        each.residentBytes = 60ULL * 1024 * 1024;
        each.commandLine = pid == 4242 ? "php-fpm: master process (/etc/php/8.2/fpm/php-fpm.conf)" : "php-fpm: pool www";
        scenario.app().processes.push_back(each);
    }
    model::SoftwareConfig config;
    config.software = "php-fpm";
    config.files.push_back({ "/etc/php/8.2/fpm/pool.d/www.conf",
        "[www]\nlisten = 10.1.0.3:3000\npm = dynamic\npm.max_children = " + std::to_string(maxChildren) + "\n", {}, {} });
    scenario.app().configs.push_back(config);
    for (model::Node& node : scenario.topology.nodes)
        if (node.host && node.host->value() == "app1") {
            node.software = "php-fpm";
            node.address = "10.1.0.3:3000";
            node.pid = 4242;
        }
    return scenario;
}

TEST(CapacityAdvice, NamesAPoolThatTheMemoryCantHold)
{
    const auto advice = adviceOf(poolOf(100));
    ASSERT_EQ(advice.size(), 1u);
    EXPECT_EQ(advice[0].id, "pool-larger-than-memory");
    EXPECT_THAT(advice[0].summary, HasSubstr("100 workers; at 60 MiB each"));
    EXPECT_THAT(advice[0].remediation.at(0).expect, HasSubstr("pm.max_children = 11"));
    EXPECT_THAT(adviceOf(poolOf(20)), IsEmpty()) << "they share part of it";
}

TEST(RetryAdvice, NamesTwoProxiesInARowThatBothTryAgain)
{
    Scenario scenario;
    scenario.withReplica();
    model::Hop& entry = scenario.entryHop();
    model::Node outer;
    outer.id = base::NodeId("lb/haproxy:80");
    outer.kind = model::NodeKind::Proxy;
    outer.software = "nginx";
    outer.label = "nginx on lb";
    outer.state = model::State::Ok;
    scenario.topology.nodes.push_back(outer);
    model::Hop first = entry;
    first.id = base::HopId("lb/haproxy:80>edge/nginx:80");
    first.from = outer.id;
    first.group = "edges";
    first.declared.retriesOn = { "error", "timeout" };
    model::Hop second = first;
    second.id = base::HopId("lb/haproxy:80>edge2/nginx:80");
    second.to = base::NodeId("edge2/nginx:80");
    second.isOnPath = false;
    entry.to = outer.id;
    scenario.topology.hops.push_back(first);
    scenario.topology.hops.push_back(second);
    const auto ids = [&] {
        std::vector<std::string> found;
        for (const auto& each : diagnose(scenario.capture, scenario.facts, scenario.topology, test::FakeCatalogue()).advice)
            found.push_back(each.id);
        return found;
    };
    EXPECT_THAT(ids(), IsEmpty());
    for (model::Hop& hop : scenario.topology.hops)
        hop.declared.retriesOn = { "error", "timeout" };
    EXPECT_THAT(ids(), ElementsAre("retries-multiply"));
    for (model::Hop& hop : scenario.topology.hops)
        if (hop.from.value() == "edge/nginx:80")
            hop.declared.retries = 1;
    EXPECT_THAT(ids(), IsEmpty());
}

/// nginx asks "localhost:3000": refused at one address, answered at the other.
Scenario twoFamilies(const char* software)
{
    Scenario scenario;
    for (model::Node& node : scenario.topology.nodes)
        if (node.software == "nginx")
            node.software = software;
    model::Hop& hop = scenario.appHop();
    hop.declared.endpoint = { "app.internal", 3000, "" };
    hop.declared.retriesOn = { "error", "timeout" };
    scenario.edge().configs.clear();
    model::HopProbe refused = scenario.probe(model::Seat::Caller);
    refused.address = "[fd00::3]:3000";
    refused.connect = model::ConnectResult::Refused;
    refused.reply = model::ReplyResult::NotTried;
    refused.status.reset();
    scenario.facts.probes.push_back(refused);
    return scenario;
}

TEST(AddressAdvice, TakesAFamilyThatTheProxyPassesOverForNoFault)
{
    for (const char* software : { "nginx", "caddy" }) {
        const auto advice = adviceOf(twoFamilies(software));
        ASSERT_EQ(advice.size(), 1u) << software;
        EXPECT_EQ(advice[0].id, "address-passed-over");
        EXPECT_THAT(advice[0].summary, HasSubstr("goes on to 10.1.0.3:3000"));
    }
}

TEST(AddressAdvice, IsNoExcuseForADeadReplicaOrAProxyThatGivesUp)
{
    Scenario stays = twoFamilies("nginx");
    stays.appHop().declared.retriesOn.clear();
    EXPECT_EQ(diagnose(stays.capture, stays.facts, stays.topology, test::FakeCatalogue()).verdict, model::Verdict::Degraded);
    Scenario replica = twoFamilies("nginx");
    replica.facts.probes.back().address = "10.1.0.4:3000";
    EXPECT_EQ(diagnose(replica.capture, replica.facts, replica.topology, test::FakeCatalogue()).verdict, model::Verdict::Degraded);
}

/// An app with a pool of `pool` connections in each of its processes, and a PostgreSQL that takes `limit`.
Scenario withPools(const std::string& pool, const std::string& limit)
{
    Scenario scenario;
    scenario.withDatabase();
    model::Setting setting;
    setting.origin = model::Setting::Origin::Environment;
    setting.pid = 812;
    setting.key = "DB_POOL";
    setting.value = pool;
    scenario.app().settings = { setting };
    setting.origin = model::Setting::Origin::File;
    setting.pid = 0;
    setting.file = "/etc/postgresql/15/main/postgresql.conf";
    setting.key = "max_connections";
    setting.value = limit;
    scenario.facts.hosts.at(base::HostId("db1")).settings = { setting };
    scenario.topology.nodes.back().address = "10.1.0.5:5432";
    return scenario;
}

std::vector<std::string> idsOf(const std::vector<model::Advice>& advice)
{
    std::vector<std::string> ids;
    for (const model::Advice& each : advice)
        ids.push_back(each.id);
    return ids;
}

TEST(DatabaseAdvice, NamesPoolsThatTheDatabaseCantServe)
{
    const auto advice = adviceOf(withPools("40", "20"));
    EXPECT_THAT(idsOf(advice), testing::Contains("pools-larger-than-database"));
    for (const model::Advice& each : advice)
        if (each.id == "pools-larger-than-database") {
            EXPECT_THAT(each.summary, HasSubstr("DB_POOL=40"));
            EXPECT_THAT(each.summary, HasSubstr("20 (max_connections in /etc/postgresql/15/main/postgresql.conf)"));
        }
    EXPECT_THAT(idsOf(adviceOf(withPools("17", "20"))), testing::Not(testing::Contains("pools-larger-than-database")));
    EXPECT_THAT(idsOf(adviceOf(withPools("18", "20"))), testing::Contains("pools-larger-than-database")) << "three are its administrators'";
    EXPECT_THAT(idsOf(adviceOf(withPools("many", "20"))), testing::Not(testing::Contains("pools-larger-than-database")));
}

TEST(DatabaseAdvice, NamesADatabaseThatIsNearlyFull)
{
    Scenario scenario = withPools("1", "13");
    model::Connection open;
    open.localAddress = "10.1.0.5";
    open.localPort = 5432;
    open.state = "ESTAB";
    scenario.facts.hosts.at(base::HostId("db1")).connections.assign(9, open);
    EXPECT_THAT(idsOf(adviceOf(scenario)), testing::Contains("database-connections-nearly-used-up"));
    scenario.facts.hosts.at(base::HostId("db1")).connections.resize(8);
    EXPECT_THAT(idsOf(adviceOf(scenario)), testing::Not(testing::Contains("database-connections-nearly-used-up")));
}

}
}
