#include "tests/servers/ssh/fixture.h"
#include "tests/servers/ssh/sshfake.h"

using namespace hopscope;
using namespace hopscope::test;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using Kind = ssh::Interaction::SecretQuestion::Kind;

namespace {

/// Logins that only a person can finish. A refused shell is the sign of a login that worked.
class Question : public SshTest {
protected:
    base::Error result(SshFake::Behaviour behaviour, const std::string& identity = {})
    {
        const std::string key = m_folder.file("host_key");
        makeKey(key, "ed25519");
        const SshFake server(behaviour, key);
        model::ProfileHost host;
        host.name = base::HostId("shop");
        host.ssh.host = "127.0.0.1";
        host.ssh.port = server.port();
        host.ssh.user = "ali";
        host.ssh.identityFile = identity;
        ssh::SshSettings settings;
        settings.configFile
            = m_folder.write("config", identity.empty() ? "IdentityFile none\nIdentityAgent none\n" : "IdentityAgent none\n");
        settings.knownHostsFile = m_folder.file("known");
        settings.acceptNewHostKeys = true;
        return expectError(host, settings);
    }
};

TEST_F(Question, PasswordIsAskedAgainAfterAWrongOne)
{
    m_interaction->answers = { "wrong", "open sesame" };
    EXPECT_EQ(result(SshFake::Behaviour::AsksPassword).code, base::ErrorCode::SessionRefused);
    ASSERT_THAT(m_interaction->secretQuestions, SizeIs(2));
    EXPECT_EQ(m_interaction->secretQuestions[0].kind, Kind::Password);
    EXPECT_EQ(m_interaction->secretQuestions[0].user, "ali");
    EXPECT_EQ(m_interaction->secretQuestions[1].attempt, 2);
}

TEST_F(Question, PasswordThatNobodyKnowsEndsTheLogin)
{
    const auto error = result(SshFake::Behaviour::AsksPassword);
    EXPECT_EQ(error.code, base::ErrorCode::AuthenticationFailed);
    EXPECT_THAT(error.detail, HasSubstr("the server takes password"));
}

TEST_F(Question, PasswordIsAskedThreeTimesAtMost)
{
    m_interaction->answers = { "a", "b", "c", "d", "e" };
    EXPECT_EQ(result(SshFake::Behaviour::AsksPassword).code, base::ErrorCode::AuthenticationFailed);
    EXPECT_THAT(m_interaction->secretQuestions, SizeIs(3));
}

TEST_F(Question, KeyboardInteractivePromptsReachThePerson)
{
    m_interaction->answers = { "open sesame", "123456" };
    EXPECT_EQ(result(SshFake::Behaviour::AsksKeyboardInteractive).code, base::ErrorCode::SessionRefused);
    ASSERT_THAT(m_interaction->secretQuestions, SizeIs(2));
    EXPECT_EQ(m_interaction->secretQuestions[0].kind, Kind::KeyboardInteractive);
    EXPECT_EQ(m_interaction->secretQuestions[0].subject, "Password: ");
    EXPECT_FALSE(m_interaction->secretQuestions[0].isEchoed);
    EXPECT_EQ(m_interaction->secretQuestions[1].subject, "Code: ");
    EXPECT_TRUE(m_interaction->secretQuestions[1].isEchoed);
}

TEST_F(Question, KeyboardInteractiveIsRepeatedAfterAWrongAnswer)
{
    m_interaction->answers = { "open sesame", "000000", "open sesame", "123456" };
    EXPECT_EQ(result(SshFake::Behaviour::AsksKeyboardInteractive).code, base::ErrorCode::SessionRefused);
}

TEST_F(Question, KeyboardInteractiveThatNobodyAnswersEndsTheLogin)
{
    EXPECT_EQ(result(SshFake::Behaviour::AsksKeyboardInteractive).code, base::ErrorCode::AuthenticationFailed);
}

TEST_F(Question, SecondFactorComesAfterTheKey)
{
    const std::string key = m_folder.file("mine");
    makeKey(key, "ed25519");
    m_interaction->answers = { "open sesame", "123456" };
    EXPECT_EQ(result(SshFake::Behaviour::AsksKeyThenKeyboard, key).code, base::ErrorCode::SessionRefused);
}

}
