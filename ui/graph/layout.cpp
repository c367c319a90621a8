#include "ui/graph/layout.h"

#include "ui/graph/metrics.h"

#include <graphviz/gvc.h>

#include <algorithm>
#include <memory>
#include <mutex>

namespace hopscope::ui {

namespace {

struct ContextDeleter {
    void operator()(GVC_t* context) const { gvFreeContext(context); }
};

// Graphviz' own state is global (error sink, plugin tables), so its calls are serialised process-wide, on one
// context: each further one would leak what it read of the plugins' list.
struct Graphviz {
    std::mutex mutex;
    std::unique_ptr<GVC_t, ContextDeleter> context;
};

Graphviz& graphviz()
{
    static Graphviz graphviz;
    return graphviz;
}

struct GraphDeleter {
    void operator()(Agraph_t* graph) const { agclose(graph); }
};

char* name(std::string& text) { return text.data(); }

void set(void* object, const char* attribute, std::string value)
{
    std::string key = attribute;
    std::string unset;
    agsafeset(object, name(key), name(value), name(unset));
}

std::string inches(double pixels) { return std::to_string(pixels / 72); }

// An HTML-like label of fixed size: dot keeps room for it, and no text has to be measured.
void setLabelRoom(Agraph_t* graph, void* object, int kind, const QSizeF& size)
{
    std::string text = "<table border=\"0\" cellborder=\"0\" cellspacing=\"0\" cellpadding=\"0\"><tr><td "
                       "fixedsize=\"true\" width=\""
        + std::to_string(static_cast<int>(size.width())) + "\" height=\""
        + std::to_string(static_cast<int>(size.height())) + "\"></td></tr></table>";
    std::string key = "label";
    char* html = agstrdup_html(graph, name(text));
    agxset(object, agattr(graph, kind, name(key), nullptr), html);
    agstrfree(graph, html);
}

QPointF flipped(const pointf& point, double height) { return { point.x, height - point.y }; }

QPainterPath pathOf(const splines* lines, double height)
{
    QPainterPath path;
    if (!lines)
        return path;
    for (int index = 0; index < lines->size; ++index) {
        const bezier& curve = lines->list[index];
        if (curve.size < 1)
            continue;
        path.moveTo(flipped(curve.sflag ? curve.sp : curve.list[0], height));
        if (curve.sflag)
            path.lineTo(flipped(curve.list[0], height));
        for (int point = 1; point + 2 < curve.size; point += 3)
            path.cubicTo(flipped(curve.list[point], height), flipped(curve.list[point + 1], height),
                flipped(curve.list[point + 2], height));
        if (curve.eflag)
            path.lineTo(flipped(curve.ep, height));
    }
    return path;
}

// A hop is a box of its own, with a line to it and one from it: so its label stands in the line's way, and
// dot keeps the room for it.
struct HopBox {
    Agnode_t* label = nullptr;
    Agedge_t* toLabel = nullptr;
    Agedge_t* fromLabel = nullptr;
};

// Between neighbouring ranks nothing stands in the way: a plain curve is calmer than dot's, which keeps clear
// of boxes that are not there.
QPainterPath lineBetween(const QPointF& from, const QPointF& to, const Agedge_t* edge, double height)
{
    const double across = to.x() - from.x();
    if (across <= 0 || across > 120)
        return pathOf(ED_spl(edge), height);
    QPainterPath path(from);
    const double middle = from.x() + across / 2;
    path.cubicTo({ middle, from.y() }, { middle, to.y() }, to);
    return path;
}

struct DotGraph {
    explicit DotGraph(const LayoutRequest& request);
    void readInto(LayoutResult& result, const LayoutRequest& request) const;

