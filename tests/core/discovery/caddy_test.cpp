#include "core/discovery/discover.h"
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

TEST(CaddyOffline, ReadsSitesWithTheirPlaces)
{
    const Discovered found = discoverOffline({ { "Caddyfile", "{\n\temail a@b.example\n}\n(log) {\n\tlog\n}\nshop.example {\n\timport log\n\treverse_proxy localhost:3000 localhost:3001 {\n"
                                                             "\t\tto unix//run/app.sock\n\t\thealth_uri /up\n\t\ttransport http {\n\t\t\tdial_timeout 2s\n\t\t\tresponse_header_timeout 1m30s\n\t\t}\n\t}\n}\n" } },
        "");
    EXPECT_THAT(hops(found),
        ElementsAre("caddy:443>localhost:3000", "caddy:443>localhost:3001", "caddy:443>unix:/run/app.sock"));
    EXPECT_THAT(found.warnings, IsEmpty());
    const model::Hop& first = found.topology.hops[0];
    EXPECT_EQ(first.declared.place, (model::FilePlace { "Caddyfile", 9 }));
    EXPECT_EQ(found.topology.hops[2].declared.place, (model::FilePlace { "Caddyfile", 10 }));
    EXPECT_EQ(first.declared.timeouts.connect, base::Milliseconds(2000));
    EXPECT_EQ(first.declared.timeouts.read, base::Milliseconds(90000));
    EXPECT_EQ(first.declared.requestHost, "shop.example");
    EXPECT_FALSE(first.group.empty());
    EXPECT_EQ(first.declared.healthCheck, "GET /up");
    // port 80 is there too: it redirects
    EXPECT_THAT(found.topology.nodes, Contains(::testing::Field(&model::Node::id, base::NodeId("caddy:80"))));
}

TEST(CaddyOffline, ReadsOneSiteWithoutBraces)
{
    const Discovered found = discoverOffline({ { "Caddyfile", "\xEF\xBB\xBF" ":8080\r\n\r\nreverse_proxy /api/* backend:9000\r\nfile_server\r\n" } }, "");
    EXPECT_THAT(hops(found), ElementsAre("caddy:8080>backend:9000"));
    EXPECT_EQ(found.topology.hops[0].declared.place.line, 3);
}

