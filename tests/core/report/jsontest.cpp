#include "core/report/json.h"

#include "sample.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <limits>

using namespace hopscope;
using Json = nlohmann::ordered_json;

namespace {

Json written(const model::Diagnosis& diagnosis)
{
    return Json::parse(report::diagnosisJson(diagnosis, report::JsonLayout::Indented));
}

std::vector<std::string> keys(const Json& object)
{
    std::vector<std::string> names;
    for (const auto& [name, value] : object.items())
        names.push_back(name);
    return names;
}

/// The contract's keys, in its order; what is added may stand between or behind.
void expectKeys(const Json& object, const std::vector<std::string>& expected)
{
    auto next = expected.begin();
    for (const std::string& key : keys(object))
        if (next != expected.end() && key == *next)
            ++next;
    EXPECT_EQ(next, expected.end()) << "missing or out of order: " << *next << " in " << object.dump(2);
}

}

TEST(DiagnosisJson, HasEveryKeyOfTheContractInItsOrder)
{
    const Json json = written(test::stoppedService());
    expectKeys(json, { "schema", "profile", "url", "startedAt", "durationMs", "verdict", "request", "topology", "diagnosis",
                         "alternatives", "advice", "hosts", "incomplete" });
    expectKeys(json["request"], { "status", "totalMs", "dnsMs", "connectMs", "tlsMs", "firstByteMs", "error" });
    expectKeys(json["topology"]["nodes"][1], { "id", "kind", "software", "version", "host", "address", "label", "state" });
    expectKeys(json["topology"]["hops"][0], { "id", "from", "to", "protocol", "target", "declaredAt", "state", "latencyMs", "timeoutsMs" });
    expectKeys(json["diagnosis"], { "failingHop", "variant", "cause", "confidence", "summary", "firstPlaceToCheck", "responsible",
                                      "onset", "evidence", "changes", "remediation" });
    expectKeys(json["diagnosis"]["evidence"][0], { "from", "check", "command", "observed", "bearing", "rulesOut", "at" });
    expectKeys(json["diagnosis"]["changes"][0], { "at", "host", "what", "command" });
    expectKeys(json["diagnosis"]["remediation"][0], { "title", "host", "commands", "risk", "expect", "verify", "undo" });
    expectKeys(json["alternatives"][0], { "failingHop", "variant", "cause", "confidence" });
    expectKeys(json["advice"][0], { "id", "severity", "node", "summary", "remediation" });
    expectKeys(json["hosts"][0], { "name", "reachable", "error", "os", "resources" });
    expectKeys(json["hosts"][0]["resources"], { "cpuPercent", "load1", "memoryUsedPercent", "swapUsedPercent", "diskUsedPercent",
                                                  "inodesUsedPercent", "fdUsedPercent", "conntrackUsedPercent" });
    expectKeys(json["incomplete"][0], { "host", "check", "reason" });
}

TEST(DiagnosisJson, WritesTheContractsValues)
{
    const Json json = written(test::stoppedService());
    EXPECT_EQ(json["schema"], "hopscope.diagnosis/1");
    EXPECT_EQ(json["startedAt"], "2026-11-21T09:30:00.000Z");
    EXPECT_EQ(json["durationMs"], 812);
    EXPECT_EQ(json["verdict"], "failing");
    EXPECT_EQ(json["request"]["status"], 502);
    EXPECT_EQ(json["request"]["totalMs"], 12.1);
    EXPECT_TRUE(json["request"]["error"].is_null());
    const Json& hop = json["topology"]["hops"][0];
    EXPECT_EQ(hop["target"], "10.1.0.3:3000");
    EXPECT_EQ(hop["declaredAt"], Json({ { "file", "/etc/nginx/sites-enabled/shop" }, { "line", 12 } }));
    EXPECT_TRUE(hop["latencyMs"].is_null());
    EXPECT_EQ(hop["timeoutsMs"]["connect"], 60000);
    EXPECT_TRUE(hop["timeoutsMs"]["send"].is_null());
    EXPECT_TRUE(json["topology"]["hops"][1]["declaredAt"].is_null());
    EXPECT_TRUE(json["topology"]["nodes"][0]["host"].is_null());
    EXPECT_EQ(json["topology"]["nodes"][2]["unit"], "shop.service");
    EXPECT_EQ(json["diagnosis"]["onset"], "2026-11-21T09:12:03.000Z");
    EXPECT_EQ(json["diagnosis"]["evidence"][2]["bearing"], "not-evaluated");
    EXPECT_EQ(json["diagnosis"]["evidence"][0]["rulesOut"], Json({ "firewall-drop", "host-down" }));
    EXPECT_EQ(json["diagnosis"]["remediation"][0]["risk"], "restart");
    EXPECT_EQ(json["hosts"][0]["resources"]["cpuPercent"], 3.0);
    EXPECT_TRUE(json["hosts"][0]["resources"]["conntrackUsedPercent"].is_null());
    EXPECT_EQ(json["hosts"][1]["error"], "log in db: Permission denied (publickey)");
    EXPECT_EQ(json["hosts"][1]["errorCode"], "authentication-failed");
}