    std::unique_ptr<Agraph_t, GraphDeleter> graph;
    std::map<std::string, Agnode_t*> nodes;
    std::vector<HopBox> hops; ///< as in the request; empty where an end is missing
    std::map<std::string, Agraph_t*> clusters;

private:
    Agraph_t* clusterNamed(const std::string& name, const LayoutRequest& request);
    Agnode_t* addBox(Agraph_t* parent, std::string boxName, const QSizeF& size);
    Agedge_t* addLine(Agnode_t* from, Agnode_t* to, std::string lineName);
};

Agraph_t* DotGraph::clusterNamed(const std::string& wanted, const LayoutRequest& request)
{
    if (wanted.empty())
        return graph.get();
    Agraph_t*& cluster = clusters[wanted];
    if (!cluster) {
        std::string clusterName = "cluster_" + std::to_string(clusters.size());
        cluster = agsubg(graph.get(), name(clusterName), 1);
        set(cluster, "margin", "16");
        set(cluster, "labeljust", "l");
        setLabelRoom(
            graph.get(), cluster, AGRAPH, { request.nodeSize.width() / 2, metrics::frameTitleHeight });
    }
    return cluster;
}

Agnode_t* DotGraph::addBox(Agraph_t* parent, std::string boxName, const QSizeF& size)
{
    Agnode_t* node = agnode(parent, name(boxName), 1);
    set(node, "shape", "box");
    set(node, "fixedsize", "true");
    set(node, "label", "");
    set(node, "width", inches(size.width()));
    set(node, "height", inches(size.height()));
    return node;
}

Agedge_t* DotGraph::addLine(Agnode_t* from, Agnode_t* to, std::string lineName)
{
    Agedge_t* edge = agedge(graph.get(), from, to, name(lineName), 1);
    set(edge, "dir", "none");
    set(edge, "tailport", "e");
    set(edge, "headport", "w");
    return edge;
}

DotGraph::DotGraph(const LayoutRequest& request)
{
    std::string title = "chain";
    graph.reset(agopen(name(title), Agdirected, nullptr));
    for (const auto& [key, value] : { std::pair { "rankdir", "LR" }, { "splines", "spline" },
             { "nodesep", "0.32" }, { "ranksep", "0.40" } })
        set(graph.get(), key, value);
    std::string labelKey = "label";
    std::string empty;
    agattr(graph.get(), AGRAPH, name(labelKey), name(empty));
    std::map<std::string, std::string> clusterOf;
    // Remote text never reaches Graphviz: its names are our own numbers.
    for (std::size_t index = 0; index < request.nodes.size(); ++index) {
        const LayoutRequest::Node& each = request.nodes[index];
        nodes.emplace(each.id,
            addBox(clusterNamed(each.cluster, request), "n" + std::to_string(index), request.nodeSize));
        clusterOf.emplace(each.id, each.cluster);
    }
    for (std::size_t index = 0; index < request.edges.size(); ++index) {
        const LayoutRequest::Edge& each = request.edges[index];
        const auto from = nodes.find(each.from);
        const auto to = nodes.find(each.to);
        HopBox& hop = hops.emplace_back();
        if (from == nodes.end() || to == nodes.end())
            continue;
        const std::string number = std::to_string(index);
        // Within one host the label stays in its frame.
        const std::string& cluster
            = clusterOf[each.from] == clusterOf[each.to] ? clusterOf[each.from] : std::string();
        hop.label = addBox(clusterNamed(cluster, request), "h" + number, request.labelSize);
        hop.toLabel = addLine(from->second, hop.label, "i" + number);
        hop.fromLabel = addLine(hop.label, to->second, "o" + number);
    }
}

void DotGraph::readInto(LayoutResult& result, const LayoutRequest& request) const
{
    const double height = GD_bb(graph.get()).UR.y;
    for (const auto& [id, node] : nodes) {
        const QPointF center = flipped(ND_coord(node), height);
        result.nodes[id] = QRectF(
            center - QPointF(request.nodeSize.width(), request.nodeSize.height()) / 2, request.nodeSize);
    }
    for (const auto& [id, cluster] : clusters) {
        const boxf box = GD_bb(cluster);
        result.clusters[id]
            = QRectF(flipped({ box.LL.x, box.UR.y }, height), flipped({ box.UR.x, box.LL.y }, height));
    }
    for (std::size_t index = 0; index < hops.size(); ++index) {
        const HopBox& hop = hops[index];
        if (!hop.label)
            continue;
        LayoutResult::Edge& edge = result.edges[request.edges[index].id];
        edge.label = flipped(ND_coord(hop.label), height);
        const QPointF half(request.labelSize.width() / 2, 0);
        const QRectF from = result.nodes[request.edges[index].from];
        const QRectF to = result.nodes[request.edges[index].to];
        edge.path = lineBetween({ from.right(), from.center().y() }, edge.label - half, hop.toLabel, height);
        edge.path.connectPath(
            lineBetween(edge.label + half, { to.left(), to.center().y() }, hop.fromLabel, height));
    }
}

QRectF boundsOf(const LayoutResult& result, const QSizeF& labelSize)
{
    QRectF bounds;
    for (const auto& [id, rect] : result.nodes)
        bounds |= rect;
    for (const auto& [id, rect] : result.clusters)
        bounds |= rect;
    for (const auto& [id, edge] : result.edges) {
        bounds |= edge.path.boundingRect();
        bounds |= QRectF(edge.label - QPointF(labelSize.width(), labelSize.height()) / 2, labelSize);
    }
    return bounds;
}

}

LayoutResult layoutGraph(const LayoutRequest& request)
{
    LayoutResult result;
    if (request.nodes.empty())
        return result;
    const std::scoped_lock lock(graphviz().mutex);
    if (!graphviz().context) {
        agseterr(AGMAX); // nothing of it on our standard error
        graphviz().context.reset(gvContext());
    }
    GVC_t* const context = graphviz().context.get();
    const DotGraph dot(request);
    if (gvLayout(context, dot.graph.get(), "dot") != 0) {
        // Not expected with dot installed; a plain row still shows every node.
        double x = 0;
        for (const LayoutRequest::Node& node : request.nodes) {
            result.nodes[node.id] = QRectF(QPointF(x, 0), request.nodeSize);
            x += request.nodeSize.width() + request.labelSize.width();
        }
    } else {
        dot.readInto(result, request);
        gvFreeLayout(context, dot.graph.get());
    }
    result.bounds = boundsOf(result, request.labelSize);
    return result;
}

}
