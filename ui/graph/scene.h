#pragma once

#include "ui/graph/chart.h"
#include "ui/theme/theme.h"

#include <QFont>
#include <QGraphicsScene>

#include <map>
#include <string>
#include <vector>

namespace hopscope::ui {

class HopItem;
class NodeItem;

/// The drawing of a chart: what the window shows and what a picture holds. Keeps no layout of its own.
class GraphScene : public QGraphicsScene {
    Q_OBJECT

public:
    explicit GraphScene(QObject* parent = nullptr);
    ~GraphScene() override;

    void setTheme(const Theme& theme);
    void setChartFont(const QFont& font);
    /// Cards and lines that the layout does not know yet are left out until it does.
    void setChart(const Chart& chart, const LayoutResult& layout);

    /// Node and hop ids from left to right, top to bottom: the order of the Tab key.
    std::vector<std::string> order() const;
    void setCurrent(const std::string& id);
    const std::string& current() const { return m_current; }
    /// The nearest card or label from the current one in a direction; empty: none that way.
    std::string neighbour(Qt::Key direction) const;
    QRectF rectOf(const std::string& id) const;
    QString descriptionOf(const std::string& id) const;
    /// The card or line at a point of the scene; empty: none.
    std::string idAt(const QPointF& point) const;
    bool isHop(const std::string& id) const { return m_hops.contains(id); }

protected:
    void drawBackground(QPainter* painter, const QRectF& rect) override;

private:
    void rebuild();

    Theme m_theme = Theme::light();
    QFont m_font;
    Chart m_chart;
    LayoutResult m_layout;
    std::string m_current;
    std::map<std::string, NodeItem*> m_nodes; ///< owned by the scene
    std::map<std::string, HopItem*> m_hops;
};

}
