#include "core/profile/profilefile.h"

#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

using namespace hopscope;
using testing::HasSubstr;

namespace {

const std::string shop = R"({
  "schema": "hopscope.profile/1",
  "name": "shop-production",
  "url": "https://shop.example/",
  "team": {"pager": "+1"},
  "resolve": "10.1.0.2",
  "hosts": [
    {"name": "edge", "colour": "red", "ssh": {"alias": "shop-edge", "comment": "eu"}},
    {"name": "app1", "ssh": {"host": "203.0.113.7", "port": 2222, "user": "deploy",
                              "identityFile": "~/.ssh/id_ed25519", "jump": "edge"}},
    {"name": "me", "local": true}
  ],
  "checks": {"intervalSeconds": 7, "timeoutSeconds": 2.5, "controlTarget": "192.0.2.1:443", "extra": 1},
  "baseline": {"a": [1, 2]}
})";

std::string problemIn(const std::string& json)
{
    const auto profile = profile::parseProfile(json, "shop.json");
    return profile ? "accepted" : profile.error().text();
}

std::string replaced(std::string text, const std::string& what, const std::string& by)
{
    const auto at = text.find(what);
    EXPECT_NE(at, std::string::npos) << what;
    return text.replace(at, what.size(), by);
}

}

TEST(LoadProfile, ReadsEveryFieldOfTheContract)
{
    const auto profile = profile::parseProfile(shop, "shop.json");
    ASSERT_TRUE(profile) << profile.error().text();
    EXPECT_EQ(profile->name, "shop-production");
    EXPECT_EQ(profile->url, "https://shop.example/");
    EXPECT_EQ(profile->resolve, "10.1.0.2");
    ASSERT_EQ(profile->hosts.size(), 3u);
    EXPECT_EQ(profile->hosts[0].ssh.alias, "shop-edge");
    const model::SshDestination app1 { "", "203.0.113.7", base::Port(2222), "deploy", "~/.ssh/id_ed25519", "edge" };
    EXPECT_EQ(profile->hosts[1].ssh, app1);
    EXPECT_TRUE(profile->hosts[2].isLocal);
    EXPECT_EQ(profile->checks.interval, base::Milliseconds(7000));
    EXPECT_EQ(profile->checks.timeout, base::Milliseconds(2500));
    EXPECT_EQ(profile->checks.controlTarget, "192.0.2.1:443");
    EXPECT_EQ(profile->baseline, R"({"a":[1,2]})");
}