TEST(DiagnosisJson, SaysUnknownOnsetAndNullCauseWhereNothingShowsThem)
{
    model::Diagnosis diagnosis = test::stoppedService();
    diagnosis.finding->onset.reset();
    diagnosis.finding->cause.reset();
    const Json json = written(diagnosis);
    EXPECT_EQ(json["diagnosis"]["onset"], "unknown");
    EXPECT_TRUE(json["diagnosis"]["cause"].is_null());
}

TEST(DiagnosisJson, HasNoDiagnosisExactlyWhereHealthyOrUnknown)
{
    model::Diagnosis diagnosis = test::stoppedService();
    for (const auto& [verdict, isNull] : { std::pair(model::Verdict::Healthy, true), { model::Verdict::Unknown, true },
             { model::Verdict::Degraded, false }, { model::Verdict::Failing, false } }) {
        diagnosis.verdict = verdict;
        EXPECT_EQ(written(diagnosis)["diagnosis"].is_null(), isNull) << model::id(verdict);
    }
}

TEST(DiagnosisJson, IsOneLineForWatchWhateverServersSend)
{
    model::Diagnosis diagnosis = test::stoppedService();
    diagnosis.finding->evidence[0].observed = "a\nb\r\x1b[31m\xff\xc3(\0c";
    diagnosis.finding->evidence[0].observed.push_back('\0');
    const std::string line = report::diagnosisJson(diagnosis, report::JsonLayout::OneLine);
    EXPECT_EQ(line.find('\n'), line.size() - 1);
    EXPECT_EQ(line.find('\x1b'), std::string::npos);
    const std::string observed = Json::parse(line)["diagnosis"]["evidence"][0]["observed"];
    EXPECT_EQ(observed, std::string("a\nb\r\x1b[31m\xef\xbf\xbd\xef\xbf\xbd(") + '\0');
}

TEST(DiagnosisJson, WritesNumbersThatAreNoneAsNull)
{
    model::Diagnosis diagnosis = test::healthy();
    diagnosis.request.totalMs = std::numeric_limits<double>::quiet_NaN();
    diagnosis.topology.hops[0].latencyMs = std::numeric_limits<double>::infinity();
    const Json json = written(diagnosis);
    EXPECT_TRUE(json["request"]["totalMs"].is_null());
    EXPECT_TRUE(json["topology"]["hops"][0]["latencyMs"].is_null());
}

TEST(TopologyJson, CarriesTheWarningsOfUnreadableLines)
{
    const Json json = Json::parse(report::topologyJson(test::healthy().topology,
        { { { "/etc/nginx/nginx.conf", 3 }, "unexpected \"}\"" } }, report::JsonLayout::OneLine));
    EXPECT_EQ(json["schema"], "hopscope.topology/1");
    EXPECT_EQ(keys(json), (std::vector<std::string> { "schema", "topology", "warnings" }));
    EXPECT_EQ(json["topology"]["nodes"].size(), 3u);
    EXPECT_EQ(json["warnings"][0], Json({ { "file", "/etc/nginx/nginx.conf" }, { "line", 3 }, { "message", "unexpected \"}\"" } }));
}
