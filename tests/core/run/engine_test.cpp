#include "core/probe/checks.h"
#include "core/run/run.h"

#include <gmock/gmock.h>

#include <atomic>
#include <condition_variable>
#include <algorithm>
#include <map>
#include <mutex>
#include <thread>

namespace hopscope::run {
namespace {

    using namespace std::chrono_literals;
    using std::chrono::steady_clock;

    /// What the fake hosts did, seen from the test.
    struct Log {
        std::atomic<int> logins { 0 };
        std::atomic<int> checks { 0 };
        std::atomic<int> joined { 0 }; ///< checks that came while the first wave ran
    };

    /// How long the person takes: longer than the run may.
    constexpr auto thinkingTime = 2000ms;

    /// Answers every check at once, or hangs until it is stopped.
    class FakeRunner final : public exec::CommandRunner {
    public:
        enum class Manner { Answers, HangsAtLogin, HangsInBatch, Refused, AsksAPerson, WaitsForMore };

        FakeRunner(Manner manner, Log& log, std::shared_ptr<exec::QuestionClock> questions)
            : m_manner(manner)
            , m_log(log)
            , m_questions(std::move(questions))
        {
        }

        model::HostSession open(std::stop_token stop, exec::Deadline deadline) override
        {
            ++m_log.logins;
            model::HostSession session;
            if (m_manner == Manner::HangsAtLogin)
                hang(stop, deadline);
            if (m_manner == Manner::AsksAPerson) {
                m_questions->begin();
                hang(stop, steady_clock::now() + thinkingTime);
                m_questions->end();
                if (deadline.isOver())
                    session.error = base::Error { base::ErrorCode::TimedOut, "log in to", "host", "too late", "" };
            }
            if (m_manner == Manner::Refused || m_manner == Manner::HangsAtLogin)
                session.error = base::Error { base::ErrorCode::ConnectionRefused, "connect to", "host", "refused", "" };
            return session;
        }

        void run(const exec::CheckBatch& batch, const std::function<void(model::CheckResult)>& sink, std::stop_token stop,
            exec::Deadline deadline) override
        {
            exec::CheckBatch all = batch;
            for (std::size_t i = 0; i < all.size(); ++i) {
                const exec::CheckSpec spec = all[i];
                if (m_manner == Manner::WaitsForMore && !probe::isOfChain(spec.check) && i < batch.size() && all.size() == batch.size()) {
                    hang(m_following->arrival(), deadline);
                    for (exec::CheckSpec& each : m_following->take())
                        all.push_back(std::move(each));
                    m_log.joined = int(all.size() - batch.size());
                }
                model::CheckResult result;
                result.check = spec.check;
                result.subject = spec.subject;
                result.container = spec.container;
                result.command = spec.command;
                if (m_manner == Manner::HangsInBatch) {
                    hang(stop, deadline);
                    result.outcome = model::outcome::TransportLost {};
                }
                ++m_log.checks;
                sink(result);
            }
        }

        void follow(exec::Following& following) override { m_following = &following; }

    private:
        static void hang(std::stop_token stop, exec::Deadline deadline)
        {
            std::mutex mutex;
            std::condition_variable_any never;
            std::unique_lock lock(mutex);
            never.wait_until(lock, stop, deadline.at(), [] { return false; });
        }

        exec::Following* m_following = nullptr;
        Manner m_manner;
        Log& m_log;
        std::shared_ptr<exec::QuestionClock> m_questions;
    };

    class EngineTest : public testing::Test {
    protected:
        EngineTest()
        {
            const auto loaded = faults::Catalogue::loadBuiltIn();
            if (loaded)
                catalogue = *loaded;
        }

        Engine::Seams seams()
        {
            return { [this](const model::Profile&, const model::ProfileHost& host) {
                        return std::make_unique<FakeRunner>(manners[host.name.value()], log, questions);
                    },
                [](const model::Profile& profile, const auto&, std::stop_token, steady_clock::time_point) {
                    model::OutsideView view;
                    view.url = profile.url;
                    return view;
                },
                now, questions };
        }

        static model::Profile profileOf(const std::vector<std::string>& hosts)
        {
            model::Profile profile;
            profile.name = "test";
            profile.url = "http://shop.example/";
            for (const std::string& name : hosts) {
                model::ProfileHost host;
                host.name = base::HostId(name);
                host.ssh.host = name;
                profile.hosts.push_back(host);
            }
            return profile;
        }

