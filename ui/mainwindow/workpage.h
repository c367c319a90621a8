#pragma once

#include "ui/models/timeline.h"
#include "ui/panels/answerpanel.h"
#include "ui/plots/history.h"
#include "ui/run/runner.h"

#include <QWidget>

#include <memory>

class QAbstractItemModel;
class QLabel;
class QTabWidget;
class QTableView;

namespace hopscope::ui {

class EpisodesModel;
class EvidencePanel;
class GapsModel;
class GraphPanel;
class HopsModel;
class HostsModel;
class PlotsPanel;
class ProgressStrip;
class TimelineStrip;

/// One diagnosis at work: progress, graph, answer, evidence, tables and plots.
class WorkPage : public QWidget {
    Q_OBJECT

public:
    explicit WorkPage(std::shared_ptr<const faults::Catalogue> catalogue, QWidget* parent = nullptr);
    ~WorkPage() override;

    /// Another profile: nothing of the last one stays.
    void clear();
    /// A run begins. What the last one found stays until this one ends, where there is any.
    void begin();
    void setSnapshot(const std::shared_ptr<const run::Snapshot>& snapshot);
    void setCancelled();
    /// The keyboard starts at the chain.
    void focusChain();

    /// How far the run is, on one line; empty where the strip says so itself.
    const QString& progressLine() const { return m_progressLine; }

    /// What is shown; null: nothing yet.
    const std::shared_ptr<const run::Snapshot>& shown() const { return m_shown; }

Q_SIGNALS:
    /// The person went to another check.
    void shownChanged();

private:
    /// An earlier check of the session; empty: the latest again.
    void lookBack(std::optional<std::size_t> entry);
    void showSnapshot(const std::shared_ptr<const run::Snapshot>& snapshot, AnswerStage stage);
    void select(const std::string& nodeOrHop);
    QTableView* addTable(
        QAbstractItemModel* model, const QString& title, const QString& name, int stateRole);

    std::shared_ptr<const run::Snapshot> m_shown;
    std::shared_ptr<const run::Snapshot> m_lastFinal;
    History m_history;
    Timeline m_timeline;
    std::optional<std::size_t> m_lookedBackAt;
    QString m_progressLine;
    ProgressStrip* m_progress;
    TimelineStrip* m_strip;
    GraphPanel* m_graph;
    AnswerPanel* m_answer;
    QTabWidget* m_tabs;
    EvidencePanel* m_evidence;
    HopsModel* m_hops;
    HostsModel* m_hosts;
    GapsModel* m_gaps;
    QTableView* m_hopsTable;
    QTableView* m_gapsTable;
    PlotsPanel* m_plots;
    EpisodesModel* m_episodes;
    QTableView* m_episodesTable;
};

}
