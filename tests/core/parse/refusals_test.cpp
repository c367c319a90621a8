// The words in which proxies turn requests away.
#include "core/parse/refusals.h"

#include <gtest/gtest.h>

namespace hopscope::parse {
namespace {

using Kind = Refusal::Kind;

std::optional<Kind> kindOf(std::string_view line)
{
    const auto refusal = refusalIn(line);
    return refusal ? std::optional(refusal->kind) : std::nullopt;
}

TEST(Refusals, NameTheZoneAndTheVisitorOfALimit)
{
    const auto refusal = refusalIn("2026/11/21 17:11:22 [error] 64#64: *141 limiting requests, excess: 1.001 by zone \"perip\", client: "
                                   "10.1.0.2, server: poll.example, request: \"GET /results HTTP/1.1\", host: \"poll.example\"");
    ASSERT_TRUE(refusal);
    EXPECT_EQ(refusal->kind, Kind::Rate);
    EXPECT_EQ(refusal->subject, "perip");
    EXPECT_EQ(refusal->client, "10.1.0.2");
    EXPECT_EQ(refusal->key, "GET /results");
}

TEST(Refusals, NameTheFileThatMayNotBeRead)
{
    const auto refusal = refusalIn("2026/11/21 17:11:22 [error] 64#64: *1 \"/srv/a/index.html\" is forbidden (13: Permission denied), client: 1.2.3.4");
    ASSERT_TRUE(refusal);
    EXPECT_EQ(refusal->kind, Kind::Permission);
    EXPECT_EQ(refusal->subject, "/srv/a/index.html");
    const auto opened = refusalIn("2026/11/21 17:11:22 [error] 64#64: *1 open() \"/srv/a/b.html\" failed (13: Permission denied), client: 1.2.3.4, server: x");
    ASSERT_TRUE(opened);
    EXPECT_EQ(opened->kind, Kind::Permission);
    EXPECT_EQ(opened->subject, "/srv/a/b.html");
    const auto apache = refusalIn("[Sat Nov 21 17:11:22.1 2026] [core:error] [pid 9:tid 9] (13)Permission denied: [client 1.2.3.4:55] AH00035: access to / denied "
                                  "(filesystem path '/srv/a') because search permissions are missing on a component of the path");
    ASSERT_TRUE(apache);
    EXPECT_EQ(apache->kind, Kind::Permission);
    EXPECT_EQ(apache->client, "1.2.3.4:55");
}

TEST(Refusals, TellAddressesLoginsFilesAndSizesApart)
{
    EXPECT_EQ(kindOf("[error] 9#9: *1 access forbidden by rule, client: 1.2.3.4"), Kind::Address);
    EXPECT_EQ(kindOf("[authz_core:error] [client 1.2.3.4:5] AH01630: client denied by server configuration: /srv/site"), Kind::Address);
    EXPECT_EQ(kindOf("[error] 9#9: *1 no user/password was provided for basic authentication, client: 1.2.3.4"), Kind::Login);
    EXPECT_EQ(kindOf("[error] 9#9: *1 open() \"/srv/x\" failed (2: No such file or directory), client: 1.2.3.4"), Kind::FileMissing);
    EXPECT_EQ(kindOf("[error] 9#9: *1 directory index of \"/srv/\" is forbidden, client: 1.2.3.4"), Kind::NoIndex);
    EXPECT_EQ(kindOf("[error] 9#9: *1 client intended to send too large body: 2000000 bytes, client: 1.2.3.4"), Kind::TooLarge);
}

TEST(Refusals, AreNoneInOtherLines)
{
    EXPECT_FALSE(refusalIn(""));
    EXPECT_FALSE(refusalIn("[error] 9#9: *1 connect() failed (111: Connection refused) while connecting to upstream"));
    EXPECT_FALSE(refusalIn("[error] 9#9: *1 connect() to unix:/run/x.sock failed (13: Permission denied) while connecting to upstream"));
    EXPECT_FALSE(refusalIn("[error] 9#9: *1 connect() to unix:/run/x.sock failed (2: No such file or directory) while connecting to upstream"));
}

}
}
