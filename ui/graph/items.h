#pragma once

#include "ui/graph/chartpainting.h"
#include "ui/graph/painting.h"

#include <QGraphicsItem>

namespace hopscope::ui {

class FrameItem final : public QGraphicsItem {
public:
    FrameItem(HostFrame frame, const QRectF& rect, const ChartLook& look);
    QRectF boundingRect() const override { return m_rect.adjusted(-2, -2, 2, 2); }
    void paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*) override;

private:
    HostFrame m_frame;
    QRectF m_rect;
    const ChartLook m_look;
};

/// An item that can be pointed at, and that can be the current one.
class ChartItem : public QGraphicsItem {
public:
    ChartItem();
    void setCurrent(bool isCurrent);
    virtual const std::string& id() const = 0;
    virtual const QString& description() const = 0;
    virtual QRectF focusRect() const = 0;

protected:
    void hoverEnterEvent(QGraphicsSceneHoverEvent*) override;
    void hoverLeaveEvent(QGraphicsSceneHoverEvent*) override;
    Emphasis m_emphasis;
};

class NodeItem final : public ChartItem {
public:
    NodeItem(NodeCard card, const QRectF& rect, const ChartLook& look);
    QRectF boundingRect() const override { return m_rect.adjusted(-3, -3, 3, 3); }
    void paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*) override;
    const std::string& id() const override { return m_card.id; }
    const QString& description() const override { return m_card.description; }
    QRectF focusRect() const override { return m_rect; }

private:
    NodeCard m_card;
    QRectF m_rect;
    const ChartLook m_look;
};

class HopItem final : public ChartItem {
public:
    HopItem(HopLine hop, LayoutResult::Edge edge, const ChartLook& look);
    QRectF boundingRect() const override;
    QPainterPath shape() const override;
    void paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*) override;
    const std::string& id() const override { return m_hop.id; }
    const QString& description() const override { return m_hop.description; }
    QRectF focusRect() const override;

private:
    HopLine m_hop;
    LayoutResult::Edge m_edge;
    const ChartLook m_look;
};

}
