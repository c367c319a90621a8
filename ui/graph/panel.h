#pragma once

#include "core/model/diagnosis.h"
#include "ui/graph/chart.h"
#include "ui/graph/layoutthread.h"

#include <QWidget>

class QCheckBox;
class QLabel;
class QStackedLayout;

namespace hopscope::ui {

class GraphView;

/// The graph with its legend, its zoom buttons and its empty looks.
class GraphPanel : public QWidget {
    Q_OBJECT

public:
    explicit GraphPanel(QWidget* parent = nullptr);
    ~GraphPanel() override;

    void setDiagnosis(const model::Diagnosis& diagnosis);
    /// While a run has not found any node yet, or ended without one.
    void setEmptyText(const QString& text);
    void setCurrent(const std::string& id);
    GraphView& view() { return *m_view; }
    /// Whether what is shown is laid out: tests and pictures wait for it.
    bool isSettled() const { return m_isSettled; }

Q_SIGNALS:
    void currentChanged(const std::string& id);
    void settled();

private:
    void refresh();
    void applyLayout(const LayoutRequest& request, const LayoutResult& result);

    model::Diagnosis m_diagnosis;
    Chart m_chart;
    LayoutRequest m_request;
    LayoutResult m_layout;
    bool m_isSettled = true;
    LayoutThread m_layouts;
    GraphView* m_view;
    QStackedLayout* m_stack;
    QLabel* m_empty;
    QCheckBox* m_offPath;
    QCheckBox* m_replicas;
    QLabel* m_crowd;
    bool m_hasChosenOffPath = false; ///< the person has, so it is not for us to fold or unfold
};

}
