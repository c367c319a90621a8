#include "tests/servers/ssh/fixture.h"

using namespace hopscope;
using namespace hopscope::test;
using namespace std::chrono_literals;
using testing::HasSubstr;
using model::isCaptured;
using testing::SizeIs;

namespace {

/// Real servers whose login does something else than start a quiet POSIX shell.
class Shell : public SshTest {
protected:
    static Sshd::Options forced(const std::string& command)
    {
        Sshd::Options options;
        options.config = "ForceCommand " + command;
        return options;
    }
    base::Error error(const std::string& command, std::chrono::milliseconds time = 5s)
    {
        const Sshd server(forced(command));
        const auto result = expectError(hostFor(server), settingsFor(server), time);
        EXPECT_FALSE(result.advice.empty()) << result.text();
        return result;
    }
    void works(const std::string& command)
    {
        const Sshd server(forced(command));
        expectWorks(hostFor(server), settingsFor(server));
    }
};

TEST_F(Shell, NologinIsNotPosixAndIsQuoted)
{
    const auto result = error("/usr/sbin/nologin");
    EXPECT_EQ(result.code, base::ErrorCode::ShellNotPosix);
    EXPECT_THAT(result.detail, HasSubstr("not available"));
}

TEST_F(Shell, SftpOnlyIsNotPosix) { EXPECT_EQ(error("internal-sftp").code, base::ErrorCode::ShellNotPosix); }

TEST_F(Shell, SilentEndIsNotPosix) { EXPECT_EQ(error("/bin/true").code, base::ErrorCode::ShellNotPosix); }

TEST_F(Shell, NoisyLoginScriptsDoNotMatter)
{
    works("echo Welcome; echo 'last login: today' >&2; printf 'no newline'; eval \"$SSH_ORIGINAL_COMMAND\"");
}

TEST_F(Shell, BinaryGarbageFirstDoesNotMatter)
{
    works("head -c 200000 /dev/urandom; head -c 50000 /dev/urandom >&2; eval \"$SSH_ORIGINAL_COMMAND\"");
}

TEST_F(Shell, EndlessLoginScriptIsCutOff)
{
    const auto result = error("yes welcome");
    EXPECT_EQ(result.code, base::ErrorCode::LimitExceeded);
    EXPECT_THAT(result.detail, HasSubstr("welcome"));
}

TEST_F(Shell, LoginScriptThatHangsIsStalled)
{
    const auto result = error("echo please hold; sleep 30", 1s);
    EXPECT_EQ(result.code, base::ErrorCode::Stalled);
    EXPECT_THAT(result.detail, HasSubstr("please hold"));
}

TEST_F(Shell, EchoedScriptIsNoAnswer)
{
    // An appliance's menu that repeats what it reads must not pass for a shell.
    EXPECT_EQ(error("cat", 1s).code, base::ErrorCode::Stalled);
}

TEST_F(Shell, LoginShellWithoutExecSyntaxOfItsOwnWorks)
{
    works("bash -c \"$SSH_ORIGINAL_COMMAND\"");
}

TEST_F(Shell, RunsManyBatchesOnOneLogin)
{
    const Sshd server;
    const auto commands = runner(hostFor(server), settingsFor(server));
    ASSERT_FALSE(open(*commands).error);
    for (int i = 0; i < 5; ++i) {
        const auto results = run(*commands, { check("echo " + std::to_string(i)), check("sleep 0.05") });
        ASSERT_THAT(results, SizeIs(2));
        EXPECT_EQ(results[0].output, std::to_string(i) + "\n");
    }
    EXPECT_EQ(server.log().find("Accepted publickey"), server.log().rfind("Accepted publickey"));
}

TEST_F(Shell, HangingCheckCostsAShellButNoLogin)
{
    const Sshd server;
    const auto commands = runner(hostFor(server), settingsFor(server));
    ASSERT_FALSE(open(*commands).error);
    // The main shell itself is stopped: no time limit on the server can end this.
    auto frozen = check("kill -STOP $(ps -o ppid= -p $PPID)");
    frozen.limit = 200ms;
    const auto results = run(*commands, { frozen, check("echo after") });
    ASSERT_THAT(results, SizeIs(2));
    EXPECT_TRUE(std::holds_alternative<model::outcome::TimedOut>(results[0].outcome));
    EXPECT_EQ(results[1].output, "after\n");
    EXPECT_EQ(server.log().find("Accepted publickey"), server.log().rfind("Accepted publickey"));
}

TEST_F(Shell, LostTransportYieldsAResultForEveryCheck)
{
    Sshd server;
    const auto commands = runner(hostFor(server), settingsFor(server));
    ASSERT_FALSE(open(*commands).error);
    std::vector<model::CheckResult> results;
    commands->run({ check("echo one"), check("sleep 10"), check("echo three") },
        [&](model::CheckResult result) {
            results.push_back(std::move(result));
            server.stop();
        },
        {}, Clock::now() + 10s);
    ASSERT_THAT(results, SizeIs(3));
    EXPECT_TRUE(isCaptured(results[0].outcome));
    for (const int index : { 1, 2 }) {
        const auto* lost = std::get_if<model::outcome::TransportLost>(&results[std::size_t(index)].outcome);
        ASSERT_TRUE(lost);
        EXPECT_EQ(lost->error.code, base::ErrorCode::Disconnected);
    }
}

TEST_F(Shell, CarriesMuchScriptAndMuchOutput)
{
    const Sshd server;
    const auto commands = runner(hostFor(server), settingsFor(server));
    ASSERT_FALSE(open(*commands).error);
    exec::CheckBatch batch;
    for (int i = 0; i < 60; ++i)
        batch.push_back(check("# " + std::string(60000, 'x') + "\nhead -c 150000 /dev/zero"));
    const auto results = run(*commands, batch);
    ASSERT_THAT(results, SizeIs(60));
    for (const auto& result : results)
        EXPECT_THAT(result.output, SizeIs(150000));
}

}