        std::map<std::string, FakeRunner::Manner> manners;
        std::shared_ptr<exec::QuestionClock> questions = std::make_shared<exec::QuestionClock>();
        base::WallClock now = [] { return base::TimePoint(1763717400000ms); };
        Log log;
        std::shared_ptr<const faults::Catalogue> catalogue;
        std::vector<std::shared_ptr<const Snapshot>> seen;
        SnapshotSink sink = [this](std::shared_ptr<const Snapshot> snapshot) { seen.push_back(std::move(snapshot)); };
    };

    TEST_F(EngineTest, EndsWithExactlyOneFinalSnapshot)
    {
        manners["edge"] = FakeRunner::Manner::Answers;
        Engine engine({}, catalogue, seams());
        const auto last = engine.run(profileOf({ "edge" }), sink, {});
        ASSERT_FALSE(seen.empty());
        EXPECT_EQ(seen.back(), last);
        EXPECT_TRUE(last->isFinal);
        EXPECT_EQ(std::count_if(seen.begin(), seen.end(), [](const auto& each) { return each->isFinal; }), 1);
        for (std::size_t i = 1; i < seen.size(); ++i)
            EXPECT_GT(seen[i]->number, seen[i - 1]->number);
    }

    TEST_F(EngineTest, BeginsToLogInBeforeTheCatalogueIsThere)
    {
        manners["edge"] = FakeRunner::Manner::Answers;
        std::promise<std::shared_ptr<const faults::Catalogue>> loading;
        std::promise<void> isLoggingIn;
        Engine::Seams watched = seams();
        watched.runner = [&, make = watched.runner](const model::Profile& profile, const model::ProfileHost& host) {
            isLoggingIn.set_value();
            return make(profile, host);
        };
        Engine engine({}, loading.get_future().share(), watched);
        auto run = std::async(std::launch::async, [&] { return engine.run(profileOf({ "edge" }), {}, {}); });
        isLoggingIn.get_future().wait();
        EXPECT_NE(run.wait_for(std::chrono::seconds(0)), std::future_status::ready);
        loading.set_value(catalogue);
        EXPECT_TRUE(run.get()->isFinal);
    }

    TEST_F(EngineTest, EndsWithNothingWhereTheCatalogueCanNotBeLoaded)
    {
        manners["edge"] = FakeRunner::Manner::Answers;
        std::promise<std::shared_ptr<const faults::Catalogue>> loading;
        loading.set_value(nullptr);
        Engine engine({}, loading.get_future().share(), seams());
        EXPECT_EQ(engine.run(profileOf({ "edge" }), sink, {}), nullptr);
        EXPECT_TRUE(seen.empty());
    }

    TEST_F(EngineTest, RecordsEveryCheckOfEveryHost)
    {
        manners["edge"] = manners["app1"] = FakeRunner::Manner::Answers;
        Engine engine({}, catalogue, seams());
        const auto last = engine.run(profileOf({ "edge", "app1" }), sink, {});
        EXPECT_EQ(int(last->capture->checks.size()), log.checks.load());
        EXPECT_EQ(last->capture->sessions.size(), 2u);
        EXPECT_GT(log.checks.load(), 10);
    }

    TEST_F(EngineTest, SendsWhatTheChainCallsForBeforeTheFirstWaveHasEnded)
    {
        manners["edge"] = FakeRunner::Manner::WaitsForMore;
        Options options;
        options.timeout = 10s;
        Engine engine(options, catalogue, seams());
        const auto last = engine.run(profileOf({ "edge" }), sink, {});
        EXPECT_GT(log.joined.load(), 0);
        EXPECT_EQ(int(last->capture->checks.size()), log.checks.load());
        EXPECT_EQ(last->progress[0].stage, HostProgress::Stage::Done);
        EXPECT_EQ(last->progress[0].checksDone, last->progress[0].checksPlanned);
    }

    TEST_F(EngineTest, NamesTheHostThatRefusesAndGoesOnWithTheOthers)
    {
        manners["edge"] = FakeRunner::Manner::Answers;
        manners["app1"] = FakeRunner::Manner::Refused;
        Engine engine({}, catalogue, seams());
        const auto last = engine.run(profileOf({ "edge", "app1" }), sink, {});
        ASSERT_EQ(last->progress.size(), 2u);
        EXPECT_EQ(last->progress[0].stage, HostProgress::Stage::Done);
        EXPECT_EQ(last->progress[1].stage, HostProgress::Stage::Failed);
        EXPECT_THAT(last->progress[1].error, testing::HasSubstr("refused"));
    }

