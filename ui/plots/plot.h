#pragma once

#include "ui/plots/history.h"

#include <QString>
#include <QWidget>

class QCustomPlot;

namespace hopscope::ui {

/// One plot over time. The only place that knows QCustomPlot.
class Plot : public QWidget {
    Q_OBJECT

public:
    enum class Scale { Milliseconds, Percent };

    Plot(const QString& title, Scale scale, QWidget* parent = nullptr);
    ~Plot() override;

    /// The history's onset is marked where it lies in what is shown, its troubles lie behind the lines.
    void setSeries(const std::vector<Series>& series, const History& history);
    QSize sizeHint() const override { return { 340, 200 }; }
    QSize minimumSizeHint() const override { return { 200, 120 }; }

protected:
    void changeEvent(QEvent* event) override;

private:
    void applyTheme();
    void refresh();
    void drawTroubles(double first, double last, double highest);

    QString m_title;
    Scale m_scale;
    std::vector<Series> m_series;
    double m_onset = 0;
    std::deque<Trouble> m_troubles;
    QCustomPlot* m_plot;
};

}
