#include "tests/servers/ssh/fixture.h"

#include <filesystem>
#include <thread>

#include <unistd.h>

using namespace hopscope;
using namespace hopscope::test;
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

namespace {

std::ptrdiff_t openDescriptors()
{
    const std::filesystem::directory_iterator all("/proc/self/fd");
    return std::distance(begin(all), end(all));
}

class Login : public SshTest {
protected:
    /// A further key that the server takes.
    std::string key(Sshd& server, const std::string& type, const std::string& passphrase = {}, const std::string& format = {})
    {
        const std::string path = m_folder.file("key_" + type + format);
        makeKey(path, type, passphrase, format);
        server.authorize(contentOf(path + ".pub"));
        return path;
    }
    model::ProfileHost hostWithKey(const Sshd& server, const std::string& identity) const
    {
        auto host = hostFor(server);
        host.ssh.identityFile = identity;
        return host;
    }
};

/// Thinks about the first question until the server has closed the connection; knows the answer the second time.
class SlowPerson final : public ssh::Interaction {
public:
    explicit SlowPerson(const Sshd& server)
        : m_server(server)
    {
    }
    bool acceptNewHostKey(const HostKeyQuestion&) override { return true; }
    std::optional<std::string> secret(const SecretQuestion&) override
    {
        clock->begin();
        if (++asked == 1)
            for (int look = 0; look < 500 && m_server.log().find("Timeout before authentication") == std::string::npos; ++look)
                std::this_thread::sleep_for(20ms);
        clock->end();
        return "secret";
    }

