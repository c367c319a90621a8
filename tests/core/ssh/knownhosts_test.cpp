#include "core/ssh/knownhosts.h"
#include "tests/support/childprocess.h"

#include <gmock/gmock.h>

using namespace hopscope;
using ssh::HostKey;
using ssh::KnownHosts;
using Kind = ssh::KeyVerdict::Kind;
using namespace std::string_literals;
using testing::ElementsAre;
using testing::IsEmpty;

namespace {

const HostKey key { "ssh-ed25519", "AAAAone" };
const HostKey other { "ssh-ed25519", "AAAAtwo" };
const HostKey rsa { "ssh-rsa", "AAAArsa" };

KnownHosts known(std::string_view text)
{
    KnownHosts hosts;
    hosts.add(text, "/known");
    return hosts;
}

TEST(KnownHosts, KnowsAHostByNameWildcardAndPort)
{
    const auto hosts = known("# comment\n\nshop.example,10.0.0.1 ssh-ed25519 AAAAone me@here\n"
                             "*.lab,!old.lab ssh-ed25519 AAAAone\n[shop.example]:2222 ssh-ed25519 AAAAtwo\n");
    EXPECT_EQ(hosts.check("shop.example", key).kind, Kind::Known);
    EXPECT_EQ(hosts.check("SHOP.example", key).kind, Kind::Known);
    EXPECT_EQ(hosts.check("10.0.0.1", key).kind, Kind::Known);
    EXPECT_EQ(hosts.check("new.lab", key).kind, Kind::Known);
    EXPECT_EQ(hosts.check("old.lab", key).kind, Kind::Unknown);
    EXPECT_EQ(hosts.check("[shop.example]:2222", other).kind, Kind::Known);
    EXPECT_EQ(hosts.check("shop.example.org", key).kind, Kind::Unknown);
}

TEST(KnownHosts, NamesTheLineOfAChangedKey)
{
    const auto verdict = known("a ssh-rsa AAAArsa\r\nb ssh-ed25519 AAAAone\nshop ssh-ed25519 AAAAtwo\n").check("shop", key);
    EXPECT_EQ(verdict.kind, Kind::Changed);
    EXPECT_EQ(verdict.file, "/known");
    EXPECT_EQ(verdict.line, 3);
    EXPECT_EQ(verdict.knownType, "ssh-ed25519");
}

TEST(KnownHosts, TakesAnyOfSeveralKeysOfAHost)
{
    EXPECT_EQ(known("shop ssh-ed25519 AAAAtwo\nshop ssh-ed25519 AAAAone\n").check("shop", key).kind, Kind::Known);
}

TEST(KnownHosts, TellsAnotherTypeFromAChangedKey)
{
    EXPECT_EQ(known("shop ssh-rsa AAAArsa\n").check("shop", key).kind, Kind::OtherType);
    EXPECT_EQ(known("shop ssh-rsa AAAArsa\nshop ssh-ed25519 AAAAtwo\n").check("shop", key).kind, Kind::Changed);
}

TEST(KnownHosts, LetsARevocationWinOverAll)
{
    const auto hosts = known("shop ssh-ed25519 AAAAone\n@revoked * ssh-ed25519 AAAAone\n");
    EXPECT_EQ(hosts.check("shop", key).kind, Kind::Revoked);
    EXPECT_EQ(hosts.check("shop", key).line, 2);
    EXPECT_EQ(hosts.check("shop", other).kind, Kind::Changed);
}

TEST(KnownHosts, DoesNotTakeACertificateAuthorityForAHostKey)
{
    EXPECT_EQ(known("@cert-authority * ssh-ed25519 AAAAone\n").check("shop", key).kind, Kind::Unknown);
    EXPECT_EQ(known("@strange shop ssh-ed25519 AAAAone\n").check("shop", key).kind, Kind::Unknown);
}

TEST(KnownHosts, FindsAHashedName)
{
    const test::TemporaryFolder folder;
    const std::string file = folder.write("known",
        "[shop.example]:2222 ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJnXLmFnBwHWmg2rzQn7B/lKjpgvO1jVLr2MaOBu7YQX\n");
    test::outputOf({ "ssh-keygen", "-q", "-H", "-f", file });
    const std::string text = test::contentOf(file);
    ASSERT_TRUE(text.starts_with("|1|"));
    const auto hosts = known(text);
    EXPECT_THAT(hosts.types("[shop.example]:2222"), ElementsAre("ssh-ed25519"));
    EXPECT_THAT(hosts.types("shop.example"), IsEmpty());
}

TEST(KnownHosts, SkipsLinesThatCanNotBeRead)
{
    const auto hosts = known("shop\nshop ssh-ed25519\n|1|x shop\n|1|!!|?? ssh-ed25519 AAAAone\n\0\xff\n"s
        + "shop ssh-ed25519 AAAAone");
    EXPECT_EQ(hosts.check("shop", key).kind, Kind::Known);
    EXPECT_EQ(hosts.check("other", key).kind, Kind::Unknown);
}

TEST(KnownHosts, GivesTheKnownTypesInOrder)
{
    const auto hosts = known("shop ssh-rsa AAAArsa\nshop ssh-ed25519 AAAAone\nshop ssh-rsa AAAAmore\n"
                             "@revoked shop ecdsa-sha2-nistp256 AAAAgone\n");
    EXPECT_THAT(hosts.types("shop"), ElementsAre("ssh-rsa", "ssh-ed25519"));
    EXPECT_EQ(hosts.check("shop", rsa).kind, Kind::Known);
}

TEST(KnownHosts, LeavesOutFilesThatAreNotThere)
{
    EXPECT_EQ(KnownHosts::load({ "/nowhere/known_hosts", "/dev/null", "/" }).check("shop", key).kind, Kind::Unknown);
}

}
