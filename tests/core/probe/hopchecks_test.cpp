#include "core/model/checkids.h"
#include "core/probe/checks.h"
#include "core/probe/hostchecks.h"
#include "core/probe/logpaths.h"

#include "core/exec/scriptrunner.h"
#include "core/parse/facts.h"
#include "tests/core/probe/loopbackserver.h"
#include "tests/support/childprocess.h"

#include <gmock/gmock.h>

#include <sys/stat.h>

#include <algorithm>

namespace hopscope::probe {
namespace {

namespace id = model::checkid;
using namespace std::chrono_literals;
using testing::Contains;
using testing::ElementsAre;
using testing::Not;

const base::HostId edge("edge");
const base::HostId app1("app1");

/// nginx on edge asks node on app1, over `endpoint`.
struct Chain {
    model::Profile profile;
    model::Topology topology;
    model::Facts facts;

    explicit Chain(model::Endpoint endpoint)
    {
        profile.url = "https://shop.example/cart";
        model::Node proxy;
        proxy.id = base::NodeId("edge/nginx");
        proxy.host = edge;
        model::Node app;
        app.id = base::NodeId("app1/node");
        app.host = app1;
        app.unit = "shop.service";
        app.workingDirectory = "/srv/shop";
        topology.nodes = { proxy, app };
        model::Hop hop;
        hop.id = base::HopId("edge/nginx>app1/node");
        hop.from = proxy.id;
        hop.to = app.id;
        hop.protocol = model::Protocol::Http;
        hop.isOnPath = true;
        hop.declared.endpoint = std::move(endpoint);
        hop.declared.requestPath = "/cart";
        topology.hops = { hop };
        facts.hosts[edge].host = edge;
        facts.hosts[edge].addresses = { "127.0.0.1", "10.1.0.2" };
        facts.hosts[app1].host = app1;
        facts.hosts[app1].addresses = { "127.0.0.1", "10.1.0.3" };
        facts.hosts[app1].initSystem = "systemd";
    }

