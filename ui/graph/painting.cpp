#include "ui/graph/painting.h"

#include "ui/graph/metrics.h"
#include "ui/theme/icons.h"
#include "ui/theme/statestyle.h"
#include "ui/theme/theme.h"

#include <QFontMetricsF>
#include <QPainter>

#include <cmath>

using namespace Qt::StringLiterals;

namespace hopscope::ui {

namespace {

constexpr double offPathOpacity = 0.42;

/// One line of text, cut with an ellipsis where it does not fit.
void paintLine(QPainter& painter, const QRectF& rect, const QString& text, const QFont& font,
    const QColor& color, Qt::TextElideMode elide = Qt::ElideRight, Qt::Alignment alignment = Qt::AlignLeft)
{
    painter.setFont(font);
    painter.setPen(color);
    const QString shown = QFontMetricsF(font).elidedText(text, elide, rect.width());
    painter.drawText(rect, static_cast<int>(alignment | Qt::AlignVCenter) | Qt::TextSingleLine, shown);
}

/// At most two lines, broken between words.
QStringList wrapped(const QString& text, const QFontMetricsF& fontMetrics, double width)
{
    if (fontMetrics.horizontalAdvance(text) <= width)
        return { text };
    const QStringList words = text.split(' '_L1);
    QString first;
    qsizetype used = 0;
    while (used < words.size()) {
        const QString longer = first.isEmpty() ? words[used] : first + ' '_L1 + words[used];
        if (fontMetrics.horizontalAdvance(longer) > width)
            break;
        first = longer;
        ++used;
    }
    if (first.endsWith(u" ·"_s))
        first.chop(2);
    if (used == 0)
        return { fontMetrics.elidedText(text, Qt::ElideRight, width) };
    return { first, fontMetrics.elidedText(words.mid(used).join(' '_L1), Qt::ElideRight, width) };
}

struct BorderLook {
    QColor color;
    double width;
    Qt::PenStyle style;
};

BorderLook borderOf(const NodeCard& card, const Theme& theme, Emphasis emphasis)
{
    if (emphasis.isCurrent)
        return { theme.accent, 2.6, Qt::SolidLine };
    switch (card.state) {
    case model::State::Ok:
        return { emphasis.isHovered ? theme.borderStrong : theme.border, 1.2, Qt::SolidLine };
    case model::State::Warning:
        return { theme.warning, 1.6, Qt::SolidLine };
    case model::State::Failing:
        return { theme.failing, 2.2, Qt::SolidLine };
    case model::State::Skipped:
        return { theme.borderStrong, 1.2, Qt::DotLine };
    case model::State::Unknown:
        return { theme.unknown, 1.2, Qt::DashLine };
    }
    return { theme.border, 1, Qt::SolidLine };
}

double lineWidth(const HopLine& hop)
{
    if (hop.isFailingHop)
        return 3.6;
    switch (hop.state) {
    case model::State::Ok:
        return 2;
    case model::State::Warning:
        return 2.4;
    case model::State::Failing:
        return 2.8;
    case model::State::Skipped:
        return 1.8;
    case model::State::Unknown:
        return 1.8;
    }
    return 1.8;
}

void paintArrowHead(QPainter& painter, const QPainterPath& path, const QColor& color, double width)
{
    const double length = path.length();
    if (length < 12)
        return;
    const double reach = 7 + width * 1.6;
    const QPointF tip = path.currentPosition();
    const QPointF back = path.pointAtPercent(path.percentAtLength(length - reach));
    const double angle = std::atan2(tip.y() - back.y(), tip.x() - back.x());
    const auto corner = [&](double turn) {
        return tip - QPointF(std::cos(angle + turn), std::sin(angle + turn)) * (reach * 1.1);
    };
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    painter.drawPolygon(QPolygonF { tip, corner(0.42), corner(-0.42) });
}

}

namespace {

void paintTile(QPainter& painter, const QRectF& tile, TileShape shape)
{
    switch (shape) {
    case TileShape::Square:
        painter.drawRoundedRect(tile, 8, 8);
        return;
    case TileShape::Circle:
        painter.drawEllipse(tile);
        return;
    case TileShape::Hexagon: {
        const double quarter = tile.width() / 4;
        painter.drawPolygon(QPolygonF { { tile.left() + quarter, tile.top() }, { tile.right() - quarter, tile.top() },
            { tile.right(), tile.center().y() }, { tile.right() - quarter, tile.bottom() },
            { tile.left() + quarter, tile.bottom() }, { tile.left(), tile.center().y() } });
        return;
    }
    }
}

}

QFont scaledFont(const QFont& font, double factor, QFont::Weight weight)
{
    QFont result(font);
    if (font.pixelSize() > 0)
        result.setPixelSize(std::max(1, static_cast<int>(std::lround(font.pixelSize() * factor))));
    else
        result.setPointSizeF(font.pointSizeF() * factor);
    result.setWeight(weight);
    return result;
}

void paintCard(QPainter& painter, const QRectF& rect, const NodeCard& card, const Theme& theme,
    const QFont& font, Emphasis emphasis)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    if (!card.isOnPath && !emphasis.isCurrent)
        painter.setOpacity(painter.opacity() * offPathOpacity);
    const BorderLook border = borderOf(card, theme, emphasis);
    const QRectF body = rect.adjusted(1.5, 1.5, -1.5, -1.5);
    if (!theme.isDark) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(QColor(20, 30, 50, 16));
        painter.drawRoundedRect(body.translated(0, 1.8), metrics::cardRadius, metrics::cardRadius);
    }
    painter.setBrush(card.state == model::State::Failing
            ? theme.tint(theme.failing, theme.isDark ? 0.14 : 0.05)
            : theme.tint(theme.text, theme.isDark ? 0.055 : 0));
    painter.setPen(QPen(border.color, border.width, border.style));
    painter.drawRoundedRect(body, metrics::cardRadius, metrics::cardRadius);

    const QColor stateColor = theme.color(card.state);
    const QRectF tile(body.left() + 11, body.top() + 11, 34, 34);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.tint(stateColor, theme.isDark ? 0.20 : 0.11));
    paintTile(painter, tile, card.tile);
    paintIcon(painter, tile.adjusted(6.5, 6.5, -6.5, -6.5), QString::fromStdString(card.icon), stateColor);

    const QFont stateFont = scaledFont(font, 1.02, QFont::DemiBold);
    const QString word = stateWord(card.state);
    const double wordWidth = QFontMetricsF(stateFont).horizontalAdvance(word) + 2;
    const QRectF wordRect(body.right() - 12 - wordWidth, tile.top() + 4, wordWidth, 24);
    paintLine(painter, wordRect, word, stateFont, stateColor);
    paintStateShape(painter,
        { wordRect.left() - 6 - metrics::badgeSize, wordRect.center().y() - metrics::badgeSize / 2,
            metrics::badgeSize, metrics::badgeSize },
        card.state, theme);

    if (card.isContainer)
        paintIcon(painter, { tile.right() + 7, tile.center().y() - 8, 16, 16 }, u"software/docker"_s, theme.textMuted);

    const double width = body.width() - 24;
    paintLine(painter, { tile.left(), tile.bottom() + 6, width, 24 }, card.title,
        scaledFont(font, 1.24, QFont::DemiBold), theme.text);
    const QFont small = scaledFont(font, 0.99);
    paintLine(painter, { tile.left(), tile.bottom() + 29, width, 17 }, card.subtitle, small, theme.textMuted,
        Qt::ElideMiddle);
    paintLine(painter, { tile.left(), tile.bottom() + 45, width, 17 }, card.detail, small, theme.textMuted,
        Qt::ElideMiddle);
    painter.restore();
}

