#include "fleetbuilder.h"

#include "core/discovery/discover.h"
#include "core/discovery/pattern.h"

#include <gtest/gtest.h>

#include <chrono>
#include <random>

namespace hopscope::discovery {
namespace {

const std::string nginxSeed = R"conf(user www-data;
map $http_upgrade $conn { default upgrade; '' close; "~^a(?<x>b)" $x; }
upstream app { least_conn; server 10.0.0.1:3000 weight=3; server unix:/run/a.sock backup; keepalive 8; }
server {
    listen 80 default_server; listen [::]:443 ssl; server_name shop.example *.shop.example ~^(?<sub>.+)\.x$;
    set $b app; if ($host ~* "^(a|b)\.") { set $b other; rewrite ^/(.*)$ /x/$1?y=$2 last; return 301 https://$host$uri; }
    location = / { try_files $uri $uri/ /index.php?$args; error_page 404 502 = @named; }
    location ~* \.php(/|$) { fastcgi_pass unix:/run/php.sock; fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name; }
    location /a/ { proxy_pass http://$b/x/; proxy_set_header Host $http_host; proxy_read_timeout 1m 30s; auth_request /auth; }
    location @named { internal; content_by_lua_block { return "}" } grpc_pass grpcs://$sub:1; }
}
stream { server { listen 53 udp; proxy_pass $conn; } }
)conf";

void tryOut(const std::string& text)
{
    test::FleetBuilder fleet("https://shop.example/a/b?c=d");
    fleet.facts.urlAddresses = { "10.1.0.2" };
    fleet.host("edge", { "10.1.0.2" }).nginx("http { include all; }").runningNginx({ 80, 443 });
    fleet.current().configs[0].files[0].text = text;
    EXPECT_FALSE(fleet.run().topology.nodes.empty());
    discoverOffline({ { "nginx.conf", text } }, "nginx");
}

/// The same few thousand broken configurations on each run: none may crash or hang, nor lose the client.
TEST(HostileConfiguration, NeverCrashesWhateverIsChangedInIt)
{
    std::mt19937 random(20261121);
    const std::string alphabet = "{};\"'\\$#~@:/.* \n\tax0()[]^|?+=<%\xff";
    for (int round = 0; round < 1500; ++round) {
        std::string text = nginxSeed;
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
                text = nginxSeed;
        }
        tryOut(text);
    }
}

TEST(HostileConfiguration, EndsWhereVariablesReferToThemselves)
{
    tryOut("map $a $b { default $c; } map $b $c { default $b; } map $c $a { default $a$b$c; }"
           "server { listen 443; root $document_root; set $x $x$x$x; set $y $x$y; location / { proxy_pass http://$a$b$c$x$y; } }");
}

TEST(HostileConfiguration, EndsWhereMapsMultiply)
{
    std::string text;
    for (int i = 0; i < 12; ++i) {
        text += "map $remote_addr $m" + std::to_string(i) + " {";
        for (int j = 0; j < 50; ++j)
            text += " k" + std::to_string(j) + " $m" + std::to_string(i + 1) + "v" + std::to_string(j) + ";";
        text += "}\n";
    }
    tryOut(text + "server { listen 443; location / { proxy_pass http://$m0$m1$m2$m3$m4$m5; } }");
}

TEST(HostileConfiguration, EndsWhereConditionsMultiply)
{
    std::string text = "server { listen 443; ";
    for (int i = 0; i < 200; ++i)
        text += "if ($remote_addr = a" + std::to_string(i) + ") { rewrite ^(.*)$ $1/x; }";
    tryOut(text + " location / { proxy_pass http://a:1; error_page 500 502 = /x; try_files $uri /y; auth_request /z; mirror /w; } }");
}

TEST(HostileConfiguration, EndsWhereLocationsRefThemselves)
{
    tryOut("server { listen 443; location / { try_files /x @a; } location @a { try_files /y @b; } location @b { error_page 404 = @a; try_files /z @a; }"
           " error_page 404 = /q; }");
}

TEST(HostileConfiguration, IsReadQuicklyWhenItIsLarge)
{
    std::string text = "http {\n";
    for (int i = 0; i < 3000; ++i) {
        const std::string n = std::to_string(i);
        text += "upstream u" + n + " {\n server 10.0.0.1:" + std::to_string(1000 + i) + ";\n}\nserver {\n listen 443 ssl;\n server_name s" + n
            + ".example;\n location / {\n  proxy_set_header Host $host;\n  proxy_pass http://u" + n + ";\n }\n}\n";
    }
    const auto start = std::chrono::steady_clock::now();
    const Discovered found = discoverOffline({ { "nginx.conf", text + "}\n" } }, "nginx");
    EXPECT_EQ(found.topology.hops.size(), 3000u);
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20)); // 0.2 s where nothing else runs
}

TEST(Pattern, IsBoundedOnExponentialExpressions)
{
    const Pattern pattern("^(?=(a+)+$)(a|aa)+$");
    ASSERT_TRUE(pattern.isValid());
    const auto start = std::chrono::steady_clock::now();
    EXPECT_FALSE(pattern.match(std::string(5000, 'a') + "b"));
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

TEST(Pattern, KnowsWhatOnlyPcreKnows)
{
    EXPECT_TRUE(Pattern("^/(?!private).*").match("/public"));
    EXPECT_FALSE(Pattern("^/(?!private).*").match("/private"));
    EXPECT_EQ(Pattern("^/(?<a>x+)-(?P<b>y)").match("/xx-y")->names.at("a"), "xx");
    EXPECT_EQ(Pattern("(?<a>x)(?=y)").match("xy")->names.at("a"), "x");
    EXPECT_TRUE(Pattern("ABC", true).match("xabcx"));
    EXPECT_EQ(Pattern("b").match("abc")->end, 2u);
    EXPECT_FALSE(Pattern("(").isValid());
    EXPECT_FALSE(Pattern("(").problem().empty());
    EXPECT_TRUE(Pattern("\xe9").match("caf\xe9"));
}

}
}
