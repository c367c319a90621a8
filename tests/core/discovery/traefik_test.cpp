#include "core/discovery/discover.h"
#include "core/discovery/proxy.h"
#include "core/discovery/traefik/labels.h"
#include "core/discovery/traefik/rule.h"
#include "fleetbuilder.h"
#include "tests/core/discovery/found.h"

#include <gmock/gmock.h>

namespace hopscope::discovery {
namespace {

using test::FleetBuilder;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

bool takes(const std::string& rule, const std::string& url)
{
    routing::State state;
    state.request = *requestFor(url);
    const traefik::RuleReading reading = traefik::readRule(rule);
    EXPECT_EQ(reading.problem, "") << rule;
    return routing::evaluate(reading.condition, state) == routing::Answer::Yes;
}

TEST(TraefikRule, ReadsEveryMatcherAndOperator)
{
    EXPECT_TRUE(takes("Host(`a.example`) && PathPrefix(`/api`)", "http://a.example/api/x"));
    EXPECT_FALSE(takes("Host(`a.example`) && PathPrefix(`/api`)", "http://a.example/x"));
    EXPECT_TRUE(takes("Host(`a.example`, `b.example`) || Path(\"/x\")", "http://b.example/"));
    EXPECT_TRUE(takes("Host(`a.example`) || Path(\"/x\")", "http://c.example/x"));
    EXPECT_TRUE(takes("!(Host(`a.example`) || Host(`b.example`)) && Method(`GET`, `HEAD`)", "http://c.example/"));
    EXPECT_FALSE(takes("!Host(`a.example`)", "http://A.example/"));
    EXPECT_TRUE(takes("HostRegexp(`^.+\\.example$`)", "http://x.example/"));
    EXPECT_TRUE(takes("HostRegexp(`{sub:[a-z]+}.example`)", "http://x.example/"));
    EXPECT_FALSE(takes("HostRegexp(`{sub:[a-z]+}.example`)", "http://x.example.org/"));
    EXPECT_TRUE(takes("Path(`/products/{id:[0-9]+}`)", "http://x/products/7"));
    EXPECT_FALSE(takes("Path(`/products/{id:[0-9]+}`)", "http://x/products/seven"));
    EXPECT_TRUE(takes("PathRegexp(`\\.(jpe?g|png)$`)", "http://x/a.png"));
    EXPECT_TRUE(takes("Query(`mobile`, `true`)", "http://x/?mobile=true"));
    EXPECT_TRUE(takes("Query(`mobile=true`)", "http://x/?mobile=true"));
    EXPECT_FALSE(takes("Header(`X-Canary`, `1`)", "http://x/"));
    EXPECT_TRUE(takes("Host:a.example,b.example;PathPrefix:/x", "http://b.example/x"));
    EXPECT_FALSE(takes("ClientIP(`10.0.0.0/8`)", "http://x/"));
}

TEST(TraefikRule, SaysWhatItCannotRead)
{
    for (const char* rule : { "Host(`a", "Host(a)", "Hosst(`a`)", "Host(`a`) &&", "(Host(`a`)", "Host(`a`) Host(`b`)", "" })
        EXPECT_NE(traefik::readRule(rule).problem, "") << rule;
    EXPECT_NE(traefik::readRule(std::string(100'000, '!')).problem, "");
    EXPECT_NE(traefik::readRule(std::string(100'000, '(')).problem, "");
}

const OfflineFile staticFile { "traefik.yml", R"(entryPoints:
  web:
    address: ":80"
    http:
      redirections:
        entryPoint:
          to: websecure
          scheme: https
  websecure:
    address: ":443"
    http:
      tls:
        certResolver: le
  db:
    address: ":5432"
providers:
  file:
    directory: /etc/traefik/dynamic
)" };

TEST(TraefikOffline, JoinsStaticAndDynamicFiles)
{
    const Discovered found = discoverOffline({ staticFile, { "dynamic/shop.yml", R"(http:
  routers:
    shop:
      entryPoints: [websecure]
      rule: Host(`shop.example`)
      service: shop
    canary:
      entryPoints: [websecure]
      rule: Host(`canary.example`)
      service: split
  services:
    shop:
      loadBalancer:
        healthCheck:
          path: /healthz
        servers:
          - url: http://10.0.0.1:3000
          - url: "http://10.0.0.2:3000"
    new:
      loadBalancer:
        servers: [{url: "https://10.0.0.3"}]
    split:
      weighted:
        services:
          - name: shop
            weight: 9
          - name: new
            weight: 1
tcp:
  routers:
    db:
      entryPoints: [db]
      rule: HostSNI(`*`)
      service: db
  services:
    db:
      loadBalancer:
        servers:
          - address: 10.0.0.9:5432
)" } },
        "");
    EXPECT_THAT(hops(found), UnorderedElementsAre("traefik:443>10.0.0.1:3000", "traefik:443>10.0.0.2:3000", "traefik:443>10.0.0.3:443", "traefik:5432>10.0.0.9:5432"));
    EXPECT_THAT(warnings(found), IsEmpty());
    for (const model::Hop& hop : found.topology.hops) {
        if (hop.id.value() != "traefik:443>10.0.0.2:3000")
            continue;
        EXPECT_EQ(hop.declared.place, (model::FilePlace { "dynamic/shop.yml", 18 }));
        EXPECT_EQ(hop.group, "split"); // the longest rule comes first
        EXPECT_EQ(hop.declared.healthCheck, "GET /healthz");
        EXPECT_EQ(hop.declared.timeouts.connect, base::Milliseconds(30'000));
        EXPECT_EQ(hop.declared.requestHost, "canary.example");
    }
}

TEST(TraefikOffline, ReadsTomlOfBothGenerations)
{
    const Discovered found = discoverOffline({ { "traefik.toml", "[entryPoints]\n[entryPoints.web]\naddress = \":8080\"\n[http.routers.a]\nrule = \"Host(`a.example`)\"\nservice = \"a\"\n"
                                                                 "[[http.services.a.loadBalancer.servers]]\nurl = \"http://a:1/\"\n" } },
        "");
    EXPECT_THAT(hops(found), ElementsAre("traefik:8080>a:1"));
    EXPECT_EQ(found.topology.hops[0].declared.place, (model::FilePlace { "traefik.toml", 8 }));
    const Discovered old = discoverOffline({ { "rules.toml", "[backends]\n  [backends.b1]\n    [backends.b1.servers.s1]\n    url = \"http://172.17.0.2:80\"\n    weight = 10\n"
                                                             "[frontends]\n  [frontends.f1]\n  backend = \"b1\"\n    [frontends.f1.routes.r1]\n    rule = \"Host:test.localhost;PathPrefixStrip:/x\"\n" } },
        "");
    EXPECT_THAT(hops(old), ElementsAre("traefik>172.17.0.2:80"));
}

TEST(TraefikOffline, NamesFileAndLineOfWhatItCannotRead)
{
    const Discovered found = discoverOffline({ staticFile, { "d.yml", "http:\n  routers:\n    a:\n      rule: Host(`a\n      service: s\n    b:\n      rule: Host(`b`)\n      service: nowhere\n      middlewares: [none]\n  services:\n    s:\n      loadBalancer:\n        servers:\n          - url: http://a:1\n" } }, "");
    EXPECT_THAT(hops(found), Contains("traefik:443>a:1"));
    EXPECT_THAT(warnings(found), ::testing::IsSupersetOf({ HasSubstr("d.yml:4 router \"a\""), HasSubstr("d.yml:8 router \"b\": the service \"nowhere\""), HasSubstr("d.yml:9 router \"b\": the middleware \"none\"") }));
}

FleetBuilder traefikFleet(const std::string& url, std::vector<model::ConfigFile> files)
{
    FleetBuilder fleet(url);
    fleet.facts.urlAddresses = { "10.1.0.2" };
    fleet.host("edge", { "10.1.0.2" });
    model::SoftwareConfig config;
    config.software = "traefik";
    config.mainFile = "/etc/traefik/traefik.yml";
    config.files = std::move(files);
    fleet.current().configs.push_back(config);
    fleet.process(100, "root", "/usr/local/bin/traefik", "traefik.service");
    fleet.listener("*", 443, 100).listener("*", 80, 100);
    return fleet;
}

/// Middlewares change what is asked; the longest rule comes first.
TEST(Traefik, FollowsTheRequestThroughItsMiddlewares)
{
    FleetBuilder fleet = traefikFleet("https://shop.example/api/v1/users?q=1", { { "/etc/traefik/traefik.yml", staticFile.text, {}, {} }, { "/etc/traefik/dynamic/a.yml", R"(http:
  routers:
    all:
      rule: Host(`shop.example`)
      service: web
    api:
      rule: Host(`shop.example`) && PathPrefix(`/api`)
      service: api
      middlewares: [chain]
  middlewares:
    chain:
      chain:
        middlewares: [auth, strip, inner]
    auth:
      forwardAuth:
        address: http://127.0.0.1:9091/api/verify
    strip:
      stripPrefix:
        prefixes: [/other, /api]
    inner:
      addPrefix:
        prefix: /inner
  services:
    web:
      loadBalancer:
        servers: [{url: "http://127.0.0.1:3000"}]
    api:
      mirroring:
        service: api-main
        mirrors: [{name: shadow, percent: 10}]
    api-main:
      loadBalancer:
        passHostHeader: false
        servers: [{url: "http://127.0.0.1:4000"}]
    shadow:
      loadBalancer:
        servers: [{url: "http://127.0.0.1:5000"}]
)", {}, {} } });
    const Discovered found = fleet.run();
    EXPECT_THAT(hops(found, true), ElementsAre("client>edge/traefik:443", "edge/traefik:443>edge/app:9091", "edge/traefik:443>edge/app:4000"));
    EXPECT_THAT(hops(found), ::testing::IsSupersetOf({ "edge/traefik:443>edge/app:3000", "edge/traefik:443>edge/app:5000" }));
    const model::Hop* api = found.topology.hop(base::HopId("edge/traefik:443>edge/app:4000"));
    ASSERT_NE(api, nullptr);
    EXPECT_EQ(api->declared.requestPath, "/inner/v1/users?q=1");
    EXPECT_EQ(api->declared.requestHost, "127.0.0.1:4000");
    EXPECT_EQ(found.topology.hop(base::HopId("edge/traefik:443>edge/app:9091"))->declared.requestPath, "/api/verify");
}

TEST(Traefik, SaysThatAnEntryPointRedirects)
{
    FleetBuilder fleet = traefikFleet("http://shop.example/x", { { "/etc/traefik/traefik.yml", staticFile.text, {}, {} }, { "/d.yml", "http:\n  routers:\n    a:\n      rule: Host(`shop.example`)\n      service: s\n  services:\n    s:\n      loadBalancer:\n        servers: [{url: \"http://127.0.0.1:1\"}]\n", {}, {} } });
    const Discovered found = fleet.run();
    EXPECT_THAT(hops(found, true), ElementsAre("client>edge/traefik:80"));
    EXPECT_EQ(found.topology.node(base::NodeId("edge/traefik:80"))->note, "redirects to https://shop.example/x");
}

/// The shape of /api/rawdata and /api/entrypoints: Traefik's own test data (pkg/api/testdata, integration/testdata).
TEST(Traefik, TakesTheApisAnswerForWhatRuns)
{
    FleetBuilder fleet = traefikFleet("https://shop.example/x", { { "api /api/entrypoints", R"([{"name":"web","address":":80","http":{"redirections":{"entryPoint":{"to":"websecure","scheme":"https","permanent":true,"priority":2147483646}}}},{"name":"websecure","address":":443","http":{"tls":{}}}])", {}, {} },
        { "api /api/rawdata", R"json({"routers":{"shop@docker":{"entryPoints":["websecure"],"service":"shop-app","rule":"Host(`shop.example`)","priority":21,"tls":{},"status":"enabled","using":["websecure"]},
"web-to-websecure@internal":{"entryPoints":["web"],"middlewares":["redirect-web-to-websecure@internal"],"service":"noop@internal","rule":"HostRegexp(`^.+$`)","priority":2147483646,"status":"enabled"}},
"middlewares":{"redirect-web-to-websecure@internal":{"redirectScheme":{"scheme":"https","port":"443","permanent":true},"status":"enabled"}},
"services":{"noop@internal":{"status":"enabled"},"shop-app@docker":{"loadBalancer":{"servers":[{"url":"http://172.18.0.3:8000"},{"url":"http://172.18.0.4:8000"}],"passHostHeader":true},"status":"enabled","usedBy":["shop@docker"],"serverStatus":{"http://172.18.0.3:8000":"UP","http://172.18.0.4:8000":"DOWN"}}}})json", {}, {} } });
    const Discovered found = fleet.run();
    EXPECT_THAT(hops(found, true), ElementsAre("client>edge/traefik:443", "edge/traefik:443>172.18.0.3:8000", "edge/traefik:443>172.18.0.4:8000"));
    EXPECT_THAT(warnings(found), IsEmpty());
}

TEST(Traefik, ReadsTheLabelsOfTheContainersBesideIt)
{
    FleetBuilder fleet = traefikFleet("https://shop.example/x", { { "command line", "traefik\n--entrypoints.web.address=:80\n--entryPoints.websecure.address=:443\n--providers.docker=true\n--providers.docker.exposedbydefault=false\n", {}, {} } });
    model::Container shop;
    shop.name = "shop";
    shop.state = "running";
    shop.networks = { { "a", "172.18.0.9" }, { "b", "172.19.0.9" } };
    shop.ports = { { "", 0, 9000 } };
    shop.labels = { { "traefik.enable", "true" }, { "traefik.http.routers.shop.rule", "Host(`shop.example`)" }, { "traefik.http.routers.shop.entrypoints", "websecure" },
        { "traefik.http.routers.shop.tls", "true" }, { "traefik.http.services.shop.loadbalancer.server.port", "8000" }, { "traefik.docker.network", "b" } };
    model::Container hidden = shop;
    hidden.name = "hidden";
    hidden.labels.erase("traefik.enable");
    fleet.current().containers = { shop, hidden };
    const Discovered found = fleet.run();
    EXPECT_THAT(hops(found), ElementsAre("client>edge/traefik:443", "edge/traefik:443>edge/shop:8000"));
}

TEST(TraefikLabels, MakeARouterAndAServiceWhereTheyNameNone)
{
    const parse::ConfigTree tree = traefik::dynamicFrom({ "my_app", "app", { 8080, 80 }, { { "traefik.enable", "true", 4 } } }, { false, "Host(`{{ normalize .Name }}.example`)" });
    const parse::ConfigTree& http = tree.at("http");
    EXPECT_EQ(http.in({ "routers", "my-app", "rule" }).scalar, "Host(`my-app.example`)");
    EXPECT_EQ(http.in({ "routers", "my-app", "service" }).scalar, "my-app");
    ASSERT_THAT(http.in({ "services", "my-app", "loadBalancer", "servers" }).items, SizeIs(1));
    EXPECT_EQ(http.in({ "services", "my-app", "loadBalancer", "servers" }).items[0].text("url"), "http://app:80");
}

TEST(TraefikOffline, EndsOnHostileFiles)
{
    std::string chain = "http:\n  middlewares:\n    a:\n      chain: {middlewares: [a, a, a]}\n  routers:\n    r:\n      rule: Host(`a`)\n      middlewares: [a]\n      service: s\n  services:\n    s:\n      weighted: {services: [{name: s}, {name: t}]}\n    t:\n      weighted: {services: [{name: s}, {name: t}]}\n";
    for (const std::string& text : { chain, std::string("http: [1, 2"), std::string("http:\n  routers: x\n"), std::string("entryPoints: {web: {address: 99999999}}"), std::string("\0\xff", 2), std::string("- a\n- b\n") }) {
        const Discovered found = discoverOffline({ { "traefik.yml", text } }, "traefik");
        EXPECT_THAT(found.topology.hops, IsEmpty());
    }
}

}
}
