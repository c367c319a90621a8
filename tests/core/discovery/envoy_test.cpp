// Shapes of bootstrap files, filesystem xDS and /config_dump as Envoy's documentation and examples have them
// (configuration overview, "front proxy" example, operations/admin).
#include "core/discovery/discover.h"
#include "fleetbuilder.h"
#include "tests/core/discovery/found.h"

#include <gmock/gmock.h>

namespace hopscope::discovery {
namespace {

using test::FleetBuilder;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

const std::string bootstrap = R"(admin:
  address:
    socket_address: { address: 127.0.0.1, port_value: 9901 }
static_resources:
  listeners:
  - name: listener_0
    address:
      socket_address: { address: 0.0.0.0, port_value: 10000 }
    filter_chains:
    - filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: ingress_http
          route_config:
            name: local_route
            virtual_hosts:
            - name: api
              domains: ["api.example", "api.example:10000", "*.api.example"]
              routes:
              - match: { path: "/health" }
                direct_response: { status: 200, body: { inline_string: ok } }
              - match: { prefix: "/old" }
                redirect: { https_redirect: true, path_redirect: "/new" }
              - match: { safe_regex: { regex: "/v[0-9]+/.*" } }
                route:
                  cluster: versioned
                  timeout: 0s
              - match: { prefix: "/canary", headers: [ { name: x-canary, string_match: { exact: "1" } } ] }
                route: { cluster: canary }
              - match: { prefix: "/service/" }
                route:
                  prefix_rewrite: "/"
                  weighted_clusters:
                    clusters:
                    - { name: service1, weight: 90 }
                    - { name: service2, weight: 10 }
                  retry_policy: { retry_on: "5xx,connect-failure", num_retries: 3 }
                  timeout: 2.5s
            - name: all
              domains: ["*"]
              routes:
              - match: { prefix: "/" }
                route: { cluster: web, host_rewrite_literal: web.internal, request_mirror_policies: [ { cluster: canary } ] }
          http_filters:
          - name: envoy.filters.http.router
  - name: tcp
    address:
      socket_address: { address: 0.0.0.0, port_value: 5432 }
    filter_chains:
    - filters:
      - name: envoy.filters.network.tcp_proxy
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy
          cluster: db
  clusters:
  - name: web
    connect_timeout: 0.25s
    type: STRICT_DNS
    load_assignment:
      cluster_name: web
      endpoints:
      - lb_endpoints:
        - endpoint:
            address: { socket_address: { address: 10.0.0.1, port_value: 8080 } }
            health_check_config: {}
        - endpoint:
            address:
              socket_address:
                address: 10.0.0.2
                port_value: 8080
      - priority: 1
        lb_endpoints:
        - endpoint: { address: { socket_address: { address: 10.0.0.3, port_value: 8080 } } }
    health_checks:
    - { timeout: 1s, interval: 5s, http_health_check: { path: "/healthz" } }
    outlier_detection: { consecutive_5xx: 3, base_ejection_time: 60s }
    circuit_breakers: { thresholds: [ { max_connections: 100 } ] }
  - name: service1
    type: LOGICAL_DNS
    http2_protocol_options: {}
    load_assignment: { cluster_name: service1, endpoints: [ { lb_endpoints: [ { endpoint: { address: { socket_address: { address: service1, port_value: 80 } } } } ] } ] }
  - name: service2
    load_assignment: { cluster_name: service2, endpoints: [ { lb_endpoints: [ { endpoint: { address: { pipe: { path: /run/service2.sock } } } } ] } ] }
  - name: canary
    hosts: [ { socket_address: { address: 10.0.0.7, port_value: 80 } } ]
  - name: versioned
    load_assignment: { endpoints: [ { lb_endpoints: [ { endpoint: { address: { socket_address: { address: upstream.example, port_value: 443 } } } } ] } ] }
    transport_socket:
      name: envoy.transport_sockets.tls
      typed_config:
        "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext
        sni: upstream.example
        common_tls_context: { validation_context: { trusted_ca: { filename: /etc/ssl/ca.pem } } }
  - name: db
    load_assignment: { endpoints: [ { lb_endpoints: [ { endpoint: { address: { socket_address: { address: db, port_value: 5432 } } } } ] } ] }
)";

FleetBuilder envoyFleet(const std::string& url, std::vector<model::ConfigFile> files)
{
    FleetBuilder fleet(url);
    fleet.facts.urlAddresses = { "10.1.0.2" };
    fleet.host("edge", { "10.1.0.2" });
    model::SoftwareConfig config;
    config.software = "envoy";
    config.mainFile = "/etc/envoy/envoy.yaml";
    config.files = std::move(files);
    fleet.current().configs.push_back(config);
    fleet.process(100, "envoy", "/usr/bin/envoy -c /etc/envoy/envoy.yaml", "envoy.service");
    fleet.listener("0.0.0.0", 10000, 100).listener("0.0.0.0", 443, 100);
    return fleet;
}

Discovered ask(const std::string& url) { return envoyFleet(url, { { "/etc/envoy/envoy.yaml", bootstrap, {}, {} } }).run(); }

TEST(EnvoyOffline, FindsEveryHopWithItsPlaceAndLimits)
{
    const Discovered found = discoverOffline({ { "front.yaml", bootstrap } }, "");
    EXPECT_THAT(hops(found),
        UnorderedElementsAre("envoy:10000>10.0.0.1:8080", "envoy:10000>10.0.0.2:8080", "envoy:10000>10.0.0.3:8080", "envoy:10000>service1:80",
            "envoy:10000>unix:/run/service2.sock", "envoy:10000>10.0.0.7:80", "envoy:10000>upstream.example:443", "envoy:5432>db:5432"));
    EXPECT_THAT(warnings(found), IsEmpty());
    const model::Hop* second = found.topology.hop(base::HopId("envoy:10000>10.0.0.2:8080"));
    ASSERT_NE(second, nullptr);
    EXPECT_EQ(second->declared.place, (model::FilePlace { "front.yaml", 70 }));
    EXPECT_EQ(second->group, "web");
    EXPECT_EQ(second->declared.timeouts.connect, base::Milliseconds(250));
    EXPECT_EQ(second->declared.timeouts.read, base::Milliseconds(15'000));
    EXPECT_EQ(second->declared.healthCheck, "GET /healthz");
    EXPECT_EQ(second->declared.maxFails, 3);
    EXPECT_EQ(second->declared.maxConnections, 100);
    EXPECT_EQ(second->declared.requestHost, "web.internal");
    EXPECT_TRUE(found.topology.hop(base::HopId("envoy:10000>10.0.0.3:8080"))->declared.isBackup);
    const model::Hop* tls = found.topology.hop(base::HopId("envoy:10000>upstream.example:443"));
    EXPECT_EQ(tls->protocol, model::Protocol::Https);
    EXPECT_TRUE(tls->declared.verifiesCertificate);
    EXPECT_EQ(tls->declared.serverName, "upstream.example");
    EXPECT_FALSE(tls->declared.timeouts.read);
    EXPECT_EQ(found.topology.hop(base::HopId("envoy:5432>db:5432"))->protocol, model::Protocol::Tcp);
    EXPECT_EQ(found.topology.hop(base::HopId("envoy:10000>service1:80"))->protocol, model::Protocol::Http2);
}

TEST(Envoy, ChoosesVirtualHostAndRoute)
{
    EXPECT_THAT(hops(ask("http://other.example:10000/x"), true),
        ElementsAre("client>edge/envoy:10000", "edge/envoy:10000>10.0.0.1:8080", "edge/envoy:10000>10.0.0.2:8080", "edge/envoy:10000>10.0.0.3:8080"));
    const Discovered service = ask("http://api.example:10000/service/users?a=b");
    EXPECT_THAT(hops(service, true), ElementsAre("client>edge/envoy:10000", "edge/envoy:10000>service1:80", "edge/envoy:10000>edge/app:/run/service2.sock"));
    const model::Hop* first = service.topology.hop(base::HopId("edge/envoy:10000>service1:80"));
    EXPECT_EQ(first->declared.requestPath, "/users?a=b");
    EXPECT_EQ(first->declared.retries, 3);
    EXPECT_THAT(first->declared.retriesOn, ElementsAre("5xx", "connect-failure"));
    EXPECT_EQ(first->declared.timeouts.read, base::Milliseconds(2'500));
    EXPECT_THAT(hops(ask("http://x.api.example:10000/v2/z"), true), ElementsAre("client>edge/envoy:10000", "edge/envoy:10000>upstream.example:443"));
    const auto note = [](const Discovered& found) { return found.topology.node(base::NodeId("edge/envoy:10000"))->note; };
    EXPECT_EQ(note(ask("http://api.example:10000/health")), "answers 200");
    EXPECT_EQ(note(ask("http://api.example:10000/old/x")), "redirects to https://api.example/new");
    EXPECT_EQ(note(ask("http://api.example:10000/canary")), "answers 404: no virtual host or route takes this");
}

TEST(Envoy, ChoosesTheFilterChainByServerName)
{
    const std::string text = R"(static_resources:
  listeners:
  - address: { socket_address: { address: 0.0.0.0, port_value: 443 } }
    filter_chains:
    - filter_chain_match: { server_names: ["a.example"] }
      transport_socket: { name: envoy.transport_sockets.tls }
      filters: [ { name: envoy.filters.network.http_connection_manager, typed_config: { route_config: { virtual_hosts: [ { domains: ["*"], routes: [ { match: { prefix: "/" }, route: { cluster: a } } ] } ] } } } ]
    - filter_chain_match: { server_names: ["*.example"] }
      filters: [ { name: envoy.filters.network.tcp_proxy, typed_config: { cluster: b } } ]
  clusters:
  - { name: a, load_assignment: { endpoints: [ { lb_endpoints: [ { endpoint: { address: { socket_address: { address: 10.0.0.1, port_value: 1 } } } } ] } ] } }
  - { name: b, load_assignment: { endpoints: [ { lb_endpoints: [ { endpoint: { address: { socket_address: { address: 10.0.0.2, port_value: 2 } } } } ] } ] } }
)";
    EXPECT_THAT(hops(envoyFleet("https://a.example/", { { "/etc/envoy/envoy.yaml", text, {}, {} } }).run(), true),
        ElementsAre("client>edge/envoy:443", "edge/envoy:443>10.0.0.1:1"));
    EXPECT_THAT(hops(envoyFleet("https://b.example/", { { "/etc/envoy/envoy.yaml", text, {}, {} } }).run(), true),
        ElementsAre("client>edge/envoy:443", "edge/envoy:443>10.0.0.2:2"));
}

TEST(EnvoyOffline, JoinsFilesystemDiscovery)
{
    const Discovered found = discoverOffline({ { "envoy.yaml", "node: {id: a}\ndynamic_resources:\n  cds_config: {path: /etc/envoy/cds.yaml}\n  lds_config: {path: /etc/envoy/lds.yaml}\n" },
                                                 { "lds.yaml", "resources:\n- \"@type\": type.googleapis.com/envoy.config.listener.v3.Listener\n  name: l\n  address: {socket_address: {address: 0.0.0.0, port_value: 80}}\n  filter_chains:\n  - filters:\n    - name: envoy.http_connection_manager\n      typed_config:\n        rds: {route_config_name: r}\n" },
                                                 { "rds.yaml", "resources:\n- \"@type\": type.googleapis.com/envoy.config.route.v3.RouteConfiguration\n  name: r\n  virtual_hosts:\n  - domains: ['*']\n    routes:\n    - match: {prefix: /}\n      route: {cluster: c}\n" },
                                                 { "cds.yaml", "resources:\n- \"@type\": type.googleapis.com/envoy.config.cluster.v3.Cluster\n  name: c\n  type: EDS\n  eds_cluster_config: {service_name: s}\n" },
                                                 { "eds.json", "{\"resources\": [{\"@type\": \"type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment\", \"cluster_name\": \"s\", \"endpoints\": [{\"lb_endpoints\": [\n{\"endpoint\": {\"address\": {\"socket_address\": {\"address\": \"10.0.0.5\", \"port_value\": 81}}}}]}]}]}" } },
        "");
    EXPECT_THAT(hops(found), ElementsAre("envoy:80>10.0.0.5:81"));
    EXPECT_EQ(found.topology.hops[0].declared.place, (model::FilePlace { "eds.json", 2 }));
    EXPECT_THAT(warnings(found), IsEmpty());
}

TEST(Envoy, TakesTheDumpForWhatRunsAndTheFileForItsPlaces)
{
    const std::string dump = R"({"configs":[
{"@type":"type.googleapis.com/envoy.admin.v3.BootstrapConfigDump","bootstrap":{"static_resources":{"clusters":[{"name":"unused"}]}}},
{"@type":"type.googleapis.com/envoy.admin.v3.ClustersConfigDump","static_clusters":[{"cluster":{"@type":"type.googleapis.com/envoy.config.cluster.v3.Cluster","name":"web","connect_timeout":"0.250s","load_assignment":{"cluster_name":"web","endpoints":[{"lb_endpoints":[{"endpoint":{"address":{"socket_address":{"address":"10.0.0.2","port_value":8080}}}}]}]}}}],
"dynamic_active_clusters":[{"version_info":"1","cluster":{"name":"eds"}}]},
{"@type":"type.googleapis.com/envoy.admin.v3.ListenersConfigDump","dynamic_listeners":[{"name":"l","active_state":{"listener":{"name":"l","address":{"socket_address":{"address":"0.0.0.0","port_value":10000}},"filter_chains":[{"filters":[{"name":"envoy.filters.network.http_connection_manager","typed_config":{"@type":"type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager","rds":{"route_config_name":"r"}}}]}]}}}]},
{"@type":"type.googleapis.com/envoy.admin.v3.RoutesConfigDump","dynamic_route_configs":[{"route_config":{"name":"r","virtual_hosts":[{"name":"v","domains":["*"],"routes":[{"match":{"prefix":"/e"},"route":{"cluster":"eds"}},{"match":{"prefix":"/"},"route":{"cluster":"web"}}]}]}}]},
{"@type":"type.googleapis.com/envoy.admin.v3.EndpointsConfigDump","dynamic_endpoint_configs":[{"endpoint_config":{"cluster_name":"eds","endpoints":[{"lb_endpoints":[{"endpoint":{"address":{"socket_address":{"address":"10.0.0.6","port_value":90}}},"health_status":"UNHEALTHY"}]}]}}]}]})";
    FleetBuilder fleet = envoyFleet("http://x.example:10000/", { { "/etc/envoy/envoy.yaml", bootstrap, {}, {} }, { "admin /config_dump?include_eds", dump, {}, {} } });
    const Discovered found = fleet.run();
    EXPECT_THAT(hops(found), ElementsAre("client>edge/envoy:10000", "edge/envoy:10000>10.0.0.2:8080", "edge/envoy:10000>10.0.0.6:90"));
    EXPECT_EQ(found.topology.hops[1].declared.place, (model::FilePlace { "/etc/envoy/envoy.yaml", 70 }));
    EXPECT_TRUE(found.topology.hops[2].declared.isDown);
}

TEST(EnvoyOffline, NamesFileAndLineOfWhatItCannotRead)
{
    const Discovered found = discoverOffline({ { "envoy.yaml", "static_resources:\n  listeners:\n  - address: {socket_address: {address: 0.0.0.0, port_value: 80}}\n    filter_chains:\n    - filters:\n      - name: envoy.filters.network.tcp_proxy\n        typed_config:\n          cluster: nowhere\n  clusters:\n  - name: [unclosed\n" } }, "");
    EXPECT_THAT(warnings(found), ::testing::Contains(HasSubstr("envoy.yaml:10")));
    EXPECT_THAT(warnings(found), ::testing::Contains(HasSubstr("the cluster \"nowhere\" is not there")));
}

}
}
