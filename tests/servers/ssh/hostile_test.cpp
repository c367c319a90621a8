#include "tests/servers/ssh/fixture.h"
#include "tests/servers/ssh/sshfake.h"

using namespace hopscope;
using namespace hopscope::test;
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

namespace {

/// Servers that are no good, and what is said of them.
class Hostile : public SshTest {
protected:
    base::Error tcp(TcpFake::Handler handler, std::chrono::milliseconds time = 5s)
    {
        const TcpFake server(std::move(handler));
        return at(server.port(), time);
    }
    base::Error ssh(SshFake::Behaviour behaviour, std::chrono::milliseconds time = 5s)
    {
        const std::string key = m_folder.file("host_key");
        makeKey(key, "ed25519");
        const SshFake server(behaviour, key);
        return at(server.port(), time);
    }
    base::Error at(unsigned short port, std::chrono::milliseconds time)
    {
        makeKey(m_folder.file("mine"), "ed25519");
        model::ProfileHost host;
        host.name = base::HostId("shop");
        host.ssh.host = "127.0.0.1";
        host.ssh.port = port;
        host.ssh.identityFile = m_folder.file("mine");
        ssh::SshSettings settings;
        settings.configFile = m_folder.write("config", "IdentityAgent none\n");
        settings.knownHostsFile = m_folder.file("known");
        settings.acceptNewHostKeys = true;
        const auto start = Clock::now();
        const auto error = expectError(host, settings, time);
        EXPECT_LT(Clock::now() - start, time + 1s);
        EXPECT_THAT(error.text(), Not(HasSubstr("\n")));
        EXPECT_FALSE(error.advice.empty()) << error.text();
        return error;
    }
};

TEST_F(Hostile, ClosedPortIsRefused)
{
    const auto error = at(freePort(), 5s);
    EXPECT_EQ(error.code, base::ErrorCode::ConnectionRefused);
    EXPECT_THAT(error.detail, HasSubstr("127.0.0.1"));
}

TEST_F(Hostile, WebServerIsNamedByItsAnswer)
{
    const auto error = tcp(sayOnce("HTTP/1.1 400 Bad Request\r\nServer: nginx\r\n\r\n", true));
    EXPECT_EQ(error.code, base::ErrorCode::NotSsh);
    EXPECT_THAT(error.detail, HasSubstr("HTTP/1.1 400 Bad Request"));
}

TEST_F(Hostile, WebServerThatKeepsTheConnectionIsNamedToo)
{
    EXPECT_EQ(tcp(sayOnce("HTTP/1.1 400 Bad Request\r\n\r\n", false), 1500ms).code, base::ErrorCode::NotSsh);
}

TEST_F(Hostile, SilenceIsNoSshServer) { EXPECT_EQ(tcp(staySilent, 1s).code, base::ErrorCode::NotSsh); }

TEST_F(Hostile, HalfABannerIsNotWaitedForWithoutEnd)
{
    EXPECT_EQ(tcp(sayOnce("SSH-2.0-Ope", false), 1s).code, base::ErrorCode::NotSsh);
}

TEST_F(Hostile, BannerWithoutKeyExchangeIsNotWaitedForWithoutEnd)
{
    const auto error = tcp(sayOnce("SSH-2.0-OpenSSH_9.2p1\r\n", false), 1s);
    EXPECT_EQ(error.code, base::ErrorCode::NotSsh);
    EXPECT_THAT(error.detail, HasSubstr("SSH-2.0-OpenSSH_9.2p1"));
}

TEST_F(Hostile, GarbageWithoutEndIsNoSshServer) { EXPECT_EQ(tcp(sayWithoutEnd, 3s).code, base::ErrorCode::NotSsh); }

TEST_F(Hostile, ConnectionClosedAtOnceSpeaksOfBans)
{
    const auto error = tcp([](int) {});
    EXPECT_EQ(error.code, base::ErrorCode::Disconnected);
    EXPECT_THAT(error.advice, HasSubstr("MaxStartups"));
}

TEST_F(Hostile, GarbageAfterTheBannerEndsTheHandshake)
{
    const auto error = tcp(sayOnce("SSH-2.0-OpenSSH_9.2p1\r\n" + std::string(2000, '\xff'), false), 3s);
    EXPECT_THAT(base::id(error.code), testing::AnyOf(std::string("disconnected"), "key-exchange-failed", "not-ssh"));
}

TEST_F(Hostile, HangAtLoginEndsInTime)
{
    EXPECT_EQ(ssh(SshFake::Behaviour::HangsAtLogin, 1s).code, base::ErrorCode::TimedOut);
}

TEST_F(Hostile, HangAfterLoginIsStalled)
{
    EXPECT_EQ(ssh(SshFake::Behaviour::HangsAfterLogin, 1s).code, base::ErrorCode::Stalled);
}

TEST_F(Hostile, RefusedChannelIsARefusedSession)
{
    EXPECT_EQ(ssh(SshFake::Behaviour::RefusesChannel).code, base::ErrorCode::SessionRefused);
}

TEST_F(Hostile, RefusedShellIsARefusedSession)
{
    EXPECT_EQ(ssh(SshFake::Behaviour::RefusesShell).code, base::ErrorCode::SessionRefused);
}

TEST_F(Hostile, OutputWithoutEndIsCutOff)
{
    const auto error = ssh(SshFake::Behaviour::FloodsOutput);
    EXPECT_EQ(error.code, base::ErrorCode::LimitExceeded);
    EXPECT_THAT(error.detail, HasSubstr("without end"));
}

TEST_F(Hostile, ShellThatEndsAtOnceIsNotPosix)
{
    const auto error = ssh(SshFake::Behaviour::EndsShellAtOnce);
    EXPECT_EQ(error.code, base::ErrorCode::ShellNotPosix);
    EXPECT_THAT(error.detail, HasSubstr("go away"));
}

TEST_F(Hostile, ConnectionLostInTheShellIsSaid)
{
    EXPECT_EQ(ssh(SshFake::Behaviour::DropsDuringShell).code, base::ErrorCode::Disconnected);
}

TEST_F(Hostile, NameThatDoesNotResolveIsSaid)
{
    model::ProfileHost host;
    host.name = base::HostId("shop");
    host.ssh.host = "no-such-host.invalid";
    const Sshd server;
    const auto error = expectError(host, settingsFor(server), 5s);
    EXPECT_EQ(error.code, base::ErrorCode::NameNotResolved);
}

}
