// What a proxy answers by itself is told from what it passes on.
#include "core/diagnosis/diagnose.h"
#include "tests/support/scenario/fakecatalogue.h"
#include "tests/support/scenario/scenario.h"

#include <gmock/gmock.h>

namespace hopscope::diagnosis {
namespace {

using namespace std::chrono_literals;
using model::Verdict;

class OwnAnswer : public testing::Test {
protected:
    OwnAnswer() { catalogue.knows({ "worker_connections are not enough", "overloaded", "connection-limit-reached" }); }

    model::Diagnosis run() { return diagnose(scenario.capture, scenario.facts, scenario.topology, catalogue); }

    model::Node& proxy() { return scenario.topology.nodes.at(1); }

    void mayAnswer(int status, const std::string& rule, const std::string& flag = {})
    {
        model::OwnAnswer own;
        own.status = status;
        own.place = { "/etc/nginx/conf.d/shop.conf", 7 };
        own.rule = rule;
        own.flagFile = flag;
        proxy().ownAnswers.push_back(own);
    }

    static std::string cause(const model::Diagnosis& diagnosis) { return diagnosis.finding ? diagnosis.finding->cause.value_or("") : "-"; }

    test::Scenario scenario;
    test::FakeCatalogue catalogue;
};

TEST_F(OwnAnswer, ForbiddenByTheProxyIsAFault)
{
    scenario.requestAnswers(403);
    mayAnswer(403, "deny all");
    const model::Diagnosis diagnosis = run();
    EXPECT_EQ(diagnosis.verdict, Verdict::Failing);
    EXPECT_EQ(cause(diagnosis), "access-denied");
    EXPECT_EQ(diagnosis.finding->variant, "request-rejected");
    EXPECT_EQ(diagnosis.finding->failingHop, scenario.entryHop().id);
}

TEST_F(OwnAnswer, ForbiddenByTheAppIsItsBusiness)
{
    scenario.requestAnswers(403);
    scenario.probe(model::Seat::Caller).status = 403;
    EXPECT_EQ(run().verdict, Verdict::Healthy);
}

TEST_F(OwnAnswer, ALoginThatWasAlwaysWantedIsNoFault)
{
    scenario.requestAnswers(401);
    mayAnswer(401, "auth_basic");
    EXPECT_EQ(run().verdict, Verdict::Healthy);
}

TEST_F(OwnAnswer, ALoginThatCameLatelyIsAFault)
{
    scenario.requestAnswers(401);
    mayAnswer(401, "auth_basic");
    scenario.edgeLogs("203.0.113.9 - - [21/Nov/2026:09:20:00 +0000] \"GET / HTTP/1.1\" 200 12 \"-\" \"curl\"", 10min);
    scenario.edge().logs.back().place = "/var/log/nginx/access.log";
    const model::Diagnosis diagnosis = run();
    EXPECT_EQ(cause(diagnosis), "access-denied");
}

TEST_F(OwnAnswer, NoSiteOfThatNameIsAMissingRoute)
{
    scenario.requestAnswers(404);
    proxy().isUnknownName = true;
    scenario.appHop().isOnPath = false;
    const model::Diagnosis diagnosis = run();
    EXPECT_EQ(cause(diagnosis), "route-missing-in-proxy");
    EXPECT_EQ(diagnosis.finding->variant, "no-route-configured");
    EXPECT_THAT(diagnosis.finding->summary, testing::HasSubstr("shop.example"));
}

TEST_F(OwnAnswer, NotFoundInTheAppIsNoFault)
{
    scenario.requestAnswers(404);
    scenario.probe(model::Seat::Caller).status = 404;
    EXPECT_EQ(run().verdict, Verdict::Healthy);
}

TEST_F(OwnAnswer, TheFlagFileOfAMaintenanceIsNamed)
{
    scenario.requestAnswers(503);
    mayAnswer(503, "return 503", "/srv/closed");
    const model::Diagnosis diagnosis = run();
    EXPECT_EQ(cause(diagnosis), "maintenance-mode");
    EXPECT_THAT(diagnosis.finding->summary, testing::HasSubstr("/srv/closed"));
}

TEST_F(OwnAnswer, AnUnavailableAppIsNoMaintenanceOfTheProxy)
{
    scenario.requestAnswers(503);
    scenario.probe(model::Seat::Caller).status = 503;
    mayAnswer(503, "return 503", "/srv/closed");
    const model::Diagnosis diagnosis = run();
    EXPECT_NE(cause(diagnosis), "maintenance-mode");
    EXPECT_EQ(diagnosis.finding->failingHop, scenario.appHop().id);
}

TEST_F(OwnAnswer, ALimitCountsWhereItsLogSpeaksOfThisRequest)
{
    scenario.requestAnswers(503);
    mayAnswer(503, "limit_req zone=one");
    scenario.edgeLogs("2026/11/21 09:29:58 [error] 9#9: *1 limiting requests, excess: 1.0 by zone \"one\", client: 203.0.113.9, request: \"GET / HTTP/1.1\"", 2s);
    EXPECT_EQ(cause(run()), "rate-limited");
}

TEST_F(OwnAnswer, AScannersLimitIsNotTheVisitors)
{
    scenario.requestAnswers(503);
    mayAnswer(503, "limit_req zone=one");
    scenario.edgeLogs("2026/11/21 09:29:58 [error] 9#9: *1 limiting requests, excess: 1.0 by zone \"one\", client: 203.0.113.9, request: \"GET /login HTTP/1.1\"", 2s);
    EXPECT_NE(cause(run()), "rate-limited");
}

TEST_F(OwnAnswer, AProxyWithoutConnectionsIsFullItself)
{
    scenario.requestAnswers(500);
    scenario.edgeLogs("2026/11/21 09:29:58 [alert] 9#9: *1 16 worker_connections are not enough while connecting to upstream, client: 203.0.113.9", 2s);
    const model::Diagnosis diagnosis = run();
    EXPECT_EQ(cause(diagnosis), "connection-limit-reached");
    EXPECT_EQ(diagnosis.finding->variant, "overloaded");
    EXPECT_EQ(diagnosis.finding->failingHop, scenario.entryHop().id);
}

TEST_F(OwnAnswer, AProxyThatCallsItselfIsALoop)
{
    scenario.requestAnswers(502);
    model::Hop& hop = scenario.appHop();
    hop.to = hop.from;
    hop.isLoop = true;
    const model::Diagnosis diagnosis = run();
    EXPECT_EQ(cause(diagnosis), "proxy-loop");
    EXPECT_EQ(diagnosis.finding->variant, "no-route-configured");
}

/// The site's name leads to an address that none of the hosts has.
class StrayAnswer : public OwnAnswer {
protected:
    StrayAnswer() { answersFrom("10.1.0.44", 404); }

