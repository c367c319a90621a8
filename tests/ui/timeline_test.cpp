#include "tests/ui/support/windowtest.h"

#include "ui/models/episodesmodel.h"
#include "ui/panels/parts.h"
#include "ui/panels/timelinestrip.h"
#include "ui/run/runcontroller.h"
#include "ui/text/words.h"

#include <QAbstractItemModelTester>
#include <QLabel>
#include <QPushButton>
#include <QTableView>
#include <QTabWidget>

namespace hopscope::test {

namespace {

using namespace std::chrono_literals;

/// A snapshot so long after the first one.
SnapshotPointer after(run::Snapshot snapshot, std::chrono::seconds time)
{
    snapshot.diagnosis.startedAt += time;
    return shared(std::move(snapshot));
}

ui::Timeline timelineOf(std::initializer_list<std::pair<run::Snapshot, std::chrono::seconds>> checks)
{
    ui::Timeline timeline;
    for (const auto& [snapshot, time] : checks)
        timeline.add(after(snapshot, time));
    return timeline;
}

class Watch : public WindowTest {
protected:
    void check(run::Snapshot snapshot, std::chrono::seconds time)
    {
        runs.snapshots = { after(std::move(snapshot), time) };
        if (runs.runsStarted() == 0)
            window->diagnose(shopProfile());
        else
            QTest::keyClick(window.get(), Qt::Key_F5);
        ASSERT_TRUE(waitUntil([&] { return !window->controller().isRunning() && settled(); }));
    }
    void clickCheck(std::size_t entry)
    {
        auto* bars = find<ui::TimelineBars>("timelineBars");
        ASSERT_TRUE(bars->isVisible());
        QTest::mouseClick(bars, Qt::LeftButton, {}, bars->rectOf(entry).center().toPoint());
    }
    model::Verdict verdict() const { return window->shown()->diagnosis.verdict; }
};

}

TEST_F(Watch, AnEarlierCheckCanBeLookedAtAgain)
{
    open();
    check(healthyChain(), 0s);
    EXPECT_FALSE(find<QWidget>("timelineStrip")->isVisible()) << "one check is no history";
    check(stoppedService(), 5s);
    EXPECT_EQ(verdict(), model::Verdict::Failing);
    clickCheck(0);
    EXPECT_EQ(verdict(), model::Verdict::Healthy);
    EXPECT_TRUE(find<QLabel>("verdictNote")->text().contains(QStringLiteral("as it was at 09:30:00 UTC")));
    click("timelineLatest");
    EXPECT_EQ(verdict(), model::Verdict::Failing);
    EXPECT_FALSE(find<QPushButton>("timelineLatest")->isVisible());
}

TEST_F(Watch, WhoLooksBackIsNotTornAway)
{
    open();
    check(healthyChain(), 0s);
    check(stoppedService(), 5s);
    clickCheck(0);
    check(stoppedService(), 10s);
    EXPECT_EQ(verdict(), model::Verdict::Healthy);
    click("timelineLatest");
    EXPECT_EQ(window->shown()->diagnosis.startedAt, healthyChain().diagnosis.startedAt + 10s);
}

TEST_F(Watch, ArrowKeysWalkTheChecks)
{
    open();
    check(healthyChain(), 0s);
    check(stoppedService(), 5s);
    check(degradedReplicas(), 10s);
    auto* bars = find<ui::TimelineBars>("timelineBars");
    QTest::keyClick(bars, Qt::Key_Left);
    EXPECT_EQ(verdict(), model::Verdict::Failing);
    EXPECT_TRUE(bars->accessibleDescription().contains(QStringLiteral("Failing: Service stopped")))
        << bars->accessibleDescription().toStdString();
    QTest::keyClick(bars, Qt::Key_Home);
    EXPECT_EQ(verdict(), model::Verdict::Healthy);
    QTest::keyClick(bars, Qt::Key_End);
    EXPECT_EQ(verdict(), model::Verdict::Degraded);
}

TEST_F(Watch, TheHistorySaysWhatHappenedWhen)
{
    open();
    check(healthyChain(), 0s);
    check(stoppedService(), 5s);
    check(stoppedService(), 65s);
    check(healthyChain(), 125s);
    const auto* model = find<QTableView>("episodesTable")->model();
    ASSERT_EQ(model->rowCount(), 3);
    const auto cell = [&](int row, int column) { return model->index(row, column).data().toString(); };
    EXPECT_EQ(cell(0, ui::EpisodesModel::SpanColumn), QStringLiteral("still"));
    EXPECT_EQ(cell(1, ui::EpisodesModel::StateColumn), QStringLiteral("Failing"));
    EXPECT_EQ(cell(1, ui::EpisodesModel::SpanColumn), QStringLiteral("2 min"));
    EXPECT_EQ(cell(1, ui::EpisodesModel::ChecksColumn), QStringLiteral("2"));
    EXPECT_TRUE(cell(1, ui::EpisodesModel::WhatColumn).startsWith(QStringLiteral("Service stopped")));
    find<QTabWidget>("tabs")->setCurrentWidget(find<QTableView>("episodesTable"));
    auto* table = find<QTableView>("episodesTable");
    QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, table->visualRect(model->index(1, 1)).center());
    EXPECT_EQ(verdict(), model::Verdict::Failing);
}

