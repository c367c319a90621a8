#include "ui/mainwindow/workpage.h"

#include "ui/graph/panel.h"
#include "ui/graph/view.h"
#include "ui/models/episodesmodel.h"
#include "ui/models/gapsmodel.h"
#include "ui/models/hopsmodel.h"
#include "ui/models/hostsmodel.h"
#include "ui/panels/evidencedelegate.h"
#include "ui/panels/evidencepanel.h"
#include "ui/panels/progressstrip.h"
#include "ui/panels/timelinestrip.h"
#include "ui/plots/panel.h"
#include "ui/text/words.h"

#include <QHeaderView>
#include <QSplitter>
#include <QTabWidget>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace hopscope::ui {

WorkPage::WorkPage(std::shared_ptr<const faults::Catalogue> catalogue, QWidget* parent)
    : QWidget(parent)
    , m_progress(new ProgressStrip(this))
    , m_strip(new TimelineStrip(this))
    , m_graph(new GraphPanel(this))
    , m_answer(new AnswerPanel(std::move(catalogue), this))
    , m_tabs(new QTabWidget(this))
    , m_evidence(new EvidencePanel(this))
    , m_hops(new HopsModel(this))
    , m_hosts(new HostsModel(this))
    , m_gaps(new GapsModel(this))
    , m_plots(new PlotsPanel(this))
    , m_episodes(new EpisodesModel(this))
{
    m_tabs->setObjectName(u"tabs"_s);
    m_tabs->setAccessibleName(tr("Details"));
    m_tabs->setDocumentMode(true);
    m_tabs->addTab(m_evidence, tr("Evidence"));
    m_hopsTable = addTable(m_hops, tr("Hops"), u"hopsTable"_s, HopsModel::StateRole);
    for (const auto& [column, width] : { std::pair { HopsModel::StateColumn, 110 },
             { HopsModel::HopColumn, 240 }, { HopsModel::ProtocolColumn, 80 },
             { HopsModel::DeclaredColumn, 150 }, { HopsModel::PlaceColumn, 215 },
             { HopsModel::ListeningColumn, 170 }, { HopsModel::LatencyColumn, 80 } })
        m_hopsTable->setColumnWidth(column, width);
    QTableView* hosts = addTable(m_hosts, tr("Hosts"), u"hostsTable"_s, HostsModel::StateRole);
    hosts->setColumnWidth(HostsModel::StateColumn, 132);
    hosts->setColumnWidth(HostsModel::SystemColumn, 230);
    for (int column = HostsModel::CpuColumn; column < HostsModel::ColumnCount; ++column)
        hosts->setColumnWidth(column, 66);
    m_gapsTable = addTable(m_gaps, tr("Not seen"), u"gapsTable"_s, -1);
    m_gapsTable->setColumnWidth(GapsModel::CheckColumn, 190);
    m_gapsTable->horizontalHeader()->setStretchLastSection(true);
    m_tabs->addTab(m_plots, tr("Plots"));
    m_episodesTable = addTable(m_episodes, tr("History"), u"episodesTable"_s, EpisodesModel::StateRole);
    for (const auto& [column, width] : { std::pair { EpisodesModel::StateColumn, 130 },
             { EpisodesModel::FromColumn, 120 }, { EpisodesModel::SpanColumn, 110 },
             { EpisodesModel::ChecksColumn, 70 } })
        m_episodesTable->setColumnWidth(column, width);
    m_episodesTable->horizontalHeader()->setStretchLastSection(true);

    auto* left = new QSplitter(Qt::Vertical, this);
    left->setObjectName(u"leftSplitter"_s);
    left->addWidget(m_graph);
    left->addWidget(m_tabs);
    left->setStretchFactor(0, 5);
    left->setStretchFactor(1, 4);
    left->setSizes({ 400, 320 });
    left->setChildrenCollapsible(false);
    auto* splitter = new QSplitter(this);
    splitter->setObjectName(u"mainSplitter"_s);
    splitter->addWidget(left);
    splitter->addWidget(m_answer);
    splitter->setStretchFactor(0, 5);
    splitter->setStretchFactor(1, 3);
    splitter->setSizes({ 800, 440 });
    splitter->setChildrenCollapsible(false);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_progress);
    layout->addWidget(m_strip);
    layout->addWidget(splitter, 1);

    connect(m_graph, &GraphPanel::currentChanged, this, &WorkPage::select);
    connect(m_evidence, &EvidencePanel::subjectCleared, this, [this] { select({}); });
    connect(m_answer, &AnswerPanel::hopRequested, this, &WorkPage::select);
    connect(m_answer, &AnswerPanel::gapsRequested, this, [this] { m_tabs->setCurrentWidget(m_gapsTable); });
    connect(m_strip, &TimelineStrip::chosen, this, [this](std::size_t entry) { lookBack(entry); });
    connect(m_strip, &TimelineStrip::latestRequested, this, [this] { lookBack(std::nullopt); });
    const auto openEpisode = [this](const QModelIndex& index) {
        lookBack(static_cast<std::size_t>(index.data(EpisodesModel::EntryRole).toInt()));
    };
    connect(m_episodesTable, &QTableView::clicked, this, openEpisode);
    connect(m_episodesTable, &QTableView::activated, this, openEpisode);
    connect(m_hopsTable, &QTableView::clicked, this, [this](const QModelIndex& index) {
        m_graph->setCurrent(index.data(HopsModel::IdRole).toString().toStdString());
    });
    clear();
}

