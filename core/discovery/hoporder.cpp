#include "core/discovery/hoporder.h"

#include <deque>
#include <map>
#include <set>
#include <string>

namespace hopscope::discovery {

void putOuterFirst(std::vector<model::Hop>& hops)
{
    std::map<std::string, std::vector<std::size_t>> leaving;
    std::set<std::string> entered;
    for (std::size_t i = 0; i < hops.size(); ++i) {
        leaving[hops[i].from.value()].push_back(i);
        entered.insert(hops[i].to.value());
    }
    // The hop by which each node is first reached from where requests begin.
    std::map<std::string, std::size_t> reachedBy;
    std::deque<std::string> open;
    for (const auto& [node, own] : leaving)
        if (!entered.contains(node))
            open.push_back(node);
    for (; !open.empty(); open.pop_front())
        for (const std::size_t each : leaving[open.front()])
            if (const std::string to = hops[each].to.value(); entered.contains(to) && reachedBy.emplace(to, each).second)
                open.push_back(to);

    std::vector<model::Hop> sorted;
    std::set<std::string> led; // nodes that a hop of `sorted` leads to
    std::vector<bool> isDone(hops.size());
    for (std::size_t i = 0; i < hops.size(); ++i) {
        std::vector<std::size_t> missing;
        for (std::size_t at = i; !isDone[at];) {
            missing.push_back(at);
            const std::string& from = hops[at].from.value();
            const auto outer = reachedBy.find(from);
            if (led.contains(from) || outer == reachedBy.end())
                break;
            at = outer->second;
        }
        for (auto each = missing.rbegin(); each != missing.rend(); ++each) {
            if (isDone[*each])
                continue;
            isDone[*each] = true;
            led.insert(hops[*each].to.value());
            sorted.push_back(std::move(hops[*each]));
        }
    }
    hops = std::move(sorted);
}

}
