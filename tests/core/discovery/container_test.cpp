// Chains that lead into containers, by published ports, names and addresses.
#include "core/discovery/discover.h"
#include "tests/core/discovery/fleetbuilder.h"
#include "tests/core/discovery/found.h"

#include <gmock/gmock.h>

namespace hopscope::discovery {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using test::FleetBuilder;

model::Container container(const std::string& name, const std::string& network, const std::string& address)
{
    model::Container each;
    each.id = std::string(52, 'a') + name + std::string(12 - std::min<std::size_t>(name.size(), 12), '0');
    each.name = name;
    each.engine = "docker";
    each.state = "running";
    each.pid = 4000 + static_cast<int>(name.size());
    each.networks[network] = address;
    return each;
}

void listensInside(model::HostFacts& host, const std::string& name, const std::string& address, base::Port port)
{
    model::Listener each;
    each.address = address;
    each.port = port;
    each.container = name;
    host.containerListeners.push_back(each);
}

FleetBuilder nginxOnHost(const std::string& target)
{
    FleetBuilder fleet("http://shop.example/");
    fleet.host("box", { "10.1.0.5" });
    fleet.facts.urlAddresses = { "10.1.0.5" };
    fleet.nginx("http { server { listen 80; server_name shop.example; location / { proxy_pass http://" + target + "; } } }");
    fleet.process(50, "root", "nginx: master process /usr/sbin/nginx", "nginx.service").listener("0.0.0.0", 80, 50);
    return fleet;
}

TEST(ContainerDiscovery, FollowsAPublishedPortToItsContainer)
{
    FleetBuilder fleet = nginxOnHost("127.0.0.1:8080");
    fleet.process(77, "root", "/usr/bin/docker-proxy -host-port 8080", "docker.service").listener("127.0.0.1", 8080, 77);
    fleet.current().listeners.back().process = "docker-proxy";
    model::Container app = container("shop-web-1", "shop_default", "172.18.0.2");
    app.ports = { { "127.0.0.1", 8080, 3000 } };
    app.image = "registry.example/shop/web:17";
    app.command = "docker-entrypoint.sh node server.js";
    fleet.current().containers = { app };
    const Discovered found = discover(fleet.profile, fleet.facts);
    EXPECT_THAT(hops(found), ElementsAre("client>box/nginx:80", "box/nginx:80>box/shop-web-1:3000"));
    const model::Node* node = found.topology.node(base::NodeId("box/shop-web-1:3000"));
    ASSERT_TRUE(node);
    EXPECT_EQ(node->container, "shop-web-1");
    EXPECT_EQ(node->containerPort, 3000);
    EXPECT_EQ(node->host, base::HostId("box"));
    EXPECT_EQ(node->software, "node");
    EXPECT_EQ(node->label, "Node.js in container shop-web-1 on box");
    EXPECT_EQ(found.topology.hops[1].declared.endpoint.text(), "127.0.0.1:8080");
    ASSERT_EQ(found.topology.hops[1].listening.size(), 1u);
}

TEST(ContainerDiscovery, TakesTheEnginesOwnSocketForItsForwarder)
{
    // seen as the container died: the forwarder has ended, its socket still counts as the engine's
    FleetBuilder fleet = nginxOnHost("127.0.0.1:8080");
    fleet.process(77, "root", "/usr/sbin/dockerd -H fd://", "docker.service").listener("127.0.0.1", 8080, 77);
    fleet.current().listeners.back().process = "dockerd";
    model::Container app = container("web", "bridge", "");
    app.state = "restarting";
    app.ports = { { "127.0.0.1", 8080, 3000 } };
    fleet.current().containers = { app };
    EXPECT_THAT(hops(discover(fleet.profile, fleet.facts)), ElementsAre("client>box/nginx:80", "box/nginx:80>box/web:3000"));
}

TEST(ContainerDiscovery, NamesAStoppedContainerByThePortThatItWouldPublish)
{
    FleetBuilder fleet = nginxOnHost("127.0.0.1:8080");
    model::Container app = container("web", "bridge", "");
    app.state = "exited";
    app.exitCode = 1;
    app.pid.reset();
    app.ports = { { "", 8080, 3000 } };
    fleet.current().containers = { app };
    const Discovered found = discover(fleet.profile, fleet.facts);
    const model::Node* node = found.topology.node(base::NodeId("box/web:3000"));
    ASSERT_TRUE(node);
    EXPECT_EQ(node->note, "the container is exited (exit code 1)");
}

TEST(ContainerDiscovery, NamesTheContainerWhosePortIsNotPublished)
{
    FleetBuilder fleet = nginxOnHost("127.0.0.1:3000");
    fleet.current().containers = { container("web", "bridge", "172.17.0.2"), container("other", "bridge", "172.17.0.3") };
    listensInside(fleet.current(), "web", "0.0.0.0", 3000);
    listensInside(fleet.current(), "other", "0.0.0.0", 5432);
    const Discovered found = discover(fleet.profile, fleet.facts);
    const model::Node* node = found.topology.node(base::NodeId("box/web:3000"));
    ASSERT_TRUE(node);
    EXPECT_THAT(node->note, HasSubstr("does not publish it"));
}

TEST(ContainerDiscovery, AProcessOfTheHostThatHoldsThePortIsNoContainer)
{
    FleetBuilder fleet = nginxOnHost("127.0.0.1:8080");
    fleet.process(90, "shop", "/usr/bin/node app.js", "shop.service").listener("127.0.0.1", 8080, 90);
    fleet.current().listeners.back().process = "node";
    model::Container old = container("web", "bridge", "");
    old.state = "exited";
    old.ports = { { "", 8080, 3000 } };
    fleet.current().containers = { old };
    EXPECT_THAT(hops(discover(fleet.profile, fleet.facts)), Contains("box/nginx:80>box/node:8080"));
}

TEST(ContainerDiscovery, ResolvesNamesAsTheCallersNetworkDoes)
{
    FleetBuilder fleet("http://shop.example/");
    fleet.host("box", { "10.1.0.5" });
    fleet.facts.urlAddresses = { "10.1.0.5" };
    fleet.nginx("http { server { listen 80; location / { proxy_pass http://web:8000; } location /db { proxy_pass http://localhost:80; } } }");
    fleet.current().configs.back().container = "proxy";
    model::Container proxy = container("proxy", "front", "172.18.0.2");
    proxy.ports = { { "0.0.0.0", 80, 80 } };
    model::Container app = container("shop-web-1", "front", "172.18.0.3");
    app.aliases["front"] = { "web" };
    model::Container same = container("other-web-1", "back", "172.19.0.3"); // another project's, of the same alias
    same.aliases["back"] = { "web" };
    fleet.current().containers = { same, proxy, app };
    listensInside(fleet.current(), "shop-web-1", "0.0.0.0", 8000);
    listensInside(fleet.current(), "proxy", "0.0.0.0", 80);
    const Discovered found = discover(fleet.profile, fleet.facts);
    EXPECT_THAT(hops(found), Contains("client>box/proxy:80"));
    EXPECT_THAT(hops(found), Contains("box/proxy:80>box/shop-web-1:8000"));
    const model::Node* node = found.topology.node(base::NodeId("box/proxy:80"));
    ASSERT_TRUE(node);
    EXPECT_EQ(node->software, "nginx");
    EXPECT_EQ(node->container, "proxy");
    EXPECT_EQ(node->label, "nginx in container proxy on box");
}

TEST(ContainerDiscovery, FollowsAnAppsConnectionsOutOfItsContainer)
{
    FleetBuilder fleet = nginxOnHost("127.0.0.1:8080");
    model::Container app = container("web", "shop", "172.18.0.2");
    app.ports = { { "", 8080, 3000 } };
    model::Container database = container("db", "shop", "172.18.0.9");
    database.image = "postgres:15";
    fleet.current().containers = { app, database };
    listensInside(fleet.current(), "web", "0.0.0.0", 3000);
    listensInside(fleet.current(), "db", "0.0.0.0", 5432);
    model::Connection out;
    out.localAddress = "172.18.0.2";
    out.localPort = 40112;
    out.remoteAddress = "172.18.0.9";
    out.remotePort = 5432;
    out.state = "ESTAB";
    out.container = "web";
    model::Connection in = out;
    in.localPort = 3000; // a visitor's
    in.remotePort = 5000;
    fleet.current().containerConnections = { in, out };
    EXPECT_THAT(hops(discover(fleet.profile, fleet.facts)), Contains("box/web:3000>box/db:5432"));
}

}
}
