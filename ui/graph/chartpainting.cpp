#include "ui/graph/chartpainting.h"

#include "ui/graph/painting.h"

namespace hopscope::ui {

namespace {

void paintHop(QPainter& painter, const HopLine& hop, const LayoutResult& layout, const ChartLook& look)
{
    const auto place = layout.edges.find(hop.id);
    if (place == layout.edges.end())
        return;
    paintHopLine(painter, place->second.path, hop, look.theme, {});
    paintHopLabel(painter, place->second.label, hop, look.theme, look.font, {});
}

}

QRectF sceneRectOf(const LayoutResult& layout) { return layout.bounds.adjusted(-24, -24, 24, 24); }

void paintWholeChart(
    QPainter& painter, const Chart& chart, const LayoutResult& layout, const ChartLook& look)
{
    for (const HostFrame& frame : chart.hosts)
        if (const auto place = layout.clusters.find(frame.id); place != layout.clusters.end())
            paintFrame(painter, place->second, frame, look.theme, look.font);
    // The failing hop lies over the others where lines cross.
    for (const bool isFailingHop : { false, true })
        for (const HopLine& hop : chart.hops)
            if (hop.isFailingHop == isFailingHop)
                paintHop(painter, hop, layout, look);
    for (const NodeCard& card : chart.nodes)
        if (const auto place = layout.nodes.find(card.id); place != layout.nodes.end())
            paintCard(painter, place->second, card, look.theme, look.font, {});
}

}