TEST(Timeline, TellsARecoveredFaultFromOneThatGoesOn)
{
    EXPECT_EQ(timelineOf({ { stoppedService(), 0s } }).summary(), QString());
    EXPECT_EQ(timelineOf({ { healthyChain(), 0s }, { stoppedService(), 5s }, { stoppedService(), 245s } }).summary(),
        QStringLiteral("Failing in each of 2 checks since 09:30:05 UTC (4 min), and still"));
    EXPECT_EQ(timelineOf({ { stoppedService(), 0s }, { stoppedService(), 5s }, { healthyChain(), 180s } }).summary(),
        QStringLiteral(
            "Works again since 09:33:00 UTC, after 3 min of: Service stopped · nginx on edge → node on app1"));
    EXPECT_EQ(timelineOf({ { healthyChain(), 0s }, { healthyChain(), 5s } }).summary(),
        QStringLiteral("All is well in each of 2 checks since 09:30:00 UTC"));
}

TEST(Timeline, AnotherCauseIsStillTheSameOutage)
{
    EXPECT_EQ(timelineOf({ { stoppedService(), 0s }, { degradedReplicas(), 60s }, { stoppedService(), 120s } }).summary(),
        QStringLiteral("Failing in each of 3 checks since 09:30:00 UTC (2 min), and still"));
    EXPECT_TRUE(timelineOf({ { stoppedService(), 0s }, { degradedReplicas(), 60s }, { healthyChain(), 180s } })
                    .summary()
                    .startsWith(QStringLiteral("Works again since 09:33:00 UTC, after 3 min of: ")));
}

TEST(Timeline, AFaultThatComesAndGoesIsSaidSo)
{
    EXPECT_EQ(timelineOf({ { stoppedService(), 0s }, { healthyChain(), 60s }, { stoppedService(), 120s } }).summary(),
        QStringLiteral("Failing again since 09:32:00 UTC; it came and went before, at 09:30:00 UTC"));
}

TEST(Timeline, AnUnknownAnswerIsNoRecovery)
{
    const QString summary = timelineOf({ { stoppedService(), 0s }, { unknownChain(), 60s } }).summary();
    EXPECT_TRUE(summary.startsWith(QStringLiteral("Not known since 09:31:00"))) << summary.toStdString();
}

TEST(Timeline, OldRecordingsAreLetGoButNotWhatTheyFound)
{
    ui::Timeline timeline;
    model::Capture capture;
    capture.checks.resize(1);
    capture.checks[0].output.assign(ui::Timeline::mostBytes / 2, 'x');
    const auto large = std::make_shared<const model::Capture>(std::move(capture));
    for (int round = 0; round < 4; ++round) {
        run::Snapshot snapshot = stoppedService();
        snapshot.capture = large;
        timeline.add(after(std::move(snapshot), std::chrono::seconds(5 * round)));
    }
    ASSERT_EQ(timeline.entries().size(), 4U);
    EXPECT_EQ(timeline.entries()[0].snapshot, nullptr);
    EXPECT_NE(timeline.entries()[3].snapshot, nullptr);
    EXPECT_EQ(timeline.episodes().size(), 1U);
    EXPECT_EQ(timeline.episodes()[0].checks, 4);
}

TEST(Timeline, TheModelKeepsItsContract)
{
    ui::EpisodesModel model;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Warning);
    model.setTimeline(timelineOf({ { healthyChain(), 0s }, { stoppedService(), 5s } }));
    EXPECT_EQ(model.rowCount(), 2);
    model.setTimeline({});
    EXPECT_EQ(model.rowCount(), 0);
}

}
