#include "tests/ui/support/windowtest.h"

#include "ui/run/runcontroller.h"

#include <QElapsedTimer>
#include <QLineEdit>

#include <atomic>

namespace hopscope::test {

using Runs = WindowTest;

TEST_F(Runs, AHostThatHangsLeavesTheWindowAnswering)
{
    open();
    runs.snapshots = { shared(halfWay()) };
    runs.ending = FakeRuns::Ending::IgnoresStop;
    window->diagnose(shopProfile());
    ASSERT_TRUE(waitUntil([&] { return window->shown() != nullptr && settled(); }));
    // The best of three: a window that waits for its host is slow each time, a busy machine is not.
    for (const char* name : { "zoomIn", "zoomOut", "zoomFit", "toolCancel" }) {
        qint64 best = 1'000'000;
        for (int attempt = 0; attempt < 3; ++attempt) {
            if (!window->controller().isRunning())
                window->diagnose(shopProfile());
            QCoreApplication::processEvents();
            QElapsedTimer clock;
            clock.start();
            click(name);
            QCoreApplication::processEvents();
            best = std::min(best, clock.elapsed());
        }
        EXPECT_LT(best, 50) << name;
    }
    EXPECT_FALSE(window->controller().isRunning());
    EXPECT_EQ(status(), QStringLiteral("Cancelled"));
}

TEST_F(Runs, TheEventLoopNeverStallsWhileSnapshotsPourIn)
{
    open();
    runs.snapshots.assign(200, shared(halfWay()));
    runs.snapshots.push_back(shared(stoppedService()));
    QElapsedTimer clock;
    qint64 longest = 0;
    qint64 last = 0;
    QTimer beat;
    beat.setInterval(1);
    QObject::connect(&beat, &QTimer::timeout, [&] {
        longest = std::max(longest, clock.elapsed() - last);
        last = clock.elapsed();
    });
    window->diagnose(shopProfile());
    clock.start();
    beat.start();
    ASSERT_TRUE(waitUntil([&] { return !window->controller().isRunning() && settled(); }));
    RecordProperty("longestMilliseconds", static_cast<int>(longest));
    std::printf("longest wait of the event loop: %lld ms\n", static_cast<long long>(longest));
    EXPECT_LT(longest, 250) << "first paint of a whole window included";
    EXPECT_EQ(window->shown()->diagnosis.verdict, model::Verdict::Failing);
}

TEST_F(Runs, LateWordsOfACancelledRunAreDropped)
{
    open();
    runs.snapshots = { shared(stoppedService()) };
    runs.ending = FakeRuns::Ending::IgnoresStop;
    window->diagnose(shopProfile());
    ASSERT_TRUE(waitUntil([&] { return window->shown() != nullptr; }));
    // The next run starts at once, although the first does not end.
    runs.snapshots = { shared(healthyChain()) };
    runs.ending = FakeRuns::Ending::Ends;
    window->diagnose(shopProfile());
    ASSERT_TRUE(waitUntil([&] { return !window->controller().isRunning(); }));
    EXPECT_EQ(window->shown()->diagnosis.verdict, model::Verdict::Healthy);
    runs.release();
    QTest::qWait(50);
    EXPECT_EQ(window->shown()->diagnosis.verdict, model::Verdict::Healthy);
}

TEST_F(Runs, EscapeCancels)
{
    open();
    runs.ending = FakeRuns::Ending::HangsUntilStop;
    window->diagnose(shopProfile());
    ASSERT_TRUE(window->controller().isRunning());
    QTest::keyClick(window.get(), Qt::Key_Escape);
    EXPECT_FALSE(window->controller().isRunning());
}

TEST_F(Runs, ARecheckKeepsTheLastAnswerUntilItHasItsOwn)
{
    open();
    play(stoppedService());
    runs.snapshots = { shared(halfWay()) };
    runs.ending = FakeRuns::Ending::HangsUntilStop;
    QTest::keyClick(window.get(), Qt::Key_F5);
    ASSERT_TRUE(waitUntil([&] { return runs.runsStarted() == 2; }));
    QTest::qWait(30);
    EXPECT_EQ(window->shown()->diagnosis.verdict, model::Verdict::Failing);
    EXPECT_EQ(status(), QStringLiteral("Checking again… 19 of 59 checks"));
}

TEST_F(Runs, WatchChecksAgainByItself)
{
    open();
    model::Profile profile = shopProfile();
    profile.checks.interval = std::chrono::milliseconds(20);
    runs.snapshots = { shared(healthyChain()) };
    window->diagnose(profile);
    click("toolWatch");
    EXPECT_TRUE(waitUntil([&] { return runs.runsStarted() >= 4; }));
    click("toolWatch");
    ASSERT_TRUE(waitUntil([&] { return !window->controller().isRunning(); }));
    const int started = runs.runsStarted();
    QTest::qWait(100);
    EXPECT_EQ(runs.runsStarted(), started);
}

TEST_F(Runs, AnUnknownHostKeyIsAskedAboutInTheWindow)
{
    open();
    std::atomic<int> answer = -1;
    dialogs.hostKeyAnswer = true;
    runs.question = [&](ssh::Interaction& interaction) {
        answer = interaction.acceptNewHostKey({ "app1", "203.0.113.7:22", "ssh-ed25519", "SHA256:abc" });
    };
    runs.snapshots = { shared(healthyChain()) };
    window->diagnose(shopProfile());
    ASSERT_TRUE(waitUntil([&] { return !window->controller().isRunning(); }));
    EXPECT_EQ(answer, 1);
    EXPECT_EQ(dialogs.asked, QStringList { QStringLiteral("hostKey app1") });
}

TEST_F(Runs, CancelAnswersAnOpenQuestionWithNo)
{
    open();
    std::atomic<int> answer = -1;
    dialogs.hostKeyAnswer.reset(); // nobody answers
    runs.question = [&](ssh::Interaction& interaction) {
        answer = interaction.acceptNewHostKey({ "app1", "203.0.113.7:22", "ssh-ed25519", "SHA256:abc" });
    };
    window->diagnose(shopProfile());
    ASSERT_TRUE(waitUntil([&] { return dialogs.asked.size() == 1; }));
    window->controller().cancel();
    EXPECT_TRUE(waitUntil([&] { return answer == 0; }));
    EXPECT_GE(dialogs.dismissals, 1);
}

TEST_F(Runs, ClosingTheWindowEndsTheRun)
{
    open();
    runs.ending = FakeRuns::Ending::HangsUntilStop;
    dialogs.unsavedAnswer = ui::UnsavedAnswer::Discard;
    window->diagnose(shopProfile());
    ASSERT_TRUE(waitUntil([&] { return runs.runsStarted() == 1; }));
    window->close();
    EXPECT_TRUE(waitUntil([&] { return !window->isVisible(); }));
    EXPECT_FALSE(window->controller().isRunning());
}

}
