#include "core/diagnosis/timeline.h"

#include "core/faults/predicates/accesslog.h"

#include <algorithm>

namespace hopscope::diagnosis {

namespace {
/// Failures further apart than this belong to different outages.
constexpr base::Milliseconds longestPause = std::chrono::minutes(30);
constexpr std::size_t mostChanges = 10;
constexpr std::size_t fewestPackages = 4; ///< of them, where there are so many
}

std::string clockTime(base::TimePoint at) { return base::toIso8601(at).substr(0, 19) + "Z"; }

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

std::optional<Trend> trendInLogs(const faults::HopView& view)
{
    const std::vector<faults::Access> requests = faults::accessesOf(view, std::chrono::hours(24));
    const auto isSuccess = [](const faults::Access& each) { return each.status < 500 && each.status != 499; };
    const auto isFailure = [](const faults::Access& each) { return each.status >= 500; };
    const auto lastSuccess = std::find_if(requests.rbegin(), requests.rend(), isSuccess);
    const auto first = std::find_if(lastSuccess.base(), requests.end(), isFailure);
    if (first == requests.end())
        return {};
    Trend trend;
    if (lastSuccess != requests.rend())
        trend.lastSuccess = lastSuccess->at;
    trend.firstFailure = first->at;
    trend.failures = static_cast<int>(std::count_if(first, requests.end(), isFailure));
    const std::string path(faults::pathOfUrl(view.capture->profile.url));
    std::string text = trend.lastSuccess ? "the last success of " + path + " was at " + clockTime(*trend.lastSuccess) + "; since "
                                         : "no success of " + path + " in what was read; since ";
    text += clockTime(trend.firstFailure) + " " + std::to_string(trend.failures) + (trend.failures == 1 ? " request" : " requests") + " for it failed";
    const double minutes = std::chrono::duration<double, std::ratio<60>>(view.nowOn(view.callerHost) - trend.firstFailure).count();
    if (trend.failures > 2 && minutes >= 1)
        text += ", " + std::to_string(std::max(1, int(trend.failures / minutes + 0.5))) + " a minute";
    trend.evidence = view.evidence(view.callerHost, "proxy-access-log", requests.back().line->source, text);
    return trend;
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
    // One upgrade is many packages: they must not push all else from the list.
    const auto isPackage = [](const model::Change& change) { return change.what.starts_with("package "); };
    const auto packages = static_cast<std::size_t>(std::count_if(changes.begin(), changes.end(), isPackage));
    const std::size_t others = changes.size() - packages;
    const std::size_t room = std::max(fewestPackages, mostChanges - std::min(mostChanges, others));
    std::size_t seen = 0;
    std::erase_if(changes, [&](const model::Change& change) { return isPackage(change) && ++seen > room; });
    if (changes.size() > mostChanges)
        changes.resize(mostChanges);
    return changes;
}

}