TEST(CaddyOffline, KnowsEveryWayToNameAnUpstream)
{
    const Discovered found = discoverOffline({ { "Caddyfile", R"(http://a.example {
	reverse_proxy /1/* https://10.0.0.1
	reverse_proxy /2/* h2c://10.0.0.2:50051
	reverse_proxy /3/* :9003
	reverse_proxy /4/* [2001:db8::4]:80
	reverse_proxy /5/* 10.0.0.5:8001-8003
	reverse_proxy /6/* {$BACKEND:10.0.0.6:80}
	reverse_proxy /7/* {
		dynamic a {
			name app.internal
			port 9007
		}
	}
	php_fastcgi /8/* unix//run/php/php8.2-fpm.sock
	php_fastcgi /9/* 10.0.0.9:9000
	forward_auth /10/* auth:9091 {
		uri /api/verify
	}
	reverse_proxy /11/* 10.0.0.11:80 {
		@error status 500
		handle_response @error {
			reverse_proxy 10.0.0.12:80
		}
	}
	handle_errors {
		reverse_proxy 10.0.0.13:80
	}
})" } },
        "");
    EXPECT_THAT(hops(found),
        UnorderedElementsAre("caddy:80>10.0.0.1:443", "caddy:80>10.0.0.2:50051", "caddy:80>localhost:9003", "caddy:80>[2001:db8::4]:80",
            "caddy:80>10.0.0.5:8001", "caddy:80>10.0.0.5:8002", "caddy:80>10.0.0.5:8003", "caddy:80>10.0.0.6:80",
            "caddy:80>app.internal:9007", "caddy:80>unix:/run/php/php8.2-fpm.sock", "caddy:80>10.0.0.9:9000", "caddy:80>auth:9091",
            "caddy:80>10.0.0.11:80", "caddy:80>10.0.0.12:80", "caddy:80>10.0.0.13:80"));
    EXPECT_THAT(warnings(found), IsEmpty());
    for (const model::Hop& hop : found.topology.hops) {
        if (hop.declared.endpoint.text() == "10.0.0.1:443") {
            EXPECT_EQ(hop.protocol, model::Protocol::Https);
            EXPECT_EQ(hop.declared.serverName, "10.0.0.1");
            EXPECT_TRUE(hop.declared.verifiesCertificate);
        }
        if (hop.declared.endpoint.isUnix()) {
            EXPECT_EQ(hop.protocol, model::Protocol::FastCgi);
        }
    }
}

TEST(CaddyOffline, NamesFileAndLineOfWhatItCannotRead)
{
    const Discovered found = discoverOffline({ { "Caddyfile", "a.example {\n\treverse_prox x:1\n\treverse_proxy b:1\n\timport nowhere\n\treverse_proxy @no c:1\n\treverse_proxy {$NOWHERE}\n" } }, "");
    EXPECT_THAT(hops(found), ::testing::IsSupersetOf({ "caddy:443>b:1", "caddy:443>c:1" }));
    EXPECT_THAT(warnings(found),
        UnorderedElementsAre(HasSubstr("Caddyfile:1 '{' is not closed"), HasSubstr("Caddyfile:2 \"reverse_prox\""),
            HasSubstr("Caddyfile:4 import \"nowhere\""), HasSubstr("Caddyfile:5 the matcher @no"), HasSubstr("Caddyfile:6 the placeholder {$NOWHERE}")));
}

TEST(CaddyOffline, TakesSitesOfSeveralFilesTogether)
{
    const Discovered found = discoverOffline({ { "sites/a.caddy", "http://a.example {\n\treverse_proxy a:1\n}\n" }, { "sites/b.caddy", "http://b.example {\n\timport ../common\n\treverse_proxy b:1\n}\n" }, { "common", "encode gzip\n" } }, "caddy");
    EXPECT_THAT(hops(found), ElementsAre("caddy:80>a:1", "caddy:80>b:1"));
}

TEST(CaddyOffline, ReadsJson)
{
    const Discovered found = discoverOffline({ { "caddy.json", R"({"apps": {"http": {"servers": {"srv0": {"listen": [":443"], "routes": [
 {"match": [{"host": ["a.example"]}], "handle": [{"handler": "subroute", "routes": [
   {"handle": [{"handler": "reverse_proxy", "upstreams": [
      {"dial": "10.0.0.1:80"},
      {"dial": "10.0.0.2:80"}]}]}]}], "terminal": true}]}}}}})" } },
        "");
    EXPECT_THAT(hops(found), ElementsAre("caddy:443>10.0.0.1:80", "caddy:443>10.0.0.2:80"));
    EXPECT_EQ(found.topology.hops[1].declared.place, (model::FilePlace { "caddy.json", 5 }));
}

TEST(CaddyOffline, ReadsFromJsonWhomTheTransportTrusts)
{
    for (const char* tls : { R"("root_ca_pem_files":["/etc/ssl/corp.ca"])", R"("ca":{"provider":"file","pem_files":["/etc/ssl/corp.ca"]})" }) {
        const std::string text = R"({"apps":{"http":{"servers":{"srv0":{"listen":[":80"],"routes":[{"handle":[{"handler":"reverse_proxy","transport":{"protocol":"http","tls":{)"
            + std::string(tls) + R"(}},"upstreams":[{"dial":"10.0.0.6:8443"}]}]}]}}}}})";
        const Discovered found = discoverOffline({ { "caddy.json", text } }, "");
        ASSERT_THAT(found.topology.hops, SizeIs(1)) << tls;
        EXPECT_EQ(found.topology.hops[0].declared.trustedCertificates, "/etc/ssl/corp.ca") << tls;
        EXPECT_TRUE(found.topology.hops[0].declared.verifiesCertificate);
    }
}

FleetBuilder caddyFleet(std::vector<model::ConfigFile> files)
{
    FleetBuilder fleet("https://shop.example/x");
    fleet.facts.urlAddresses = { "10.1.0.2" };
    fleet.host("edge", { "10.1.0.2" });
    model::SoftwareConfig config;
    config.software = "caddy";
    config.mainFile = "/etc/caddy/Caddyfile";
    config.files = std::move(files);
    fleet.current().configs.push_back(config);
    fleet.process(100, "caddy", "/usr/bin/caddy run --environ --config /etc/caddy/Caddyfile", "caddy.service");
    fleet.listener("*", 443, 100).listener("*", 80, 100);
    return fleet;
}

TEST(Caddy, LeadsTheRequestToItsApp)
{
    FleetBuilder fleet = caddyFleet({ { "/etc/caddy/Caddyfile", "shop.example {\n\treverse_proxy 127.0.0.1:8000\n}\nother.example {\n\treverse_proxy 127.0.0.1:9000\n}\n", {}, {} } });
    fleet.process(200, "app", "/usr/bin/python3 /usr/bin/uvicorn app:app", "shop.service").listener("127.0.0.1", 8000, 200);
    const Discovered found = fleet.run();
    ASSERT_THAT(hops(found), ElementsAre("client>edge/caddy:443", "edge/caddy:443>edge/uvicorn:8000", "edge/caddy:443>edge/app:9000"));
    EXPECT_TRUE(found.topology.hops[1].isOnPath);
    EXPECT_FALSE(found.topology.hops[2].isOnPath);
    EXPECT_EQ(found.topology.hops[1].declared.requestPath, "/x");
    EXPECT_EQ(found.topology.hops[1].declared.callerUser, "caddy");
}

TEST(Caddy, TakesWhatRunsForTruthAndSaysWhatTheFileHasNotAnyMore)
{
    FleetBuilder fleet = caddyFleet({ { "/etc/caddy/Caddyfile", "shop.example {\n\treverse_proxy 127.0.0.1:8001\n\treverse_proxy /y/* 127.0.0.1:8002\n}\n", {}, {} },
        { "admin /config/", R"({"apps":{"http":{"servers":{"srv0":{"listen":[":443"],"routes":[{"match":[{"host":["shop.example"]}],"terminal":true,"handle":[{"handler":"subroute","routes":[
{"match":[{"path":["/y/*"]}],"handle":[{"handler":"reverse_proxy","upstreams":[{"dial":"127.0.0.1:8002"}]}]},
{"handle":[{"handler":"reverse_proxy","upstreams":[{"dial":"127.0.0.1:8000"}]}]}]}]}]}}}}})", {}, {} } });
    const Discovered found = fleet.run();
    EXPECT_THAT(hops(found), ElementsAre("client>edge/caddy:443", "edge/caddy:443>edge/app:8000", "edge/caddy:443>edge/app:8002"));
    EXPECT_EQ(found.topology.hops[2].declared.place, (model::FilePlace { "/etc/caddy/Caddyfile", 3 }));
    EXPECT_THAT(warnings(found), ElementsAre(HasSubstr("Caddy runs with the target 127.0.0.1:8000")));
}

TEST(Caddy, ShowsWhatItsReportSaysOfAServer)
{
    FleetBuilder fleet = caddyFleet({ { "/etc/caddy/Caddyfile", "shop.example {\n\treverse_proxy 127.0.0.1:8000\n}\n", {}, {} } });
    model::ServerReport report;
    report.software = "caddy";
    report.address = "127.0.0.1:8000";
    report.health = model::ServerReport::Health::Down;
    fleet.current().serverReports.push_back(report);
    const Discovered found = fleet.run();
    ASSERT_THAT(found.topology.hops, SizeIs(2));
    ASSERT_TRUE(found.topology.hops[1].reported);
    EXPECT_EQ(found.topology.hops[1].reported->health, model::ServerReport::Health::Down);
}

TEST(CaddyOffline, EndsOnHostileFiles)
{
    std::string deep;
    for (int i = 0; i < 20'000; ++i)
        deep += "handle {\n";
    for (const std::string& text : { std::string("{"), std::string("}"), std::string("{\n{\n{"), std::string("import Caddyfile\n"), std::string("(a) {\nimport a\nimport a\n}\nb {\nimport a\n}"),
             ":80 {\n" + deep, std::string(50'000, '{'), std::string("a {\nreverse_proxy \"x"), std::string("a {\nrespond <<X\nabc"), std::string(":80 {\nreverse_proxy h:1-65535 {$:}\n}"), std::string("\0\xff:80", 5), std::string("&(a) {\ninvoke a\ninvoke a\ninvoke a\n}\n:80 {\ninvoke a\n}\n") }) {
        const Discovered found = discoverOffline({ { "Caddyfile", text } }, "caddy");
        EXPECT_LE(found.topology.hops.size(), 200u);
    }
}

}
}
