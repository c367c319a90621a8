#include "tests/servers/ssh/fixture.h"

#include <sys/stat.h>

using namespace hopscope;
using namespace hopscope::test;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

namespace {

class HostKey : public SshTest {
protected:
    std::string name(const Sshd& server) const { return "[127.0.0.1]:" + std::to_string(server.port()); }
    ssh::SshSettings settingsWith(const Sshd& server, const std::string& knownHosts) const
    {
        auto settings = settingsFor(server);
        settings.knownHostsFile = m_folder.write("known", knownHosts);
        return settings;
    }
    std::string otherKey(const std::string& type = "ed25519") const
    {
        const std::string path = m_folder.file("other_" + type);
        makeKey(path, type);
        const std::string text = contentOf(path + ".pub");
        return text.substr(0, text.find(' ', text.find(' ') + 1));
    }
};

TEST_F(HostKey, UnknownFailsHeadlesslyAndTouchesNothing)
{
    const Sshd server;
    auto settings = settingsFor(server);
    settings.knownHostsFile = m_folder.file("not/there");
    const auto error = expectError(hostFor(server), settings);
    EXPECT_EQ(error.code, base::ErrorCode::HostKeyUnknown);
    EXPECT_THAT(error.detail, HasSubstr("SHA256:"));
    EXPECT_THAT(error.advice, HasSubstr("ssh -p " + std::to_string(server.port()) + " " + server.user() + "@127.0.0.1 true"));
    struct stat status;
    EXPECT_NE(::stat(settings.knownHostsFile.c_str(), &status), 0);
}

TEST_F(HostKey, UnknownIsShownToAPersonAndRememberedOnceAccepted)
{
    const Sshd server;
    auto settings = settingsFor(server);
    settings.knownHostsFile = m_folder.file("folder/known");
    m_interaction->acceptsHostKeys = true;
    expectWorks(hostFor(server), settings);
    ASSERT_THAT(m_interaction->hostKeyQuestions, SizeIs(1));
    EXPECT_EQ(m_interaction->hostKeyQuestions[0].type, "ssh-ed25519");
    EXPECT_THAT(m_interaction->hostKeyQuestions[0].fingerprint, HasSubstr("SHA256:"));
    EXPECT_EQ(contentOf(settings.knownHostsFile), name(server) + " " + server.hostKey() + "\n");
    m_interaction->acceptsHostKeys = false;
    expectWorks(hostFor(server), settings);
}

TEST_F(HostKey, UnknownIsAppendedUnderAcceptNew)
{
    const Sshd server;
    auto settings = settingsWith(server, "# mine, without a newline");
    settings.acceptNewHostKeys = true;
    expectWorks(hostFor(server), settings);
    EXPECT_EQ(contentOf(settings.knownHostsFile),
        "# mine, without a newline\n" + name(server) + " " + server.hostKey() + "\n");
    EXPECT_THAT(m_interaction->hostKeyQuestions, IsEmpty());
    // What was written is what OpenSSH reads.
    EXPECT_THAT(outputOf({ "ssh-keygen", "-F", name(server), "-f", settings.knownHostsFile }), HasSubstr("found: line 2"));
}

TEST_F(HostKey, ChangedAlwaysFailsAndNamesTheLine)
{
    const Sshd server;
    const std::string text = "# first\n" + name(server) + " " + otherKey() + "\n";
    auto settings = settingsWith(server, text);
    settings.acceptNewHostKeys = true;
    m_interaction->acceptsHostKeys = true;
    const auto error = expectError(hostFor(server), settings);
    EXPECT_EQ(error.code, base::ErrorCode::HostKeyChanged);
    EXPECT_THAT(error.detail, HasSubstr(settings.knownHostsFile + " line 2"));
    EXPECT_THAT(error.advice, HasSubstr("ssh-keygen -f " + settings.knownHostsFile + " -R '" + name(server) + "'"));
    EXPECT_EQ(contentOf(settings.knownHostsFile), text);
}

TEST_F(HostKey, OfAnotherTypeThanKnownFailsLikeAChangedOne)
{
    const Sshd server;
    auto settings = settingsWith(server, name(server) + " " + otherKey("ecdsa") + "\n");
    settings.acceptNewHostKeys = true;
    EXPECT_EQ(expectError(hostFor(server), settings).code, base::ErrorCode::HostKeyChanged);
}

TEST_F(HostKey, RevokedFails)
{
    const Sshd server;
    auto settings = settingsWith(
        server, name(server) + " " + server.hostKey() + "\n@revoked * " + server.hostKey() + "\n");
    settings.acceptNewHostKeys = true;
    EXPECT_EQ(expectError(hostFor(server), settings).code, base::ErrorCode::HostKeyRevoked);
}

TEST_F(HostKey, KnownByOneTypeOnlyIsAskedOfTheServer)
{
    Sshd::Options options;
    options.hostKeyTypes = { "ed25519", "ecdsa", "rsa" };
    const Sshd server(options);
    for (const char* type : { "ed25519", "ecdsa", "rsa" })
        expectWorks(hostFor(server), settingsWith(server, name(server) + " " + server.hostKey(type) + "\n"));
}

TEST_F(HostKey, IsFoundUnderAHashedName)
{
    const Sshd server;
    const auto settings = settingsWith(server, name(server) + " " + server.hostKey() + "\n");
    outputOf({ "ssh-keygen", "-q", "-H", "-f", settings.knownHostsFile });
    EXPECT_THAT(contentOf(settings.knownHostsFile), HasSubstr("|1|"));
    expectWorks(hostFor(server), settings);
}

TEST_F(HostKey, IsFoundUnderItsAliasOfTheConfig)
{
    const Sshd server;
    auto settings = settingsWith(server, "shop-key " + server.hostKey() + "\n");
    settings.configFile = m_folder.write("config", "HostKeyAlias shop-key\n");
    expectWorks(hostFor(server), settings);
}

TEST_F(HostKey, OfTheBareNameIsGoodForItsOtherPorts)
{
    const Sshd server;
    expectWorks(hostFor(server), settingsWith(server, "127.0.0.1 " + server.hostKey() + "\n"));
}

TEST_F(HostKey, UnknownIsNotAskedAboutUnderStrictChecking)
{
    const Sshd server;
    auto settings = settingsWith(server, "");
    settings.configFile = m_folder.write("config", "StrictHostKeyChecking yes\n");
    m_interaction->acceptsHostKeys = true;
    EXPECT_EQ(expectError(hostFor(server), settings).code, base::ErrorCode::HostKeyUnknown);
    EXPECT_THAT(m_interaction->hostKeyQuestions, IsEmpty());
}

}
