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


TEST(Discover, FollowsAChainOfProxiesOverHosts)
{
    FleetBuilder fleet("https://shop.example/cart?x=1");
    fleet.facts.urlAddresses = { "10.1.0.2" };
    fleet.host("edge", { "10.1.0.2" })
        .nginx("http { server { listen 443 ssl; server_name shop.example; location / {"
               " proxy_set_header Host $host; proxy_pass http://10.1.0.3:8080/inner/; } } }")
        .runningNginx({ 443 });
    fleet.host("app1", { "10.1.0.3" })
        .nginx("http { server { listen 8080; server_name other; location / { return 404; } }"
               " server { listen 8080; server_name shop.example; location /inner/cart { proxy_pass http://unix:/run/app.sock; }"
               " location / { proxy_pass http://127.0.0.1:9; } } }")
        .runningNginx({ 8080 })
        .process(300, "root", "gunicorn: master [app]", "app.service")
        .process(301, "app", "gunicorn: worker [app]", "app.service", 300)
        .socket("/run/app.sock", 300);
    const Discovered found = fleet.run();
    EXPECT_THAT(hopIds(found),
        ElementsAre("client>edge/nginx:443", "edge/nginx:443>app1/nginx:8080", "app1/nginx:8080>app1/gunicorn:/run/app.sock"));
    EXPECT_EQ(hop(found, "client>edge/nginx:443").protocol, model::Protocol::Https);
    EXPECT_EQ(hop(found, "client>edge/nginx:443").declared.serverName, "shop.example");
    EXPECT_EQ(hop(found, "edge/nginx:443>app1/nginx:8080").declared.requestPath, "/inner/cart?x=1");
    EXPECT_EQ(hop(found, "edge/nginx:443>app1/nginx:8080").declared.requestHost, "shop.example");
    EXPECT_EQ(node(found, "app1/gunicorn:/run/app.sock").user, "app");
    EXPECT_EQ(node(found, "app1/gunicorn:/run/app.sock").address, "unix:/run/app.sock");
    EXPECT_THAT(hopIds(found, false), Contains("app1/nginx:8080>app1/app:9"));
}

TEST(Discover, TellsAWorkerFromAScriptThatAnotherScriptStarted)
{
    FleetBuilder fleet("http://shop.example/");
    fleet.facts.urlAddresses = { "10.1.0.2" };
    fleet.host("edge", { "10.1.0.2" })
        .nginx("http { server { listen 80; location / { proxy_pass http://127.0.0.1:3000; } location /two { proxy_pass http://127.0.0.1:4000; } } }")
        .runningNginx({ 80 })
        .process(200, "root", "/usr/bin/python3.11 -u /opt/supervise.py", "")
        .process(201, "app", "/usr/bin/python3.11 /srv/shop/app.py", "", 200)
        .process(202, "app", "/usr/bin/python3.11 /srv/shop/app.py", "", 201)
        .listener("127.0.0.1", 3000, 202);
    EXPECT_EQ(node(fleet.run(), "edge/python:3000").pid, 201);
}

TEST(Discover, KeepsVirtualHostsOnOneAddressApart)
{
    FleetBuilder fleet("http://two.example/");
    fleet.facts.urlAddresses = { "10.1.0.2" };
    fleet.host("edge", { "10.1.0.2" })
        .nginx("http { server { listen 80; server_name one.example; location / { proxy_pass http://127.0.0.1:3001; } }"
               " server { listen 80; server_name two.example; location / { proxy_pass http://127.0.0.1:3002; } } }")
        .runningNginx({ 80 })
        .process(201, "deploy", "node one.js", "one.service")
        .listener("127.0.0.1", 3001, 201)
        .process(202, "deploy", "node two.js", "two.service")
        .listener("127.0.0.1", 3002, 202);
    const Discovered found = fleet.run();
    EXPECT_THAT(hopIds(found), ElementsAre("client>edge/nginx:80", "edge/nginx:80>edge/node:3002"));
    EXPECT_FALSE(hop(found, "edge/nginx:80>edge/node:3001").isOnPath);
}

