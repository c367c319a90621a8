#include "ui/graph/chart.h"

#include "ui/graph/metrics.h"
#include "ui/graph/replicas.h"
#include "ui/text/words.h"
#include "ui/theme/statestyle.h"

#include <QCoreApplication>
#include <QFile>
#include <QRegularExpression>

#include <algorithm>
#include <set>

using namespace Qt::StringLiterals;

namespace hopscope::ui {

namespace {

QString chartWords(const char* text) { return QCoreApplication::translate("Chart", text); }

std::string iconOf(const model::Node& node)
{
    // A remote word becomes part of a resource name only where it is a plain id.
    static const QRegularExpression plainId(u"^[a-z0-9-]{1,32}$"_s);
    const QString software = QString::fromStdString(node.software);
    if (plainId.match(software).hasMatch() && QFile::exists(u":/icons/software/%1.svg"_s.arg(software)))
        return "software/" + node.software;
    return std::string("kind/") + model::id(node.kind);
}

TileShape tileOf(model::NodeKind kind)
{
    switch (kind) {
    case model::NodeKind::Client:
    case model::NodeKind::Proxy:
    case model::NodeKind::Sidecar:
    case model::NodeKind::App:
        return TileShape::Square;
    case model::NodeKind::Database:
    case model::NodeKind::Cache:
    case model::NodeKind::External:
        return TileShape::Circle;
    case model::NodeKind::LoadBalancer:
        return TileShape::Hexagon;
    }
    return TileShape::Square;
}

// The card stands in its host's frame: "the app on app1" need not say so again.
QString titleWithoutHost(const model::Node& node)
{
    QString title = nodeTitle(node);
    const QString host = node.host ? " on "_L1 + oneLine(node.host->value()) : QString();
    if (!host.isEmpty() && title.endsWith(host))
        title.chop(host.size());
    return title;
}

NodeCard cardOf(const model::Node& node)
{
    NodeCard card;
    card.id = node.id.value();
    card.icon = iconOf(node);
    const bool isNamed = !node.software.empty() && node.software != "unknown";
    card.title
        = isNamed && node.kind != model::NodeKind::Client ? oneLine(node.software) : titleWithoutHost(node);
    if (isNamed && !node.version.empty())
        card.title += ' '_L1 + oneLine(node.version);
    QStringList lines;
    for (const std::string& text : { node.unit, node.container, node.address, node.note })
        if (!text.empty())
            lines << oneLine(text);
    card.subtitle = lines.value(0);
    card.detail = lines.value(1);
    card.tile = tileOf(node.kind);
    card.isContainer = !node.container.empty();
    card.host = node.host ? node.host->value() : std::string();
    card.state = node.state;
    card.isOnPath = false;
    card.description = chartWords("%1, %2, %3").arg(nodeTitle(node), card.subtitle, stateWord(node.state));
    return card;
}

HopLine lineOf(const model::Diagnosis& diagnosis, const model::Hop& hop)
{
    HopLine line;
    line.id = hop.id.value();
    line.from = hop.from.value();
    line.to = hop.to.value();
    line.state = hop.state;
    line.isOnPath = hop.isOnPath;
    line.isFailingHop = diagnosis.finding && diagnosis.finding->failingHop == hop.id;
    const bool hasTarget = hop.declared.endpoint.isUnix() || !hop.declared.endpoint.host.empty();
    line.target = hasTarget ? oneLine(hop.declared.endpoint.text()) : QString();
    const QString protocol = QString::fromLatin1(model::id(hop.protocol));
    // The number and its unit stay on one line.
    line.title = hop.latencyMs
        ? protocol + u" · "_s + latencyText(*hop.latencyMs).replace(' '_L1, QChar::Nbsp)
        : protocol;
    if (line.isFailingHop && !diagnosis.finding->variant.empty()) {
        line.target = line.target.isEmpty() ? protocol : protocol + u" · "_s + line.target;
        line.title = titleOfId(diagnosis.finding->variant);
    }
    line.description
        = chartWords("Hop %1, %2, %3").arg(hopTitle(diagnosis.topology, hop), line.title, stateWord(hop.state));
    return line;
}

std::vector<HostFrame> framesOf(const model::Diagnosis& diagnosis, const std::vector<NodeCard>& cards)
{
    std::vector<HostFrame> frames;
    std::set<std::string> drawn;
    for (const NodeCard& card : cards)
        drawn.insert(card.host);
    std::set<std::string> seen;
    for (const model::Node& node : diagnosis.topology.nodes) {
        if (!node.host || !drawn.contains(node.host->value()) || !seen.insert(node.host->value()).second)
            continue;
        HostFrame frame { node.host->value(), oneLine(node.host->value()), model::State::Unknown, {} };
        for (const model::HostReport& report : diagnosis.hosts) {
            if (report.name != *node.host)
                continue;
            // Not reached yet is not out of reach.
            frame.state = report.isReachable ? model::State::Ok
                : report.error               ? model::State::Failing
                                             : model::State::Unknown;
            if (frame.state == model::State::Failing)
                frame.note = chartWords("out of reach");
        }
        frames.push_back(std::move(frame));
    }
    return frames;
}

void leaveOutCrowd(Chart& chart)
{
    if (chart.nodes.size() <= mostNodes)
        return;
    chart.crowdedNodes = static_cast<int>(chart.nodes.size() - mostNodes);
    std::ranges::stable_partition(chart.nodes, &NodeCard::isOnPath);
    chart.nodes.resize(mostNodes);
    std::set<std::string> drawn;
    for (const NodeCard& card : chart.nodes)
        drawn.insert(card.id);
    std::erase_if(
        chart.hops, [&](const HopLine& hop) { return !drawn.contains(hop.from) || !drawn.contains(hop.to); });
}

}

Chart chartOf(const model::Diagnosis& diagnosis, OffPath offPath, Replicas replicas)
{
    Chart chart;
    const model::Topology& topology = diagnosis.topology;
    // Where no hop is known to be on the path, nothing can be called off it.
    const bool knowsPath
        = std::ranges::any_of(topology.hops, [](const model::Hop& hop) { return hop.isOnPath; });
    std::set<std::string> onPath;
    std::set<std::string> touched;
    for (const model::Hop& hop : topology.hops) {
        const bool counts
            = !knowsPath || hop.isOnPath || (diagnosis.finding && diagnosis.finding->failingHop == hop.id);
        if (!counts && offPath == OffPath::Folded) {
            ++chart.foldedHops;
            continue;
        }
        chart.hops.push_back(lineOf(diagnosis, hop));
        chart.hops.back().isOnPath = counts;
        for (const base::NodeId& end : { hop.from, hop.to }) {
            touched.insert(end.value());
            if (counts)
                onPath.insert(end.value());
        }
    }
    for (const model::Node& node : topology.nodes) {
        const std::string& id = node.id.value();
        if (offPath == OffPath::Folded && knowsPath && !touched.contains(id))
            continue;
        chart.nodes.push_back(cardOf(node));
        chart.nodes.back().isOnPath = !knowsPath || onPath.contains(id);
    }
    if (replicas == Replicas::Folded)
        foldReplicas(chart, topology);
    leaveOutCrowd(chart);
    chart.hosts = framesOf(diagnosis, chart.nodes);
    return chart;
}

LayoutRequest layoutRequestOf(const Chart& chart)
{
    LayoutRequest request;
    request.nodeSize = metrics::cardSize;
    request.labelSize = metrics::labelSize;
    for (const NodeCard& card : chart.nodes)
        request.nodes.push_back({ card.id, card.host });
    for (const HopLine& hop : chart.hops)
        request.edges.push_back({ hop.id, hop.from, hop.to });
    return request;
}

}
