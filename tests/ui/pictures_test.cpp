#include "tests/ui/support/pictures.h"
#include "tests/ui/support/windowtest.h"

#include "ui/export/picture.h"
#include "ui/graph/view.h"
#include "ui/run/runcontroller.h"

#include <QFontInfo>
#include <QTabWidget>

namespace hopscope::test {

namespace {

/// Each look of the window, in each theme.
class Pictures : public WindowTest, public testing::WithParamInterface<ui::ThemeChoice> {
protected:
    void SetUp() override
    {
        ASSERT_EQ(QFontInfo(QApplication::font()).family(), QStringLiteral("DejaVu Sans"))
            << "install fonts-dejavu-core";
        open(GetParam());
    }

    void expectPicture(const char* name)
    {
        QCoreApplication::processEvents();
        const QString theme
            = GetParam() == ui::ThemeChoice::Dark ? QStringLiteral("dark") : QStringLiteral("light");
        const QString problem = comparePicture(
            QStringLiteral("%1-%2").arg(QLatin1StringView(name), theme), window->grab().toImage());
        EXPECT_TRUE(problem.isEmpty()) << problem.toStdString();
    }

    void showTab(int index) { find<QTabWidget>("tabs")->setCurrentIndex(index); }
    static ui::PictureOptions options()
    {
        return { GetParam() == ui::ThemeChoice::Dark ? ui::Theme::dark() : ui::Theme::light(), 1 };
    }
};

}

TEST_P(Pictures, StartPage)
{
    find<QWidget>("diagnoseButton")->setFocus(); // no blinking cursor
    expectPicture("start");
}

TEST_P(Pictures, BeforeTheFirstFact)
{
    runs.ending = FakeRuns::Ending::HangsUntilStop;
    window->diagnose(shopProfile());
    expectPicture("empty");
}

TEST_P(Pictures, HalfWay)
{
    play(halfWay());
    expectPicture("half-way");
}

TEST_P(Pictures, Failing)
{
    play(stoppedService());
    expectPicture("failing");
}

TEST_P(Pictures, SelectedHop)
{
    play(stoppedService());
    click("showFailingHop");
    expectPicture("selected-hop");
}

TEST_P(Pictures, Healthy)
{
    play(healthyChain());
    expectPicture("healthy");
}

TEST_P(Pictures, DegradedReplicas)
{
    play(degradedReplicas());
    expectPicture("degraded");
}

TEST_P(Pictures, ManyReplicas)
{
    play(manyReplicas());
    expectPicture("many-replicas");
}

TEST_P(Pictures, Unknown)
{
    play(unknownChain());
    expectPicture("unknown");
}

TEST_P(Pictures, PartialAnswer)
{
    play(partialAnswer());
    expectPicture("partial");
}

TEST_P(Pictures, CancelledBeforeAnything)
{
    runs.ending = FakeRuns::Ending::HangsUntilStop;
    window->diagnose(shopProfile());
    window->controller().cancel();
    expectPicture("cancelled");
}

TEST_P(Pictures, HostileTexts)
{
    play(hostileTexts());
    expectPicture("hostile");
}

TEST_P(Pictures, Tables)
{
    play(unknownChain());
    showTab(1);
    expectPicture("hops");
    showTab(2);
    expectPicture("hosts");
    showTab(3);
    expectPicture("not-seen");
}

TEST_P(Pictures, PlotsOfAWatch)
{
    showTab(4);
    for (int round = 0; round < 8; ++round) {
        run::Snapshot snapshot = round < 4 ? healthyChain() : stoppedService();
        snapshot.diagnosis.startedAt += std::chrono::seconds(5 * round);
        snapshot.diagnosis.request.totalMs = 12.0 + round * round;
        snapshot.diagnosis.hosts[0].resources.cpuPercent = 10 + 8 * round;
        if (snapshot.diagnosis.finding)
            snapshot.diagnosis.finding->onset
                = snapshot.diagnosis.startedAt - std::chrono::seconds(5 * round - 18);
        runs.snapshots = { shared(std::move(snapshot)) };
        if (round == 0) {
            window->diagnose(shopProfile());
        } else {
            QTest::keyClick(window.get(), Qt::Key_F5);
        }
        ASSERT_TRUE(waitUntil([&] { return !window->controller().isRunning() && settled(); }));
    }
    QTest::qWait(50); // QCustomPlot repaints by an event
    expectPicture("plots");
}

TEST_P(Pictures, IncidentOfAStoppedService)
{
    const QString theme
        = GetParam() == ui::ThemeChoice::Dark ? QStringLiteral("dark") : QStringLiteral("light");
    for (const auto& [name, snapshot] :
        { std::pair { "incident-failing", stoppedService() }, { "incident-degraded", degradedReplicas() },
            { "incident-healthy", healthyChain() }, { "incident-unknown", unknownChain() } }) {
        const QString problem = comparePicture(QStringLiteral("%1-%2").arg(QLatin1StringView(name), theme),
            ui::pictureImage(snapshot.diagnosis, options()));
        EXPECT_TRUE(problem.isEmpty()) << problem.toStdString();
    }
}

INSTANTIATE_TEST_SUITE_P(Themes, Pictures, testing::Values(ui::ThemeChoice::Light, ui::ThemeChoice::Dark),
    [](const testing::TestParamInfo<ui::ThemeChoice>& theme) {
        return theme.param == ui::ThemeChoice::Dark ? "Dark" : "Light";
    });

}
