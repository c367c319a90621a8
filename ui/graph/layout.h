#pragma once

#include <QMetaType>
#include <QPainterPath>
#include <QPointF>
#include <QRectF>
#include <QSizeF>

#include <map>
#include <string>
#include <vector>

namespace hopscope::ui {

/// What is to be laid out: boxes and lines between them, all sizes in pixels. Knows nothing of states, so
/// that a change of state never moves anything.
struct LayoutRequest {
    struct Node {
        std::string id;
        std::string cluster; ///< the host whose frame it stands in; empty: none
        bool operator==(const Node&) const = default;
    };
    struct Edge {
        std::string id;
        std::string from;
        std::string to;
        bool operator==(const Edge&) const = default;
    };
    std::vector<Node> nodes;
    std::vector<Edge> edges;
    QSizeF nodeSize;
    QSizeF labelSize;

    bool operator==(const LayoutRequest&) const = default;
};

struct LayoutResult {
    struct Edge {
        QPainterPath path; ///< from the caller's border to the callee's, through the label
        QPointF label; ///< centre of the label
    };
    std::map<std::string, QRectF> nodes;
    std::map<std::string, Edge> edges;
    std::map<std::string, QRectF> clusters;
    QRectF bounds;
};

/// Layered, left to right, by Graphviz' dot. Slow for large graphs: call it off the window's thread. One call
/// at a time in the whole process, as Graphviz keeps global state; further callers wait for each other.
LayoutResult layoutGraph(const LayoutRequest& request);

}

Q_DECLARE_METATYPE(hopscope::ui::LayoutRequest)
Q_DECLARE_METATYPE(hopscope::ui::LayoutResult)
