#include "ui/graph/scene.h"

#include "ui/graph/items.h"

#include <QPainter>

#include <algorithm>
#include <cmath>
#include <limits>

namespace hopscope::ui {

GraphScene::GraphScene(QObject* parent)
    : QGraphicsScene(parent)
{
    // Rebuilt whole on each change; an index would only be torn down again.
    setItemIndexMethod(NoIndex);
}

GraphScene::~GraphScene() = default;

void GraphScene::setTheme(const Theme& theme)
{
    m_theme = theme;
    rebuild();
}

void GraphScene::setChartFont(const QFont& font)
{
    m_font = font;
    rebuild();
}

void GraphScene::setChart(const Chart& chart, const LayoutResult& layout)
{
    m_chart = chart;
    m_layout = layout;
    rebuild();
}

void GraphScene::rebuild()
{
    clear();
    m_nodes.clear();
    m_hops.clear();
    const ChartLook look { m_theme, m_font };
    for (const HostFrame& frame : m_chart.hosts)
        if (const auto place = m_layout.clusters.find(frame.id); place != m_layout.clusters.end())
            addItem(std::make_unique<FrameItem>(frame, place->second, look).release());
    for (const HopLine& hop : m_chart.hops)
        if (const auto place = m_layout.edges.find(hop.id); place != m_layout.edges.end()) {
            HopItem* item = std::make_unique<HopItem>(hop, place->second, look).release();
            addItem(item);
            m_hops.emplace(hop.id, item);
        }
    for (const NodeCard& card : m_chart.nodes)
        if (const auto place = m_layout.nodes.find(card.id); place != m_layout.nodes.end()) {
            NodeItem* item = std::make_unique<NodeItem>(card, place->second, look).release();
            addItem(item);
            m_nodes.emplace(card.id, item);
        }
    setSceneRect(sceneRectOf(m_layout));
    const std::string current = m_current;
    m_current.clear();
    setCurrent(current);
}

namespace {

ChartItem* find(const std::map<std::string, NodeItem*>& nodes, const std::map<std::string, HopItem*>& hops,
    const std::string& id)
{
    if (const auto node = nodes.find(id); node != nodes.end())
        return node->second;
    if (const auto hop = hops.find(id); hop != hops.end())
        return hop->second;
    return nullptr;
}

}

void GraphScene::setCurrent(const std::string& id)
{
    if (ChartItem* before = find(m_nodes, m_hops, m_current))
        before->setCurrent(false);
    ChartItem* item = find(m_nodes, m_hops, id);
    m_current = item ? id : std::string();
    if (item)
        item->setCurrent(true);
}

std::vector<std::string> GraphScene::order() const
{
    std::vector<ChartItem*> all;
    for (const auto& [id, item] : m_nodes)
        all.push_back(item);
    for (const auto& [id, item] : m_hops)
        all.push_back(item);
    std::ranges::sort(all, [](const ChartItem* a, const ChartItem* b) {
        const QPointF left = a->focusRect().center();
        const QPointF right = b->focusRect().center();
        return std::pair(std::round(left.x()), left.y()) < std::pair(std::round(right.x()), right.y());
    });
    std::vector<std::string> ids;
    for (const ChartItem* item : all)
        ids.push_back(item->id());
    return ids;
}

std::string GraphScene::neighbour(Qt::Key direction) const
{
    const ChartItem* from = find(m_nodes, m_hops, m_current);
    const std::vector<std::string> ids = order();
    if (!from)
        return ids.empty() ? std::string() : ids.front();
    const QPointF start = from->focusRect().center();
    std::string best;
    double bestCost = std::numeric_limits<double>::max();
    for (const std::string& id : ids) {
        const QPointF step = rectOf(id).center() - start;
        const double ahead = direction == Qt::Key_Right ? step.x()
            : direction == Qt::Key_Left                 ? -step.x()
            : direction == Qt::Key_Down                 ? step.y()
                                                        : -step.y();
        const double aside = direction == Qt::Key_Right || direction == Qt::Key_Left ? std::abs(step.y())
                                                                                     : std::abs(step.x());
        // Sideways counts double, so that a key stays on its row where it can.
        const double cost = ahead + 2 * aside;
        if (id != m_current && ahead > 4 && cost < bestCost) {
            best = id;
            bestCost = cost;
        }
    }
    return best;
}

QRectF GraphScene::rectOf(const std::string& id) const
{
    const ChartItem* item = find(m_nodes, m_hops, id);
    return item ? item->focusRect() : QRectF();
}

QString GraphScene::descriptionOf(const std::string& id) const
{
    const ChartItem* item = find(m_nodes, m_hops, id);
    return item ? item->description() : QString();
}

std::string GraphScene::idAt(const QPointF& point) const
{
    const QList<QGraphicsItem*> found = items(point);
    for (const QGraphicsItem* item : found)
        if (const auto* chartItem = dynamic_cast<const ChartItem*>(item))
            return chartItem->id();
    return {};
}

void GraphScene::drawBackground(QPainter* painter, const QRectF& rect)
{
    painter->fillRect(rect, m_theme.sunken);
}

}