    std::map<base::HostId, exec::CheckBatch> checks() const { return hopChecks(profile, topology, facts); }
};

std::vector<std::string> idsOf(const exec::CheckBatch& batch)
{
    std::vector<std::string> ids;
    for (const exec::CheckSpec& spec : batch)
        ids.push_back(spec.check.value());
    return ids;
}

const exec::CheckSpec& find(const exec::CheckBatch& batch, const char* check)
{
    for (const exec::CheckSpec& spec : batch) {
        if (spec.check.value() == check)
            return spec;
    }
    throw std::runtime_error(std::string("no check ") + check);
}

TEST(HopChecksTest, LooksFromTheCallersSeatAndOnTheCalleesHost)
{
    const auto batches = Chain({ "10.1.0.3", 3000, "" }).checks();
    EXPECT_THAT(idsOf(batches.at(edge)), ElementsAre(id::hopCaller, id::hopRoute));
    EXPECT_THAT(idsOf(batches.at(app1)),
        ElementsAre(id::listenerQueue, id::unitState, id::unitLog, id::processLog, id::appChanges, id::hopCallee,
            id::hopLoopback));
    const exec::CheckSpec& caller = find(batches.at(edge), id::hopCaller);
    EXPECT_EQ(caller.subject, "edge/nginx>app1/node");
    EXPECT_EQ(caller.command, "curl -sv --max-time 8 -H 'Host: shop.example' http://10.1.0.3:3000/cart");
    EXPECT_NE(caller.group, 0);
    EXPECT_NE(caller.group, find(batches.at(edge), id::hopRoute).group) << "what an attempt leaves behind comes after it";
    // one request in all: one more could end a crashing app before the caller's comes
    EXPECT_EQ(find(batches.at(app1), id::hopCallee).command, "nc -zv -w 3 10.1.0.3 3000");
    EXPECT_EQ(find(batches.at(app1), id::hopLoopback).command, "nc -zv -w 3 127.0.0.1 3000");
}

TEST(HopChecksTest, AsksOnTheCalleesHostWhatTheCallerCanNot)
{
    Chain chain({ "10.1.0.3", 3000, "" });
    model::Listener listener;
    listener.address = "127.0.0.1";
    listener.port = 3000;
    chain.topology.hops[0].listening = { listener };
    EXPECT_EQ(find(chain.checks().at(app1), id::hopLoopback).command,
        "curl -sv --max-time 8 -H 'Host: shop.example' http://127.0.0.1:3000/cart");
    chain.topology.hops[0].listening[0].address = "0.0.0.0";
    EXPECT_THAT(find(chain.checks().at(app1), id::hopLoopback).command, testing::StartsWith("nc "));
    chain.facts.hosts.erase(edge);
    EXPECT_THAT(find(chain.checks().at(app1), id::hopLoopback).command, testing::StartsWith("curl "));
}

TEST(HopChecksTest, WaitsLongerWhereTheCallerWaitsLittle)
{
    Chain chain({ "10.1.0.3", 3000, "" });
    chain.topology.hops[0].declared.timeouts.read = base::Milliseconds(2000);
    EXPECT_THAT(find(chain.checks().at(edge), id::hopCaller).command, testing::HasSubstr("--max-time 12 "));
}

TEST(HopChecksTest, AsksTheCalleeWhereItReallyListens)
{
    Chain chain({ "10.1.0.3", 3000, "" });
    model::Listener listener;
    listener.address = "::1";
    listener.port = 3000;
    chain.topology.hops[0].listening = { listener };
    EXPECT_THAT(find(chain.checks().at(app1), id::hopLoopback).command, testing::HasSubstr("http://[::1]:3000/cart"));
}

TEST(HopChecksTest, UsesAnAddressOfTheHostWhereTheCallerUsesAName)
{
    const auto batches = Chain({ "shop.internal", 3000, "" }).checks();
    EXPECT_THAT(find(batches.at(edge), id::hopCaller).command, testing::HasSubstr("http://shop.internal:3000/"));
    EXPECT_THAT(find(batches.at(app1), id::hopCallee).command, testing::HasSubstr(" 10.1.0.3 3000"));
}

TEST(HopChecksTest, AsksOnceWhereBothAreOnOneHost)
{
    Chain chain({ "127.0.0.1", 3000, "" });
    chain.topology.nodes[1].host = edge;
    const auto ids = idsOf(chain.checks().at(edge));
    EXPECT_THAT(ids, Contains(id::hopCaller).Times(1));
    EXPECT_THAT(ids, Not(Contains(id::hopCallee)));
    EXPECT_THAT(ids, Not(Contains(id::hopLoopback)));
}

TEST(HopChecksTest, IsTheCallersWorkerAtAUnixSocket)
{
    Chain chain({ "", 0, "/run/shop.sock" });
    chain.topology.nodes[1].host = edge;
    chain.topology.hops[0].declared.callerUser = "www-data";
    const auto batches = chain.checks();
    const exec::CheckSpec& caller = find(batches.at(edge), id::hopCaller);
    EXPECT_THAT(caller.command, testing::StartsWith("sudo -u www-data curl "));
    EXPECT_THAT(caller.shell, testing::HasSubstr("as www-data"));
    EXPECT_EQ(find(batches.at(edge), id::socketStatus).command, "namei -l /run/shop.sock");
    EXPECT_THAT(idsOf(batches.at(edge)), Not(Contains(id::hopRoute)));
}

TEST(HopChecksTest, DoesWhatItCanWithoutTheCallersHost)
{
    Chain chain({ "10.1.0.3", 3000, "" });
    chain.facts.hosts.erase(edge);
    const auto batches = chain.checks();
    EXPECT_EQ(batches.count(edge), 0u);
    EXPECT_THAT(idsOf(batches.at(app1)), Contains(id::hopCallee));
}

TEST(HopChecksTest, IsBoundedHoweverManyHopsThereAre)
{
    Chain chain({ "10.1.0.3", 3000, "" });
    const model::Hop one = chain.topology.hops[0];
    for (int i = 0; i < 500; ++i) {
        model::Hop more = one;
        more.id = base::HopId("hop" + std::to_string(i));
        more.isOnPath = i % 2 == 0;
        chain.topology.hops.push_back(more);
    }
    const auto ids = idsOf(chain.checks().at(edge));
    EXPECT_LE(std::count(ids.begin(), ids.end(), id::hopCaller), 40);
}

TEST(HopChecksTest, ReadsTheLogsThatTheConfigurationNames)
{
    model::HostFacts host;
    model::SoftwareConfig nginx;
    nginx.software = "nginx";
    nginx.files.push_back({ "/etc/nginx/nginx.conf",
        "error_log /var/log/nginx/main.log warn; # error_log /old.log;\n"
        "http { access_log  /var/log/nginx/a.log combined; error_log \"/var/log/nginx/q.log\"; access_log off;\n"
        "server { error_log syslog:server=x; access_log /var/log/$host.log; error_log /dev/null; my_error_log /x; } }\n",
        std::nullopt, {} });
    model::SoftwareConfig fpm;
    fpm.software = "php-fpm";
    fpm.files.push_back({ "/etc/php-fpm.conf", "[global]\nerror_log = /var/log/fpm.log\n", std::nullopt, {} });
    host.configs = { nginx, fpm };
    const LogPaths paths = logPaths(host, 6);
    EXPECT_THAT(paths.errorLogs, ElementsAre("/var/log/nginx/main.log", "/var/log/nginx/q.log"));
    EXPECT_THAT(paths.accessLogs, ElementsAre("/var/log/nginx/a.log"));
    EXPECT_THAT(paths.poolLogs, ElementsAre("/var/log/fpm.log"));
}

TEST(HopChecksTest, ReadsNginxLogsBelowTheFolderItWasBuiltFor)
{
    model::HostFacts host;
    model::SoftwareConfig nginx;
    nginx.software = "nginx";
    nginx.runtime = { "pid 12", "prefix /usr/local/openresty/nginx" };
    nginx.files.push_back({ "/usr/local/openresty/nginx/conf/nginx.conf",
        "error_log logs/error.log;\nhttp { access_log logs/a.log; access_log off; error_log stderr; error_log memory:32m; }\n", std::nullopt, {} });
    host.configs = { nginx };
    EXPECT_THAT(logPaths(host, 6).errorLogs, ElementsAre("/usr/local/openresty/nginx/logs/error.log"));
    EXPECT_THAT(logPaths(host, 6).accessLogs, ElementsAre("/usr/local/openresty/nginx/logs/a.log"));
    host.configs[0].files[0].text = "http { }\n";
    host.configs[0].runtime.push_back("error-log logs/error.log");
    EXPECT_THAT(logPaths(host, 6).errorLogs, ElementsAre("/usr/local/openresty/nginx/logs/error.log"));
}

/// Runs single checks here and gives their facts.
model::Facts factsOf(const exec::CheckBatch& batch)
{
    const base::HostId host("here");
    model::Capture capture;
    auto runner = exec::makeScriptRunner(host, exec::makeLocalHost());
    const auto deadline = std::chrono::steady_clock::now() + 30s;
    capture.sessions.push_back(runner->open({}, deadline));
    runner->run(batch, [&](model::CheckResult result) { capture.checks.push_back(std::move(result)); }, {}, deadline);
    return parse::factsFrom(capture);
}

TEST(HostChecksTest, ShowASocketWithTheDirectoriesAboveIt)
{
    const test::TemporaryFolder folder;
    const LoopbackServer server(hangUntilStopped, folder.file("my app.sock"));
    ::chmod(folder.path().c_str(), 0710);
    const model::Facts facts = factsOf({ socketStatus(folder.file("my app.sock")), socketStatus(folder.file("none.sock")) });
    const auto& files = facts.hosts.at(base::HostId("here")).files;
    ASSERT_EQ(files.size(), 2u);
    EXPECT_EQ(files[0].type, "socket");
    EXPECT_TRUE(files[0].exists);
    ASSERT_GE(files[0].parents.size(), 2u);
    EXPECT_EQ(files[0].parents.front().path, "/");
    EXPECT_EQ(files[0].parents.back().path, folder.path());
    EXPECT_EQ(files[0].parents.back().mode, 0710u);
    EXPECT_FALSE(files[1].exists);
    EXPECT_TRUE(facts.gaps.empty());
}

TEST(HostChecksTest, ReadALogAndTakeOneThatIsNotThereAsEmpty)
{
    const test::TemporaryFolder folder;
    const std::string log
        = folder.write("-odd name's.log", "2026/11/21 09:30:00 [error] 7#7: x\n10.0.0.1 - - [21/Nov/2026:09:30:00 +0000] \"GET / HTTP/1.1\" 502 1\n"
                                        "{\"status\": 504}\n10.0.0.1 - - [21/Nov/2026:09:30:00 +0000] \"GET /502 HTTP/1.1\" 200 504\n");
    const model::Facts facts
        = factsOf({ proxyErrorLog(log), proxyAccessLog(log), appLog(folder.file("none.log")) });
    const auto& logs = facts.hosts.at(base::HostId("here")).logs;
    ASSERT_EQ(logs.size(), 7u);
    EXPECT_THAT(logs[4].text, testing::HasSubstr("\" 502 1")) << "in the log's own order";
    EXPECT_EQ(logs[5].text, "{\"status\": 504}");
    EXPECT_THAT(logs[6].text, testing::HasSubstr("\" 200 504"));
    EXPECT_TRUE(facts.gaps.empty()) << facts.gaps.front().reason;
}

TEST(HostChecksTest, ShowTheQueueOfOneListener)
{
    const LoopbackServer server(hangUntilStopped);
    model::Hop hop;
    hop.id = base::HopId("a>b");
    const model::Facts facts = factsOf({ listenerQueue(hop, { "127.0.0.1", server.port(), "" }) });
    const auto& listeners = facts.hosts.at(base::HostId("here")).listeners;
    ASSERT_EQ(listeners.size(), 1u);
    EXPECT_EQ(listeners[0].port, server.port());
    EXPECT_EQ(listeners[0].backlog, 16u);
}

TEST(HostChecksTest, FindWhatChangedInAFolder)
{
    const test::TemporaryFolder folder;
    folder.write("server.js", "x");
    folder.write("debug.log", "x");
    const model::Facts facts = factsOf({ appChanges(folder.path()) });
    const auto& changes = facts.hosts.at(base::HostId("here")).changes;
    ASSERT_EQ(changes.size(), 1u);
    EXPECT_EQ(changes[0].what, folder.file("server.js") + " edited");
}

TEST(HostChecksTest, AskSystemdForTheSamePropertiesInBothWaves)
{
    EXPECT_THAT(unitState("shop.service").shell, testing::HasSubstr("-p Id,Description,LoadState,"));
    EXPECT_THAT(unitState("shop.service").shell, testing::HasSubstr("SystemCallFilter -- shop.service"));
}

TEST(HopChecksTest, MeasureTheProcessorsWhereTheyMayBeShort)
{
    Chain chain({ "10.1.0.3", 3000, "" });
    model::Resources& resources = chain.facts.hosts[app1].resources;
    resources.cores = 2;
    resources.load1 = 9;
    EXPECT_THAT(idsOf(chain.checks().at(app1)), Not(Contains(id::cpuSample))) << "nobody waits";
    model::HopProbe probe;
    probe.reply = model::ReplyResult::TimedOut;
    chain.facts.probes.push_back(probe);
    resources.load1 = 0.4;
    EXPECT_THAT(idsOf(chain.checks().at(app1)), Not(Contains(id::cpuSample)));
    resources.load1 = 4;
    EXPECT_THAT(idsOf(chain.checks().at(app1)), Contains(id::cpuSample));
    resources.load1 = 0.4;
    resources.pressureCpu = 60;
    EXPECT_THAT(idsOf(chain.checks().at(app1)), Contains(id::cpuSample));
}

TEST(HopChecksTest, LookAgainAtWhoeverHasALimitOfTheProcessor)
{
    Chain chain({ "10.1.0.3", 3000, "" });
    chain.facts.hosts[app1].cpuGroups.resize(1);
    EXPECT_THAT(idsOf(chain.checks().at(app1)), Not(Contains(id::cpuGroups))) << "it holds nobody back";
    chain.facts.hosts[app1].cpuGroups[0].throttled = 4;
    const auto batches = chain.checks();
    EXPECT_THAT(idsOf(batches.at(app1)), Contains(id::cpuGroups));
    EXPECT_THAT(idsOf(batches.at(edge)), Not(Contains(id::cpuGroups)));
}

}
}
