#include "core/report/phrases.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace hopscope::report {

std::string verdictWord(model::Verdict verdict)
{
    switch (verdict) {
    case model::Verdict::Healthy: return "Healthy";
    case model::Verdict::Degraded: return "Degraded";
    case model::Verdict::Failing: return "Failing";
    case model::Verdict::Unknown: return "Unknown";
    }
    return "Unknown";
}

std::string millisecondWords(double value)
{
    char text[32];
    if (!std::isfinite(value))
        return "?";
    if (value >= 10000)
        std::snprintf(text, sizeof text, "%.0f s", value / 1000);
    else if (value >= 1000)
        std::snprintf(text, sizeof text, "%.1f s", value / 1000);
    else
        std::snprintf(text, sizeof text, value < 10 ? "%.1f ms" : "%.0f ms", value);
    return text;
}

std::string requestWords(const model::RequestResult& request)
{
    const std::string after = request.totalMs ? " after " + millisecondWords(*request.totalMs) : "";
    if (request.status)
        return "HTTP " + std::to_string(*request.status) + after;
    if (request.error && !request.error->empty())
        return *request.error + after;
    return "no answer was seen";
}

std::string responsibleWords(const std::string& responsible)
{
    if (responsible == "this-machine")
        return "this machine's own network";
    if (responsible == "internet")
        return "the network between here and the server";
    if (responsible == "dns")
        return "DNS";
    if (responsible == "host" || responsible == "proxy" || responsible == "app")
        return "the " + responsible;
    if (responsible == "dependency")
        return "something that the app depends on";
    if (responsible == "third-party")
        return "a third party";
    return responsible.empty() ? "not known" : responsible;
}

std::string riskWords(model::Risk risk)
{
    switch (risk) {
    case model::Risk::ReadOnly: return "only looks, changes nothing";
    case model::Risk::Restart: return "restarts or starts something";
    case model::Risk::Change: return "changes configuration or data";
    }
    return "changes configuration or data";
}

std::string bearingWords(model::Bearing bearing)
{
    switch (bearing) {
    case model::Bearing::Supports: return "supports";
    case model::Bearing::Contradicts: return "contradicts";
    case model::Bearing::NotEvaluated: return "could not be evaluated";
    }
    return "could not be evaluated";
}

std::string utcWords(base::TimePoint time)
{
    std::string text = base::toIso8601(time).substr(0, 19);
    std::replace(text.begin(), text.end(), 'T', ' ');
    return text + " UTC";
}

std::string percentWords(double fraction)
{
    if (!std::isfinite(fraction))
        return "?";
    const double percent = std::clamp(fraction, 0.0, 1.0) * 100;
    // Rounding must not turn a doubt into a certainty.
    return std::to_string(percent >= 100 ? 100 : std::min(99, int(std::lround(percent)))) + " %";
}

std::string nodeWords(const model::Topology& topology, const base::NodeId& node)
{
    const model::Node* found = topology.node(node);
    return found && !found->label.empty() ? found->label : node.value();
}

std::string hopWords(const model::Topology& topology, const base::HopId& hop)
{
    const model::Hop* found = topology.hop(hop);
    return found ? nodeWords(topology, found->from) + " → " + nodeWords(topology, found->to) : hop.value();
}

std::string faultWords(const std::string& variant, const std::optional<std::string>& cause)
{
    return (variant.empty() ? "variant not known" : variant) + (cause ? ", cause " + *cause : ", cause not known yet");
}

const model::Finding* shownFinding(const model::Diagnosis& diagnosis)
{
    switch (diagnosis.verdict) {
    case model::Verdict::Degraded:
    case model::Verdict::Failing: return diagnosis.finding ? &*diagnosis.finding : nullptr;
    case model::Verdict::Healthy:
    case model::Verdict::Unknown: return nullptr;
    }
    return nullptr;
}

std::string headline(const model::Diagnosis& diagnosis)
{
    switch (diagnosis.verdict) {
    case model::Verdict::Healthy: {
        const auto hops = hopsOnPath(diagnosis.topology);
        const auto unseen = std::count_if(hops.begin(), hops.end(), [](const model::Hop* hop) {
            return hop->state == model::State::Unknown || hop->state == model::State::Skipped;
        });
        return "The request works, and no fault was found on its way"
            + (unseen == 0 ? std::string(".")
                           : "; " + std::to_string(unseen) + " of its " + std::to_string(hops.size())
                           + " hops could not be seen.");
    }
    case model::Verdict::Degraded:
    case model::Verdict::Failing: {
        const model::Finding* finding = shownFinding(diagnosis);
        return finding && !finding->summary.empty() ? finding->summary : "A fault was found, but it has no description.";
    }
    case model::Verdict::Unknown: break;
    }
    return diagnosis.unknownReason.empty() ? "Not enough could be seen to say what is wrong." : diagnosis.unknownReason;
}

std::vector<const model::Hop*> hopsOnPath(const model::Topology& topology)
{
    std::vector<const model::Hop*> hops;
    for (const model::Hop& hop : topology.hops)
        if (hop.isOnPath)
            hops.push_back(&hop);
    // Callers before callees: a hop comes after one that leads to where it starts, whatever order they were found in.
    std::vector<const model::Hop*> ordered;
    while (!hops.empty()) {
        auto next = std::find_if(hops.begin(), hops.end(), [&hops](const model::Hop* hop) {
            return std::none_of(hops.begin(), hops.end(),
                [hop](const model::Hop* other) { return other != hop && other->to == hop->from; });
        });
        if (next == hops.end())
            next = hops.begin(); // a circle: any start will do
        ordered.push_back(*next);
        hops.erase(next);
    }
    return ordered;
}

std::string stateSign(model::State state)
{
    switch (state) {
    case model::State::Ok: return "✓";
    case model::State::Warning: return "!";
    case model::State::Failing: return "✗";
    case model::State::Skipped: return "–";
    case model::State::Unknown: return "?";
    }
    return "?";
}

}
