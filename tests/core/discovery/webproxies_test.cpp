#include "fleetbuilder.h"

#include "core/discovery/discover.h"
#include "core/discovery/proxy.h"
#include "tests/core/discovery/found.h"

#include <gmock/gmock.h>

#include <chrono>
#include <random>

namespace hopscope::discovery {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

const std::string haproxySeed = R"conf(
global
    user haproxy
    stats socket /run/haproxy/admin.sock
defaults
    mode http
    timeout connect 4s
    timeout server 1m
    option redispatch
resolvers dns
    nameserver one 10.0.0.53:53
frontend web
    bind :80
    bind :443 ssl crt /etc/ssl/site.pem alpn h2,http/1.1
    acl is_api hdr(host) -i api.shop.example
    http-request set-var(txn.h) req.hdr(host),lower
    http-request redirect scheme https unless { ssl_fc }
    use_backend be_api if is_api
    use_backend be_%[var(txn.h),map(/etc/haproxy/hosts.map,shop)]
    default_backend be_shop
frontend db
    bind 10.1.0.2:5432
    mode tcp
    default_backend pg
backend be_api
    balance roundrobin
    option httpchk GET /healthz
    default-server inter 2s fall 3 check
    server a 10.1.0.3:3000 weight 10 maxconn 50
    server b 10.1.0.4:3000 backup
    server c 10.1.0.5:3000 disabled
    server-template t 3 app.service.consul:3000 resolvers dns
backend be_shop
    server s unix@/run/shop.sock
    server x abns@shop send-proxy-v2
backend be_secure
    server s shop.internal:8443 ssl verify required ca-file /ca.pem sni str(shop.internal)
backend pg
    mode tcp
    server p 10.1.0.6:5432
)conf";

const std::string apacheSeed = R"conf(
ServerRoot /etc/apache2
Listen 80
Listen 443
Timeout 300
User www-data
Define back 10.1.0.3:8080
<Proxy "balancer://app">
  BalancerMember "http://10.1.0.3:3000" route=a loadfactor=5 retry=10
  BalancerMember "http://10.1.0.4:3000" status=+H
  BalancerMember "http://10.1.0.5:3000" status=D
  ProxySet timeout=7 connectiontimeout=2
</Proxy>
<VirtualHost *:80>
  ServerName shop.example
  RewriteEngine on
  RewriteCond %{HTTPS} off
  RewriteRule ^ https://%{HTTP_HOST}%{REQUEST_URI} [R=301,L]
</VirtualHost>
<VirtualHost *:443>
  ServerName shop.example
  SSLEngine on
  ProxyPreserveHost On
  ProxyPass /ws ws://10.1.0.3:3001/ws
  ProxyPass /assets !
  ProxyPass /h2 h2://inner.example:8443/ timeout=3
  ProxyPass /ajp ajp://10.1.0.6/
  ProxyPass / balancer://app/
  <Location /uwsgi>
    ProxyPass unix:/run/app.sock|uwsgi://app/
  </Location>
  <FilesMatch "\.php$">
    SetHandler "proxy:unix:/run/php/php8.2-fpm.sock|fcgi://localhost"
  </FilesMatch>
</VirtualHost>
)conf";

const model::Hop& hopTo(const Discovered& found, const std::string& target)
{
    for (const model::Hop& hop : found.topology.hops)
        if (hop.declared.endpoint.text() == target)
            return hop;
    throw std::runtime_error("no hop to " + target);
}

