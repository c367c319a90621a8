#include "core/ssh/endpoint.h"
#include "tests/support/childprocess.h"

#include <gmock/gmock.h>

#include <cstdlib>

using namespace hopscope;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

namespace {

/// From profile and ssh config to where and how to log in.
class Endpoint : public testing::Test {
protected:
    base::Result<std::vector<ssh::Endpoint>> route(const model::ProfileHost& host, const std::string& config,
        const std::vector<model::ProfileHost>& all = {})
    {
        m_settings.configFile = m_folder.write("config", config);
        return ssh::routeTo(host, all, m_settings);
    }
    static model::ProfileHost alias(const std::string& name)
    {
        model::ProfileHost host;
        host.name = base::HostId("the-" + name);
        host.ssh.alias = name;
        return host;
    }
    static std::vector<std::string> hosts(const std::vector<ssh::Endpoint>& endpoints)
    {
        std::vector<std::string> names;
        for (const auto& endpoint : endpoints)
            names.push_back(endpoint.user + "@" + endpoint.host + ":" + std::to_string(endpoint.port));
        return names;
    }

    test::TemporaryFolder m_folder;
    ssh::SshSettings m_settings;
};

TEST_F(Endpoint, TakesTheProfilesWordsBeforeTheConfigs)
{
    auto host = alias("shop");
    host.ssh.port = 2200;
    host.ssh.user = "deploy";
    host.ssh.identityFile = "/keys/mine";
    const auto found = route(host, "Host shop\nHostName 10.0.0.5\nPort 22\nUser other\nIdentityFile /keys/theirs\n");
    ASSERT_TRUE(found);
    EXPECT_THAT(hosts(*found), ElementsAre("deploy@10.0.0.5:2200"));
    EXPECT_THAT(found->back().identityFiles, ElementsAre("/keys/mine", "/keys/theirs"));
    EXPECT_EQ(found->back().knownHostsName, "[10.0.0.5]:2200");
    EXPECT_EQ(found->back().name, "the-shop");
}

TEST_F(Endpoint, FallsBackToTheDefaultKeysAndFiles)
{
    const auto found = route(alias("shop"), "");
    ASSERT_TRUE(found);
    EXPECT_FALSE(found->back().hasOwnIdentities);
    EXPECT_THAT(found->back().identityFiles.front(), HasSubstr("/.ssh/id_ed25519"));
    EXPECT_THAT(found->back().userKnownHosts.front(), HasSubstr("/.ssh/known_hosts"));
    EXPECT_FALSE(found->back().acceptsNewKeys);
    EXPECT_TRUE(found->back().mayAskForNewKeys);
}

TEST_F(Endpoint, FollowsACommaListOfJumpsAndTheFirstOnesOwnJump)
{
    const auto found = route(alias("db"),
        "Host db\nHostName 10.0.0.9\nProxyJump inner,u@middle:2222\nHost inner\nHostName 10.0.0.1\nProxyJump outer\n"
        "Host middle\nProxyJump never\nHost *\nUser me\n");
    ASSERT_TRUE(found) << found.error().text();
    EXPECT_THAT(hosts(*found), ElementsAre("me@outer:22", "me@10.0.0.1:22", "u@middle:2222", "me@10.0.0.9:22"));
}

TEST_F(Endpoint, TakesAJumpForAHostOfTheProfileFirst)
{
    auto edge = alias("gate");
    edge.name = base::HostId("edge");
    edge.ssh.user = "jumper";
    auto app = alias("app");
    app.ssh.jump = "edge";
    const auto found = route(app, "Host gate\nHostName 192.0.2.1\nHost *\nUser me\n", { edge, app });
    ASSERT_TRUE(found);
    EXPECT_THAT(hosts(*found), ElementsAre("jumper@192.0.2.1:22", "me@app:22"));
}

TEST_F(Endpoint, JumpsNoFurtherThanAnEndlessConfigLeads)
{
    const auto found = route(alias("a"), "Host a\nProxyJump b\nHost b\nProxyJump a\n");
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().code, base::ErrorCode::JumpFailed);
}

TEST_F(Endpoint, RefusesProxyCommandUnlessItIsNoneOrTheProfileJumps)
{
    EXPECT_EQ(route(alias("a"), "ProxyCommand nc -X 5 %h %p\n").error().code, base::ErrorCode::Unsupported);
    EXPECT_THAT(route(alias("a"), "ProxyCommand nc -X 5 %h %p\n").error().detail, HasSubstr("nc -X 5 %h %p"));
    EXPECT_TRUE(route(alias("a"), "ProxyCommand none\n"));
    auto jumping = alias("a");
    jumping.ssh.jump = "edge.example";
    const auto found = route(jumping, "Host a\nProxyCommand nc %h %p\n");
    ASSERT_TRUE(found);
    EXPECT_THAT(*found, SizeIs(2));
}

TEST_F(Endpoint, KnowsNoAgentWhereTheConfigSaysNone)
{
    ::setenv("HOPSCOPE_TEST_AGENT", "/run/agent", 1);
    EXPECT_EQ(route(alias("a"), "IdentityAgent none\n")->back().agentSocket, "");
    EXPECT_EQ(route(alias("a"), "IdentityAgent /tmp/sock\n")->back().agentSocket, "/tmp/sock");
    EXPECT_EQ(route(alias("a"), "IdentityAgent $HOPSCOPE_TEST_AGENT\n")->back().agentSocket, "/run/agent");
    EXPECT_EQ(route(alias("a"), "IdentityAgent ${HOPSCOPE_TEST_AGENT}\n")->back().agentSocket, "/run/agent");
}

TEST_F(Endpoint, TakesTheConfigsWordOnNewHostKeys)
{
    EXPECT_TRUE(route(alias("a"), "StrictHostKeyChecking accept-new\n")->back().acceptsNewKeys);
    EXPECT_FALSE(route(alias("a"), "StrictHostKeyChecking yes\n")->back().mayAskForNewKeys);
    EXPECT_FALSE(route(alias("a"), "StrictHostKeyChecking ask\n")->back().acceptsNewKeys);
    m_settings.acceptNewHostKeys = true;
    EXPECT_TRUE(route(alias("a"), "StrictHostKeyChecking yes\n")->back().acceptsNewKeys);
}

}
