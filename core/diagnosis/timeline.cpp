#include "core/diagnosis/timeline.h"

#include <algorithm>

namespace hopscope::diagnosis {

namespace {
/// Failures further apart than this belong to different outages.
constexpr base::Milliseconds longestPause = std::chrono::minutes(30);
constexpr std::size_t mostChanges = 10;
}

std::optional<base::TimePoint> firstFailureInLogs(const faults::HopView& view)
{
    std::optional<base::TimePoint> first;
    base::TimePoint last = view.nowOn(view.callerHost);
    for (auto line = view.callerLines.rbegin(); line != view.callerLines.rend(); ++line) {
        if ((*line)->reading.variant != view.symptom.variant || !(*line)->line->at)
            continue;
        if (last - *(*line)->line->at > longestPause)
            break;
        first = last = *(*line)->line->at;
    }
    return first;
}

std::vector<model::Change> changesBefore(
    const model::Facts& facts, std::optional<base::TimePoint> onset, base::TimePoint runStart)
{
    // Clocks differ by a little between hosts; a change and its effect share the second.
    const base::TimePoint until = onset.value_or(runStart) + std::chrono::seconds(5);
    std::vector<model::Change> changes;
    for (const auto& [name, host] : facts.hosts)
        for (const model::Change& change : host.changes)
            if (change.at <= until && until - change.at <= std::chrono::hours(24))
                changes.push_back(change);
    std::stable_sort(changes.begin(), changes.end(),
        [](const model::Change& left, const model::Change& right) { return left.at > right.at; });
    if (changes.size() > mostChanges)
        changes.resize(mostChanges);
    return changes;
}

}
