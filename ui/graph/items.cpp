#include "ui/graph/items.h"

#include "ui/graph/metrics.h"

#include <QPainterPathStroker>

namespace hopscope::ui {

FrameItem::FrameItem(HostFrame frame, const QRectF& rect, const ChartLook& look)
    : m_frame(std::move(frame))
    , m_rect(rect)
    , m_look(look)
{
    setZValue(0);
}

void FrameItem::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*)
{
    paintFrame(*painter, m_rect, m_frame, m_look.theme, m_look.font);
}

ChartItem::ChartItem() { setAcceptHoverEvents(true); }

void ChartItem::setCurrent(bool isCurrent)
{
    if (m_emphasis.isCurrent == isCurrent)
        return;
    m_emphasis.isCurrent = isCurrent;
    update();
}

void ChartItem::hoverEnterEvent(QGraphicsSceneHoverEvent*)
{
    m_emphasis.isHovered = true;
    update();
}

void ChartItem::hoverLeaveEvent(QGraphicsSceneHoverEvent*)
{
    m_emphasis.isHovered = false;
    update();
}

NodeItem::NodeItem(NodeCard card, const QRectF& rect, const ChartLook& look)
    : m_card(std::move(card))
    , m_rect(rect)
    , m_look(look)
{
    setZValue(3);
    setCursor(Qt::PointingHandCursor);
}

void NodeItem::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*)
{
    paintCard(*painter, m_rect, m_card, m_look.theme, m_look.font, m_emphasis);
}

HopItem::HopItem(HopLine hop, LayoutResult::Edge edge, const ChartLook& look)
    : m_hop(std::move(hop))
    , m_edge(std::move(edge))
    , m_look(look)
{
    // The failing hop lies over the others where lines cross.
    setZValue(m_hop.isFailingHop ? 2 : 1);
    setCursor(Qt::PointingHandCursor);
}

QRectF HopItem::focusRect() const
{
    return { m_edge.label - QPointF(metrics::labelSize.width(), metrics::labelSize.height()) / 2,
        metrics::labelSize };
}

QRectF HopItem::boundingRect() const
{
    return m_edge.path.boundingRect().adjusted(-14, -14, 14, 14) | focusRect().adjusted(-3, -3, 3, 3);
}

QPainterPath HopItem::shape() const
{
    QPainterPathStroker stroker;
    stroker.setWidth(14);
    QPainterPath result = stroker.createStroke(m_edge.path);
    result.addRect(focusRect());
    return result;
}

void HopItem::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*)
{
    paintHopLine(*painter, m_edge.path, m_hop, m_look.theme, m_emphasis);
    paintHopLabel(*painter, m_edge.label, m_hop, m_look.theme, m_look.font, m_emphasis);
}

}