WorkPage::~WorkPage() = default;

QTableView* WorkPage::addTable(
    QAbstractItemModel* model, const QString& title, const QString& name, int stateRole)
{
    auto* table = new QTableView(this);
    table->setObjectName(name);
    table->setAccessibleName(title);
    table->setModel(model);
    table->setFrameShape(QFrame::NoFrame);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setSelectionMode(QAbstractItemView::SingleSelection);
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->setAlternatingRowColors(true);
    table->setShowGrid(false);
    table->setWordWrap(false);
    table->setTabKeyNavigation(false);
    table->verticalHeader()->hide();
    table->verticalHeader()->setDefaultSectionSize(30);
    table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    table->horizontalHeader()->setHighlightSections(false);
    if (stateRole >= 0)
        table->setItemDelegateForColumn(0, new StateDelegate(stateRole, table));
    m_tabs->addTab(table, title);
    return table;
}

void WorkPage::clear()
{
    m_shown.reset();
    m_progressLine.clear();
    m_lastFinal.reset();
    m_history.clear();
    m_timeline.clear();
    m_lookedBackAt.reset();
    m_strip->setTimeline(m_timeline);
    m_strip->setCurrent(std::nullopt);
    m_episodes->setTimeline(m_timeline);
    m_progress->setProgress({});
    m_progress->hide();
    m_graph->setEmptyText(tr("The chain from the user to the app is drawn here."));
    m_graph->setDiagnosis({});
    m_answer->setEmpty(tr("The answer will stand here."));
    m_evidence->setSnapshot(nullptr);
    m_hops->setSnapshot(nullptr);
    m_hosts->setSnapshot(nullptr);
    m_gaps->setSnapshot(nullptr);
    m_tabs->setTabText(m_tabs->indexOf(m_gapsTable), tr("Not seen"));
    m_plots->setHistory(m_history);
    select({});
}

void WorkPage::begin()
{
    if (!m_lastFinal)
        m_graph->view().setFocus(Qt::OtherFocusReason);
    m_graph->setEmptyText(tr("Looking for the chain…"));
    if (!m_lastFinal)
        m_answer->setEmpty(tr("Looking at the site and its servers…"));
}

void WorkPage::focusChain() { m_graph->view().setFocus(Qt::OtherFocusReason); }