TEST(Discover, MarksReplicasAsOneGroup)
{
    FleetBuilder fleet = shop("http://app");
    fleet.current().configs[0].files[0].text
        += "http { upstream app { server 127.0.0.1:3000; server 127.0.0.1:3001; server 10.9.9.9:3000 backup; } }";
    fleet.process(200, "deploy", "node a.js", "a.service").listener("127.0.0.1", 3000, 200).listener("127.0.0.1", 3001, 200);
    const Discovered found = fleet.run();
    for (const char* id : { "edge/nginx:80>edge/node:3000", "edge/nginx:80>edge/node:3001", "edge/nginx:80>10.9.9.9:3000" }) {
        EXPECT_EQ(hop(found, id).group, "app") << id;
        EXPECT_TRUE(hop(found, id).isOnPath) << id;
    }
    EXPECT_TRUE(hop(found, "edge/nginx:80>10.9.9.9:3000").declared.isBackup);
    EXPECT_EQ(node(found, "10.9.9.9:3000").kind, model::NodeKind::External);
    EXPECT_FALSE(node(found, "10.9.9.9:3000").host);
}

TEST(Discover, NamesTheOwnerOfAPortThatIsBoundToLoopbackOnly)
{
    FleetBuilder fleet("http://shop.example/");
    fleet.facts.urlAddresses = { "10.1.0.2" };
    fleet.host("edge", { "10.1.0.2" })
        .nginx("http { server { listen 80; location / { proxy_pass http://10.1.0.3:3000; } } }")
        .runningNginx({ 80 });
    fleet.host("app1", { "10.1.0.3" }).process(200, "deploy", "node a.js", "shop.service").listener("127.0.0.1", 3000, 200);
    const Discovered found = fleet.run();
    const model::Hop& last = hop(found, "edge/nginx:80>app1/node:3000");
    EXPECT_THAT(last.listening, IsEmpty());
    EXPECT_EQ(node(found, "app1/node:3000").address, "127.0.0.1:3000");
    EXPECT_EQ(node(found, "app1/node:3000").unit, "shop.service");
}

TEST(Discover, PutsAnUnreachableHostAtTheAddressTheProfileNames)
{
    FleetBuilder fleet = shop("http://10.1.0.9:3000");
    model::ProfileHost app;
    app.name = base::HostId("app1");
    app.ssh.host = "10.1.0.9";
    fleet.profile.hosts.push_back(app);
    const Discovered found = fleet.run();
    EXPECT_EQ(node(found, "app1/app:3000").host, base::HostId("app1"));
    EXPECT_THAT(node(found, "app1/app:3000").note, HasSubstr("could not be reached"));
}

TEST(Discover, TakesAnEntryBehindATranslatedAddressByItsName)
{
    FleetBuilder fleet = shop();
    fleet.facts.urlAddresses = { "203.0.113.9" };
    EXPECT_THAT(hopIds(fleet.run()), Contains("client>edge/nginx:80"));
    fleet.facts.urlAddresses = {};
    EXPECT_THAT(hopIds(fleet.run()), Contains("client>edge/nginx:80"));
}

TEST(Discover, PutsABoundaryInFrontOfSeveralEntries)
{
    FleetBuilder fleet("http://shop.example/");
    fleet.facts.urlAddresses = { "203.0.113.9" };
    const char* text = "http { server { listen 80; server_name shop.example; location / { proxy_pass http://127.0.0.1:3000; } } }";
    fleet.host("web1", { "10.1.0.2" }).nginx(text).runningNginx({ 80 });
    fleet.host("web2", { "10.1.0.3" }).nginx(text).runningNginx({ 80 });
    const Discovered found = fleet.run();
    EXPECT_THAT(hopIds(found),
        UnorderedElementsAre("client>boundary:80", "boundary:80>web1/nginx:80", "boundary:80>web2/nginx:80",
            "web1/nginx:80>web1/app:3000", "web2/nginx:80>web2/app:3000"));
    EXPECT_EQ(node(found, "boundary:80").kind, model::NodeKind::LoadBalancer);
    EXPECT_FALSE(node(found, "boundary:80").host);
    EXPECT_EQ(hop(found, "boundary:80>web1/nginx:80").group, "shop.example");
}