    std::shared_ptr<exec::QuestionClock> clock = std::make_shared<exec::QuestionClock>();
    int asked = 0;

private:
    const Sshd& m_server;
};

class LoginKey : public Login, public testing::WithParamInterface<std::pair<const char*, const char*>> { };

TEST_P(LoginKey, LetsUsIn)
{
    Sshd server;
    const auto [type, format] = GetParam();
    expectWorks(hostWithKey(server, key(server, type, "", format)), settingsFor(server));
}

TEST_P(LoginKey, IsUnlockedByItsPassphrase)
{
    Sshd server;
    const auto [type, format] = GetParam();
    m_interaction->answers = { "wrong one", "right one" };
    expectWorks(hostWithKey(server, key(server, type, "right one", format)), settingsFor(server));
    ASSERT_THAT(m_interaction->secretQuestions, SizeIs(2));
    EXPECT_EQ(m_interaction->secretQuestions[1].kind, ssh::Interaction::SecretQuestion::Kind::Passphrase);
    EXPECT_EQ(m_interaction->secretQuestions[1].attempt, 2);
    EXPECT_EQ(m_interaction->secretQuestions[1].host, "server");
}

INSTANTIATE_TEST_SUITE_P(Types, LoginKey,
    testing::Values(std::pair("ed25519", ""), std::pair("ecdsa", ""), std::pair("rsa", ""), std::pair("rsa", "PEM"),
        std::pair("ecdsa", "PEM")),
    [](const auto& type) { return std::string(type.param.first) + type.param.second; });

TEST_F(Login, TellsWhereItConnectedAndHowLongItTook)
{
    const Sshd server;
    const auto commands = runner(hostFor(server), settingsFor(server));
    const auto session = open(*commands);
    ASSERT_FALSE(session.error);
    EXPECT_EQ(session.address, "127.0.0.1:" + std::to_string(server.port()));
    EXPECT_EQ(session.user, server.user());
    EXPECT_GT(session.connect.count(), 0);
    EXPECT_TRUE(session.clockOffset);
}

TEST_F(Login, UsesTheAliasOfTheSshConfig)
{
    const Sshd server;
    model::ProfileHost host;
    host.name = base::HostId("shop");
    host.ssh.alias = "server";
    ssh::SshSettings settings;
    settings.configFile = server.sshConfig();
    expectWorks(host, settings);
}

TEST_F(Login, SaysThatAKeyWithoutItsPassphraseNeedsIt)
{
    Sshd server;
    const auto identity = key(server, "ed25519", "secret");
    const auto error = expectError(hostWithKey(server, identity), settingsFor(server));
    EXPECT_EQ(error.code, base::ErrorCode::PassphraseNeeded);
    EXPECT_THAT(error.detail, HasSubstr(identity));
    EXPECT_THAT(error.advice, HasSubstr("ssh-add"));
}

TEST_F(Login, AnAnswerThatCameAfterTheServerHungUpIsUsedForAnotherConnection)
{
    Sshd server({ .hostKeyTypes = { "ed25519" }, .config = "LoginGraceTime 1" });
    const auto identity = key(server, "ed25519", "secret");
    const auto slow = std::make_shared<SlowPerson>(server);
    const auto commands = exec::makeScriptRunner(base::HostId("server"),
        ssh::makeSshHost(hostWithKey(server, identity), {}, settingsFor(server), slow));
    const auto session = commands->open({}, exec::Deadline(Clock::now() + 5s, slow->clock));
    ASSERT_FALSE(session.error) << session.error->text() << " / " << session.error->advice;
    EXPECT_EQ(slow->asked, 2);
    EXPECT_LT(session.connect + session.authenticate, 1s);
}

TEST_F(Login, AsksNoPassphraseForAKeyThatTheServerWouldNotTake)
{
    const Sshd server;
    const std::string path = m_folder.file("stranger");
    makeKey(path, "ed25519", "secret");
    m_interaction->answers = { "secret" };
    const auto error = expectError(hostWithKey(server, path), settingsFor(server));
    EXPECT_EQ(error.code, base::ErrorCode::AuthenticationFailed);
    EXPECT_THAT(m_interaction->secretQuestions, IsEmpty());
}

TEST_F(Login, NamesWhatWasTriedAndWhatTheServerTakes)
{
    const Sshd server;
    const std::string path = m_folder.file("stranger");
    makeKey(path, "ed25519");
    const auto error = expectError(hostWithKey(server, path), settingsFor(server));
    EXPECT_EQ(error.code, base::ErrorCode::AuthenticationFailed);
    EXPECT_THAT(error.detail, HasSubstr("user " + server.user()));
    EXPECT_THAT(error.detail, HasSubstr(path));
    EXPECT_THAT(error.detail, HasSubstr("publickey"));
}

TEST_F(Login, NamesAnIdentityFileThatIsNotThere)
{
    const Sshd server;
    const auto error = expectError(hostWithKey(server, "/nowhere/key"), settingsFor(server));
    EXPECT_EQ(error.code, base::ErrorCode::IdentityFileUnusable);
    EXPECT_THAT(error.detail, HasSubstr("/nowhere/key can't be read: No such file"));
}

TEST_F(Login, NamesAnIdentityFileThatHoldsNoKey)
{
    const Sshd server;
    const auto error
        = expectError(hostWithKey(server, m_folder.write("notes", "shopping list\n")), settingsFor(server));
    EXPECT_EQ(error.code, base::ErrorCode::IdentityFileUnusable);
}

TEST_F(Login, TriesTheNextKeyOfSeveral)
{
    const Sshd server;
    std::string config = "Host 127.0.0.1\n";
    for (const char* name : { "one", "two", "three" }) {
        makeKey(m_folder.file(name), "ed25519");
        config += "IdentityFile " + m_folder.file(name) + "\n";
    }
    config += "IdentityFile " + server.identityFile() + "\n";
    auto host = hostFor(server);
    host.ssh.identityFile.clear();
    auto settings = settingsFor(server);
    settings.configFile = m_folder.write("config", config);
    expectWorks(host, settings);
}

TEST_F(Login, SaysThatProxyCommandIsNotRun)
{
    const Sshd server;
    auto settings = settingsFor(server);
    settings.configFile = m_folder.write("config", "ProxyCommand touch " + m_folder.file("ran") + "\n");
    const auto error = expectError(hostFor(server), settings);
    EXPECT_EQ(error.code, base::ErrorCode::Unsupported);
    EXPECT_EQ(contentOf(m_folder.file("ran")), "");
    EXPECT_THAT(error.advice, HasSubstr("ProxyJump"));
}

/// A real ssh-agent of the test's own.
class LoginAgent : public Login {
protected:
    LoginAgent()
        : m_socket(m_folder.file("agent"))
        , m_agent({ "ssh-agent", "-D", "-a", m_socket })
    {
        const auto limit = Clock::now() + 10s;
        while (::access(m_socket.c_str(), F_OK) != 0 && Clock::now() < limit)
            std::this_thread::sleep_for(5ms);
    }
    void load(const std::string& file)
    {
        outputOf({ "env", "SSH_AUTH_SOCK=" + m_socket, "ssh-add", "-q", file });
    }
    ssh::SshSettings agentSettings(const Sshd& server, const std::string& more = {})
    {
        auto settings = settingsFor(server);
        settings.configFile = m_folder.write("config", "IdentityAgent " + m_socket + "\n" + more);
        return settings;
    }
    model::ProfileHost keyless(const Sshd& server)
    {
        auto host = hostFor(server);
        host.ssh.identityFile.clear();
        return host;
    }