TEST(HaproxyOffline, FindsEveryServerOnceWithItsSettings)
{
    const Discovered found = discoverOffline(
        { { "haproxy/haproxy.cfg", haproxySeed }, { "haproxy/hosts.map", "shop.example shop\nsecure.example secure\n" } }, "");
    EXPECT_THAT(found.warnings, IsEmpty());
    EXPECT_THAT(hops(found), UnorderedElementsAre("haproxy:80>10.1.0.3:3000", "haproxy:80>10.1.0.4:3000", "haproxy:80>10.1.0.5:3000",
                                 "haproxy:80>app.service.consul:3000", "haproxy:80>unix:/run/shop.sock", "haproxy:80>unix:@shop",
                                 "haproxy:80>shop.internal:8443", "haproxy:5432>10.1.0.6:5432"));
    const model::Declared& a = hopTo(found, "10.1.0.3:3000").declared;
    EXPECT_EQ(a.place, (model::FilePlace { "haproxy/haproxy.cfg", 29 }));
    EXPECT_EQ(a.name, "be_api/a");
    EXPECT_EQ(a.weight, 10);
    EXPECT_EQ(a.maxConnections, 50);
    EXPECT_EQ(a.healthCheck, "GET /healthz");
    EXPECT_EQ(a.timeouts.connect, base::Milliseconds(4000));
    EXPECT_EQ(a.timeouts.read, base::Milliseconds(60000));
    EXPECT_EQ(hopTo(found, "10.1.0.3:3000").group, "be_api");
    EXPECT_TRUE(hopTo(found, "10.1.0.4:3000").declared.isBackup);
    EXPECT_TRUE(hopTo(found, "10.1.0.5:3000").declared.isDown);
    EXPECT_THAT(hopTo(found, "app.service.consul:3000").declared.resolvers, ElementsAre("10.0.0.53:53"));
    EXPECT_TRUE(hopTo(found, "unix:@shop").declared.sendsProxyProtocol);
    const model::Hop& secure = hopTo(found, "shop.internal:8443");
    EXPECT_EQ(secure.protocol, model::Protocol::Https);
    EXPECT_EQ(secure.declared.serverName, "shop.internal");
    EXPECT_TRUE(secure.declared.verifiesCertificate);
    EXPECT_TRUE(secure.declared.isResolvedAtStart);
    EXPECT_EQ(hopTo(found, "10.1.0.6:5432").protocol, model::Protocol::Tcp);
}

TEST(ApacheOffline, FindsEveryTargetOnceWithItsSettings)
{
    const Discovered found = discoverOffline({ { "sites/shop.conf", apacheSeed } }, "");
    EXPECT_THAT(found.warnings, IsEmpty());
    EXPECT_THAT(hops(found), UnorderedElementsAre("apache:443>10.1.0.3:3001", "apache:443>inner.example:8443", "apache:443>10.1.0.6:8009",
                                 "apache:443>10.1.0.3:3000", "apache:443>10.1.0.4:3000", "apache:443>10.1.0.5:3000", "apache:443>unix:/run/app.sock",
                                 "apache:443>unix:/run/php/php8.2-fpm.sock"));
    const model::Hop& a = hopTo(found, "10.1.0.3:3000");
    EXPECT_EQ(a.group, "app");
    EXPECT_EQ(a.declared.weight, 5);
    EXPECT_EQ(a.declared.failTimeout, base::Milliseconds(10000));
    EXPECT_EQ(a.declared.timeouts.read, base::Milliseconds(7000));
    EXPECT_EQ(a.declared.timeouts.connect, base::Milliseconds(2000));
    EXPECT_TRUE(hopTo(found, "10.1.0.4:3000").declared.isBackup);
    EXPECT_TRUE(hopTo(found, "10.1.0.5:3000").declared.isDown);
    EXPECT_EQ(hopTo(found, "10.1.0.6:8009").protocol, model::Protocol::Ajp);
    EXPECT_EQ(hopTo(found, "inner.example:8443").declared.httpVersion, "2");
    EXPECT_EQ(hopTo(found, "inner.example:8443").declared.timeouts.read, base::Milliseconds(3000));
    EXPECT_EQ(hopTo(found, "unix:/run/app.sock").protocol, model::Protocol::Uwsgi);
    EXPECT_EQ(hopTo(found, "unix:/run/php/php8.2-fpm.sock").protocol, model::Protocol::FastCgi);
    EXPECT_EQ(hopTo(found, "10.1.0.3:3001").declared.timeouts.read, base::Milliseconds(300000));
}

TEST(ApacheOffline, ReadsADebianTreeFromItsMainFile)
{
    const Discovered found = discoverOffline({ { "apache2/apache2.conf", "Include ports.conf\nIncludeOptional mods-enabled/*.load\nIncludeOptional sites-enabled/*.conf\n" },
                                                 { "apache2/ports.conf", "Listen 8080\n<IfModule ssl_module>\n Listen 443\n</IfModule>\n" },
                                                 { "apache2/mods-enabled/proxy.load", "LoadModule proxy_module /usr/lib/apache2/modules/mod_proxy.so\n" },
                                                 { "apache2/sites-enabled/a.conf", "<VirtualHost *:8080>\n ProxyPass / http://10.0.0.1:3000/\n</VirtualHost>\n" },
                                                 { "apache2/sites-available/a.conf", "<VirtualHost *:8080>\n ProxyPass / http://10.0.0.1:3000/\n</VirtualHost>\n" },
                                                 { "apache2/sites-available/b.conf", "<VirtualHost *:8080>\n ProxyPass / http://10.0.0.2:3000/\n</VirtualHost>\n" } },
        "");
    EXPECT_THAT(hops(found), ElementsAre("apache:8080>10.0.0.1:3000"));
    ASSERT_THAT(found.warnings, SizeIs(1));
    EXPECT_EQ(found.warnings[0].place.file, "apache2/sites-available/b.conf");
}

