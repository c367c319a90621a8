#include "tests/servers/ssh/fixture.h"

using namespace hopscope;
using namespace hopscope::test;
using testing::HasSubstr;
using testing::SizeIs;

namespace {

class Jump : public SshTest {
protected:
    model::ProfileHost behind(const Sshd& server, const std::string& name, const std::string& jump) const
    {
        auto host = hostFor(server, name);
        host.ssh.jump = jump;
        return host;
    }
    /// Settings that know the keys of all of them.
    ssh::SshSettings settingsForAll(const std::vector<const Sshd*>& servers) const
    {
        std::string known;
        for (const Sshd* server : servers)
            known += contentOf(server->knownHosts());
        auto settings = settingsFor(*servers.front());
        settings.knownHostsFile = m_folder.write("known_all", known);
        return settings;
    }
    static bool cameThrough(const Sshd& jump, const Sshd& target)
    {
        return jump.log().find("Accepted publickey") != std::string::npos
            && target.log().find("Accepted publickey") != std::string::npos;
    }

    Sshd m_edge;
    Sshd m_app;
};

TEST_F(Jump, GoesThroughAHostOfTheProfile)
{
    const auto edge = hostFor(m_edge, "edge");
    const auto app = behind(m_app, "app1", "edge");
    expectWorks(app, settingsForAll({ &m_edge, &m_app }), { edge, app });
    EXPECT_TRUE(cameThrough(m_edge, m_app));
}

TEST_F(Jump, GoesThroughTheProxyJumpOfTheSshConfig)
{
    auto settings = settingsForAll({ &m_edge, &m_app });
    settings.configFile = m_folder.write("config",
        "Host app\n HostName 127.0.0.1\n Port " + std::to_string(m_app.port()) + "\n ProxyJump gate\n IdentityFile "
            + m_app.identityFile() + "\nHost gate\n HostName 127.0.0.1\n Port " + std::to_string(m_edge.port())
            + "\n IdentityFile " + m_edge.identityFile() + "\nHost *\n User " + m_app.user() + "\n IdentityAgent none\n");
    model::ProfileHost host;
    host.name = base::HostId("app1");
    host.ssh.alias = "app";
    expectWorks(host, settings);
    EXPECT_TRUE(cameThrough(m_edge, m_app));
}

TEST_F(Jump, GoesThroughAChainAndCarriesMuchOutput)
{
    const Sshd last;
    const auto edge = hostFor(m_edge, "edge");
    const auto app = behind(m_app, "app1", "edge");
    const auto database = behind(last, "db", "app1");
    const auto commands
        = runner(database, settingsForAll({ &m_edge, &m_app, &last }), { edge, app, database });
    const auto session = open(*commands);
    ASSERT_FALSE(session.error) << session.error->text();
    auto much = check("head -c 3000000 /dev/zero");
    much.byteLimit = 4000000;
    const auto results = run(*commands, { much, check("echo after") });
    ASSERT_THAT(results, SizeIs(2));
    EXPECT_THAT(results[0].output, SizeIs(3000000));
    EXPECT_EQ(results[1].output, "after\n");
}

TEST_F(Jump, SaysWhatTheJumpHostCouldNotReach)
{
    const auto edge = hostFor(m_edge, "edge");
    auto app = behind(m_app, "app1", "edge");
    app.ssh.port = freePort();
    const auto commands = runner(app, settingsForAll({ &m_edge, &m_app }), { edge, app });
    const auto session = open(*commands);
    ASSERT_TRUE(session.error);
    EXPECT_EQ(session.error->code, base::ErrorCode::JumpFailed);
    EXPECT_EQ(session.error->subject, "app1");
    EXPECT_THAT(session.error->detail, HasSubstr("through edge"));
    EXPECT_THAT(session.error->detail, HasSubstr("refused"));
}

TEST_F(Jump, SaysWhyTheJumpHostItselfIsClosedToUs)
{
    auto edge = hostFor(m_edge, "edge");
    edge.ssh.identityFile = m_app.identityFile();
    const auto app = behind(m_app, "app1", "edge");
    const auto commands = runner(app, settingsForAll({ &m_edge, &m_app }), { edge, app });
    const auto session = open(*commands);
    ASSERT_TRUE(session.error);
    EXPECT_EQ(session.error->code, base::ErrorCode::JumpFailed);
    EXPECT_THAT(session.error->detail, HasSubstr("was not let in"));
}

TEST_F(Jump, ThatLeadsInACircleIsAnError)
{
    const auto edge = behind(m_edge, "edge", "app1");
    const auto app = behind(m_app, "app1", "edge");
    const auto commands = runner(app, settingsForAll({ &m_edge, &m_app }), { edge, app });
    const auto session = open(*commands);
    ASSERT_TRUE(session.error);
    EXPECT_EQ(session.error->code, base::ErrorCode::JumpFailed);
    EXPECT_THAT(session.error->detail, HasSubstr("circle"));
}

}
