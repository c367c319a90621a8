#include "tests/ui/support/snapshots.h"

#include "ui/models/evidencemodel.h"
#include "ui/models/gapsmodel.h"
#include "ui/models/hopsmodel.h"
#include "ui/models/hostsmodel.h"

#include <QAbstractItemModelTester>

#include <gtest/gtest.h>

namespace hopscope::test {

namespace {

// A broken contract is a Qt warning, and main.cpp's message handler makes that a failure.
template <class Model> void exercise()
{
    Model model;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Warning);
    for (const SnapshotPointer& snapshot : { SnapshotPointer(), shared(stoppedService()),
             shared(hostileTexts()), shared(degradedReplicas()), SnapshotPointer(), shared(halfWay()) }) {
        model.setSnapshot(snapshot);
        for (int row = 0; row < model.rowCount(); ++row)
            for (int column = 0; column < model.columnCount(); ++column)
                EXPECT_FALSE(model.index(row, column).data(Qt::DisplayRole).toString().contains(QChar(0x1b)));
    }
}

}

TEST(Models, KeepTheirContract)
{
    exercise<ui::HopsModel>();
    exercise<ui::HostsModel>();
    exercise<ui::GapsModel>();
    ui::EvidenceModel evidence;
    ui::EvidenceFilter filter;
    const QAbstractItemModelTester tester(&evidence, QAbstractItemModelTester::FailureReportingMode::Warning);
    const QAbstractItemModelTester filterTester(
        &filter, QAbstractItemModelTester::FailureReportingMode::Warning);
    filter.setSourceModel(&evidence);
    for (const SnapshotPointer& snapshot :
        { shared(stoppedService()), SnapshotPointer(), shared(hostileTexts()), shared(healthyChain()) }) {
        evidence.setSnapshot(snapshot);
        filter.setScope(ui::EvidenceFilter::Scope::EveryCommand);
        filter.setSubject("app1/node:3000");
        filter.setSubject({});
        filter.setScope(ui::EvidenceFilter::Scope::Evidence);
    }
}

TEST(HopsModel, ShowsWhatIsDeclaredWhereAndWhatListens)
{
    run::Snapshot snapshot = stoppedService();
    model::Listener listener;
    listener.address = "127.0.0.1";
    listener.port = 3000;
    listener.process = "node";
    snapshot.diagnosis.topology.hops[1].listening = { listener };
    ui::HopsModel model;
    model.setSnapshot(shared(std::move(snapshot)));
    const auto text = [&](ui::HopsModel::Column column) { return model.index(1, column).data().toString(); };
    EXPECT_EQ(text(ui::HopsModel::HopColumn), QStringLiteral("nginx on edge → node on app1"));
    EXPECT_EQ(text(ui::HopsModel::DeclaredColumn), QStringLiteral("10.1.0.3:3000"));
    EXPECT_EQ(text(ui::HopsModel::PlaceColumn), QStringLiteral("/etc/nginx/sites-enabled/shop:12"));
    EXPECT_EQ(text(ui::HopsModel::ListeningColumn), QStringLiteral("127.0.0.1:3000 (node)"));
    EXPECT_EQ(text(ui::HopsModel::LatencyColumn), QStringLiteral("–")) << "not measured is not zero";
    EXPECT_TRUE(model.index(1, 0).data(ui::HopsModel::IsFailingHopRole).toBool());
}

TEST(HostsModel, AHostOutOfReachSaysWhyAndShowsNoNumbers)
{
    ui::HostsModel model;
    model.setSnapshot(shared(unknownChain()));
    EXPECT_EQ(model.index(1, ui::HostsModel::StateColumn).data().toString(), QStringLiteral("Out of reach"));
    EXPECT_TRUE(model.index(1, ui::HostsModel::SystemColumn)
                    .data()
                    .toString()
                    .contains(QStringLiteral("Permission denied (publickey)")));
    EXPECT_EQ(model.index(1, ui::HostsModel::CpuColumn).data().toString(), QStringLiteral("–"));
    EXPECT_FALSE(model.index(1, ui::HostsModel::CpuColumn).data(ui::HostsModel::PercentRole).isValid());
}

TEST(EvidenceModel, OutputOfMegabytesIsCutForTheScreen)
{
    run::Snapshot snapshot = stoppedService();
    model::Capture capture = *snapshot.capture;
    capture.checks[0].output = std::string(5'000'000, 'x');
    snapshot.capture = std::make_shared<const model::Capture>(std::move(capture));
    ui::EvidenceModel model;
    model.setSnapshot(shared(std::move(snapshot)));
    EXPECT_LT(model.index(0, 0).data(ui::EvidenceModel::OutputRole).toString().size(), 300'000);
    EXPECT_TRUE(model.index(0, 0).data(ui::EvidenceModel::IsTruncatedRole).toBool());
}

}
