#include "tests/ui/support/windowtest.h"

#include "ui/graph/panel.h"
#include "ui/graph/view.h"
#include "ui/theme/resources.h"

#include <QCheckBox>
#include <QListView>
#include <QToolButton>

namespace hopscope::test {

namespace {

const ui::HopLine& hopOf(const ui::Chart& chart, const std::string& id)
{
    return *std::ranges::find(chart.hops, id, &ui::HopLine::id);
}

}

TEST(Chart, NamesTheVariantOnTheFailingHopOnly)
{
    const ui::Chart chart = ui::chartOf(stoppedService().diagnosis, ui::OffPath::Shown);
    EXPECT_TRUE(hopOf(chart, failingHop).isFailingHop);
    EXPECT_EQ(hopOf(chart, failingHop).title, QStringLiteral("Connection refused"));
    EXPECT_EQ(hopOf(chart, failingHop).target, QStringLiteral("http · 10.1.0.3:3000"));
    EXPECT_EQ(hopOf(chart, "client>edge/nginx:443").title, QStringLiteral("https · 5.7\u00a0ms"));
    EXPECT_FALSE(hopOf(chart, "client>edge/nginx:443").isFailingHop);
}

TEST(Chart, FoldsOtherSitesAndSaysHowMany)
{
    const model::Diagnosis diagnosis = degradedReplicas().diagnosis;
    const ui::Chart all = ui::chartOf(diagnosis, ui::OffPath::Shown);
    const ui::Chart folded = ui::chartOf(diagnosis, ui::OffPath::Folded);
    EXPECT_EQ(all.hops.size(), folded.hops.size() + 1);
    EXPECT_EQ(folded.foldedHops, 1);
    EXPECT_EQ(
        std::ranges::find(folded.nodes, std::string("edge/php-fpm"), &ui::NodeCard::id), folded.nodes.end());
}

TEST(Chart, ACrowdIsLeftOutButNeverTheRequestsOwnWay)
{
    model::Diagnosis diagnosis = stoppedService().diagnosis;
    for (int index = 0; index < 3000; ++index) {
        model::Node node;
        node.id = base::NodeId("crowd" + std::to_string(index));
        diagnosis.topology.nodes.insert(diagnosis.topology.nodes.begin(), node);
        model::Hop hop;
        hop.id = base::HopId("edge/nginx:443>" + node.id.value());
        hop.from = base::NodeId("edge/nginx:443");
        hop.to = node.id;
        diagnosis.topology.hops.push_back(hop);
    }
    const ui::Chart chart = ui::chartOf(diagnosis, ui::OffPath::Shown, ui::Replicas::Each);
    EXPECT_EQ(chart.nodes.size(), ui::mostNodes);
    EXPECT_EQ(chart.crowdedNodes, 3004 - static_cast<int>(ui::mostNodes));
    EXPECT_TRUE(hopOf(chart, failingHop).isFailingHop);
}

TEST(Chart, ReplicasThatFareAlikeAreOneCardAndTheFailingOneIsDrawn)
{
    const model::Diagnosis diagnosis = manyReplicas().diagnosis;
    const ui::Chart chart = ui::chartOf(diagnosis, ui::OffPath::Folded);
    EXPECT_EQ(chart.foldedReplicas, 26);
    const auto find = [&](const std::string& id) { return std::ranges::find(chart.nodes, id, &ui::NodeCard::id); };
    EXPECT_NE(find("node1/shop-17"), chart.nodes.end());
    EXPECT_EQ(find("node1/shop-9"), chart.nodes.end());
    const auto folded = std::ranges::find_if(
        chart.nodes, [](const ui::NodeCard& card) { return card.id.starts_with(ui::foldedCardPrefix); });
    ASSERT_NE(folded, chart.nodes.end());
    EXPECT_EQ(folded->title, QStringLiteral("26 more"));
    EXPECT_EQ(folded->state, model::State::Ok);
    EXPECT_EQ(folded->host, "node1");
    for (const ui::HopLine& hop : chart.hops)
        EXPECT_TRUE(find(hop.from) != chart.nodes.end() && find(hop.to) != chart.nodes.end()) << hop.id;
    EXPECT_EQ(std::ranges::count(chart.hops, folded->id, &ui::HopLine::to), 1);
    EXPECT_EQ(std::ranges::count(chart.hops, folded->id, &ui::HopLine::from), 3) << "one line to each dependency";
    EXPECT_EQ(ui::chartOf(diagnosis, ui::OffPath::Folded, ui::Replicas::Each).foldedReplicas, 0);
}

TEST(Chart, AFewReplicasAreEachDrawn)
{
    EXPECT_EQ(ui::chartOf(degradedReplicas().diagnosis, ui::OffPath::Shown).foldedReplicas, 0);
}

TEST(Chart, KindsDifferInShape)
{
    const ui::Chart chart = ui::chartOf(manyReplicas().diagnosis, ui::OffPath::Folded);
    const auto tile = [&](const char* id) { return std::ranges::find(chart.nodes, id, &ui::NodeCard::id)->tile; };
    EXPECT_EQ(tile("edge/haproxy:8080"), ui::TileShape::Hexagon);
    EXPECT_EQ(tile("db/postgresql"), ui::TileShape::Circle);
    EXPECT_EQ(tile("edge/nginx:443"), ui::TileShape::Square);
    EXPECT_TRUE(std::ranges::find(chart.nodes, "node1/shop-17", &ui::NodeCard::id)->isContainer);
}

TEST(Chart, AHostOutOfReachIsMarkedOnItsFrame)
{
    const ui::Chart chart = ui::chartOf(unknownChain().diagnosis, ui::OffPath::Shown);
    const auto frame = std::ranges::find(chart.hosts, std::string("app1"), &ui::HostFrame::id);
    ASSERT_NE(frame, chart.hosts.end());
    EXPECT_EQ(frame->state, model::State::Failing);
    EXPECT_EQ(frame->note, QStringLiteral("out of reach"));
}

TEST(Chart, AHostThatIsNotReachedYetIsNotOutOfReach)
{
    model::Diagnosis diagnosis = halfWay().diagnosis;
    model::HostReport pending;
    pending.name = base::HostId("app1");
    diagnosis.hosts.push_back(pending);
    const ui::Chart chart = ui::chartOf(diagnosis, ui::OffPath::Shown);
    const auto frame = std::ranges::find(chart.hosts, std::string("app1"), &ui::HostFrame::id);
    ASSERT_NE(frame, chart.hosts.end());
    EXPECT_EQ(frame->state, model::State::Unknown);
    EXPECT_TRUE(frame->note.isEmpty());
}

TEST(Layout, RunsFromLeftToRightWithoutOverlaps)
{
    const ui::LayoutResult layout
        = ui::layoutGraph(ui::layoutRequestOf(ui::chartOf(degradedReplicas().diagnosis, ui::OffPath::Shown)));
    EXPECT_LT(layout.nodes.at("client").right(), layout.nodes.at("edge/nginx:443").left());
    EXPECT_LT(layout.nodes.at("edge/nginx:443").right(), layout.nodes.at("app1/node:3000").left());
    for (const auto& [id, rect] : layout.nodes)
        for (const auto& [other, otherRect] : layout.nodes)
            EXPECT_TRUE(id == other || !rect.intersects(otherRect)) << id << " over " << other;
    EXPECT_TRUE(layout.clusters.at("app1").contains(layout.nodes.at("app1/node:3000")));
    EXPECT_TRUE(layout.clusters.at("app1").contains(layout.nodes.at("app1/postgresql:5432")));
    EXPECT_FALSE(layout.clusters.at("app1").intersects(layout.nodes.at("edge/nginx:443")));
}

TEST(Layout, ACycleAndAMissingEndDoNoHarm)
{
    ui::LayoutRequest request;
    request.nodes = { { "a", "" }, { "b", "host" }, { "\"} evil [label=<b>", "host" } };
    request.edges = { { "1", "a", "b" }, { "2", "b", "a" }, { "3", "b", "b" }, { "4", "a", "nobody" } };
    request.nodeSize = { 100, 50 };
    request.labelSize = { 80, 40 };
    const ui::LayoutResult layout = ui::layoutGraph(request);
    EXPECT_EQ(layout.nodes.size(), 3U);
    EXPECT_EQ(layout.edges.size(), 3U);
    EXPECT_TRUE(layout.bounds.isValid());
}

TEST(Layout, StatesDoNotChangeTheRequest)
{
    EXPECT_EQ(ui::layoutRequestOf(ui::chartOf(stoppedService().diagnosis, ui::OffPath::Shown)),
        ui::layoutRequestOf(ui::chartOf(healthyChain().diagnosis, ui::OffPath::Shown)));
}

TEST(Layout, ALargeChainIsLaidOutInBoundedTime)
{
    ui::LayoutRequest request;
    request.nodeSize = { 176, 116 };
    request.labelSize = { 154, 62 };
    request.nodes.push_back({ "proxy", "edge" });
    for (int index = 0; index < 200; ++index) {
        request.nodes.push_back({ std::to_string(index), "app" + std::to_string(index / 10) });
        request.edges.push_back({ "hop" + std::to_string(index), "proxy", std::to_string(index) });
    }
    QElapsedTimer clock;
    clock.start();
    EXPECT_EQ(ui::layoutGraph(request).nodes.size(), 201U);
    RecordProperty("milliseconds", static_cast<int>(clock.elapsed()));
    EXPECT_LT(clock.elapsed(), 20000);
}

using Graph = WindowTest;

TEST_F(Graph, StaysInPlaceWhenAStateChanges)
{
    open();
    play(healthyChain());
    const QRectF before = find<ui::GraphView>("graphView")->chartScene().rectOf("app1/node:3000");
    runs.snapshots = { shared(stoppedService()) };
    QTest::keyClick(window.get(), Qt::Key_F5);
    ASSERT_TRUE(waitUntil([&] { return window->shown()->diagnosis.verdict == model::Verdict::Failing; }));
    EXPECT_EQ(find<ui::GraphView>("graphView")->chartScene().rectOf("app1/node:3000"), before);
}

TEST_F(Graph, AClickOnAHopShowsItsEvidenceOnly)
{
    open();
    play(stoppedService());
    auto* view = find<ui::GraphView>("graphView");
    auto* list = find<QListView>("evidenceList");
    ASSERT_EQ(list->model()->rowCount(), 5);
    const QPoint healthy = view->mapFromScene(view->chartScene().rectOf("client>edge/nginx:443").center());
    QTest::mouseClick(view->viewport(), Qt::LeftButton, {}, healthy);
    EXPECT_EQ(list->model()->rowCount(), 0) << "no evidence of the conclusion is about a hop that works";
    const QPoint failing = view->mapFromScene(view->chartScene().rectOf(failingHop).center());
    QTest::mouseClick(view->viewport(), Qt::LeftButton, {}, failing);
    EXPECT_EQ(list->model()->rowCount(), 5);
    click("clearSubject");
    EXPECT_EQ(list->model()->rowCount(), 5);
    EXPECT_TRUE(view->chartScene().current().empty());
}

TEST_F(Graph, TheKeyboardWalksTheChainAndLeavesIt)
{
    open();
    play(stoppedService());
    auto* view = find<ui::GraphView>("graphView");
    ASSERT_TRUE(view->hasFocus()) << "a new answer starts at its chain";
    QTest::keyClick(view, Qt::Key_Tab);
    EXPECT_EQ(view->chartScene().current(), "client");
    QTest::keyClick(view, Qt::Key_Tab);
    EXPECT_EQ(view->chartScene().current(), "client>edge/nginx:443");
    QTest::keyClick(view, Qt::Key_Right);
    EXPECT_EQ(view->chartScene().current(), "edge/nginx:443");
    QTest::keyClick(view, Qt::Key_Right);
    EXPECT_EQ(view->chartScene().current(), failingHop);
    EXPECT_TRUE(view->accessibleDescription().contains(QStringLiteral("Connection refused")))
        << view->accessibleDescription().toStdString();
    QTest::keyClick(view, Qt::Key_Left);
    EXPECT_EQ(view->chartScene().current(), "edge/nginx:443");
    QTest::keyClick(view, Qt::Key_End);
    EXPECT_EQ(view->chartScene().current(), "app1/postgresql:5432");
    QTest::keyClick(view, Qt::Key_Tab);
    EXPECT_FALSE(view->hasFocus()) << "Tab is trapped";
}

TEST_F(Graph, ZoomsByWheelAndKeysAndFitsAgain)
{
    open();
    play(stoppedService());
    auto* view = find<ui::GraphView>("graphView");
    const double fitted = view->transform().m11();
    QTest::keyClick(view, Qt::Key_Plus);
    EXPECT_GT(view->transform().m11(), fitted);
    QTest::keyClick(view, Qt::Key_F);
    EXPECT_DOUBLE_EQ(view->transform().m11(), fitted);
    QWheelEvent wheel(QPointF(200, 100), view->viewport()->mapToGlobal(QPointF(200, 100)), {}, { 0, -240 },
        {}, {}, Qt::NoScrollPhase, false);
    QApplication::sendEvent(view->viewport(), &wheel);
    EXPECT_LT(view->transform().m11(), fitted);
    click("zoomFit");
    EXPECT_DOUBLE_EQ(view->transform().m11(), fitted);
}

TEST_F(Graph, AClickOnTheCardOfManyShowsEach)
{
    open();
    play(manyReplicas());
    auto* each = find<QCheckBox>("eachReplica");
    ASSERT_TRUE(each->isVisible());
    EXPECT_FALSE(each->isChecked());
    auto& view = find<ui::GraphPanel>("graphPanel")->view();
    const std::string id = view.chartScene().idAt(view.chartScene().rectOf("more:node1/shop-3").center());
    EXPECT_EQ(id, "more:node1/shop-3");
    view.fit();
    QTest::mouseClick(view.viewport(), Qt::LeftButton, {}, view.mapFromScene(view.chartScene().rectOf(id).center()));
    EXPECT_TRUE(each->isChecked());
    ASSERT_TRUE(waitUntil([&] { return settled(); }));
    EXPECT_FALSE(view.chartScene().rectOf("node1/shop-9").isEmpty());
    QTest::mouseClick(each, Qt::LeftButton);
    EXPECT_FALSE(each->isChecked());
}

TEST_F(Graph, AChartTooLargeToReadShowsTheFailingHop)
{
    open();
    play(manyReplicas());
    find<QCheckBox>("eachReplica")->setChecked(true);
    ASSERT_TRUE(waitUntil([&] { return settled(); }));
    auto& view = find<ui::GraphPanel>("graphPanel")->view();
    EXPECT_GE(view.transform().m11(), 0.45);
    const QRectF seen = view.mapToScene(view.viewport()->rect()).boundingRect();
    EXPECT_TRUE(seen.contains(view.chartScene().rectOf("edge/haproxy:8080>node1/shop-17")));
    click("zoomFit");
    EXPECT_LT(view.transform().m11(), 0.45);
}

TEST(Layout, SixtyNodesAndTwoHundredHopsAreQuick)
{
    const ui::Chart chart = ui::chartOf(manyReplicas().diagnosis, ui::OffPath::Shown, ui::Replicas::Each);
    ui::LayoutRequest request = ui::layoutRequestOf(chart);
    for (int number = 0; request.edges.size() < 200; ++number)
        request.edges.push_back({ "further" + std::to_string(number), request.nodes[std::size_t(number) % 10].id,
            request.nodes[10 + std::size_t(number) % 40].id });
    QElapsedTimer clock;
    clock.start();
    const ui::LayoutResult result = ui::layoutGraph(request);
    std::printf("%zu nodes and %zu hops laid out in %lld ms\n", request.nodes.size(), request.edges.size(),
        static_cast<long long>(clock.elapsed()));
    EXPECT_EQ(result.edges.size(), request.edges.size());
    EXPECT_LT(clock.elapsed(), 15000);
}

TEST_F(Graph, OtherSitesCanBeFolded)
{
    open();
    play(degradedReplicas());
    auto* view = find<ui::GraphView>("graphView");
    EXPECT_FALSE(view->chartScene().rectOf("edge/php-fpm").isEmpty());
    find<QCheckBox>("otherSites")->click();
    ASSERT_TRUE(waitUntil([&] { return settled(); }));
    EXPECT_TRUE(view->chartScene().rectOf("edge/php-fpm").isEmpty());
}

}
