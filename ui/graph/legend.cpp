#include "ui/graph/legend.h"

#include "ui/graph/painting.h"
#include "ui/theme/theme.h"

#include <QPainter>
#include <QPixmap>

namespace hopscope::ui {

Legend::Legend(QWidget* parent)
    : QWidget(parent)
{
    setAccessibleName(tr("Legend: the shapes of the states"));
}

QSize Legend::sizeHint() const
{
    QPixmap scratch(1, 1);
    QPainter painter(&scratch);
    return { static_cast<int>(paintLegend(painter, {}, Theme::of(palette()), font())) + 4, 22 };
}

void Legend::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    paintLegend(painter, { 0, 3 }, Theme::of(palette()), font(), width());
}

}
