// What a proxy remembers: an older configuration, servers that failed, a queue.
#include "core/diagnosis/diagnose.h"
#include "tests/support/scenario/fakecatalogue.h"
#include "tests/support/scenario/scenario.h"

#include <gmock/gmock.h>

namespace hopscope::diagnosis {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class ProxyState : public testing::Test {
protected:
    model::Diagnosis run() { return diagnose(scenario.capture, scenario.facts, scenario.topology, catalogue); }

    void nginxHas(const std::string& path)
    {
        model::SoftwareConfig config;
        config.software = "nginx";
        config.loadedAt = scenario.ago(2h);
        model::ConfigFile file;
        file.path = path;
        file.modifiedAt = scenario.ago(1min);
        config.files = { file };
        scenario.edge().configs = { config };
        scenario.appHop().declared.place = { path, 12 };
    }

    static std::string cause(const model::Diagnosis& diagnosis) { return diagnosis.finding ? diagnosis.finding->cause.value_or("") : "-"; }

    test::Scenario scenario;
    test::FakeCatalogue catalogue;
};

TEST_F(ProxyState, AnOldTargetInItsLogIsAReloadThatNeverCame)
{
    scenario.requestAnswers(502);
    nginxHas("/etc/nginx/conf.d/shop.conf");
    scenario.edgeLogs("connect() failed (111: Connection refused) while connecting to upstream, request: \"GET / HTTP/1.1\", upstream: \"http://10.1.0.3:2999/\"", 2s);
    const model::Diagnosis diagnosis = run();
    EXPECT_EQ(cause(diagnosis), "proxy-config-not-reloaded");
    EXPECT_EQ(diagnosis.finding->variant, "connection-refused");
    EXPECT_THAT(diagnosis.finding->summary, HasSubstr("10.1.0.3:2999"));
}

TEST_F(ProxyState, AnOldTargetOfAnHourAgoSaysNothingOfNow)
{
    scenario.requestAnswers(502);
    nginxHas("/etc/nginx/conf.d/shop.conf");
    scenario.edgeLogs("connect() failed (111: Connection refused) while connecting to upstream, request: \"GET / HTTP/1.1\", upstream: \"http://10.1.0.3:2999/\"", 1h);
    const model::Diagnosis diagnosis = run();
    EXPECT_TRUE(!diagnosis.finding || diagnosis.finding->variant != "connection-refused");
}

TEST_F(ProxyState, AServerThatAnswersAgainIsKeptOutByTheProxy)
{
    scenario.requestAnswers(502);
    scenario.appHop().group = "shop";
    scenario.edgeLogs("no live upstreams while connecting to upstream, request: \"GET / HTTP/1.1\", upstream: \"http://shop/\"", 2s);
    const model::Diagnosis diagnosis = run();
    EXPECT_EQ(cause(diagnosis), "outlier-ejected");
    EXPECT_EQ(diagnosis.finding->variant, "no-healthy-upstream");
}

TEST_F(ProxyState, AQueueThatRefusedTheRequestComesBeforeASlowServer)
{
    catalogue.knows({ " sQ-- ", "overloaded", "queue-limit-reached" });
    scenario.requestAnswers(503);
    scenario.topology.nodes.at(1).software = "haproxy";
    scenario.appHop().declared.name = "shop/app1";
    scenario.probe(model::Seat::Caller).reply = model::ReplyResult::TimedOut;
    scenario.probe(model::Seat::Caller).status.reset();
    scenario.edgeLogs("203.0.113.9:5 [21/Nov/2026:09:29:58] web shop/app1 0/2000/-1/-1/2000 503 217 - - sQ-- 9/9/3/3/0 0/6 \"GET / HTTP/1.1\"", 2s);
    const model::Diagnosis diagnosis = run();
    EXPECT_EQ(cause(diagnosis), "queue-limit-reached");
    EXPECT_EQ(diagnosis.finding->variant, "overloaded");
}

// In the kernel's words: net/core/neighbour.c, neigh_alloc().
TEST_F(ProxyState, AFullNeighbourTableIsTheCallersHosts)
{
    catalogue.knows({ "neighbor table overflow", "", "neighbour-table-full" });
    scenario.requestAnswers(502).connectFails(model::ConnectResult::HostUnreachable);
    scenario.edgeLogs("neighbour: arp_cache: neighbor table overflow!", 5s);
    scenario.edge().logs.back().origin = model::LogOrigin::Kernel;
    scenario.edge().resources.counters["gc_thresh3"] = 2;
    scenario.edge().neighbours.resize(2);
    EXPECT_EQ(cause(run()), "neighbour-table-full");
}

}
}
