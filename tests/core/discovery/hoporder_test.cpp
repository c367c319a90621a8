#include "core/discovery/hoporder.h"

#include <gmock/gmock.h>

namespace hopscope::discovery {
namespace {

using testing::ElementsAre;

/// "a>b" as hops, sorted and back.
std::vector<std::string> sorted(const std::vector<std::string>& ids)
{
    std::vector<model::Hop> hops;
    for (const std::string& id : ids) {
        model::Hop hop;
        hop.id = base::HopId(id);
        hop.from = base::NodeId(id.substr(0, id.find('>')));
        hop.to = base::NodeId(id.substr(id.find('>') + 1));
        hops.push_back(hop);
    }
    putOuterFirst(hops);
    std::vector<std::string> result;
    for (const model::Hop& hop : hops)
        result.push_back(hop.id.value());
    return result;
}

TEST(HopOrder, PutsTheWayThereBeforeAHop)
{
    EXPECT_THAT(sorted({ "gateway>web", "web>db", "client>edge", "edge>gateway" }),
        ElementsAre("client>edge", "edge>gateway", "gateway>web", "web>db"));
    EXPECT_THAT(sorted({ "c>d", "b>c", "a>b", "client>a" }), ElementsAre("client>a", "a>b", "b>c", "c>d"));
}

TEST(HopOrder, KeepsWhatStandsWell)
{
    EXPECT_THAT(sorted({ "client>a", "a>b1", "b1>c", "a>b2", "b2>c", "other>b1" }),
        ElementsAre("client>a", "a>b1", "b1>c", "a>b2", "b2>c", "other>b1"));
    EXPECT_THAT(sorted({}), ElementsAre());
}

TEST(HopOrder, IsNotConfusedByCircles)
{
    EXPECT_THAT(sorted({ "a>b", "b>a", "b>c" }), ElementsAre("a>b", "b>a", "b>c"));
    EXPECT_THAT(sorted({ "b>a", "a>b", "client>a", "a>a" }), ElementsAre("client>a", "a>b", "b>a", "a>a"));
}

}
}