TEST(Discover, TakesTheOuterProxyWhereTheInnerOneHasTheSameName)
{
    FleetBuilder fleet("http://shop.example/");
    fleet.facts.urlAddresses = { "203.0.113.9" };
    fleet.host("app1", { "10.1.0.3" })
        .nginx("http { server { listen 80; server_name shop.example; location / { proxy_pass http://127.0.0.1:3000; } } }")
        .runningNginx({ 80 });
    fleet.host("edge", { "10.1.0.2" })
        .nginx("http { server { listen 80; server_name shop.example; location / { proxy_set_header Host $host;"
               " proxy_pass http://10.1.0.3; } } }")
        .runningNginx({ 80 });
    EXPECT_THAT(hopIds(fleet.run()),
        ElementsAre("client>edge/nginx:80", "edge/nginx:80>app1/nginx:80", "app1/nginx:80>app1/app:3000"));
}

TEST(Discover, TakesPlainHttpBehindABalancerThatEndsTls)
{
    FleetBuilder fleet("https://shop.example/");
    fleet.facts.urlAddresses = { "203.0.113.9" };
    fleet.host("web", { "10.1.0.2" })
        .nginx("http { server { listen 80; server_name shop.example; location / { proxy_pass http://127.0.0.1:3000; } } }")
        .runningNginx({ 80 });
    const Discovered found = fleet.run();
    EXPECT_THAT(hopIds(found), ElementsAre("client>boundary:443", "boundary:443>web/nginx:80", "web/nginx:80>web/app:3000"));
    EXPECT_EQ(hop(found, "client>boundary:443").protocol, model::Protocol::Https);
    EXPECT_EQ(hop(found, "boundary:443>web/nginx:80").protocol, model::Protocol::Http);
}

TEST(Discover, KeepsTheStoppedProxyWithItsUnit)
{
    FleetBuilder fleet = shop();
    fleet.current().listeners.clear();
    fleet.current().processes.clear();
    fleet.current().units.clear();
    fleet.unit("nginx.service", "inactive", "/usr/sbin/nginx -g 'daemon on; master_process on;'");
    const Discovered found = fleet.run();
    EXPECT_THAT(hopIds(found), Contains("client>edge/nginx:80"));
    EXPECT_EQ(node(found, "edge/nginx:80").unit, "nginx.service");
    EXPECT_THAT(node(found, "edge/nginx:80").note, HasSubstr("inactive"));
    EXPECT_EQ(node(found, "edge/nginx:80").address, "0.0.0.0:80");
}

TEST(Discover, SaysWhoHoldsTheProxysPort)
{
    FleetBuilder fleet = shop();
    fleet.current().listeners.clear();
    fleet.process(400, "root", "/usr/sbin/apache2 -k start", "apache2.service").listener("*", 80, 400);
    const Discovered found = fleet.run();
    EXPECT_THAT(hopIds(found), ElementsAre("client>edge/apache:80"));
    EXPECT_THAT(node(found, "edge/apache:80").note, HasSubstr("apache holds it"));
}

TEST(Discover, EndsWhereProxiesPassToEachOtherForever)
{
    FleetBuilder fleet("http://shop.example/");
    fleet.facts.urlAddresses = { "10.1.0.2" };
    fleet.host("edge", { "10.1.0.2" })
        .nginx("http { server { listen 80; location / { proxy_set_header Host $http_host; proxy_pass http://127.0.0.1:80; } } }")
        .runningNginx({ 80 });
    EXPECT_THAT(hopIds(fleet.run()), ElementsAre("client>edge/nginx:80", "edge/nginx:80>edge/nginx:80"));
}

