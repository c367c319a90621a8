// A balancer's own rules, a file of a folder that Apache refuses, a file that the running proxy never read, localhost in a container.
#include "core/diagnosis/diagnose.h"
#include "core/faults/predicates/folderconfig.h"
#include "tests/support/scenario/fakecatalogue.h"
#include "tests/support/scenario/scenario.h"

#include <gmock/gmock.h>

namespace hopscope::diagnosis {
namespace {

using namespace std::chrono_literals;
using model::Verdict;
using testing::HasSubstr;
using testing::Not;

class OwnRules : public testing::Test {
protected:
    model::Diagnosis run() { return diagnose(scenario.capture, scenario.facts, scenario.topology, catalogue); }

    void proxyIs(const std::string& software, const std::string& file, const std::string& text)
    {
        scenario.topology.nodes.at(1).software = software;
        model::SoftwareConfig config;
        config.software = software;
        config.mainFile = file;
        config.files.push_back({ file, text, {}, {} });
        scenario.edge().configs = { config };
    }

    static std::string cause(const model::Diagnosis& diagnosis) { return diagnosis.finding ? diagnosis.finding->cause.value_or("") : "-"; }

    test::Scenario scenario;
    test::FakeCatalogue catalogue;
};

// HAProxy 2.6's httplog.
TEST_F(OwnRules, ABalancerThatDeniesBySayingTooManyIsALimit)
{
    scenario.requestAnswers(429);
    proxyIs("haproxy", "/etc/haproxy/haproxy.cfg", "frontend web\n    http-request deny deny_status 429 if { sc_http_req_rate(0) gt 9 }\n");
    scenario.edgeLogs("203.0.113.9:5 [21/Nov/2026:09:29:58.1] web web/<NOSRV> 0/-1/-1/-1/0 429 225 - - PR-- 1/1/0/0/0 0/0 \"GET / HTTP/1.1\"", 2s);
    const model::Diagnosis diagnosis = run();
    EXPECT_EQ(diagnosis.verdict, Verdict::Failing);
    EXPECT_EQ(cause(diagnosis), "rate-limited");
    EXPECT_EQ(diagnosis.finding->variant, "request-rejected");
    EXPECT_EQ(diagnosis.finding->responsible, "proxy");
    EXPECT_THAT(diagnosis.finding->firstPlaceToCheck, HasSubstr("/etc/haproxy/haproxy.cfg:2"));
}

TEST_F(OwnRules, WhatAServerBehindTheBalancerSaidIsNoRuleOfIt)
{
    scenario.requestAnswers(429);
    scenario.probe(model::Seat::Caller).status = 429;
    proxyIs("haproxy", "/etc/haproxy/haproxy.cfg", "frontend web\n    bind :80\n");
    scenario.edgeLogs("203.0.113.9:5 [21/Nov/2026:09:29:58.1] web shop/app1 0/0/0/2/2 429 225 - - ---- 1/1/0/0/0 0/0 \"GET / HTTP/1.1\"", 2s);
    EXPECT_EQ(run().verdict, Verdict::Healthy);
}

TEST_F(OwnRules, ABalancersDenialOfAnotherPathSaysNothingOfThisOne)
{
    scenario.requestAnswers(403);
    scenario.probe(model::Seat::Caller).status = 403;
    proxyIs("haproxy", "/etc/haproxy/haproxy.cfg", "frontend web\n    http-request deny if { path /admin }\n");
    scenario.edgeLogs("203.0.113.9:5 [21/Nov/2026:09:29:58.1] web web/<NOSRV> 0/-1/-1/-1/0 403 92 - - PR-- 1/1/0/0/0 0/0 \"GET /admin HTTP/1.1\"", 2s);
    EXPECT_EQ(run().verdict, Verdict::Healthy);
}

TEST_F(OwnRules, AFileOfAFolderThatApacheRefusesIsItsConfiguration)
{
    scenario.requestAnswers(500);
    proxyIs("apache", "/etc/apache2/apache2.conf", "");
    scenario.edgeLogs("[Sat Nov 21 09:29:59 2026] [core:alert] [pid 7:tid 8] [client 203.0.113.9:5] /srv/www/.htaccess: Invalid command 'ExpiresActive', "
                      "perhaps misspelled or defined by a module not included in the server configuration", 1s);
    const model::Diagnosis diagnosis = run();
    EXPECT_EQ(cause(diagnosis), "proxy-config-invalid");
    EXPECT_EQ(diagnosis.finding->failingHop, scenario.entryHop().id);
    EXPECT_EQ(diagnosis.finding->variant, "error-response");
    EXPECT_THAT(diagnosis.finding->summary, HasSubstr("mod_expires is not loaded"));
    EXPECT_THAT(diagnosis.finding->firstPlaceToCheck, HasSubstr("/srv/www/.htaccess"));
}

TEST(FolderConfig, KnowsTheModulesOfCommands)
{
    EXPECT_EQ(faults::moduleOfCommand("RewriteCond"), "rewrite");
    EXPECT_EQ(faults::moduleOfCommand("RequestHeader"), "headers");
    EXPECT_EQ(faults::moduleOfCommand("Header"), "headers");
    EXPECT_EQ(faults::moduleOfCommand("RewriteEngin"), "");
    EXPECT_EQ(faults::moduleOfCommand("php_value"), "");
}

class UnreadFile : public OwnRules {
protected:
    UnreadFile()
    {
        scenario.requestAnswers(502);
        scenario.connectFails(model::ConnectResult::Refused).nothingListens().alsoListens("0.0.0.0", 3005, "node", 812, "shop.service");
        scenario.appHop().declared.endpoint.host = "app1";
        scenario.appHop().declared.place = { "admin /config/", 1 };
        proxyIs("caddy", "/etc/caddy/Caddyfile", "http://shop.example {\n\treverse_proxy app1:3005\n}\n");
        running(R"({"upstreams":[{"dial":"app1:3000"}]})");
    }

