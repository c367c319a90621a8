// A proxy on a host in front of a cluster: by a node's port.
#include "core/parse/cluster/manifests.h"
#include "tests/core/discovery/fleetbuilder.h"
#include "tests/core/discovery/found.h"

#include <gmock/gmock.h>

namespace hopscope::discovery {
namespace {

using test::FleetBuilder;
using testing::ElementsAre;
using testing::HasSubstr;

const std::string objects = R"(apiVersion: v1
kind: Node
metadata: {name: node1}
status: {addresses: [{type: InternalIP, address: 10.1.0.9}, {type: Hostname, address: node1}]}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {type: NodePort, clusterIP: 10.96.0.9, selector: {app: web}, ports: [{port: 80, targetPort: http, nodePort: 30080}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web-1, namespace: shop, labels: {app: web}}
spec: {nodeName: node1, containers: [{name: web, image: "node:20", ports: [{name: http, containerPort: 3000}]}]}
status: {phase: Running, podIP: 10.244.1.7, hostIP: 10.1.0.9}
)";

/// nginx on edge, which sends to a node's port; the cluster is seen by kubectl on `seer`.
FleetBuilder fleetWith(const std::string& target, const std::string& seer)
{
    FleetBuilder fleet("http://shop.example/");
    fleet.host("edge", { "10.1.0.2" })
        .nginx("events {} http { server { listen 80; location / { proxy_pass http://" + target + "; } } }")
        .runningNginx({ 80 });
    if (seer != "edge")
        fleet.host(seer, { "10.1.0.9" });
    model::ConfigFile file;
    file.path = "live";
    file.text = objects;
    model::cluster::Cluster cluster = parse::readManifests({ file }).cluster;
    cluster.isManifest = false;
    cluster.read = { "pods", "services", "nodes" };
    fleet.facts.hosts.at(base::HostId(seer)).clusters.push_back(std::move(cluster));
    return fleet;
}

TEST(NodePort, LeadsToThePodsOfItsService)
{
    // the node is no host of the profile; kubectl is on the proxy's own host
    const Discovered found = fleetWith("10.1.0.9:30080", "edge").run();
    EXPECT_THAT(hops(found, true), ElementsAre("client>edge/nginx:80", "edge/nginx:80>service/shop/web:80", "service/shop/web:80>pod/shop/web-1:3000"));
    const model::Hop* hop = found.topology.hop(base::HopId("edge/nginx:80>service/shop/web:80"));
    ASSERT_NE(hop, nullptr);
    EXPECT_EQ(hop->declared.endpoint.text(), "10.1.0.9:30080");
}

TEST(NodePort, IsTheClustersOnAHostOfTheProfileToo)
{
    const Discovered found = fleetWith("10.1.0.9:30080", "node1").run();
    EXPECT_THAT(hops(found, true), ElementsAre("client>edge/nginx:80", "edge/nginx:80>service/shop/web:80", "service/shop/web:80>pod/shop/web-1:3000"));
}

TEST(NodePort, IsNotAnotherPortOfTheNode)
{
    const Discovered found = fleetWith("10.1.0.9:30081", "edge").run();
    for (const std::string& each : hops(found))
        EXPECT_THAT(each, testing::Not(HasSubstr("pod/")));
}

}
}