TEST(Discover, FollowsTlsPassedThroughByAStream)
{
    FleetBuilder fleet("https://shop.example/");
    fleet.facts.urlAddresses = { "10.1.0.2" };
    fleet.host("edge", { "10.1.0.2" })
        .nginx("stream { map $ssl_preread_server_name $to { shop.example inner; default other; }\n"
               " upstream inner { server 127.0.0.1:8443; } upstream other { server 127.0.0.1:9443; }\n"
               " server { listen 443; ssl_preread on; proxy_pass $to; proxy_connect_timeout 3s; proxy_protocol on; } }\n"
               "http { server { listen 127.0.0.1:8443 ssl proxy_protocol; server_name shop.example;"
               " location / { proxy_pass http://127.0.0.1:3000; } } }")
        .runningNginx({ 443, 8443 });
    const Discovered found = fleet.run();
    EXPECT_THAT(hopIds(found),
        ElementsAre("client>edge/nginx:443", "edge/nginx:443>edge/nginx:8443", "edge/nginx:8443>edge/app:3000"));
    const model::Hop& passed = hop(found, "edge/nginx:443>edge/nginx:8443");
    EXPECT_EQ(passed.protocol, model::Protocol::Tls);
    EXPECT_TRUE(passed.declared.sendsProxyProtocol);
    EXPECT_EQ(passed.declared.timeouts.connect, std::chrono::seconds(3));
    EXPECT_EQ(passed.declared.timeouts.read, std::chrono::minutes(10));
    EXPECT_FALSE(hop(found, "edge/nginx:443>edge/app:9443").isOnPath);
}

TEST(Discover, FindsTheDatabaseByAnOpenConnection)
{
    FleetBuilder fleet = shop();
    fleet.process(200, "deploy", "node /srv/shop/server.js", "shop.service").listener("127.0.0.1", 3000, 200);
    fleet.process(500, "postgres", "/usr/lib/postgresql/15/bin/postgres -D /var/lib/postgresql", "postgresql@15-main.service")
        .listener("127.0.0.1", 5432, 500);
    model::Connection connection { "127.0.0.1", 51000, "127.0.0.1", 5432, "ESTAB", 200, "node", {} };
    model::Connection accepted { "127.0.0.1", 3000, "127.0.0.1", 60000, "ESTAB", 200, "node", {} };
    model::Connection foreign { "10.1.0.2", 52000, "10.8.8.8", 6379, "SYN-SENT", 200, "node", {} };
    model::Connection web { "10.1.0.2", 52001, "140.82.1.1", 443, "ESTAB", 200, "node", {} };
    fleet.current().connections = { connection, accepted, foreign, web };
    const Discovered found = fleet.run();
    EXPECT_THAT(hopIds(found),
        UnorderedElementsAre("client>edge/nginx:80", "edge/nginx:80>edge/node:3000", "edge/node:3000>edge/postgresql:5432",
            "edge/node:3000>10.8.8.8:6379"));
    EXPECT_EQ(hop(found, "edge/node:3000>edge/postgresql:5432").protocol, model::Protocol::Postgresql);
    EXPECT_EQ(node(found, "edge/postgresql:5432").kind, model::NodeKind::Database);
    EXPECT_EQ(hop(found, "edge/node:3000>10.8.8.8:6379").protocol, model::Protocol::Redis);
    EXPECT_EQ(node(found, "10.8.8.8:6379").kind, model::NodeKind::External);
}

TEST(Discover, FindsTheStoppedDatabaseThatTheAppsLogNames)
{
    FleetBuilder fleet = shop();
    fleet.process(200, "deploy", "node /srv/shop/server.js", "shop.service").listener("127.0.0.1", 3000, 200);
    fleet.unit("postgresql@15-main.service", "inactive", "/usr/bin/pg_ctlcluster 15-main start");
    fleet.log("shop.service", "Error: connect ECONNREFUSED 127.0.0.1:5432");
    fleet.log("other.service", "Error: connect ECONNREFUSED 127.0.0.1:6379");
    const Discovered found = fleet.run();
    EXPECT_THAT(hopIds(found), Contains("edge/node:3000>edge/postgresql:5432"));
    EXPECT_EQ(node(found, "edge/postgresql:5432").unit, "postgresql@15-main.service");
    EXPECT_THAT(node(found, "edge/postgresql:5432").sources, Contains("log"));
    EXPECT_EQ(found.topology.hops.size(), 3u);
}

