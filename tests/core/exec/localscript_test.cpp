#include "core/exec/scriptrunner.h"

#include <gmock/gmock.h>

#include <thread>

#include <unistd.h>

using namespace hopscope;
using namespace std::chrono_literals;
using testing::SizeIs;
using model::isCaptured;

namespace {

exec::CheckSpec spec(const std::string& shell)
{
    exec::CheckSpec result;
    result.check = base::CheckId("check");
    result.subject = shell.substr(0, 20);
    result.command = shell;
    result.shell = shell;
    return result;
}

class LocalScript : public testing::Test {
protected:
    std::vector<model::CheckResult> run(const exec::CheckBatch& batch, std::chrono::milliseconds time = 20s)
    {
        std::vector<model::CheckResult> results;
        m_runner->run(
            batch, [&](model::CheckResult result) { results.push_back(std::move(result)); }, {},
            std::chrono::steady_clock::now() + time);
        return results;
    }
    model::CheckResult one(const exec::CheckSpec& check)
    {
        auto results = run({ check });
        EXPECT_THAT(results, SizeIs(1));
        return results.empty() ? model::CheckResult() : results.front();
    }

    std::unique_ptr<exec::CommandRunner> m_runner
        = exec::makeScriptRunner(base::HostId("me"), exec::makeLocalHost());
};

TEST_F(LocalScript, OpensASessionThatKnowsItsUserAndClock)
{
    const auto session = m_runner->open({}, std::chrono::steady_clock::now() + 10s);
    ASSERT_FALSE(session.error) << session.error->text();
    EXPECT_EQ(session.host, base::HostId("me"));
    EXPECT_FALSE(session.user.empty());
    ASSERT_TRUE(session.clockOffset);
    EXPECT_LT(std::abs(session.clockOffset->count()), 5000);
}

TEST_F(LocalScript, KeepsTheTwoStreamsApartAndExact)
{
    const auto result = one(spec("printf 'a\\000b\\nno newline'; printf 'to error\\n' >&2"));
    EXPECT_TRUE(isCaptured(result.outcome));
    EXPECT_EQ(result.output, std::string("a\0b\nno newline", 14));
    EXPECT_EQ(result.errorOutput, "to error\n");
    EXPECT_EQ(result.host, base::HostId("me"));
}

TEST_F(LocalScript, NamesHowACheckEnded)
{
    const auto results = run({ spec("exit 3"), spec("no_such_program_here --x"), spec("denied 'reading the log'"),
        spec("missing nginx"), spec("exit 126"), spec("'unterminated"), spec("have sh && echo yes") });
    ASSERT_THAT(results, SizeIs(7));
    EXPECT_EQ(results[0].outcome, model::Outcome(model::outcome::ExitedNonZero { 3 }));
    EXPECT_EQ(results[1].outcome, model::Outcome(model::outcome::NotInstalled { "no_such_program_here" }));
    EXPECT_TRUE(std::holds_alternative<model::outcome::Denied>(results[2].outcome));
    EXPECT_EQ(results[3].outcome, model::Outcome(model::outcome::NotInstalled { "nginx" }));
    EXPECT_TRUE(std::holds_alternative<model::outcome::Denied>(results[4].outcome));
    EXPECT_TRUE(std::holds_alternative<model::outcome::ExitedNonZero>(results[5].outcome));
    EXPECT_EQ(results[6].output, "yes\n");
}

TEST_F(LocalScript, EndsACheckAtItsLimitWithEverythingItStarted)
{
    auto slow = spec("echo begun; sleep 30 & sleep 30");
    slow.limit = 300ms;
    const auto start = std::chrono::steady_clock::now();
    const auto results = run({ slow, spec("echo next") });
    EXPECT_LT(std::chrono::steady_clock::now() - start, 2500ms);
    ASSERT_THAT(results, SizeIs(2));
    EXPECT_EQ(results[0].outcome, model::Outcome(model::outcome::TimedOut { 300ms }));
    EXPECT_EQ(results[0].output, "begun\n");
    EXPECT_EQ(results[1].output, "next\n");
}

TEST_F(LocalScript, CutsOutputWithoutEndAndSaysSo)
{
    auto endless = spec("yes");
    endless.byteLimit = 1000;
    const auto result = one(endless);
    EXPECT_TRUE(isCaptured(result.outcome));
    EXPECT_TRUE(result.isTruncated);
    EXPECT_THAT(result.output, SizeIs(1000));
}

TEST_F(LocalScript, DoesNotCallOutputOfExactlyTheLimitTruncated)
{
    auto exact = spec("printf 12345");
    exact.byteLimit = 5;
    const auto result = one(exact);
    EXPECT_FALSE(result.isTruncated);
    EXPECT_EQ(result.output, "12345");
}

TEST_F(LocalScript, RunsChecksBesideEachOtherWithoutMixingThem)
{
    exec::CheckBatch batch;
    for (const char* name : { "a", "b", "c", "d" }) {
        auto check = spec(std::string("sleep 0.5; echo ") + name + "; echo error-" + name + " >&2; exit 4");
        check.group = 1;
        batch.push_back(check);
    }
    batch.push_back(spec("echo after"));
    const auto start = std::chrono::steady_clock::now();
    const auto results = run(batch);
    EXPECT_LT(std::chrono::steady_clock::now() - start, 1700ms);
    ASSERT_THAT(results, SizeIs(5));
    EXPECT_EQ(results[1].output, "b\n");
    EXPECT_EQ(results[1].errorOutput, "error-b");
    EXPECT_EQ(results[2].outcome, model::Outcome(model::outcome::ExitedNonZero { 4 }));
    EXPECT_EQ(results[3].output, "d\n");
    EXPECT_EQ(results[4].output, "after\n");
}

TEST_F(LocalScript, StartsNothingForACheckThatLacksWhatItNeeds)
{
    for (const int group : { 0, 1 }) {
        exec::CheckBatch batch;
        for (const char* needs : { "", "no-such-program", "no-such-program command:sh", "no-such-program sh bash dash",
                 "command:no-such-program /no/such/path", "no-such-program /etc" }) {
            auto check = spec("echo ran");
            check.group = group;
            check.needs = needs;
            batch.push_back(check);
        }
        const auto results = run(batch);
        ASSERT_THAT(results, SizeIs(6));
        EXPECT_EQ(results[0].output, "ran\n");
        EXPECT_EQ(results[1].outcome, model::Outcome(model::outcome::NotInstalled { "no-such-program" })) << group;
        EXPECT_EQ(results[1].output, "");
        EXPECT_EQ(results[2].output, "ran\n");
        EXPECT_EQ(results[3].output, "ran\n");
        EXPECT_EQ(results[4].outcome, model::Outcome(model::outcome::NotInstalled { "no-such-program" })) << group;
        EXPECT_EQ(results[5].output, "ran\n");
    }
}

TEST_F(LocalScript, RunsAsAnotherUserWhereItIsRoot)
{
    const auto result = one(spec("as nobody id -un"));
    if (::getuid() == 0)
        EXPECT_EQ(result.output, "nobody\n");
    else
        EXPECT_FALSE(result.output == "nobody\n" && std::holds_alternative<model::outcome::Denied>(result.outcome));
}

TEST_F(LocalScript, KeepsOneShellForSeveralBatches)
{
    const auto first = one(spec("echo $PPID"));
    const auto second = one(spec("echo $PPID; echo \"$LC_ALL\""));
    EXPECT_TRUE(isCaptured(first.outcome));
    EXPECT_THAT(second.output, testing::EndsWith("C\n"));
}

TEST_F(LocalScript, GivesEveryCheckAResultWhenTheRunsTimeIsOver)
{
    const auto results = run({ spec("echo one"), spec("sleep 20"), spec("echo three") }, 700ms);
    ASSERT_THAT(results, SizeIs(3));
    EXPECT_TRUE(isCaptured(results[0].outcome));
    EXPECT_TRUE(std::holds_alternative<model::outcome::TimedOut>(results[1].outcome));
    EXPECT_TRUE(std::holds_alternative<model::outcome::TransportLost>(results[2].outcome));
    EXPECT_EQ(one(spec("echo again")).output, "again\n");
}

TEST_F(LocalScript, StopsAtOnceWhenAsked)
{
    std::stop_source source;
    std::vector<model::CheckResult> results;
    std::chrono::steady_clock::time_point asked;
    std::jthread stopper([&] {
        std::this_thread::sleep_for(300ms);
        asked = std::chrono::steady_clock::now();
        source.request_stop();
    });
    m_runner->run({ spec("sleep 20"), spec("echo never") },
        [&](model::CheckResult result) { results.push_back(std::move(result)); }, source.get_token(),
        std::chrono::steady_clock::now() + 20s);
    EXPECT_LT(std::chrono::steady_clock::now() - asked, 300ms);
    ASSERT_THAT(results, SizeIs(2));
    for (const auto& result : results)
        EXPECT_TRUE(std::holds_alternative<model::outcome::TransportLost>(result.outcome));
}

TEST_F(LocalScript, SurvivesChecksThatReadItsInputOrKillTheirShell)
{
    const auto results = run({ spec("cat; echo read"), spec("kill -9 $$"), spec("echo alive") });
    ASSERT_THAT(results, SizeIs(3));
    EXPECT_EQ(results[0].output, "read\n");
    EXPECT_FALSE(isCaptured(results[1].outcome));
    EXPECT_EQ(results[2].output, "alive\n");
}

TEST_F(LocalScript, TakesMuchScriptAndMuchOutputAtOnce)
{
    exec::CheckBatch batch;
    for (int i = 0; i < 40; ++i)
        batch.push_back(spec("# " + std::string(8000, 'x') + "\nhead -c 200000 /dev/zero"));
    const auto results = run(batch);
    ASSERT_THAT(results, SizeIs(40));
    for (const auto& result : results)
        EXPECT_THAT(result.output, SizeIs(200000));
}

}
