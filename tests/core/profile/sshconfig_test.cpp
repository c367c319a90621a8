#include "core/profile/sshconfig.h"
#include "core/profile/sshpattern.h"
#include "tests/support/childprocess.h"

#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>

using namespace hopscope;
using profile::SshConfig;
using namespace std::string_literals;
using testing::ElementsAre;
using testing::EndsWith;
using testing::IsEmpty;

namespace {

class SshConfigTest : public testing::Test {
protected:
    SshConfig config(const std::string& text) { return SshConfig::load(m_folder.write("config", text)); }
    profile::SshConfigEntry entry(
        const std::string& text, const std::string& destination = "shop", const std::string& user = {})
    {
        return config(text).entryFor(destination, user);
    }
    test::TemporaryFolder m_folder;
};

TEST_F(SshConfigTest, ThatIsMissingLeavesTheDestinationAsItIs)
{
    const auto found = SshConfig::load("/nowhere/config").entryFor("shop.example", "");
    EXPECT_EQ(found.hostName, "shop.example");
    EXPECT_FALSE(found.port);
    EXPECT_THAT(found.user, IsEmpty());
}

TEST_F(SshConfigTest, TakesTheFirstValueOfEachKeyword)
{
    const auto found = entry("Host shop\n  Port 2201\n  User first\nHost s*\n  Port 2202\n  HostName 10.0.0.1\n"
                             "Host *\n  HostName 10.0.0.2\n  User last\n");
    EXPECT_EQ(found.port, 2201);
    EXPECT_EQ(found.user, "first");
    EXPECT_EQ(found.hostName, "10.0.0.1");
}

TEST_F(SshConfigTest, GathersIdentityFilesFromAllBlocks)
{
    EXPECT_THAT(entry("IdentityFile /a\nHost shop\nIdentityFile /b\nIdentityFile /a\nHost other\nIdentityFile /c\nHost *\n"
                      "IdentityFile /d\n")
                    .identityFiles,
        ElementsAre("/a", "/b", "/d"));
}

TEST_F(SshConfigTest, HonoursNegatedHosts)
{
    const std::string text = "Host *.example !secret.example\nUser yes\n";
    EXPECT_EQ(entry(text, "shop.example").user, "yes");
    EXPECT_EQ(entry(text, "secret.example").user, "");
    EXPECT_EQ(entry("Host !shop\nUser yes\n", "other").user, "");
}

TEST_F(SshConfigTest, ReadsEqualsSignsQuotesCommentsAndCarriageReturns)
{
    const auto found = entry("\xef\xbb\xbfHost shop\r\n\tPort=2222\r\n  User = \"two words\" # who\r\n"
                             "IDENTITYFILE \"/path with/key\"\r\nIdentityFile '/single q/key'\r\nIdentityFile /back\\ slash\r\n");
    EXPECT_EQ(found.port, 2222);
    EXPECT_EQ(found.user, "two words");
    EXPECT_THAT(found.identityFiles, ElementsAre("/path with/key", "/single q/key", "/back slash"));
}

TEST_F(SshConfigTest, SkipsWhatItCanNotRead)
{
    const auto found = entry("Port\nPort abc\nPort 0\nPort 70000\n\0\x01junk \xff\n=\n\"\nHost\nPort 1\n"s
        + "Host shop\nFrobnicate yes\nPort 2222\nUser \"unterminated\n");
    EXPECT_EQ(found.port, 2222);
    EXPECT_EQ(found.user, "unterminated");
}

TEST_F(SshConfigTest, ExpandsTokensHomeAndVariables)
{
    ::setenv("HOPSCOPE_TEST_KEYS", "/keys", 1);
    const auto found = entry("HostName %h.internal\nPort 2222\nUser deploy\nIdentityFile ~/.ssh/%r_%n_%p\n"
                             "IdentityFile ${HOPSCOPE_TEST_KEYS}/%h\nIdentityFile %d/100%%\nUserKnownHostsFile ~/a /b/%k\n"
                             "ProxyJump gate-%n\nIdentityAgent ${HOPSCOPE_TEST_NOT_SET}/x\n");
    const std::string home = profile::expandedHome("~");
    EXPECT_EQ(found.hostName, "shop.internal");
    EXPECT_THAT(found.identityFiles,
        ElementsAre(home + "/.ssh/deploy_shop_2222", "/keys/shop.internal", home + "/100%"));
    EXPECT_THAT(found.userKnownHostsFiles, ElementsAre(home + "/a", "/b/shop"));
    EXPECT_EQ(found.proxyJump, "gate-shop");
    EXPECT_EQ(found.identityAgent, "${HOPSCOPE_TEST_NOT_SET}/x");
}

TEST_F(SshConfigTest, MatchesHostOriginalHostUserAndAll)
{
    const std::string text = "Host shop\nHostName real.example\nMatch host real.example\nPort 1001\n"
                             "Match originalhost shop,other user deploy\nConnectTimeout 7\nMatch !user deploy\n"
                             "ServerAliveInterval 1m\nMatch all\nIdentitiesOnly yes\n";
    const auto deploy = entry(text, "shop", "deploy");
    EXPECT_EQ(deploy.port, 1001);
    EXPECT_EQ(deploy.connectTimeoutSeconds, 7);
    EXPECT_FALSE(deploy.serverAliveIntervalSeconds);
    EXPECT_TRUE(deploy.identitiesOnly);
    const auto someone = entry(text, "shop", "someone");
    EXPECT_FALSE(someone.connectTimeoutSeconds);
    EXPECT_EQ(someone.serverAliveIntervalSeconds, 60);
    EXPECT_FALSE(entry(text, "elsewhere").port);
}

TEST_F(SshConfigTest, RunsNoMatchExecAndTakesItForNoMatch)
{
    const std::string trace = m_folder.file("ran");
    EXPECT_THAT(entry("Match exec \"touch " + trace + "\"\nUser x\nMatch host shop exec true\nUser y\n").user, IsEmpty());
    EXPECT_FALSE(std::filesystem::exists(trace));
    EXPECT_THAT(entry("Match final\nUser x\nMatch\nUser y\nMatch nonsense z\nUser w\n").user, IsEmpty());
}

TEST_F(SshConfigTest, IncludesGlobsInOrderAndOnlyWhereTheBlockApplies)
{
    std::filesystem::create_directory(m_folder.file("conf.d"));
    m_folder.write("conf.d/10-a", "Host shop\nUser from-a\nHost *\nPort 1\n");
    m_folder.write("conf.d/20-b", "User from-b\nCompression yes\n");
    m_folder.write("inner", "User inner\nHost shop\nPort 99\n");
    const std::string all = "Include " + m_folder.path() + "/conf.d/*\n";
    const auto found = entry(all + "User after\n");
    EXPECT_EQ(found.user, "from-a");
    EXPECT_EQ(found.port, 1);
    EXPECT_EQ(found.compression, true);
    // A Host line in an included file does not outlive that file.
    EXPECT_EQ(entry(all + "ConnectTimeout 9\n", "elsewhere").connectTimeoutSeconds, 9);
    const std::string nested = "Host other\nInclude " + m_folder.file("inner") + "\nConnectTimeout 3\n";
    EXPECT_THAT(entry(nested).user, IsEmpty());
    EXPECT_FALSE(entry(nested).port);
    EXPECT_EQ(entry(nested, "other").user, "inner");
    EXPECT_EQ(entry(nested, "other").connectTimeoutSeconds, 3);
}

TEST_F(SshConfigTest, IncludesFilesBesideItself)
{
    m_folder.write("work", "Host shop\nUser worker\n");
    EXPECT_EQ(entry("Include work missing*\n").user, "worker");
}

TEST_F(SshConfigTest, EndsAtAnIncludeOfItself)
{
    EXPECT_EQ(entry("Include " + m_folder.file("config") + "\nUser me\n").user, "me");
}

TEST_F(SshConfigTest, ListsAliasesWithoutPatterns)
{
    m_folder.write("more", "Host db\n");
    EXPECT_THAT(config("Host shop shop-edge *.lab !x\nHost app?\nInclude more\nHost shop \"quoted name\"\nMatch host y\n")
                    .aliases(),
        ElementsAre("shop", "shop-edge", "db", "quoted name"));
}

TEST_F(SshConfigTest, LetsTheFirstOfProxyJumpAndProxyCommandWin)
{
    const auto jump = entry("ProxyJump gate\nProxyCommand nc %h %p\n");
    EXPECT_EQ(jump.proxyJump, "gate");
    EXPECT_EQ(jump.proxyCommand, "");
    const auto command = entry("ProxyCommand nc -X 5 \"%h\" %p # x\nProxyJump gate\n");
    EXPECT_EQ(command.proxyCommand, "nc -X 5 \"%h\" %p # x");
    EXPECT_EQ(command.proxyJump, "");
}

TEST_F(SshConfigTest, AgreesWithSshItself)
{
    const std::string text = "Host shop edge-?\n  HostName %h.example\n  Port 2200\n  User deploy\nMatch host *.example user deploy\n"
                             "  IdentitiesOnly yes\n  ConnectTimeout 5\nHost * !shop\n  HostKeyAlias alias-%h\n"
                             "Match originalhost edge-1\n  ProxyJump a,b:23\n";
    const auto parsed = config(text);
    for (const char* destination : { "shop", "edge-1", "other.example" }) {
        const auto ours = parsed.entryFor(destination, "");
        const std::string theirs = test::outputOf({ "ssh", "-G", "-F", m_folder.file("config"), destination });
        const auto value = [&](const std::string& keyword) {
            const std::size_t at = ("\n" + theirs).find("\n" + keyword + " ");
            return at == std::string::npos
                ? std::string()
                : theirs.substr(at + keyword.size() + 1, theirs.find('\n', at) - at - keyword.size() - 1);
        };
        EXPECT_EQ(ours.hostName, value("hostname"));
        EXPECT_EQ(std::to_string(ours.port.value_or(22)), value("port"));
        EXPECT_EQ(ours.identitiesOnly ? "yes" : "no", value("identitiesonly"));
        EXPECT_EQ(ours.connectTimeoutSeconds ? std::to_string(*ours.connectTimeoutSeconds) : "none", value("connecttimeout"));
        EXPECT_EQ(ours.proxyJump, value("proxyjump"));
    }
}

TEST(SshPattern, MatchesStarsQuestionMarksAndNothingElse)
{
    EXPECT_TRUE(profile::matchesSshPattern("abc", "a*c"));
    EXPECT_TRUE(profile::matchesSshPattern("", "*"));
    EXPECT_TRUE(profile::matchesSshPattern("Host", "hOST"));
    EXPECT_FALSE(profile::matchesSshPattern("abc", "a?"));
    EXPECT_FALSE(profile::matchesSshPattern("[x]", "[xyz]"));
    EXPECT_TRUE(profile::matchesSshPattern(std::string(5000, 'a') + "b", "*a*a*a*a*a*a*b"));
    EXPECT_FALSE(profile::matchesSshPattern(std::string(5000, 'a'), "*a*a*a*a*a*a*b"));
}

}
