#include "core/run/hostworker.h"

#include <gmock/gmock.h>

#include <condition_variable>
#include <future>

namespace hopscope::run {
namespace {

    using namespace std::chrono_literals;

    /// Gives one result, then takes what follows before it gives the others.
    class FollowingRunner final : public exec::CommandRunner {
    public:
        explicit FollowingRunner(std::promise<void>& begun)
            : m_begun(begun)
        {
        }

        model::HostSession open(std::stop_token, exec::Deadline) override { return {}; }

        void run(const exec::CheckBatch& batch, const std::function<void(model::CheckResult)>& sink, std::stop_token,
            exec::Deadline deadline) override
        {
            m_begun.set_value();
            std::mutex mutex;
            std::condition_variable_any arrived;
            std::unique_lock lock(mutex);
            arrived.wait_until(lock, m_following->arrival(), deadline.at(), [] { return false; });
            exec::CheckBatch all = batch;
            for (exec::CheckSpec& each : m_following->take())
                all.push_back(std::move(each));
            EXPECT_TRUE(m_following->take().empty());
            EXPECT_FALSE(m_following->arrival().stop_requested()) << "what is for another run does not wake this one";
            for (const exec::CheckSpec& spec : all) {
                model::CheckResult result;
                result.check = spec.check;
                sink(std::move(result));
            }
        }

        void follow(exec::Following& following) override { m_following = &following; }

    private:
        std::promise<void>& m_begun;
        exec::Following* m_following = nullptr;
    };

    exec::CheckSpec named(const char* name)
    {
        exec::CheckSpec spec;
        spec.check = base::CheckId(name);
        return spec;
    }

    std::string wordOf(const Event& event)
    {
        if (const auto* ended = std::get_if<event::CheckEnded>(&event.what))
            return ended->result.check.value();
        return std::holds_alternative<event::BatchEnded>(event.what) ? "end" : "session";
    }

    TEST(HostWorker, EndsEachBatchWithItsOwnLastResult)
    {
        const auto deadline = std::chrono::steady_clock::now() + 10s;
        EventQueue events;
        HostSlots slots { 1 };
        std::promise<void> begun;
        model::ProfileHost host;
        host.name = base::HostId("edge");
        HostWorker worker(host, [&](const model::ProfileHost&) { return std::make_unique<FollowingRunner>(begun); }, slots, events);
        worker.submit({ 7, true, { named("one"), named("two") }, {}, deadline });
        begun.get_future().wait();
        worker.submit({ 7, false, { named("three") }, {}, deadline });
        std::vector<std::string> words;
        while (words.size() < 6) {
            const auto event = events.pop(deadline);
            ASSERT_TRUE(event);
            EXPECT_EQ(event->run, 7u);
            words.push_back(wordOf(*event));
        }
        EXPECT_THAT(words, testing::ElementsAre("session", "one", "two", "end", "three", "end"));
    }

}
}