void paintFrame(
    QPainter& painter, const QRectF& rect, const HostFrame& frame, const Theme& theme, const QFont& font)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    const bool isLost = frame.state == model::State::Failing;
    painter.setPen(
        QPen(isLost ? theme.failing : theme.borderStrong, 1.2, isLost ? Qt::DashLine : Qt::SolidLine));
    painter.setBrush(theme.isDark ? theme.tint(theme.accent, 0.015) : theme.tint(theme.accent, 0.035));
    painter.drawRoundedRect(rect, metrics::frameRadius, metrics::frameRadius);
    const QRectF icon(rect.left() + 16, rect.top() + 11, 17, 17);
    paintIcon(painter, icon, u"kind/host"_s, isLost ? theme.failing : theme.textMuted);
    const QFont titleFont = scaledFont(font, 1.12, QFont::DemiBold);
    const QFont noteFont = scaledFont(font, 0.95);
    const double noteWidth
        = frame.note.isEmpty() ? 0 : QFontMetricsF(noteFont).horizontalAdvance(frame.note) + 2;
    const QRectF line(icon.right() + 7, icon.top() - 3, rect.right() - icon.right() - 21, 23);
    paintLine(painter, line.adjusted(0, 0, noteWidth > 0 ? -noteWidth - 8 : 0, 0), frame.title, titleFont,
        isLost ? theme.failing : theme.textMuted);
    paintLine(painter, line, frame.note, noteFont, theme.failing, Qt::ElideRight, Qt::AlignRight);
    painter.restore();
}

void paintHopLine(
    QPainter& painter, const QPainterPath& path, const HopLine& hop, const Theme& theme, Emphasis emphasis)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    if (!hop.isOnPath && !emphasis.isCurrent)
        painter.setOpacity(painter.opacity() * offPathOpacity);
    const QColor color = theme.color(hop.state);
    const double width = lineWidth(hop);
    if (hop.isFailingHop || emphasis.isCurrent || emphasis.isHovered) {
        QColor glow = emphasis.isCurrent ? theme.accent : color;
        glow.setAlphaF(emphasis.isCurrent ? 0.45F : 0.16F);
        painter.strokePath(path, QPen(glow, width + 8, Qt::SolidLine, Qt::RoundCap));
    }
    QPen pen(color, width, linePattern(hop.state), Qt::FlatCap, Qt::RoundJoin);
    painter.strokePath(path, pen);
    paintArrowHead(painter, path, color, width);
    painter.restore();
}