    void answersFrom(const std::string& address, int status)
    {
        scenario.requestAnswers(status);
        scenario.capture.outside.http.address = address + ":80";
        scenario.capture.outside.dns.ipv4Addresses = { address };
        scenario.capture.outside.tcp = { { address, 80, model::AttemptResult::Succeeded, "", 0.6 } };
    }
};

TEST_F(StrayAnswer, IsAWrongNameWhereTheSiteItselfAnswersWell)
{
    const model::Diagnosis diagnosis = run();
    EXPECT_EQ(diagnosis.verdict, Verdict::Failing);
    EXPECT_EQ(cause(diagnosis), "edge-dns-wrong");
    EXPECT_EQ(diagnosis.finding->failingHop, scenario.entryHop().id);
    EXPECT_EQ(diagnosis.finding->variant, "error-response");
    EXPECT_EQ(diagnosis.finding->responsible, "dns");
    EXPECT_THAT(diagnosis.finding->summary, testing::HasSubstr("10.1.0.44"));
}

TEST_F(StrayAnswer, IsNotKnownToBeWellWhereTheSiteCouldNotBeAsked)
{
    std::erase_if(scenario.facts.probes, [](const model::HopProbe& probe) { return probe.hop.value() != "client>edge/nginx:80"; });
    const model::Diagnosis diagnosis = run();
    EXPECT_EQ(diagnosis.verdict, Verdict::Unknown);
    EXPECT_THAT(diagnosis.unknownReason, testing::HasSubstr("10.1.0.44"));
}

TEST_F(StrayAnswer, IsTheSitesOwnWhereItAnswersAlike)
{
    scenario.probe(model::Seat::Caller).status = 404;
    EXPECT_EQ(run().verdict, Verdict::Healthy) << "a provider maps the address to the host";
}

TEST_F(StrayAnswer, IsTheSitesOwnWhereItsLogHasTheRequest)
{
    scenario.edgeLogs("192.0.2.7 - - [21/Nov/2026:09:30:00 +0000] \"GET / HTTP/1.1\" 404 12 \"-\" \"hopscope/1\"", 0s);
    const model::Diagnosis diagnosis = run();
    EXPECT_NE(cause(diagnosis), "edge-dns-wrong");
}

TEST_F(StrayAnswer, IsTheSitesOwnWhereARuleOfItGivesIt)
{
    answersFrom("10.1.0.44", 403);
    mayAnswer(403, "deny all");
    EXPECT_EQ(cause(run()), "access-denied");
}

TEST_F(StrayAnswer, IsNeitherWellNorAFaultBehindACdn)
{
    scenario.facts.front = { "cloudflare", "Cloudflare", { "CF-Ray: 8f" }, true };
    const model::Diagnosis diagnosis = run();
    EXPECT_EQ(diagnosis.verdict, Verdict::Unknown);
    EXPECT_THAT(diagnosis.unknownReason, testing::HasSubstr("Cloudflare"));
}

TEST_F(StrayAnswer, IsNoneWhereTheProfileGivesTheAddress)
{
    scenario.capture.outside.dns.isOverridden = true;
    EXPECT_NE(cause(run()), "edge-dns-wrong");
}

TEST_F(StrayAnswer, IsNoneWhereTheHostIsLoggedInToAtThatAddress)
{
    scenario.capture.sessions.front().address = "10.1.0.44:22";
    EXPECT_NE(cause(run()), "edge-dns-wrong");
}

TEST_F(StrayAnswer, CountsOnlyAnswersThatSayNotHere)
{
    answersFrom("10.1.0.44", 200);
    EXPECT_EQ(run().verdict, Verdict::Healthy);
}

TEST_F(OwnAnswer, AConnectionClosedForAnUnknownNameIsAMissingRoute)
{
    scenario.capture.outside.http = {};
    scenario.capture.outside.http.result = model::AttemptResult::ClosedBeforeHeaders;
    proxy().isUnknownName = true;
    mayAnswer(444, "return 444");
    proxy().ownAnswers.back().isCertain = true;
    scenario.appHop().isOnPath = false;
    const model::Diagnosis diagnosis = run();
    EXPECT_EQ(cause(diagnosis), "route-missing-in-proxy");
    EXPECT_EQ(diagnosis.finding->variant, "reset-before-headers");
}

TEST_F(OwnAnswer, ACertificateThatWasNotWantedBeforeIsAFault)
{
    scenario.requestAnswers(400);
    scenario.capture.outside.http.body = "<html><center>No required SSL certificate was sent</center></html>";
    EXPECT_EQ(run().verdict, Verdict::Healthy) << "it may always have been wanted";
    scenario.edgeLogs("203.0.113.7 - - [21/Nov/2026:09:20:00 +0000] \"GET / HTTP/1.1\" 200 12 \"-\" \"Mozilla/5.0\"", 10min);
    scenario.edge().logs.back().place = "/var/log/nginx/access.log";
    const model::Diagnosis diagnosis = run();
    EXPECT_EQ(diagnosis.verdict, Verdict::Failing);
    EXPECT_EQ(cause(diagnosis), "client-certificate-missing");
    EXPECT_EQ(diagnosis.finding->variant, "certificate-invalid");
    EXPECT_EQ(diagnosis.finding->failingHop, scenario.entryHop().id);
}

class Redirects : public OwnAnswer {
protected:
    void leadTo(const std::string& location)
    {
        scenario.requestAnswers(301);
        scenario.capture.outside.http.headers.push_back({ "Location", location });
    }
};

TEST_F(Redirects, ToAnotherAddressAreWell)
{
    leadTo("https://shop.example/");
    EXPECT_EQ(run().verdict, Verdict::Healthy);
}

TEST_F(Redirects, ToTheVeryAddressAreALoop)
{
    leadTo("http://Shop.example:80");
    const model::Diagnosis diagnosis = run();
    EXPECT_EQ(diagnosis.verdict, Verdict::Failing);
    EXPECT_EQ(cause(diagnosis), "proxy-loop");
    EXPECT_EQ(diagnosis.finding->variant, "no-route-configured");
    EXPECT_EQ(diagnosis.finding->failingHop, scenario.entryHop().id);
}

TEST_F(Redirects, OfTheAppAreALoopOnItsOwnHop)
{
    leadTo("/");
    scenario.probe(model::Seat::Caller).status = 301;
    scenario.probe(model::Seat::Caller).location = "http://shop.example/";
    const model::Diagnosis diagnosis = run();
    EXPECT_EQ(cause(diagnosis), "proxy-loop");
    EXPECT_EQ(diagnosis.finding->failingHop, scenario.appHop().id);
}

TEST_F(Redirects, ThatSetACookieMayPassTheNextTime)
{
    leadTo("/");
    scenario.capture.outside.http.headers.push_back({ "Set-Cookie", "seen=1" });
    EXPECT_EQ(run().verdict, Verdict::Healthy);
}

TEST_F(OwnAnswer, AnApplicationThatCouldNotStartInTomcatIsNoPageThatNobodyHas)
{
    scenario.capture.profile.url = "http://shop.example/pos/list";
    scenario.requestAnswers(404);
    scenario.probe(model::Seat::Caller).status = 404;
    const std::string failed = "org.apache.catalina.core.StandardContext.startInternal Context [/pos] startup failed due to previous errors";
    scenario.appLogs(failed, 40min);
    model::Diagnosis diagnosis = run();
    EXPECT_EQ(diagnosis.verdict, Verdict::Failing);
    EXPECT_EQ(cause(diagnosis), "app-error");
    EXPECT_EQ(diagnosis.finding->failingHop, scenario.appHop().id);

    scenario.appLogs("HostConfig.deployDirectory Deploying web application directory [/var/lib/tomcat10/webapps/pos]", 5min);
    EXPECT_EQ(run().verdict, Verdict::Healthy) << "it was deployed again since";
}

TEST_F(OwnAnswer, AnotherApplicationThatCouldNotStartIsNoneOfThisAddress)
{
    scenario.capture.profile.url = "http://shop.example/position";
    scenario.requestAnswers(404);
    scenario.probe(model::Seat::Caller).status = 404;
    scenario.appLogs("StandardContext.startInternal Context [/pos] startup failed due to previous errors", 40min);
    EXPECT_EQ(run().verdict, Verdict::Healthy);
}

}
}
