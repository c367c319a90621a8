// The predicates and the catalogue: every cause that can be concluded has words and remedies, and none is
// unknown.
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

}
}