    std::string m_socket;
    ChildProcess m_agent;
};

TEST_F(LoginAgent, LetsUsIn)
{
    const Sshd server;
    load(server.identityFile());
    expectWorks(keyless(server), agentSettings(server, "IdentityFile none\n"));
}

TEST_F(LoginAgent, ServesAnRsaKeyWithASha2Signature)
{
    Sshd server;
    load(key(server, "rsa"));
    expectWorks(keyless(server), agentSettings(server, "IdentityFile none\n"));
}

TEST_F(LoginAgent, IsAskedForTheNamedKeyBeforeItsOthers)
{
    // Eight keys in turn would be two more than sshd bears.
    Sshd server;
    for (int i = 0; i < 8; ++i) {
        const std::string path = m_folder.file("other" + std::to_string(i));
        makeKey(path, "ed25519");
        load(path);
    }
    load(server.identityFile());
    // Only the public half is here, as with a key that lives in hardware.
    const std::string pub = m_folder.write("named.pub", contentOf(server.identityFile() + ".pub"));
    expectWorks(keyless(server), agentSettings(server, "IdentityFile " + pub.substr(0, pub.size() - 4) + "\n"));
}

TEST_F(LoginAgent, IsNotAskedForOthersUnderIdentitiesOnly)
{
    const Sshd server;
    load(server.identityFile());
    const std::string path = m_folder.file("other");
    makeKey(path, "ed25519");
    const auto error = expectError(
        keyless(server), agentSettings(server, "IdentitiesOnly yes\nIdentityFile " + path + "\n"));
    EXPECT_EQ(error.code, base::ErrorCode::AuthenticationFailed);
}

TEST_F(LoginAgent, ThatHoldsTheKeySparesThePassphrase)
{
    Sshd server;
    const auto identity = key(server, "ed25519", "secret");
    const std::string plain = m_folder.file("plain");
    outputOf({ "cp", "-p", identity, plain });
    outputOf({ "ssh-keygen", "-q", "-p", "-P", "secret", "-N", "", "-f", plain });
    load(plain);
    expectWorks(hostWithKey(server, identity), agentSettings(server));
    EXPECT_THAT(m_interaction->secretQuestions, IsEmpty());
}

TEST_F(Login, LeavesNoConnectionBehind)
{
    const Sshd server;
    expectWorks(hostFor(server), settingsFor(server));
    const auto before = openDescriptors();
    for (int i = 0; i < 3; ++i)
        expectWorks(hostFor(server), settingsFor(server));
    EXPECT_EQ(openDescriptors(), before);
}

TEST_F(Login, ThatFailsLeavesNoConnectionBehind)
{
    const Sshd server;
    makeKey(m_folder.file("stranger"), "ed25519");
    const auto host = hostWithKey(server, m_folder.file("stranger"));
    expectError(host, settingsFor(server));
    const auto before = openDescriptors();
    expectError(host, settingsFor(server));
    EXPECT_EQ(openDescriptors(), before);
}

TEST_F(LoginAgent, LeavesNoDescriptorBehindForKeysThatFail)
{
    const Sshd server;
    for (const char* name : { "a", "b", "c" }) {
        makeKey(m_folder.file(name), "ed25519");
        load(m_folder.file(name));
    }
    load(server.identityFile());
    const auto settings = agentSettings(server, "IdentityFile none\n");
    expectWorks(keyless(server), settings);
    const auto before = openDescriptors();
    for (int i = 0; i < 3; ++i)
        expectWorks(keyless(server), settings);
    EXPECT_EQ(openDescriptors(), before);
}

TEST_F(LoginAgent, ThatIsGoneIsNoObstacle)
{
    const Sshd server;
    m_agent.end();
    expectWorks(hostFor(server), agentSettings(server));
}

}
