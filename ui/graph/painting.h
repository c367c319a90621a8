#pragma once

#include "ui/graph/chart.h"

#include <QFont>

class QPainter;

namespace hopscope::ui {

struct Theme;

/// What a pointer or the keyboard adds to a drawing.
struct Emphasis {
    bool isCurrent = false; ///< has the keyboard's place
    bool isHovered = false;
};

void paintCard(QPainter& painter, const QRectF& rect, const NodeCard& card, const Theme& theme,
    const QFont& font, Emphasis emphasis);
void paintFrame(
    QPainter& painter, const QRectF& rect, const HostFrame& frame, const Theme& theme, const QFont& font);
/// The line, its arrow head and, where it fails, its badge.
void paintHopLine(
    QPainter& painter, const QPainterPath& path, const HopLine& hop, const Theme& theme, Emphasis emphasis);
void paintHopLabel(QPainter& painter, const QPointF& center, const HopLine& hop, const Theme& theme,
    const QFont& font, Emphasis emphasis);
/// Every state's shape and word in a row, as many as fit into `room`; answers the width that it took.
double paintLegend(QPainter& painter, const QPointF& topLeft, const Theme& theme, const QFont& font,
    double room = 10000);

/// `font` scaled, at a weight.
QFont scaledFont(const QFont& font, double factor, QFont::Weight weight = QFont::Normal);

/// One line of plain text, cut by an ellipsis where it is wider than `rect`.
void paintElided(QPainter& painter, const QRectF& rect, const QString& text,
    const QFont& font, const QColor& color);

}