void paintHopLabel(QPainter& painter, const QPointF& center, const HopLine& hop, const Theme& theme,
    const QFont& font, Emphasis emphasis)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    const QColor color = theme.color(hop.state);
    const QFont titleFont = scaledFont(font, 1.03, QFont::DemiBold);
    const QFont targetFont = scaledFont(font, 0.92);
    const QFontMetricsF titleMetrics(titleFont);
    const double inner = metrics::labelSize.width() - 16;
    const double shapeRoom = metrics::badgeSize + 6;
    const QStringList titles = wrapped(hop.title, titleMetrics, inner - shapeRoom);
    double titleWidth = 0;
    for (const QString& line : titles)
        titleWidth = std::max(titleWidth, titleMetrics.horizontalAdvance(line) + 1);
    const double targetWidth = std::min(inner, QFontMetricsF(targetFont).horizontalAdvance(hop.target) + 1);
    const double width = std::max(titleWidth + shapeRoom, targetWidth) + 18;
    const double height = 9 + 17.0 * static_cast<double>(titles.size()) + (hop.target.isEmpty() ? 0 : 16);
    const QRectF pill(center.x() - width / 2, center.y() - height / 2, width, height);
    const bool isDim = !hop.isOnPath && !emphasis.isCurrent;
    // Never see-through: the line runs behind it.
    painter.setBrush(hop.isFailingHop ? theme.tint(theme.failing, theme.isDark ? 0.20 : 0.08)
                                      : theme.tint(theme.text, theme.isDark ? 0.055 : 0));
    painter.setPen(QPen(emphasis.isCurrent ? theme.accent
            : hop.isFailingHop             ? theme.failing
            : emphasis.isHovered           ? theme.borderStrong
                                           : theme.border,
        emphasis.isCurrent     ? 2.4
            : hop.isFailingHop ? 1.8
                               : 1.2));
    painter.drawRoundedRect(pill, 8, 8);
    if (isDim)
        painter.setOpacity(painter.opacity() * offPathOpacity);
    const double left = pill.center().x() - (titleWidth + shapeRoom) / 2;
    double top = pill.top() + 4;
    const double titlesHeight = 17.0 * static_cast<double>(titles.size());
    paintStateShape(painter,
        { left, top + (titlesHeight - metrics::badgeSize) / 2 + 0.5, metrics::badgeSize, metrics::badgeSize },
        hop.state, theme);
    for (const QString& line : titles) {
        paintLine(painter, { left + shapeRoom, top, titleWidth, 18 }, line, titleFont,
            hop.isFailingHop || hop.state == model::State::Failing ? color : theme.text);
        top += 17;
    }
    if (!hop.target.isEmpty())
        paintLine(painter, { pill.left() + 7, top, pill.width() - 14, 16 }, hop.target, targetFont,
            theme.textMuted, Qt::ElideMiddle, Qt::AlignHCenter);
    painter.restore();
}

double paintLegend(
    QPainter& painter, const QPointF& topLeft, const Theme& theme, const QFont& font, double room)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    const QFont small = scaledFont(font, 0.85);
    const QFontMetricsF fontMetrics(small);
    double x = topLeft.x();
    for (const model::State state : { model::State::Ok, model::State::Warning, model::State::Failing,
             model::State::Skipped, model::State::Unknown }) {
        const QString word = stateWord(state);
        const double width = fontMetrics.horizontalAdvance(word);
        if (x + 47 + width > topLeft.x() + room)
            break; // half a word tells nothing; Help shows all shapes
        paintStateShape(painter, { x, topLeft.y() + 2, 12, 12 }, state, theme);
        painter.setPen(QPen(theme.color(state), 2, linePattern(state), Qt::FlatCap));
        painter.drawLine(QPointF(x + 17, topLeft.y() + 8), QPointF(x + 41, topLeft.y() + 8));
        painter.setFont(small);
        painter.setPen(theme.textMuted);
        painter.drawText(
            QRectF(x + 47, topLeft.y() - 1, width + 2, 18), Qt::AlignVCenter | Qt::AlignLeft, word);
        x += 47 + width + 20;
    }
    painter.restore();
    return x - 20 - topLeft.x();
}

void paintElided(
    QPainter& painter, const QRectF& rect, const QString& text, const QFont& font, const QColor& color)
{
    painter.setFont(font);
    painter.setPen(color);
    painter.drawText(rect, Qt::AlignVCenter | Qt::TextSingleLine,
        QFontMetricsF(font).elidedText(text, Qt::ElideRight, rect.width()));
}

}
