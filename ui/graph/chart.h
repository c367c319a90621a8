#pragma once

#include "core/model/diagnosis.h"
#include "ui/graph/layout.h"

#include <QString>

#include <optional>
#include <string>
#include <vector>

namespace hopscope::ui {

/// Whether hops of other sites on the same proxies, which the request does not pass, are drawn.
enum class OffPath { Shown, Folded };
/// Whether each of many replicas that fare alike is drawn.
enum class Replicas { Each, Folded };

/// Ids that start so stand for several nodes or hops.
inline const std::string foldedCardPrefix = "more:";
/// What the tile behind a card's icon looks like: kinds differ in shape, not in their icon alone.
enum class TileShape { Square, Circle, Hexagon };

/// All texts of one card, ready to paint.
struct NodeCard {
    std::string id;
    std::string icon; ///< resource name under :/icons
    QString title; ///< "nginx 1.22.1"
    QString subtitle; ///< "0.0.0.0:443", or the unit where one is known
    TileShape tile = TileShape::Square;
    bool isContainer = false;
    QString detail; ///< the address where the subtitle is the unit; else a note
    std::string host; ///< id of its frame; empty: none
    model::State state = model::State::Unknown;
    bool isOnPath = true;
    QString description; ///< for a screen reader

    bool operator==(const NodeCard&) const = default;
};

/// All texts of one line between two cards.
struct HopLine {
    std::string id;
    std::string from;
    std::string to;
    QString title; ///< "http · 12 ms", or what was seen where it fails
    QString target; ///< "10.1.0.3:3000"
    model::State state = model::State::Unknown;
    bool isFailingHop = false; ///< the diagnosis' own: drawn strongest
    bool isOnPath = true;
    QString description;

    bool operator==(const HopLine&) const = default;
};

struct HostFrame {
    std::string id;
    QString title;
    model::State state = model::State::Unknown; ///< Failing: could not be reached
    QString note; ///< "out of reach"; the hosts' table says why

    bool operator==(const HostFrame&) const = default;
};

/// A diagnosis as a drawing: a pure function of it.
struct Chart {
    std::vector<NodeCard> nodes;
    std::vector<HopLine> hops;
    std::vector<HostFrame> hosts;
    int foldedReplicas = 0; ///< not drawn one by one, as they fare alike
    int foldedHops = 0; ///< not drawn, as they serve other sites
    int crowdedNodes
        = 0; ///< not drawn, as there are too many: a drawing of thousands takes minutes and shows nothing

    bool operator==(const Chart&) const = default;
};

/// The nodes of the request come first; of the others as many as leave the drawing readable.
inline constexpr std::size_t mostNodes = 240;
Chart chartOf(const model::Diagnosis& diagnosis, OffPath offPath, Replicas replicas = Replicas::Folded);
LayoutRequest layoutRequestOf(const Chart& chart);

}
