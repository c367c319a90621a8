#include "fleetbuilder.h"

#include <gmock/gmock.h>

namespace hopscope::discovery {
namespace {

using test::FleetBuilder;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

std::vector<std::string> hopIds(const Discovered& found, bool onPathOnly = true)
{
    std::vector<std::string> ids;
    for (const model::Hop& hop : found.topology.hops)
        if (hop.isOnPath || !onPathOnly)
            ids.push_back(hop.id.value());
    return ids;
}

const model::Node& node(const Discovered& found, const std::string& id)
{
    static const model::Node none;
    const model::Node* each = found.topology.node(base::NodeId(id));
    EXPECT_NE(each, nullptr) << id;
    return each ? *each : none;
}

const model::Hop& hop(const Discovered& found, const std::string& id)
{
    static const model::Hop none;
    const model::Hop* each = found.topology.hop(base::HopId(id));
    EXPECT_NE(each, nullptr) << id;
    return each ? *each : none;
}

FleetBuilder shop(const std::string& pass = "http://127.0.0.1:3000")
{
    FleetBuilder fleet("http://shop.example/");
    fleet.facts.urlAddresses = { "10.1.0.2" };
    fleet.host("edge", { "10.1.0.2" })
        .nginx("user www-data;\nhttp {\n  server {\n    listen 80;\n    server_name shop.example;\n"
               "    location / {\n      proxy_pass "
            + pass + ";\n    }\n  }\n}\n")
        .runningNginx({ 80 });
    return fleet;
}

TEST(Discover, FollowsTheUrlThroughNginxToTheProcessThatListens)
{
    FleetBuilder fleet = shop();
    fleet.process(200, "deploy", "node /srv/shop/server.js", "shop.service").listener("127.0.0.1", 3000, 200);
    const Discovered found = fleet.run();
    EXPECT_THAT(hopIds(found), ElementsAre("client>edge/nginx:80", "edge/nginx:80>edge/node:3000"));
    const model::Node& app = node(found, "edge/node:3000");
    EXPECT_EQ(app.kind, model::NodeKind::App);
    EXPECT_EQ(app.software, "node");
    EXPECT_EQ(app.pid, 200);
    EXPECT_EQ(app.unit, "shop.service");
    EXPECT_EQ(app.user, "deploy");
    EXPECT_EQ(app.address, "127.0.0.1:3000");
    const model::Hop& last = hop(found, "edge/nginx:80>edge/node:3000");
    EXPECT_EQ(last.declared.place, (model::FilePlace { "/etc/nginx/nginx.conf", 7 }));
    EXPECT_EQ(last.declared.endpoint.text(), "127.0.0.1:3000");
    EXPECT_EQ(last.declared.requestHost, "127.0.0.1:3000");
    EXPECT_EQ(last.declared.callerUser, "www-data");
    EXPECT_EQ(last.protocol, model::Protocol::Http);
    ASSERT_EQ(last.listening.size(), 1u);
    EXPECT_EQ(last.listening.front().port, 3000);
    EXPECT_EQ(node(found, "edge/nginx:80").unit, "nginx.service");
    EXPECT_EQ(node(found, "edge/nginx:80").pid, 100);
    EXPECT_EQ(node(found, "edge/nginx:80").version, "1.22.1");
}

TEST(Discover, NamesTheStoppedUnitThatShouldListen)
{
    FleetBuilder fleet = shop();
    fleet.unit("shop.service", "inactive", "/usr/bin/node /srv/shop/server.js --port 3000");
    const Discovered found = fleet.run();
    EXPECT_THAT(hopIds(found), ElementsAre("client>edge/nginx:80", "edge/nginx:80>edge/node:3000"));
    EXPECT_EQ(node(found, "edge/node:3000").unit, "shop.service");
    EXPECT_THAT(node(found, "edge/node:3000").note, HasSubstr("ExecStart names 3000"));
    EXPECT_THAT(hop(found, "edge/nginx:80>edge/node:3000").listening, IsEmpty());
}

TEST(Discover, KeepsATargetThatNobodyOwns)
{
    const Discovered found = shop().run();
    EXPECT_THAT(hopIds(found), ElementsAre("client>edge/nginx:80", "edge/nginx:80>edge/app:3000"));
    EXPECT_EQ(node(found, "edge/app:3000").unit, "");
    EXPECT_EQ(node(found, "edge/app:3000").software, "unknown");
}

}
}
