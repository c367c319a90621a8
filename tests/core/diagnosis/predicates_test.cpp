// The predicates and the catalogue: every cause that can be concluded has words and remedies, and none is
// unknown.
#include "core/faults/predicates/accesslog.h"
#include "core/faults/predicates/registry.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <set>

namespace hopscope::faults {
namespace {

const Catalogue& builtIn()
{
    static const auto catalogue = Catalogue::loadBuiltIn();
    if (!catalogue)
        throw std::runtime_error(catalogue.error().text());
    return **catalogue;
}

TEST(Predicates, AreNamedOnce)
{
    std::set<std::string> names;
    for (const Predicate& each : predicates())
        EXPECT_TRUE(names.insert(each.cause).second) << each.cause;
}

TEST(Predicates, AssessCausesOfTheTaxonomy)
{
    const auto known = builtIn().causeIds();
    for (const Predicate& each : predicates())
        EXPECT_THAT(known, testing::Contains(std::string(each.cause)));
}

TEST(Predicates, HaveAnEntryWithWordsForEachCause)
{
    for (const Predicate& each : predicates())
        EXPECT_NE(builtIn().byCause(each.cause), nullptr) << each.cause;
}

TEST(Predicates, LeaveNoCauseWithoutARemedy)
{
    RemedyContext context;
    context.host = base::HostId("app1");
    context.callerHost = base::HostId("edge");
    context.osFamily = "debian";
    context.initSystem = "systemd";
    context.platform = "host";
    for (const Predicate& each : predicates())
        EXPECT_FALSE(builtIn().remedies("", each.cause, context).empty()) << each.cause;
}

TEST(Predicates, ThatTheCatalogueAsksForExist)
{
    for (const auto& [entry, names] : builtIn().predicates())
        for (const std::string& name : names)
            EXPECT_NE(predicate(name), nullptr) << entry << " asks for " << name;
}


TEST(LoggedRequest, ReadsTheUsualFormsOfAccessLogs)
{
    const auto common = faults::loggedRequest("10.9.9.9 - - [21/Nov/2026:12:00:00 +0000] \"GET /cart?x=1 HTTP/1.1\" 500 12 \"-\" \"curl\"");
    ASSERT_TRUE(common);
    EXPECT_EQ(common->path, "/cart");
    EXPECT_EQ(common->status, 500);
    const auto balancer = faults::loggedRequest("10.1.0.250:56414 [21/Nov/2026:17:11:34.948] www be_shop/app1 0/0/0/12/12 503 209 - - ---- 1/1/0/0/0 0/0 \"GET /cart HTTP/1.1\"");
    ASSERT_TRUE(balancer);
    EXPECT_EQ(balancer->server, "be_shop/app1");
    EXPECT_EQ(balancer->status, 503);
    EXPECT_EQ(balancer->path, "/cart");
    EXPECT_FALSE(balancer->isBroken);
    const auto cut = faults::loggedRequest("10.1.0.250:42524 [21/Nov/2026:18:23:55.027] iso iso/one 0/0/1003/5/1372 200 20119 - - SD-- 1/1/0/0/1 0/0 \"GET /image HTTP/1.1\"");
    ASSERT_TRUE(cut);
    EXPECT_TRUE(cut->isBroken);
    EXPECT_FALSE(faults::loggedRequest("10.1.0.250:42524 [21/Nov/2026:18:23:55.027] iso iso/one 0/0/3/5/1372 200 20119 - - CD-- 1/1/0/0/1 0/0 \"GET /image HTTP/1.1\"")) << "the client left";
    const auto caddy = faults::loggedRequest(R"({"level":"error","ts":1795282190.05,"request":{"remote_ip":"10.1.0.9","method":"GET","host":"shop.example","uri":"/cart?x=1"},"size":6,"status":502})");
    ASSERT_TRUE(caddy);
    EXPECT_EQ(caddy->path, "/cart");
    EXPECT_EQ(caddy->status, 502);
    EXPECT_FALSE(faults::loggedRequest("2026/11/21 12:00:00 [error] 7#7: *1 connect() failed"));
    EXPECT_FALSE(faults::loggedRequest(""));
}

}
}