TEST(LoadProfile, GivesDefaultsForChecksThatAreAbsentOrNull)
{
    const auto profile = profile::parseProfile(
        R"({"schema":"hopscope.profile/1","name":"x","url":"http://x/","hosts":[],"checks":null})", "x");
    ASSERT_TRUE(profile) << profile.error().text();
    EXPECT_EQ(profile->checks, model::CheckSettings());
    EXPECT_TRUE(profile->baseline.empty());
}

TEST(LoadProfile, NamesFileKeyAndExpectationInOneLine)
{
    EXPECT_EQ(problemIn(replaced(shop, "2222", "\"abc\"")),
        "read profile shop.json: hosts[1].ssh.port: expected a number from 1 to 65535, found \"abc\"");
    EXPECT_THAT(problemIn(replaced(shop, "2222", "70000")), HasSubstr("hosts[1].ssh.port: expected a number from 1"));
    EXPECT_THAT(problemIn(replaced(shop, "2222", "0")), HasSubstr("hosts[1].ssh.port"));
    EXPECT_THAT(problemIn(replaced(shop, "2222", "22.5")), HasSubstr("hosts[1].ssh.port"));
    EXPECT_THAT(problemIn(replaced(shop, "\"url\"", "\"uri\"")), HasSubstr("url: expected a URL"));
    EXPECT_THAT(problemIn(replaced(shop, "\"hosts\"", "\"servers\"")), HasSubstr("hosts: expected a list of hosts, found nothing"));
    EXPECT_THAT(problemIn(replaced(shop, "\"schema\"", "\"s\"")), HasSubstr("schema: expected \"hopscope.profile/1\", found nothing"));
    EXPECT_THAT(problemIn(replaced(shop, "\"name\": \"shop", "\"nom\": \"shop")), HasSubstr("name: expected"));
    EXPECT_THAT(problemIn(replaced(shop, "\"name\": \"app1\"", "\"name\": 4")), HasSubstr("hosts[1].name: expected"));
    EXPECT_THAT(problemIn(replaced(shop, "7,", "-1,")), HasSubstr("checks.intervalSeconds: expected a number of seconds"));
    EXPECT_THAT(problemIn(replaced(shop, "192.0.2.1:443", "192.0.2.1")), HasSubstr("checks.controlTarget: expected host:port"));
    EXPECT_THAT(problemIn(replaced(shop, "10.1.0.2", "shop.example")), HasSubstr("resolve: expected an IPv4 or IPv6 address"));
    EXPECT_THAT(problemIn(replaced(shop, "\"local\": true", "\"local\": \"yes\"")), HasSubstr("hosts[2].local: expected true or false"));
    EXPECT_THAT(problemIn(replaced(shop, "{\"a\": [1, 2]}", "\"x\"")), HasSubstr("baseline: expected an object"));
}

TEST(LoadProfile, SaysLineAndColumnOfASyntaxError)
{
    const std::string text = problemIn("{\n  \"schema\": \"hopscope.profile/1\",\n  \"name\": oops\n}");
    EXPECT_THAT(text, HasSubstr("shop.json: not JSON: line 3, column"));
    EXPECT_EQ(text.find('\n'), std::string::npos);
    EXPECT_THAT(problemIn(""), HasSubstr("not JSON: line 1"));
    EXPECT_THAT(problemIn("\xff\xfe\x00"), HasSubstr("not JSON"));
    EXPECT_THAT(problemIn("[]"), HasSubstr("expected a JSON object"));
}

TEST(LoadProfile, RefusesANewerSchemaAsSuch)
{
    const auto profile = profile::parseProfile(replaced(shop, "profile/1", "profile/2"), "shop.json");
    ASSERT_FALSE(profile);
    EXPECT_EQ(profile.error().code, base::ErrorCode::NewerSchema);
    EXPECT_THAT(profile.error().detail, HasSubstr("hopscope.profile/2"));
    EXPECT_EQ(profile::parseProfile(replaced(shop, "hopscope.profile/1", "nonsense"), "x").error().code,
        base::ErrorCode::InvalidFormat);
}

TEST(LoadProfile, RefusesUrlsThatCanNotBeAsked)
{
    for (const char* url : { "shop.example", "ftp://shop.example/", "http://", "http:///x", "https://shop.example:99999/",
             "http://a b/", "http://user:hunter2@shop.example/", "javascript:alert(1)" }) {
        const std::string text = problemIn(replaced(shop, "https://shop.example/", url));
        EXPECT_THAT(text, HasSubstr("url: expected")) << url;
        EXPECT_EQ(text.find("hunter2"), std::string::npos);
    }
    for (const char* url : { "http://127.0.0.1:8080/", "https://[::1]:8443/a?b=c", "http://shop/" })
        EXPECT_EQ(problemIn(replaced(shop, "https://shop.example/", url)), "accepted") << url;
}

TEST(LoadProfile, RefusesDuplicateHostNames)
{
    EXPECT_THAT(problemIn(replaced(shop, "\"app1\"", "\"edge\"")),
        HasSubstr("hosts[1].name: expected a name that no other host has, found \"edge\", the name of hosts[0] too"));
}

TEST(LoadProfile, RefusesNamesThatWouldBreakNodeIds)
{
    for (const char* name : { "a/b", "a>b", "a\\u0007", " a" })
        EXPECT_THAT(problemIn(replaced(shop, "\"app1\"", "\"" + std::string(name) + "\"")), HasSubstr("hosts[1].name")) << name;
}

TEST(LoadProfile, RefusesJumpsThatComeBackToThemselves)
{
    EXPECT_THAT(problemIn(replaced(shop, "\"jump\": \"edge\"", "\"jump\": \"app1\"")),
        HasSubstr("hosts[1].ssh.jump: expected a way that ends"));
    EXPECT_THAT(problemIn(replaced(shop, "\"comment\": \"eu\"", "\"jump\": \"app1\"")), HasSubstr("hosts[0].ssh.jump"));
    EXPECT_THAT(problemIn(replaced(shop, "\"jump\": \"edge\"", "\"jump\": \"-oProxyCommand=x\"")), HasSubstr("hosts[1].ssh.jump"));
    EXPECT_THAT(problemIn(replaced(shop, "\"jump\": \"edge\"", "\"jump\": \"me\"")), HasSubstr("local host"));
    EXPECT_EQ(problemIn(replaced(shop, "\"jump\": \"edge\"", "\"jump\": \"ops@bastion:2200\"")), "accepted");
}

TEST(LoadProfile, AsksForExactlyOneWayIn)
{
    EXPECT_THAT(problemIn(replaced(shop, "{\"alias\": \"shop-edge\", \"comment\": \"eu\"}", "{}")), HasSubstr("hosts[0].ssh.host: expected a host, or an alias"));
    EXPECT_THAT(problemIn(replaced(shop, "\"comment\": \"eu\"", "\"host\": \"h\"")), HasSubstr("either alias or host"));
    EXPECT_THAT(problemIn(replaced(shop, "\"local\": true", "\"note\": 1")), HasSubstr("hosts[2].ssh: expected how to log in"));
    EXPECT_THAT(problemIn(replaced(shop, "shop-edge", "-oProxyCommand=touch")), HasSubstr("hosts[0].ssh.alias"));
}

TEST(LoadProfile, BoundsDepthSizeAndRepeatedKeys)
{
    EXPECT_THAT(problemIn(std::string(100000, '[')), HasSubstr("levels of nesting"));
    EXPECT_THAT(problemIn(std::string(5 * 1024 * 1024, ' ')), HasSubstr("at most 4 MiB"));
    EXPECT_THAT(problemIn(replaced(shop, "\"team\"", "\"url\"")), HasSubstr("\"url\" twice"));
}

TEST(LoadProfile, LeavesABadFileUntouched)
{
    const auto folder = std::filesystem::temp_directory_path() / ("hopscope-profile-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder);
    const std::string path = folder / "bad.json";
    std::ofstream(path) << "{";
    const auto loaded = profile::loadProfile(path);
    ASSERT_FALSE(loaded);
    EXPECT_THAT(loaded.error().text(), HasSubstr(path + ": not JSON"));
    std::string content;
    std::getline(std::ifstream(path), content);
    EXPECT_EQ(content, "{");
    const auto missing = profile::loadProfile(folder / "none.json");
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code, base::ErrorCode::NotFound);
    EXPECT_FALSE(profile::loadProfile(folder));
    std::filesystem::remove_all(folder);
}
