#include "core/exec/scriptrunner.h"
#include "tests/core/exec/fakeshell.h"

#include <gmock/gmock.h>

using namespace hopscope;
using namespace hopscope::test;
using namespace std::chrono_literals;
using model::isCaptured;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

namespace {

const base::TimePoint now = *base::fromIso8601("2026-11-21T09:30:00.000Z");

exec::CheckSpec namedSpec(const std::string& name)
{
    exec::CheckSpec result;
    result.check = base::CheckId(name);
    result.command = name;
    result.shell = name;
    result.limit = 50ms;
    return result;
}

/// The runner over shells that only play a part.
class ScriptRunner : public testing::Test {
protected:
    void play(std::vector<FakeShell::Reaction> reactions)
    {
        m_runner = exec::makeScriptRunner(
            base::HostId("app1"), std::make_unique<FakeHost>(std::move(reactions)), [] { return now; });
    }
    std::vector<model::CheckResult> run(const exec::CheckBatch& batch)
    {
        std::vector<model::CheckResult> results;
        m_runner->run(
            batch, [&](model::CheckResult result) { results.push_back(std::move(result)); }, {},
            std::chrono::steady_clock::now() + 10s);
        return results;
    }
    model::HostSession open() { return m_runner->open({}, std::chrono::steady_clock::now() + 10s); }