TEST(WebProxiesOffline, NameFileAndLineOfWhatIsWrong)
{
    const Discovered haproxy = discoverOffline({ { "haproxy.cfg", "frontend f\n bind :80\n use_backend gone\nbackend b\n sever a 1.2.3.4:80\n" } }, "");
    EXPECT_THAT(haproxy.warnings, Contains(AllOf(::testing::Field(&model::ConfigWarning::place, model::FilePlace { "haproxy.cfg", 5 }),
                                      ::testing::Field(&model::ConfigWarning::message, HasSubstr("sever")))));
    const Discovered apache = discoverOffline({ { "httpd.conf", "<VirtualHost *:80>\nProxyPass / balancer://none/\n<Location /x>\n</VirtualHost>\n" } }, "");
    EXPECT_THAT(apache.warnings, Contains(::testing::Field(&model::ConfigWarning::place, model::FilePlace { "httpd.conf", 3 })));
    EXPECT_THAT(apache.warnings, Contains(::testing::Field(&model::ConfigWarning::place, model::FilePlace { "httpd.conf", 2 })));
}

TEST(HaproxyChain, LeadsThroughItToTheNextProxyAndCarriesWhatItReports)
{
    test::FleetBuilder fleet("http://shop.example/");
    fleet.facts.urlAddresses = { "10.1.0.2" };
    fleet.host("lb", { "10.1.0.2" })
        .proxy("haproxy", "/etc/haproxy/haproxy.cfg",
            "defaults\n mode http\nfrontend f\n bind :80\n default_backend be\nbackend be\n server one 10.1.0.3:8080 check\n server two 10.1.0.4:8080 check\n")
        .process(10, "root", "/usr/sbin/haproxy -Ws -f /etc/haproxy/haproxy.cfg", "haproxy.service")
        .process(11, "haproxy", "/usr/sbin/haproxy -sf 9", "haproxy.service", 10)
        .unit("haproxy.service", "active", "/usr/sbin/haproxy -Ws", 10)
        .listener("0.0.0.0", 80, 11);
    model::ServerReport report;
    report.software = "haproxy";
    report.group = "be";
    report.server = "two";
    report.health = model::ServerReport::Health::Down;
    report.state = "DOWN";
    report.check = "L4CON";
    fleet.current().serverReports.push_back(report);
    fleet.host("web", { "10.1.0.3" }).nginx("http { server { listen 8080; location / { proxy_pass http://127.0.0.1:3000; } } }").runningNginx({ 8080 });
    const Discovered found = fleet.run();
    EXPECT_THAT(hops(found), ElementsAre("client>lb/haproxy:80", "lb/haproxy:80>web/nginx:8080", "web/nginx:8080>web/app:3000", "lb/haproxy:80>10.1.0.4:8080"));
    EXPECT_FALSE(found.topology.hops[1].reported);
    ASSERT_TRUE(found.topology.hops[3].reported);
    EXPECT_EQ(found.topology.hops[3].reported->check, "L4CON");
    EXPECT_EQ(found.topology.hops[1].declared.callerUser, "haproxy");
    EXPECT_EQ(found.topology.nodes[1].unit, "haproxy.service");
}

TEST(ApacheChain, KeepsTwoSitesOfOneAddressApart)
{
    test::FleetBuilder fleet("http://two.example/");
    fleet.facts.urlAddresses = { "10.1.0.2" };
    fleet.host("web", { "10.1.0.2" })
        .proxy("apache", "/etc/apache2/apache2.conf",
            "Listen 80\n<VirtualHost *:80>\nServerName one.example\nProxyPass / http://127.0.0.1:3001/\n</VirtualHost>\n"
            "<VirtualHost *:80>\nServerName two.example\nProxyPass / http://127.0.0.1:3002/\n</VirtualHost>\n")
        .process(10, "root", "/usr/sbin/apache2 -k start", "apache2.service")
        .process(11, "www-data", "/usr/sbin/apache2 -k start", "apache2.service", 10)
        .listener("*", 80, 10);
    const Discovered found = fleet.run();
    EXPECT_THAT(hops(found), ElementsAre("client>web/apache:80", "web/apache:80>web/app:3002", "web/apache:80>web/app:3001"));
    EXPECT_TRUE(found.topology.hops[1].isOnPath);
    EXPECT_FALSE(found.topology.hops[2].isOnPath);
}

