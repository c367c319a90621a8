#include "core/exec/replayrunner.h"

#include <gmock/gmock.h>

using namespace hopscope;
using testing::SizeIs;

namespace {

model::CheckResult recorded(const std::string& host, const std::string& check, const std::string& subject,
    const std::string& output)
{
    model::CheckResult result;
    result.host = base::HostId(host);
    result.check = base::CheckId(check);
    result.subject = subject;
    result.output = output;
    return result;
}

exec::CheckSpec spec(const std::string& check, const std::string& subject)
{
    exec::CheckSpec result;
    result.check = base::CheckId(check);
    result.subject = subject;
    return result;
}

class ReplayRunner : public testing::Test {
protected:
    ReplayRunner()
    {
        model::Capture capture;
        capture.sessions.push_back({});
        capture.sessions.back().host = base::HostId("edge");
        capture.sessions.back().user = "deploy";
        capture.checks = { recorded("app1", "unit", "shop", "other host"), recorded("edge", "unit", "shop", "first"),
            recorded("edge", "unit", "other", "other subject"), recorded("edge", "unit", "shop", "second") };
        m_runner = exec::makeReplayRunner(
            base::HostId("edge"), std::make_shared<const model::Capture>(std::move(capture)));
    }
    std::vector<model::CheckResult> run(const exec::CheckBatch& batch)
    {
        std::vector<model::CheckResult> results;
        m_runner->run(batch, [&](model::CheckResult result) { results.push_back(std::move(result)); }, {}, {});
        return results;
    }
    std::unique_ptr<exec::CommandRunner> m_runner;
};

TEST_F(ReplayRunner, GivesTheRecordedSession) { EXPECT_EQ(m_runner->open({}, {}).user, "deploy"); }

TEST_F(ReplayRunner, AnswersInTheOrderOfTheRecording)
{
    const auto results = run({ spec("unit", "shop"), spec("unit", "shop"), spec("unit", "shop") });
    ASSERT_THAT(results, SizeIs(3));
    EXPECT_EQ(results[0].output, "first");
    EXPECT_EQ(results[1].output, "second");
    EXPECT_EQ(results[2].output, "second");
}

TEST_F(ReplayRunner, SkipsWhatWasNotRecorded)
{
    const auto results = run({ spec("unit", "new") });
    ASSERT_THAT(results, SizeIs(1));
    EXPECT_TRUE(std::holds_alternative<model::outcome::Skipped>(results[0].outcome));
}

TEST_F(ReplayRunner, SaysThatAHostIsNotInTheRecording)
{
    model::Capture empty;
    const auto runner = exec::makeReplayRunner(base::HostId("x"), std::make_shared<const model::Capture>(empty));
    EXPECT_TRUE(runner->open({}, {}).error);
}

}