TEST(Discover, MatchesAMissingPhpSocketToThePoolsUnit)
{
    FleetBuilder fleet("http://blog.example/hello");
    fleet.facts.urlAddresses = { "10.1.0.2" };
    fleet.host("web", { "10.1.0.2" })
        .nginx("user www-data; http { server { listen 80; root /var/www/html; index index.php;"
               " location / { try_files $uri $uri/ /index.php?$args; }"
               " location ~ \\.php$ { fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;"
               " fastcgi_pass unix:/run/php/php8.2-fpm.sock; fastcgi_read_timeout 30; } } }")
        .runningNginx({ 80 })
        .unit("php8.2-fpm.service", "failed", "/usr/sbin/php-fpm8.2 --nodaemonize")
        .unit("php7.4-fpm.service", "inactive", "/usr/sbin/php-fpm7.4 --nodaemonize");
    model::SoftwareConfig pools;
    pools.software = "php-fpm";
    pools.files = { { "/etc/php/8.2/fpm/pool.d/www.conf", "[www]\nlisten = /run/php/php8.2-fpm.sock\n", {}, {} } };
    fleet.current().configs.push_back(pools);
    const Discovered found = fleet.run();
    const std::string id = "web/php-fpm:/run/php/php8.2-fpm.sock";
    EXPECT_EQ(node(found, id).unit, "php8.2-fpm.service");
    const model::Hop& last = hop(found, "web/nginx:80>" + id);
    EXPECT_EQ(last.protocol, model::Protocol::FastCgi);
    EXPECT_EQ(last.declared.scriptFile, "/var/www/html/index.php");
    EXPECT_EQ(last.declared.timeouts.read, std::chrono::seconds(30));
}

TEST(Discover, KnowsTheUnitOfASocketWhoseProcessIsHidden)
{
    FleetBuilder fleet = shop();
    fleet.process(200, "deploy", "node /srv/shop/server.js --port 3000", "shop.service")
        .unit("shop.service", "active", "/usr/bin/node /srv/shop/server.js --port 3000", 200)
        .listener("127.0.0.1", 3000, 0);
    fleet.current().listeners.back().pid.reset();
    const Discovered found = fleet.run();
    EXPECT_EQ(node(found, "edge/node:3000").unit, "shop.service");
    EXPECT_EQ(node(found, "edge/node:3000").user, "deploy");
}

TEST(Discover, FollowsDebiansLinkToThePhpSocket)
{
    FleetBuilder fleet("http://blog.example/");
    fleet.facts.urlAddresses = { "10.1.0.2" };
    fleet.host("web", { "10.1.0.2" })
        .nginx("http { server { listen 80; location / { fastcgi_pass unix:/run/php/php-fpm.sock; } } }")
        .runningNginx({ 80 })
        .process(300, "root", "php-fpm: master process (/etc/php/8.2/fpm/php-fpm.conf)", "php8.2-fpm.service")
        .unit("php8.2-fpm.service", "active", "/usr/sbin/php-fpm8.2", 300)
        .socket("/run/php/php8.2-fpm.sock", 300);
    EXPECT_EQ(node(fleet.run(), "web/php-fpm:/run/php/php8.2-fpm.sock").unit, "php8.2-fpm.service");
    fleet.current().listeners.pop_back();
    fleet.current().units.back().activeState = "inactive";
    EXPECT_EQ(node(fleet.run(), "web/php-fpm:/run/php/php-fpm.sock").unit, "php8.2-fpm.service");
}

TEST(Discover, NotesThatTheProxyOnlyRedirects)
{
    FleetBuilder fleet = shop();
    fleet.current().configs[0].files[0].text = "http { server { listen 80; return 301 https://$host$request_uri; } }";
    const Discovered found = fleet.run();
    EXPECT_THAT(hopIds(found), ElementsAre("client>edge/nginx:80"));
    EXPECT_EQ(node(found, "edge/nginx:80").note, "redirects to https://shop.example/");
}

TEST(Discover, ResolvesTargetNamesByTheCallersHostsFile)
{
    FleetBuilder fleet = shop("http://backend.internal:3000");
    fleet.current().hostsFile["backend.internal"] = { "10.1.0.3" };
    fleet.host("app1", { "10.1.0.3" }).process(200, "deploy", "node a.js", "a.service").listener("*", 3000, 200);
    const Discovered found = fleet.run();
    EXPECT_TRUE(hop(found, "edge/nginx:80>app1/node:3000").declared.isResolvedAtStart);
}

TEST(Discover, SaysThatANameIsNotKnown)
{
    const Discovered found = shop("http://backend.internal:3000").run();
    EXPECT_EQ(node(found, "backend.internal:3000").kind, model::NodeKind::External);
    EXPECT_THAT(node(found, "backend.internal:3000").note, HasSubstr("not known"));
}