    TEST_F(EngineTest, CancelEndsARunThatHangsAtOnce)
    {
        manners["edge"] = FakeRunner::Manner::HangsAtLogin;
        Engine engine({}, catalogue, seams());
        std::stop_source stop;
        std::jthread canceller;
        const auto started = steady_clock::now();
        const auto last = engine.run(
            profileOf({ "edge" }),
            [&](const std::shared_ptr<const Snapshot>& snapshot) {
                if (snapshot->number == 1)
                    canceller = std::jthread([&] { stop.request_stop(); });
            },
            stop.get_token());
        EXPECT_LT(steady_clock::now() - started, 2s);
        EXPECT_TRUE(last->isFinal);
        EXPECT_NE(last->diagnosis.verdict, model::Verdict::Healthy);
    }

    TEST_F(EngineTest, HonoursTheTimeLimitWhileAHostHangs)
    {
        manners["edge"] = FakeRunner::Manner::Answers;
        manners["slow"] = FakeRunner::Manner::HangsInBatch;
        Options options;
        options.timeout = 300ms;
        Engine engine(options, catalogue, seams());
        const auto started = steady_clock::now();
        const auto last = engine.run(profileOf({ "edge", "slow" }), sink, {});
        EXPECT_LT(steady_clock::now() - started, 2s);
        EXPECT_TRUE(last->isFinal);
        EXPECT_EQ(last->progress[0].stage, HostProgress::Stage::Done);
    }

    TEST_F(EngineTest, TheTimeThatAPersonTakesToAnswerIsNoneOfTheRuns)
    {
        manners["edge"] = FakeRunner::Manner::AsksAPerson;
        manners["app1"] = FakeRunner::Manner::Answers;
        now = base::systemNow;
        Options options;
        options.timeout = 1500ms;
        Engine engine(options, catalogue, seams());
        const auto last = engine.run(profileOf({ "edge", "app1" }), sink, {});
        EXPECT_EQ(last->progress[0].stage, HostProgress::Stage::Done) << last->progress[0].error;
        EXPECT_EQ(last->progress[1].stage, HostProgress::Stage::Done);
        EXPECT_LT(last->diagnosis.duration, thinkingTime);
        EXPECT_GE(questions->total(), thinkingTime);
    }

    TEST_F(EngineTest, TheProfilesOwnLimitCountsWhereNoneIsGiven)
    {
        manners["slow"] = FakeRunner::Manner::HangsInBatch;
        model::Profile profile = profileOf({ "slow" });
        profile.checks.timeout = 300ms;
        Engine engine({}, catalogue, seams());
        const auto started = steady_clock::now();
        engine.run(profile, sink, {});
        EXPECT_LT(steady_clock::now() - started, 3s);
    }

    TEST_F(EngineTest, ALoginTestAsksNothingMore)
    {
        manners["edge"] = FakeRunner::Manner::Answers;
        manners["app1"] = FakeRunner::Manner::Refused;
        Options options;
        options.depth = Options::Depth::Logins;
        Engine engine(options, catalogue, seams());
        const auto last = engine.run(profileOf({ "edge", "app1" }), sink, {});
        EXPECT_EQ(log.logins.load(), 2);
        EXPECT_EQ(log.checks.load(), 0);
        EXPECT_EQ(last->capture->sessions.size(), 2u);
        EXPECT_EQ(last->progress[0].stage, HostProgress::Stage::Done);
        EXPECT_EQ(last->progress[1].stage, HostProgress::Stage::Failed);
        EXPECT_TRUE(last->capture->outside.url.empty());
        EXPECT_NE(last->diagnosis.verdict, model::Verdict::Healthy);
    }

    TEST_F(EngineTest, KeepsSessionsOpenBetweenRuns)
    {
        manners["edge"] = FakeRunner::Manner::Answers;
        Engine engine({}, catalogue, seams());
        engine.run(profileOf({ "edge" }), {}, {});
        engine.run(profileOf({ "edge" }), {}, {});
        EXPECT_EQ(log.logins.load(), 1);
    }

    TEST_F(EngineTest, LogsInAnewAfterALoss)
    {
        manners["edge"] = FakeRunner::Manner::Refused;
        Engine engine({}, catalogue, seams());
        engine.run(profileOf({ "edge" }), {}, {});
        manners["edge"] = FakeRunner::Manner::Answers;
        const auto last = engine.run(profileOf({ "edge" }), {}, {});
        EXPECT_EQ(log.logins.load(), 2);
        EXPECT_TRUE(last->capture->sessions.front().isReachable());
    }

    TEST_F(EngineTest, ReplayOfACaptureConcludesTheSame)
    {
        manners["edge"] = FakeRunner::Manner::Answers;
        Engine engine({}, catalogue, seams());
        const auto live = engine.run(profileOf({ "edge" }), {}, {});
        EXPECT_EQ(replay(*live->capture, *catalogue)->diagnosis, live->diagnosis);
    }

}
}
