#include "ui/graph/replicas.h"

#include "ui/text/words.h"
#include "ui/theme/statestyle.h"

#include <QCoreApplication>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

using namespace Qt::StringLiterals;

namespace hopscope::ui {

namespace {

constexpr std::size_t mostDrawn = 8; ///< so many replicas are each drawn
constexpr std::size_t examples = 3; ///< of more, so many
constexpr std::size_t fewestFolded = 3; ///< a card for two would save nothing

QString chartWords(const char* text) { return QCoreApplication::translate("Chart", text); }

bool isTrouble(model::State state) { return state == model::State::Failing || state == model::State::Warning; }

/// What makes targets replicas of each other. The caller is left out: two balancers share their replicas.
using Likeness = std::tuple<std::string, model::Protocol, model::NodeKind, std::string, bool, model::State, model::State>;

struct Fold {
    std::string id; ///< of the card that stands for them
    std::vector<std::string> members; ///< node ids
};

class Folding {
public:
    Folding(Chart& chart, const model::Topology& topology)
        : m_chart(chart)
    {
        for (const NodeCard& card : chart.nodes)
            m_cards.emplace(card.id, &card);
        for (const HopLine& line : chart.hops) {
            m_incoming[line.to].push_back(&line);
            if (isTrouble(line.state) || line.isFailingHop)
                m_troubled.insert({ line.from, line.to });
        }
        collect(topology);
    }

    void apply()
    {
        if (m_foldOf.empty())
            return;
        std::vector<NodeCard> nodes;
        for (const NodeCard& card : m_chart.nodes)
            if (!m_foldOf.contains(card.id))
                nodes.push_back(card);
        for (const Fold& fold : m_folds)
            nodes.push_back(cardFor(fold));
        std::vector<HopLine> hops = foldedHops();
        m_chart.nodes = std::move(nodes);
        m_chart.hops = std::move(hops);
        m_chart.foldedReplicas = static_cast<int>(m_foldOf.size());
    }

private:
    void collect(const model::Topology& topology)
    {
        std::map<std::string, const model::Node*> nodes;
        for (const model::Node& node : topology.nodes)
            nodes.emplace(node.id.value(), &node);
        // In the order of the hops: which ones are drawn does not jump from check to check.
        std::map<Likeness, std::vector<std::string>> alike;
        std::set<std::string> seen;
        for (const model::Hop& hop : topology.hops) {
            const auto node = nodes.find(hop.to.value());
            const auto lines = m_incoming.find(hop.to.value());
            if (node == nodes.end() || lines == m_incoming.end() || !seen.insert(hop.to.value()).second)
                continue;
            const HopLine& line = *lines->second.front();
            alike[{ hop.group, hop.protocol, node->second->kind, node->second->software, line.isOnPath, line.state,
                      node->second->state }]
                .push_back(hop.to.value());
        }
        for (const auto& [likeness, members] : alike)
            if (members.size() > mostDrawn)
                add(members);
    }

    void add(const std::vector<std::string>& members)
    {
        Fold fold;
        std::size_t drawn = 0;
        for (const std::string& id : members) {
            const bool mayFold = !m_troubled.contains(id) && !isTrouble(m_cards.at(id)->state);
            if (!mayFold || drawn++ < examples)
                continue;
            fold.members.push_back(id);
        }
        if (fold.members.size() < fewestFolded)
            return;
        fold.id = foldedCardPrefix + fold.members.front();
        for (const std::string& id : fold.members)
            m_foldOf.emplace(id, fold.id);
        m_folds.push_back(std::move(fold));
    }

    NodeCard cardFor(const Fold& fold) const
    {
        NodeCard card(*m_cards.at(fold.members.front()));
        card.id = fold.id;
        card.title = chartWords("%1 more").arg(fold.members.size());
        card.subtitle = m_cards.at(fold.members.front())->title;
        card.detail = chartWords("alike; click to see each");
        const bool isOneHost = std::ranges::all_of(
            fold.members, [&](const std::string& id) { return m_cards.at(id)->host == card.host; });
        if (!isOneHost)
            card.host.clear();
        card.description
            = chartWords("%1 more %2, %3").arg(fold.members.size()).arg(card.subtitle, stateWord(card.state));
        return card;
    }

    std::string shownEnd(const std::string& id) const
    {
        const auto fold = m_foldOf.find(id);
        return fold == m_foldOf.end() ? id : fold->second;
    }

    std::vector<HopLine> foldedHops() const
    {
        std::vector<HopLine> hops;
        std::map<std::pair<std::string, std::string>, std::size_t> joined;
        std::map<std::size_t, int> counts;
        for (const HopLine& hop : m_chart.hops) {
            const std::pair ends { shownEnd(hop.from), shownEnd(hop.to) };
            if (ends.first == hop.from && ends.second == hop.to) {
                hops.push_back(hop);
                continue;
            }
            const auto [known, isNew] = joined.emplace(ends, hops.size());
            ++counts[known->second];
            if (isNew) {
                HopLine line(hop);
                line.id = foldedCardPrefix + hop.id;
                line.from = ends.first;
                line.to = ends.second;
                line.target.clear();
                hops.push_back(std::move(line));
            } else if (hops[known->second].state != hop.state) {
                hops[known->second].state = model::State::Unknown;
            }
        }
        for (const auto& [index, count] : counts) {
            hops[index].title = chartWords("%1 hops").arg(count);
            hops[index].description = chartWords("%1 hops, %2").arg(count).arg(stateWord(hops[index].state));
        }
        return hops;
    }

    Chart& m_chart;
    std::map<std::string, const NodeCard*> m_cards;
    std::map<std::string, std::vector<const HopLine*>> m_incoming;
    std::set<std::string> m_troubled; ///< ends of hops that fail
    std::vector<Fold> m_folds;
    std::map<std::string, std::string> m_foldOf;
};

}

void foldReplicas(Chart& chart, const model::Topology& topology) { Folding(chart, topology).apply(); }

}
