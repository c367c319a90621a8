#pragma once

#include "core/model/diagnosis.h"
#include "ui/graph/chart.h"
#include "ui/graph/layout.h"
#include "ui/theme/theme.h"

#include <QFont>
#include <QSizeF>

class QPainter;

namespace hopscope::ui {

/// The incident picture as a page to paint, at any scale. Any thread, one at a time.
class PicturePage {
public:
    PicturePage(const model::Diagnosis& diagnosis, const Theme& theme, const QFont& font);

    QSizeF size() const { return m_size; }
    void paint(QPainter& painter);
    /// The chain alone: its size, empty where there is none, and itself, as large as fits.
    QRectF chartRect() const;
    void paintChart(QPainter& painter, const QRectF& place) const;

private:
    double paintHead(QPainter& painter, double top) const;
    double paintFacts(QPainter& painter, double top) const;
    /// Answers the bottom; paints only with a painter.
    double paintText(QPainter& painter, const QRectF& place, const QString& text, const QFont& font,
        const QColor& color) const;

    const model::Diagnosis& m_diagnosis;
    Theme m_theme;
    QFont m_font;
    Chart m_chart;
    LayoutResult m_layout;
    QSizeF m_size;
    QRectF m_graph; ///< where the chain stands
    double m_factsTop = 0;
};

}
