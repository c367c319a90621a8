#include "core/profile/profilefile.h"

#include <gmock/gmock.h>

using namespace hopscope;
using testing::HasSubstr;

namespace {

model::SshDestination parsed(std::string_view text)
{
    const auto destination = profile::parseDestination(text);
    EXPECT_TRUE(destination) << text << ": " << destination.error().text();
    return destination ? *destination : model::SshDestination();
}

model::SshDestination byHost(std::string host, std::optional<base::Port> port = {}, std::string user = {})
{
    return { "", std::move(host), port, std::move(user), "", "" };
}

}

TEST(ParseDestination, TakesABareWordForAnAlias) { EXPECT_EQ(parsed("shop-edge").alias, "shop-edge"); }

TEST(ParseDestination, ReadsEveryFormThatSshTakes)
{
    EXPECT_EQ(parsed("deploy@shop.example"), byHost("shop.example", {}, "deploy"));
    EXPECT_EQ(parsed("deploy@shop.example:2222"), byHost("shop.example", base::Port(2222), "deploy"));
    EXPECT_EQ(parsed("10.0.0.1"), byHost("10.0.0.1"));
    EXPECT_EQ(parsed("::1"), byHost("::1"));
    EXPECT_EQ(parsed("[::1]"), byHost("::1"));
    EXPECT_EQ(parsed("root@[fe80::1%eth0]:22"), byHost("fe80::1%eth0", base::Port(22), "root"));
    EXPECT_EQ(parsed("ssh://deploy@shop.example:2222/"), byHost("shop.example", base::Port(2222), "deploy"));
    EXPECT_EQ(parsed("ssh://[::1]:2222"), byHost("::1", base::Port(2222)));
    EXPECT_EQ(parsed("user@corp@host"), byHost("host", {}, "user@corp"));
}

TEST(ParseDestination, RefusesWhatCouldBeAnOptionOrBreakALine)
{
    for (const char* text : { "", "-oProxyCommand=touch", "user@-host", "-u@host", "a b", "a\nb", "a\x1b[31m", "@host", "user@",
             "host:", "host:0", "host:65536", "host:x", "[::1", "[::1]x", "[nonsense]:22", "a:b:c", "ssh://h/path",
             "ssh://user:secret@h", "a/b" })
        EXPECT_FALSE(profile::parseDestination(text)) << text;
    EXPECT_FALSE(profile::parseDestination(std::string_view("a\0b", 3)));
    EXPECT_EQ(profile::parseDestination("a\nb").error().text().find('\n'), std::string::npos);
}

TEST(MakeProfile, NamesHostsByTheirDestination)
{
    const auto profile = profile::makeProfile("https://shop.example/x", { "edge", "deploy@10.0.0.2:2222", "root@10.0.0.2", "edge" });
    ASSERT_TRUE(profile) << profile.error().text();
    EXPECT_EQ(profile->name, "shop.example");
    ASSERT_EQ(profile->hosts.size(), 3u);
    EXPECT_EQ(profile->hosts[0].name.value(), "edge");
    EXPECT_EQ(profile->hosts[1].name.value(), "10.0.0.2");
    EXPECT_EQ(profile->hosts[2].name.value(), "10.0.0.2-2");
    EXPECT_TRUE(profile::parseProfile(profile::profileJson(*profile), "again"));
}

TEST(MakeProfile, SaysWhichArgumentIsWrong)
{
    const auto url = profile::makeProfile("shop.example", {});
    ASSERT_FALSE(url);
    EXPECT_THAT(url.error().text(), HasSubstr("expected a URL that begins with http:// or https://"));
    const auto destination = profile::makeProfile("http://shop.example", { "-x" });
    ASSERT_FALSE(destination);
    EXPECT_THAT(destination.error().text(), HasSubstr("\"-x\""));
}
