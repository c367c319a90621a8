#pragma once

#include "ui/graph/chart.h"
#include "ui/graph/layout.h"
#include "ui/theme/theme.h"

#include <QFont>

class QPainter;

namespace hopscope::ui {

/// What a chart is painted with.
struct ChartLook {
    Theme theme;
    QFont font;
};

/// The room of a laid out chart, with its margin.
QRectF sceneRectOf(const LayoutResult& layout);

/// The whole chart at its own scale, as the window's scene shows it. Any thread: pictures are made off the window's.
void paintWholeChart(
    QPainter& painter, const Chart& chart, const LayoutResult& layout, const ChartLook& look);

}
