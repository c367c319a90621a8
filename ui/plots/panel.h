#pragma once

#include "ui/plots/history.h"

#include <QWidget>

class QLabel;
class QStackedLayout;

namespace hopscope::ui {

class Plot;

/// Latency and resources over the runs of a watch.
class PlotsPanel : public QWidget {
    Q_OBJECT

public:
    explicit PlotsPanel(QWidget* parent = nullptr);
    void setHistory(const History& history);

private:
    QStackedLayout* m_stack;
    QLabel* m_empty;
    Plot* m_phases;
    Plot* m_hops;
    Plot* m_cpu;
    Plot* m_memory;
    Plot* m_disk;
};

}