    void running(const std::string& json) { scenario.edge().configs.front().files.push_back({ "admin /config/", json, {}, {} }); }
};

TEST_F(UnreadFile, ATargetThatOnlyTheFileNamesWantsAReload)
{
    const model::Diagnosis diagnosis = run();
    EXPECT_EQ(cause(diagnosis), "proxy-config-not-reloaded");
    EXPECT_THAT(diagnosis.finding->summary, HasSubstr("/etc/caddy/Caddyfile:2 says app1:3005"));
    EXPECT_EQ(diagnosis.finding->responsible, "proxy");
}

TEST_F(UnreadFile, ATargetThatRunsAsWellIsNoneThatWaitsForAReload)
{
    running(R"({"upstreams":[{"dial":"app1:3005"}]})");
    EXPECT_NE(cause(run()), "proxy-config-not-reloaded");
}

TEST_F(UnreadFile, ATargetWhereNothingListensIsNoBetter)
{
    scenario.edge().configs.front().files.front().text = "http://shop.example {\n\treverse_proxy app1:3999\n}\n";
    const model::Diagnosis diagnosis = run();
    EXPECT_NE(cause(diagnosis), "proxy-config-not-reloaded");
    EXPECT_THAT(diagnosis.finding->summary, Not(HasSubstr("admin /config/")));
}

TEST_F(OwnRules, LocalhostInAContainerIsNotTheHostsDatabase)
{
    scenario.withDatabase();
    scenario.requestAnswers(500);
    model::HostFacts& host = scenario.app();
    model::Container container;
    container.id = container.name = "shop-web";
    container.engine = "docker";
    container.state = "running";
    container.pid = 812;
    container.networks["bridge"] = "172.17.0.2";
    host.containers = { container };
    model::Listener inside;
    inside.address = "0.0.0.0";
    inside.port = 8000;
    inside.container = "shop-web";
    host.containerListeners = { inside };
    model::Listener database;
    database.address = "127.0.0.1";
    database.port = 5432;
    database.process = "postgres";
    host.listeners.push_back(database);
    scenario.topology.nodes.at(2).container = "shop-web";
    model::Node& callee = scenario.topology.nodes.at(3);
    callee.container = "shop-web";
    callee.host = host.host;
    model::Hop& hop = scenario.topology.hops.at(2);
    hop.declared.endpoint = { "localhost", 5432, {} };
    hop.declared.place = { "environment DATABASE_URL of pid 812", 0 };
    std::erase_if(scenario.facts.probes, [&](const model::HopProbe& probe) { return probe.hop == hop.id && probe.seat != model::Seat::Caller; });
    for (model::HopProbe& probe : scenario.facts.probes)
        if (probe.hop == hop.id) {
            probe.host = host.host;
            probe.address = "127.0.0.1:5432";
            probe.connect = model::ConnectResult::Refused;
            probe.reply = model::ReplyResult::NotTried;
            probe.status.reset();
        }
    for (model::HopProbe& probe : scenario.facts.probes)
        if (probe.hop == scenario.appHop().id && probe.reply == model::ReplyResult::Answered)
            probe.status = 500;
    const model::Diagnosis diagnosis = run();
    EXPECT_EQ(cause(diagnosis), "wrong-address");
    EXPECT_EQ(diagnosis.finding->failingHop, hop.id);
    EXPECT_EQ(diagnosis.finding->responsible, "app");
    EXPECT_THAT(diagnosis.finding->summary, HasSubstr("DATABASE_URL says localhost"));
    EXPECT_THAT(diagnosis.finding->summary, HasSubstr("host.docker.internal"));
}

}
}
