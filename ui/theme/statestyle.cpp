#include "ui/theme/statestyle.h"

#include "ui/theme/theme.h"

#include <QCoreApplication>
#include <QPainter>
#include <QPainterPath>

#include <cmath>
#include <numbers>

namespace hopscope::ui {

QString stateWord(model::State state)
{
    switch (state) {
    case model::State::Ok:
        return QCoreApplication::translate("State", "OK");
    case model::State::Warning:
        return QCoreApplication::translate("State", "Impaired");
    case model::State::Failing:
        return QCoreApplication::translate("State", "Failing");
    case model::State::Skipped:
        return QCoreApplication::translate("State", "Not tried");
    case model::State::Unknown:
        return QCoreApplication::translate("State", "Not seen");
    }
    return {};
}

QString verdictWord(model::Verdict verdict)
{
    switch (verdict) {
    case model::Verdict::Healthy:
        return QCoreApplication::translate("Verdict", "Healthy");
    case model::Verdict::Degraded:
        return QCoreApplication::translate("Verdict", "Degraded");
    case model::Verdict::Failing:
        return QCoreApplication::translate("Verdict", "Failing");
    case model::Verdict::Unknown:
        return QCoreApplication::translate("Verdict", "Unknown");
    }
    return {};
}

model::State stateOf(model::Verdict verdict)
{
    switch (verdict) {
    case model::Verdict::Healthy:
        return model::State::Ok;
    case model::Verdict::Degraded:
        return model::State::Warning;
    case model::Verdict::Failing:
        return model::State::Failing;
    case model::Verdict::Unknown:
        return model::State::Unknown;
    }
    return model::State::Unknown;
}

namespace {

QPolygonF regularPolygon(const QRectF& rect, int corners, double startDegrees)
{
    QPolygonF polygon;
    for (int corner = 0; corner < corners; ++corner) {
        const double angle = (startDegrees + 360.0 * corner / corners) * std::numbers::pi / 180;
        polygon << rect.center()
                + QPointF(std::cos(angle) * rect.width() / 2, std::sin(angle) * rect.height() / 2);
    }
    return polygon;
}

void paintQuestionMark(QPainter& painter, const QRectF& rect, const QColor& color)
{
    const double unit = rect.width() / 16;
    const QPointF center = rect.center();
    QPainterPath hook(center + QPointF(-2.3, -1.7) * unit);
    hook.cubicTo(center + QPointF(-2.3, -4.9) * unit, center + QPointF(2.3, -4.9) * unit,
        center + QPointF(2.3, -1.8) * unit);
    hook.cubicTo(center + QPointF(2.3, -0.2) * unit, center + QPointF(0, -0.2) * unit,
        center + QPointF(0, 1.6) * unit);
    painter.strokePath(hook, QPen(color, 1.6 * unit, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    painter.drawEllipse(center + QPointF(0, 3.9) * unit, 1.05 * unit, 1.05 * unit);
}

}

void paintStateShape(QPainter& painter, const QRectF& rect, model::State state, const Theme& theme)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    const QColor color = theme.color(state);
    const QColor mark = theme.isDark ? theme.surface : QColor(Qt::white);
    const double unit = rect.width() / 16;
    const QPointF center = rect.center();
    const QPen stroke(mark, 2 * unit, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin);
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    switch (state) {
    case model::State::Ok: {
        painter.drawEllipse(rect);
        painter.setPen(stroke);
        painter.setBrush(Qt::NoBrush);
        painter.drawPolyline(QPolygonF { center + QPointF(-3.4, 0.2) * unit,
            center + QPointF(-0.9, 2.8) * unit, center + QPointF(3.6, -2.6) * unit });
        break;
    }
    case model::State::Warning: {
        QPainterPath triangle;
        triangle.addPolygon(QPolygonF { center + QPointF(0, -6.6) * unit, center + QPointF(7, 5.8) * unit,
            center + QPointF(-7, 5.8) * unit, center + QPointF(0, -6.6) * unit });
        painter.setPen(QPen(color, 1.6 * unit, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        painter.drawPath(triangle);
        painter.setPen(stroke);
        painter.drawLine(center + QPointF(0, -2.2) * unit, center + QPointF(0, 1.2) * unit);
        painter.setPen(Qt::NoPen);
        painter.setBrush(mark);
        painter.drawEllipse(center + QPointF(0, 4.1) * unit, 1.1 * unit, 1.1 * unit);
        break;
    }
    case model::State::Failing: {
        painter.drawPolygon(regularPolygon(rect.adjusted(-unit / 2, -unit / 2, unit / 2, unit / 2), 8, 22.5));
        painter.setPen(stroke);
        painter.drawLine(center + QPointF(-2.8, -2.8) * unit, center + QPointF(2.8, 2.8) * unit);
        painter.drawLine(center + QPointF(2.8, -2.8) * unit, center + QPointF(-2.8, 2.8) * unit);
        break;
    }
    case model::State::Skipped: {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(color, 1.8 * unit));
        painter.drawEllipse(rect.adjusted(unit, unit, -unit, -unit));
        painter.setPen(QPen(color, 2 * unit, Qt::SolidLine, Qt::RoundCap));
        painter.drawLine(center + QPointF(-2.8, 0) * unit, center + QPointF(2.8, 0) * unit);
        break;
    }
    case model::State::Unknown: {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(color, 1.5 * unit, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        painter.drawPolygon(regularPolygon(rect, 4, 0));
        paintQuestionMark(painter, rect, color);
        break;
    }
    }
    painter.restore();
}

Qt::PenStyle linePattern(model::State state)
{
    switch (state) {
    case model::State::Ok:
        return Qt::SolidLine;
    case model::State::Warning:
        return Qt::DashDotLine;
    case model::State::Failing:
        return Qt::DashLine;
    case model::State::Skipped:
        return Qt::DotLine;
    case model::State::Unknown:
        return Qt::DashDotDotLine;
    }
    return Qt::DashDotDotLine;
}

}
