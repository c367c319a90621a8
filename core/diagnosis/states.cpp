#include "core/diagnosis/states.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace hopscope::diagnosis {

using model::State;

namespace {
/// Causes that lie between the two nodes or in the caller; the callee itself may be in best health.
bool isBesideTheCallee(const std::string& cause)
{
    static constexpr std::array<std::string_view, 30> beside { "firewall-drop", "firewall-reject",
        "network-partition", "route-missing", "wrong-port", "wrong-address", "stale-address", "dns-nxdomain",
        "dns-server-unreachable", "dns-server-error", "resolver-not-configured", "tls-to-plain-port",
        "plain-http-to-tls-port", "wrong-protocol", "timeout-too-short", "security-policy-denied",
        "this-machine-offline", "edge-dns-wrong", "ephemeral-ports-exhausted", "proxy-config-not-reloaded",
        "sni-missing", "clock-skew", "mtu-black-hole", "network-policy", "mtls-mismatch", "mesh-policy-denied",
        "subset-missing", "service-port-mismatch", "fault-injected", "outlier-ejected" };
    return std::find(beside.begin(), beside.end(), cause) != beside.end();
}

std::optional<double> latencyOf(const Judgement& judgement)
{
    for (const model::HopProbe* probe : judgement.view.callerProbes) {
        if (probe->firstByteMs)
            return probe->firstByteMs;
        if (probe->connect == model::ConnectResult::Connected && probe->connectMs)
            return probe->connectMs;
    }
    return std::nullopt;
}

/// Hops that nobody could try because the root lies before them.
std::vector<base::HopId> beyond(const model::Topology& topology, const Root& root)
{
    std::vector<base::HopId> found;
    if (!root.judgement)
        return found;
    std::vector<base::NodeId> nodes { root.judgement->view.hop->to };
    for (std::size_t at = 0; at < nodes.size(); ++at)
        for (const model::Hop& hop : topology.hops) {
            if (hop.from != nodes[at])
                continue;
            found.push_back(hop.id);
            if (std::find(nodes.begin(), nodes.end(), hop.to) == nodes.end())
                nodes.push_back(hop.to);
        }
    return found;
}

State stateOf(const Judgement& judgement, const Root& root, model::Verdict verdict)
{
    const bool isRoot = root.judgement == &judgement;
    if (isRoot)
        return judgement.state == State::Warning ? State::Warning : State::Failing;
    if (judgement.state != State::Failing)
        return judgement.state;
    // Something that the request evidently does without: impaired, but not what anyone waits for.
    if (verdict == model::Verdict::Healthy && judgement.view.hop->isOnPath)
        return State::Warning;
    // It carried an error from further in: a proxy that relays works; an app that suffers is impaired.
    const bool answered = judgement.view.symptom.variant == "error-response" && root.judgement;
    if (answered && judgement.view.hop->isOnPath)
        return judgement.isRelayed ? State::Ok : State::Warning;
    return State::Failing;
}

State stateOf(const model::Node& node, const model::Topology& topology, const Root& root,
    const std::optional<std::string>& cause)
{
    if (node.kind == model::NodeKind::Client)
        return cause == "this-machine-offline" ? State::Failing : State::Ok;
    if (root.judgement && root.judgement->view.hop->to == node.id) {
        if (!cause)
            return State::Unknown;
        if (!isBesideTheCallee(*cause))
            return root.judgement->state == State::Warning ? State::Warning : State::Failing;
        return root.judgement->view.connectedLocally() ? State::Ok : State::Unknown;
    }
    State best = State::Unknown;
    bool onlySkipped = false;
    bool anyFailing = false;
    for (const model::Hop& hop : topology.hops) {
        if (hop.to != node.id)
            continue;
        if (hop.state == State::Ok)
            return State::Ok;
        if (hop.state == State::Warning)
            best = State::Warning;
        onlySkipped = onlySkipped || hop.state == State::Skipped;
        anyFailing = anyFailing || hop.state == State::Failing;
    }
    if (best == State::Unknown && anyFailing)
        return State::Failing;
    return best == State::Unknown && onlySkipped ? State::Skipped : best;
}
}

void fillStates(model::Topology& topology, const std::vector<Judgement>& judgements, const Root& root,
    const std::optional<std::string>& cause, model::Verdict verdict)
{
    const auto skipped = beyond(topology, root);
    for (std::size_t at = 0; at < topology.hops.size() && at < judgements.size(); ++at) {
        model::Hop& hop = topology.hops[at];
        hop.state = stateOf(judgements[at], root, verdict);
        hop.latencyMs = latencyOf(judgements[at]);
        if (hop.state == State::Unknown && hop.isOnPath
            && std::find(skipped.begin(), skipped.end(), hop.id) != skipped.end())
            hop.state = State::Skipped;
    }
    for (model::Node& node : topology.nodes)
        node.state = stateOf(node, topology, root, cause);
}

}