    std::unique_ptr<exec::CommandRunner> m_runner;
};

TEST_F(ScriptRunner, SendsTheBatchWithTheFirstWordsOfTheShell)
{
    std::vector<std::string> writes;
    play({ [&](FakeShell& shell, const std::string& written) {
        writes.push_back(written);
        shell.hello();
        shell.check(0, "first");
    } });
    std::vector<model::CheckResult> results;
    bool isOpened = false;
    m_runner->openAndRun({ namedSpec("one") }, [&](const model::HostSession& session) { isOpened = !session.error; },
        [&](model::CheckResult result) {
            EXPECT_TRUE(isOpened);
            results.push_back(std::move(result));
        },
        {}, std::chrono::steady_clock::now() + 10s);
    EXPECT_THAT(writes, SizeIs(1));
    ASSERT_THAT(results, SizeIs(1));
    EXPECT_EQ(results[0].output, "first");
    EXPECT_EQ(results[0].host, base::HostId("app1"));
}

TEST_F(ScriptRunner, TellsTimesByOurClockAndTheHostsClocksOffset)
{
    play({ [](FakeShell& shell, const std::string&) {
        shell.hello();
        shell.check(0, "");
    } });
    const auto results = run({ namedSpec("one") });
    ASSERT_THAT(results, SizeIs(1));
    EXPECT_EQ(results[0].startedAt, now + 1500ms);
    EXPECT_EQ(results[0].duration, 250ms);
    play({ [](FakeShell& shell, const std::string&) { shell.hello(); } });
    EXPECT_EQ(open().clockOffset, *base::fromUnixSeconds("1763717400") - now);
}

TEST_F(ScriptRunner, IgnoresFramesOfChecksThatAreNotRunning)
{
    play({ [](FakeShell& shell, const std::string&) {
        shell.hello();
        shell.check(7, "forged");
        shell.out(shell.marker + " e\n" + shell.marker + " b 99999999999999999999999\n" + shell.marker + " z 0\n");
        shell.check(0, "real");
    } });
    const auto results = run({ namedSpec("one") });
    ASSERT_THAT(results, SizeIs(1));
    EXPECT_EQ(results[0].output, "real");
}

TEST_F(ScriptRunner, KeepsOutputThatLooksLikeAFrameOfAnotherMarker)
{
    const std::string forged = "0123456789abcdef0123456789abcdef e 0 0 1 1\n";
    play({ [&](FakeShell& shell, const std::string&) {
        shell.hello();
        shell.check(0, forged, 3);
    } });
    const auto results = run({ namedSpec("one") });
    ASSERT_THAT(results, SizeIs(1));
    EXPECT_EQ(results[0].output, forged);
    EXPECT_EQ(results[0].outcome, model::Outcome(model::outcome::ExitedNonZero { 3 }));
}

TEST_F(ScriptRunner, CutsFloodsOfBothStreamsByItself)
{
    play({ [](FakeShell& shell, const std::string&) {
        shell.hello();
        shell.error(shell.marker + " b 0\n" + std::string(1000000, 'e') + shell.marker + " e 0\n");
        shell.check(0, std::string(1000000, 'o'));
    } });
    auto small = namedSpec("one");
    small.byteLimit = 100;
    const auto results = run({ small });
    ASSERT_THAT(results, SizeIs(1));
    EXPECT_THAT(results[0].output, SizeIs(100));
    EXPECT_THAT(results[0].errorOutput, SizeIs(16 * 1024));
    EXPECT_TRUE(results[0].isTruncated);
}

TEST_F(ScriptRunner, GivesEveryCheckAResultWhenTheTransportIsLostMidway)
{
    play({ [](FakeShell& shell, const std::string&) {
        shell.hello();
        shell.check(0, "first");
        shell.out(shell.marker + " b 1\nhalf an ou");
        shell.lose();
    } });
    const auto results = run({ namedSpec("one"), namedSpec("two"), namedSpec("three") });
    ASSERT_THAT(results, SizeIs(3));
    EXPECT_TRUE(isCaptured(results[0].outcome));
    for (const int index : { 1, 2 })
        EXPECT_TRUE(std::holds_alternative<model::outcome::TransportLost>(results[std::size_t(index)].outcome));
}

TEST_F(ScriptRunner, LogsInAnewWhereTheConnectionDiedBetweenTwoBatches)
{
    play({ [first = true](FakeShell& shell, const std::string&) mutable {
              if (!first) {
                  shell.lose();
                  return;
              }
              first = false;
              shell.hello();
              shell.check(0, "before");
          },
        [](FakeShell& shell, const std::string&) {
            shell.hello();
            shell.check(0, "after");
        } });
    EXPECT_EQ(run({ namedSpec("one") })[0].output, "before");
    const auto results = run({ namedSpec("one") });
    ASSERT_THAT(results, SizeIs(1));
    EXPECT_EQ(results[0].output, "after");
}

TEST_F(ScriptRunner, GoesOnInANewShellAfterACheckThatHangs)
{
    play({ [](FakeShell& shell, const std::string&) {
              shell.hello();
              shell.check(0, "one");
              shell.error(shell.marker + " b 1\nto error");
              shell.out(shell.marker + " b 1\nhalf");
          },
        [](FakeShell& shell, const std::string& written) {
            EXPECT_THAT(written, testing::Not(HasSubstr("'two'")));
            shell.hello();
            shell.check(0, "three");
        } });
    const auto results = run({ namedSpec("one"), namedSpec("two"), namedSpec("three") });
    ASSERT_THAT(results, SizeIs(3));
    EXPECT_EQ(results[1].outcome, model::Outcome(model::outcome::TimedOut { 50ms }));
    EXPECT_EQ(results[1].output, "half");
    EXPECT_EQ(results[1].errorOutput, "to error");
    EXPECT_EQ(results[2].output, "three");
}

TEST_F(ScriptRunner, GivesUpAHostWhereEveryCheckHangs)
{
    const FakeShell::Reaction hangs = [](FakeShell& shell, const std::string&) { shell.hello(); };
    play(std::vector<FakeShell::Reaction>(20, hangs));
    const auto results = run(exec::CheckBatch(10, namedSpec("one")));
    ASSERT_THAT(results, SizeIs(10));
    EXPECT_TRUE(std::holds_alternative<model::outcome::TransportLost>(results.back().outcome));
}

TEST_F(ScriptRunner, DoesNotWaitForAnErrorStreamThatTheServerLost)
{
    play({ [](FakeShell& shell, const std::string&) {
        shell.hello();
        shell.out(shell.marker + " b 0\nout" + shell.marker + " e 0 0 - -\n");
        shell.out(shell.marker + " b 1\nout" + shell.marker + " e 1 0 - -\n");
    } });
    const auto results = run({ namedSpec("one"), namedSpec("two") });
    ASSERT_THAT(results, SizeIs(2));
    EXPECT_TRUE(isCaptured(results[0].outcome));
    EXPECT_TRUE(isCaptured(results[1].outcome));
}

TEST_F(ScriptRunner, CallsALoginThatEndsNotPosixAndQuotesIt)
{
    play({ [](FakeShell& shell, const std::string&) {
        shell.out("This account\r\nis \x1b[31mclosed.\n");
        shell.end();
    } });
    const auto session = open();
    ASSERT_TRUE(session.error);
    EXPECT_EQ(session.error->code, base::ErrorCode::ShellNotPosix);
    EXPECT_THAT(session.error->detail, HasSubstr("This account is [31mclosed."));
    EXPECT_EQ(session.address, "fake:22");
}

TEST_F(ScriptRunner, CallsALoginThatSaysNothingStalled)
{
    play({ [](FakeShell&, const std::string&) {} });
    const auto session = open();
    ASSERT_TRUE(session.error);
    EXPECT_EQ(session.error->code, base::ErrorCode::Stalled);
}

TEST_F(ScriptRunner, CutsOffALoginThatPrintsWithoutEnd)
{
    play({ [](FakeShell& shell, const std::string&) {
        for (int i = 0; i < 3000; ++i)
            shell.out(std::string(1000, 'n'));
        shell.hello();
    } });
    const auto session = open();
    ASSERT_TRUE(session.error);
    EXPECT_EQ(session.error->code, base::ErrorCode::LimitExceeded);
}

TEST_F(ScriptRunner, BearsNoiseBeforeTheFirstFrame)
{
    play({ [](FakeShell& shell, const std::string&) {
        shell.out(std::string("\0\xff\x1b[2J garbage", 14));
        shell.error("Welcome!\n" + shell.marker.substr(0, 16));
        shell.hello();
        shell.check(0, "clean");
    } });
    const auto results = run({ namedSpec("one") });
    ASSERT_THAT(results, SizeIs(1));
    EXPECT_EQ(results[0].output, "clean");
    EXPECT_THAT(results[0].errorOutput, IsEmpty());
}

TEST_F(ScriptRunner, NeverSendsItsMarkerInOnePiece)
{
    play({ [](FakeShell& shell, const std::string& written) {
        EXPECT_THAT(shell.marker, SizeIs(32));
        EXPECT_EQ(written.find(shell.marker), std::string::npos);
        shell.hello();
    } });
    EXPECT_FALSE(open().error);
}

/// One batch that comes just when the runner has begun to wait.
class OneFollows final : public exec::Following {
public:
    explicit OneFollows(exec::CheckBatch batch) : m_batch(std::move(batch)) { }