void WorkPage::setSnapshot(const std::shared_ptr<const run::Snapshot>& snapshot)
{
    m_progress->setProgress(snapshot->progress);
    const bool someFailed = std::ranges::any_of(snapshot->progress,
        [](const run::HostProgress& host) { return host.stage == run::HostProgress::Stage::Failed; });
    // A re-check says how far it is in the status bar: a strip that comes and goes would move everything each
    // time.
    const bool isRecheck = m_lastFinal != nullptr;
    if (!isRecheck || snapshot->isFinal)
        m_progress->setVisible(!snapshot->progress.empty() && (!snapshot->isFinal || someFailed));
    m_progressLine = isRecheck && !snapshot->isFinal ? ProgressStrip::summary(snapshot->progress) : QString();
    if (snapshot->isFinal) {
        m_lastFinal = snapshot;
        m_history.add(snapshot->diagnosis);
        m_plots->setHistory(m_history);
        const std::size_t expected = m_timeline.entries().size() + 1;
        m_timeline.add(snapshot);
        m_strip->setTimeline(m_timeline);
        m_episodes->setTimeline(m_timeline);
        // Entries are counted from the oldest, which may just have gone.
        if (m_lookedBackAt && m_timeline.entries().size() < expected)
            m_lookedBackAt = *m_lookedBackAt > 0 ? *m_lookedBackAt - 1 : 0;
        if (m_lookedBackAt)
            m_strip->setCurrent(m_lookedBackAt); // who looks back is not torn away
        else
            showSnapshot(snapshot, AnswerStage::Final);
    } else if (!m_lastFinal) {
        // A re-check keeps the last answer until it has its own: half of one would look like a change for the
        // worse.
        showSnapshot(snapshot, AnswerStage::Running);
    }
}

void WorkPage::lookBack(std::optional<std::size_t> entry)
{
    const std::deque<TimelineEntry>& entries = m_timeline.entries();
    if (entries.empty())
        return;
    if (entry && *entry + 1 >= entries.size())
        entry.reset();
    const std::shared_ptr<const run::Snapshot>& snapshot
        = entry ? entries[*entry].snapshot : entries.back().snapshot;
    if (!snapshot)
        return;
    m_lookedBackAt = entry;
    m_strip->setCurrent(entry);
    showSnapshot(snapshot, entry ? AnswerStage::Earlier : AnswerStage::Final);
    Q_EMIT shownChanged();
}

void WorkPage::setCancelled()
{
    m_progressLine.clear();
    if (m_lastFinal || !m_shown) {
        if (!m_lastFinal)
            m_progress->hide();
        if (!m_shown) {
            m_answer->setEmpty(tr("Cancelled before anything was seen."));
            m_graph->setEmptyText(tr("Cancelled before anything was seen."));
        }
        return;
    }
    showSnapshot(m_shown, AnswerStage::Cancelled);
}

void WorkPage::showSnapshot(const std::shared_ptr<const run::Snapshot>& snapshot, AnswerStage stage)
{
    m_shown = snapshot;
    const model::Diagnosis& diagnosis = snapshot->diagnosis;
    m_graph->setEmptyText(stage == AnswerStage::Running
            ? tr("Looking for the chain…")
            : tr("No part of the chain could be seen.\nThe answer says why."));
    m_graph->setDiagnosis(diagnosis);
    m_answer->setDiagnosis(diagnosis, stage);
    m_evidence->setSnapshot(snapshot);
    m_hops->setSnapshot(snapshot);
    m_hosts->setSnapshot(snapshot);
    m_gaps->setSnapshot(snapshot);
    const int gaps = static_cast<int>(diagnosis.incomplete.size());
    m_tabs->setTabText(
        m_tabs->indexOf(m_gapsTable), gaps > 0 ? tr("Not seen (%1)").arg(gaps) : tr("Not seen"));
}

void WorkPage::select(const std::string& nodeOrHop)
{
    m_graph->setCurrent(nodeOrHop);
    QString title;
    if (m_shown && !nodeOrHop.empty()) {
        const model::Topology& topology = m_shown->diagnosis.topology;
        const model::Node* node = topology.node(base::NodeId(nodeOrHop));
        title = node ? nodeTitle(*node) : hopTitle(topology, nodeOrHop);
        m_tabs->setCurrentWidget(m_evidence);
    }
    m_evidence->setSubject(nodeOrHop, title);
}

}
