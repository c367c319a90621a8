#include "ui/panels/evidencedelegate.h"

#include "ui/graph/painting.h"
#include "ui/models/evidencemodel.h"
#include "ui/theme/statestyle.h"
#include "ui/theme/theme.h"

#include <QApplication>
#include <QPainter>

using namespace Qt::StringLiterals;

namespace hopscope::ui {

namespace {

// Supporting evidence is not "ok", and contradicting evidence is not "failing": they get marks of their own.
void paintBearing(QPainter& painter, const QRectF& rect, const QVariant& bearing, const Theme& theme)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    const double unit = rect.width() / 16;
    const QPointF center = rect.center();
    QColor color = theme.skipped;
    if (bearing.isValid()) {
        switch (static_cast<model::Bearing>(bearing.toInt())) {
        case model::Bearing::Supports:
            color = theme.accent;
            break;
        case model::Bearing::Contradicts:
            color = theme.warning;
            break;
        case model::Bearing::NotEvaluated:
            color = theme.unknown;
            break;
        }
    }
    painter.setPen(QPen(color, 1.5 * unit));
    painter.setBrush(theme.tint(color, theme.isDark ? 0.2 : 0.1));
    painter.drawEllipse(rect.adjusted(1, 1, -1, -1));
    painter.setPen(QPen(color, 2 * unit, Qt::SolidLine, Qt::RoundCap));
    const auto line = [&](double x1, double y1, double x2, double y2) {
        painter.drawLine(center + QPointF(x1, y1) * unit, center + QPointF(x2, y2) * unit);
    };
    if (!bearing.isValid()) {
        line(-2.4, -2.6, 0.6, 0);
        line(0.6, 0, -2.4, 2.6);
    } else {
        switch (static_cast<model::Bearing>(bearing.toInt())) {
        case model::Bearing::Supports:
            line(-3.2, 0, 3.2, 0);
            line(0, -3.2, 0, 3.2);
            break;
        case model::Bearing::Contradicts:
            line(-3.2, 0, 3.2, 0);
            break;
        case model::Bearing::NotEvaluated:
            line(-3, 0, -2.9, 0);
            line(0, 0, 0.1, 0);
            line(3, 0, 3.1, 0);
            break;
        }
    }
    painter.restore();
}

}

void EvidenceDelegate::paint(
    QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const Theme theme = Theme::of(option.palette);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    const QRectF box = QRectF(option.rect).adjusted(4, 2, -4, -2);
    const bool isSelected = option.state.testFlag(QStyle::State_Selected);
    if (isSelected || option.state.testFlag(QStyle::State_MouseOver)) {
        painter->setPen(isSelected ? QPen(theme.accent, 1.4) : Qt::NoPen);
        painter->setBrush(theme.tint(theme.accent, isSelected ? (theme.isDark ? 0.2 : 0.1) : 0.05));
        painter->drawRoundedRect(box, 7, 7);
    }
    paintBearing(
        *painter, { box.left() + 9, box.top() + 10, 17, 17 }, index.data(EvidenceModel::BearingRole), theme);
    const double left = box.left() + 35;
    const double width = box.right() - left - 10;
    const QFont titleFont = scaledFont(option.font, 1, QFont::DemiBold);
    const QString title = index.data(EvidenceModel::TitleRole).toString();
    const double titleWidth = std::min(width, QFontMetricsF(titleFont).horizontalAdvance(title) + 10);
    paintElided(*painter, { left, box.top() + 6, titleWidth, 19 }, title, titleFont, theme.text);
    paintElided(*painter, { left + titleWidth, box.top() + 6, width - titleWidth, 19 },
        tr("%1 · from %2")
            .arg(index.data(EvidenceModel::VerdictRole).toString(),
                index.data(EvidenceModel::FromRole).toString()),
        scaledFont(option.font, 0.88), theme.textMuted);
    paintElided(*painter, { left, box.top() + 25, width, 18 },
        index.data(EvidenceModel::ObservedRole).toString().simplified(), scaledFont(option.font, 0.93),
        theme.text);
    painter->restore();
}

QSize EvidenceDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const
{
    return { 200, 52 };
}

StateDelegate::StateDelegate(int stateRole, QObject* parent)
    : QStyledItemDelegate(parent)
    , m_stateRole(stateRole)
{
}

void StateDelegate::paint(
    QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    QStyleOptionViewItem cell(option);
    initStyleOption(&cell, index);
    const QString word = cell.text;
    cell.text.clear();
    const QStyle* style = cell.widget ? cell.widget->style() : QApplication::style();
    style->drawControl(QStyle::CE_ItemViewItem, &cell, painter, cell.widget);
    const Theme theme = Theme::of(option.palette);
    const auto state = static_cast<model::State>(index.data(m_stateRole).toInt());
    const QRectF rect(option.rect);
    const QRectF shape(rect.left() + 8, rect.center().y() - 6.5, 14, 14);
    painter->save();
    paintStateShape(*painter, shape, state, theme);
    const bool isSelected = option.state.testFlag(QStyle::State_Selected);
    paintElided(*painter, { shape.right() + 7, rect.top(), rect.right() - shape.right() - 9, rect.height() },
        word, scaledFont(option.font, 1, QFont::DemiBold),
        isSelected ? option.palette.color(QPalette::HighlightedText) : theme.color(state));
    painter->restore();
}

}