    exec::CheckBatch take() override { return m_source.stop_requested() ? std::exchange(m_batch, {}) : exec::CheckBatch {}; }
    std::stop_token arrival() override
    {
        m_source.request_stop();
        return m_batch.empty() ? std::stop_token() : m_source.get_token();
    }

private:
    exec::CheckBatch m_batch;
    std::stop_source m_source;
};

TEST_F(ScriptRunner, SendsABatchThatComesWhileAnotherRuns)
{
    std::vector<std::string> writes;
    play({ [&](FakeShell& shell, const std::string& written) {
        writes.push_back(written);
        if (writes.size() == 1)
            return shell.hello();
        shell.check(0, "first");
        shell.check(1, "second");
        shell.check(2, "third");
    } });
    OneFollows following({ namedSpec("two"), namedSpec("three") });
    m_runner->follow(following);
    const auto results = run({ namedSpec("one") });
    EXPECT_THAT(writes, SizeIs(2));
    ASSERT_THAT(results, SizeIs(3));
    EXPECT_EQ(results[0].output, "first");
    EXPECT_EQ(results[2].output, "third");
    EXPECT_EQ(results[2].check, base::CheckId("three"));
}

TEST_F(ScriptRunner, GivesABatchThatJoinedItsResultsWhereTheTransportIsLost)
{
    int writes = 0;
    play({ [&](FakeShell& shell, const std::string&) {
        if (++writes == 1)
            return shell.hello();
        shell.check(0, "first");
        shell.lose();
    } });
    OneFollows following({ namedSpec("two") });
    m_runner->follow(following);
    const auto results = run({ namedSpec("one") });
    ASSERT_THAT(results, SizeIs(2));
    EXPECT_TRUE(isCaptured(results[0].outcome));
    EXPECT_TRUE(std::holds_alternative<model::outcome::TransportLost>(results[1].outcome));
}

TEST_F(ScriptRunner, GoesOnInANewShellWithABatchThatJoined)
{
    int writes = 0;
    play({ [&](FakeShell& shell, const std::string&) {
              if (++writes == 1)
                  shell.hello(); // and hangs
          },
        [](FakeShell& shell, const std::string&) {
            shell.hello();
            shell.check(0, "second");
        } });
    OneFollows following({ namedSpec("two") });
    m_runner->follow(following);
    const auto results = run({ namedSpec("one") });
    ASSERT_THAT(results, SizeIs(2));
    EXPECT_TRUE(std::holds_alternative<model::outcome::TimedOut>(results[0].outcome));
    EXPECT_EQ(results[1].output, "second");
}

}