TEST(Discover, GivesEveryBranchOfASplitAsOneGroup)
{
    FleetBuilder fleet = shop("http://$side");
    fleet.current().configs[0].files[0].text
        += "http { split_clients $remote_addr $side { 10% 127.0.0.1:3001; * 127.0.0.1:3002; } }";
    const Discovered found = fleet.run();
    EXPECT_EQ(hop(found, "edge/nginx:80>edge/app:3001").group, "http://$side");
    EXPECT_TRUE(hop(found, "edge/nginx:80>edge/app:3001").isOnPath);
    EXPECT_TRUE(hop(found, "edge/nginx:80>edge/app:3002").isOnPath);
}

TEST(Discover, KeepsWhatAnUnknownVariableMightChooseOffThePath)
{
    FleetBuilder fleet = shop("http://$pool");
    fleet.current().configs[0].files[0].text
        += "http { geo $pool { default 127.0.0.1:3001; 10.0.0.0/8 127.0.0.1:3002; } }";
    const Discovered found = fleet.run();
    EXPECT_TRUE(hop(found, "edge/nginx:80>edge/app:3001").isOnPath);
    EXPECT_FALSE(hop(found, "edge/nginx:80>edge/app:3002").isOnPath);
}

TEST(Discover, WarnsWhereATargetCannotBeTold)
{
    const Discovered found = shop("http://$from_lua").run();
    EXPECT_THAT(hopIds(found), ElementsAre("client>edge/nginx:80"));
    ASSERT_FALSE(found.warnings.empty());
    EXPECT_THAT(found.warnings.back().message, HasSubstr("$from_lua"));
    EXPECT_EQ(found.warnings.back().place.line, 7);
}

TEST(Discover, SaysWhyAnUnreadableUrlGivesNothing)
{
    const Discovered found = FleetBuilder("ftp://x/").run();
    EXPECT_THAT(found.topology.nodes, IsEmpty());
    ASSERT_EQ(found.warnings.size(), 1u);
}

TEST(Discover, ShowsWhateverListensWhereThereIsNoProxy)
{
    FleetBuilder fleet("http://10.1.0.2:8000/");
    fleet.facts.urlAddresses = { "10.1.0.2" };
    fleet.host("app", { "10.1.0.2" }).process(7, "app", "/usr/bin/python3 /usr/bin/uvicorn main:app --port 8000", "api.service")
        .listener("0.0.0.0", 8000, 7);
    EXPECT_THAT(hopIds(fleet.run()), ElementsAre("client>app/uvicorn:8000"));
}

TEST(Discover, GivesTheClientOnlyWhenNothingIsKnownOfAnyHost)
{
    FleetBuilder fleet("http://shop.example/");
    fleet.facts.urlAddresses = { "203.0.113.9" };
    model::ProfileHost one;
    one.name = base::HostId("a");
    fleet.profile.hosts.push_back(one);
    one.name = base::HostId("b");
    fleet.profile.hosts.push_back(one);
    EXPECT_THAT(hopIds(fleet.run()), ElementsAre("client>boundary:80"));
}

/// A provider's own sign in the answer: the url's address is not ours, however few proxies there are.
TEST(Discover, PutsAProviderThatNamesItselfInFrontOfTheOnlyProxy)
{
    FleetBuilder fleet = shop();
    fleet.facts.urlAddresses = { "104.16.0.1" };
    EXPECT_THAT(hopIds(fleet.run()), ElementsAre("client>edge/nginx:80", "edge/nginx:80>edge/app:3000"));
    fleet.facts.front = { "cloudflare", "Cloudflare", { "CF-Ray: 1-FRA" }, true };
    const Discovered found = fleet.run();
    EXPECT_THAT(hopIds(found), ElementsAre("client>boundary:80", "boundary:80>edge/nginx:80", "edge/nginx:80>edge/app:3000"));
    EXPECT_EQ(node(found, "boundary:80").label, "Cloudflare for shop.example");
    EXPECT_EQ(node(found, "boundary:80").software, "cloudflare");
    EXPECT_THAT(node(found, "boundary:80").note, HasSubstr("CF-Ray: 1-FRA"));
}

}
}