TEST(ApacheChain, IsEnteredWhereItHasThePortThoughNginxIsConfiguredForItToo)
{
    test::FleetBuilder fleet("http://10.1.0.2/");
    fleet.facts.urlAddresses = { "10.1.0.2" };
    fleet.host("web", { "10.1.0.2" })
        .nginx("http { server { listen 80 default_server; location / { proxy_pass http://127.0.0.1:3001; } } }")
        .proxy("apache", "/etc/apache2/apache2.conf", "Listen 80\n<VirtualHost *:80>\nProxyPass / http://127.0.0.1:3002/\n</VirtualHost>\n")
        .process(10, "root", "/usr/sbin/apache2 -k start", "apache2.service")
        .listener("*", 80, 10);
    EXPECT_THAT(hops(fleet.run()), ::testing::Contains("web/apache:80>web/app:3002"));
}

void tryOut(const std::string& software, const std::string& text)
{
    test::FleetBuilder fleet("https://shop.example/a/b.php?c=d");
    fleet.facts.urlAddresses = { "10.1.0.2" };
    fleet.host("edge", { "10.1.0.2" }).proxy(software, "/etc/x/main.conf", text).listener("0.0.0.0", 443, 1);
    EXPECT_FALSE(fleet.run().topology.nodes.empty());
    discoverOffline({ { "main.conf", text } }, software);
}

/// The same broken configurations on each run: none may crash or hang, nor lose the client.
TEST(HostileWebProxies, NeverCrashWhateverIsChanged)
{
    std::mt19937 random(20261121);
    const std::string alphabet = "<>/\"'\\$%#{}~@:.* \n\tax0()[]^|?+=!,\xff";
    for (const auto& [software, seed] : { std::pair("haproxy", haproxySeed), std::pair("apache", apacheSeed) })
        for (int round = 0; round < 700; ++round) {
            std::string text = seed;
            const int changes = 1 + static_cast<int>(random() % 12);
            for (int i = 0; i < changes; ++i) {
                const std::size_t at = random() % text.size();
                const char c = alphabet[random() % alphabet.size()];
                switch (random() % 5) {
                case 0: text[at] = c; break;
                case 1: text.insert(at, 1, c); break;
                case 2: text.erase(at, random() % 8); break;
                case 3: text.insert(at, text.substr(random() % text.size(), random() % 80)); break;
                default: text.resize(std::max<std::size_t>(at, 40));
                }
                if (text.size() < 2)
                    text = seed;
            }
            tryOut(software, text);
        }
}

TEST(HostileWebProxies, EndWhereTheyReferToThemselves)
{
    tryOut("haproxy", "frontend a\n bind :443\n mode http\n default_backend b\nbackend b from b\n server x 127.0.0.1:443\ndefaults b from b\n mode http\n");
    tryOut("apache", "Listen 443\n<VirtualHost *:443>\nProxyPass / https://10.1.0.2:443/\n</VirtualHost>\n");
    tryOut("apache", "Listen 443\nDocumentRoot /w\nDirectoryIndex /index.php\nFallbackResource /x\n<Directory /w>\nRewriteEngine on\nRewriteRule ^(.*)$ /a/$1 [N]\nRewriteRule . /b$0\n</Directory>\n");
    tryOut("apache", "Listen 443\n<If \"((((((((((((((((((((((((((((((((((((((((((((((((((((((((((!!!!!!\">\nProxyPass / http://a/\n</If>\n");
}

TEST(HostileWebProxies, AreReadQuicklyWhenTheyAreLarge)
{
    std::string haproxy = "frontend f\n bind :443\n mode http\n";
    std::string backends;
    std::string apache = "Listen 443\n";
    for (int i = 0; i < 2000; ++i) {
        const std::string n = std::to_string(i);
        haproxy += " use_backend b" + n + " if { hdr(host) -i s" + n + ".example }\n";
        backends += "backend b" + n + "\n mode http\n server a 10.0.0.1:" + std::to_string(1000 + i) + "\n";
        apache += "<VirtualHost *:443>\nServerName s" + n + ".example\nProxyPass / http://10.0.0.1:" + std::to_string(1000 + i) + "/\n</VirtualHost>\n";
    }
    const auto start = std::chrono::steady_clock::now();
    EXPECT_THAT(discoverOffline({ { "haproxy.cfg", haproxy + backends } }, "haproxy").topology.hops, SizeIs(2000));
    EXPECT_THAT(discoverOffline({ { "apache2.conf", apache } }, "apache").topology.hops, SizeIs(2000));
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20)); // well under a second where nothing else runs
}

}
}
