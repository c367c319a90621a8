#pragma once

#include <QColor>
#include <QIcon>
#include <QPixmap>
#include <QRectF>
#include <QString>

class QPainter;

namespace hopscope::ui {

/// Paints :/icons/NAME.svg (drawn in `currentColor`) in one colour.
void paintIcon(QPainter& painter, const QRectF& rect, const QString& name, const QColor& color);

/// The same as a QIcon, sharp at every device scale, with a faded disabled look.
QIcon tintedIcon(const QString& name, const QColor& color, const QColor& disabled);

/// The program's own sign, `size` pixels wide.
QPixmap logo(int size, double pixelRatio);

}
