#include "core/diagnosis/hypotheses.h"

#include "core/faults/predicates/registry.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace hopscope::diagnosis {

namespace {
/// Which causes are effects of which: the deepest one is the answer, the others show that it happened.
struct Effects {
    std::string_view cause;
    std::array<std::string_view, 8> effects;
};

constexpr std::array effectsOf {
    Effects { "oom-killed",
        { "process-crashed", "crash-loop", "service-stopped", "service-failed-to-start", "proxy-stopped",
            "memory-exhausted", "container-exited", "worker-timeout" } },
    Effects { "port-conflict",
        { "service-failed-to-start", "crash-loop", "service-stopped", "proxy-stopped", "process-crashed",
            "proxy-config-invalid" } },
    Effects { "bind-permission-denied",
        { "service-failed-to-start", "crash-loop", "service-stopped", "proxy-stopped", "process-crashed" } },
    Effects { "proxy-config-invalid",
        { "proxy-stopped", "service-failed-to-start", "crash-loop", "process-crashed" } },
    Effects { "heap-exhausted", { "process-crashed", "crash-loop", "app-error", "service-failed-to-start" } },
    Effects { "worker-timeout", { "process-crashed", "app-error", "slow-endpoint" } },
    Effects { "worker-pool-exhausted", { "app-hung", "accept-queue-full", "slow-endpoint" } },
    Effects { "disk-full",
        { "app-error", "crash-loop", "service-failed-to-start", "process-crashed", "service-stopped" } },
    Effects {
        "inodes-exhausted", { "app-error", "crash-loop", "service-failed-to-start", "process-crashed" } },
    Effects { "fd-exhausted",
        { "app-error", "app-hung", "accept-queue-full", "slow-endpoint", "worker-pool-exhausted", "process-crashed", "crash-loop",
            "cpu-saturated" } },
    Effects { "inodes-exhausted", { "disk-full" } }, // both say "No space left on device"
    Effects { "proxy-loop", { "connection-limit-reached", "fd-exhausted" } },
    Effects { "dependency-auth-failed",
        { "app-error", "dependency-down", "crash-loop", "service-failed-to-start" } },
    Effects { "dependency-limit-reached", { "app-error", "dependency-down" } },
    Effects { "dependency-down", { "app-error", "app-hung", "crash-loop", "service-failed-to-start" } },
    Effects { "app-misconfigured", { "app-error", "service-failed-to-start", "crash-loop", "process-crashed" } },
    Effects { "gc-pause", { "app-hung", "slow-endpoint", "timeout-too-short", "worker-pool-exhausted", "accept-queue-full", "cpu-saturated" } },
    Effects { "slow-dependency", { "app-hung", "slow-endpoint", "timeout-too-short", "worker-pool-exhausted", "accept-queue-full" } },
    Effects { "script-not-found", { "app-error" } },
    Effects { "clock-skew", { "certificate-expired", "certificate-not-yet-valid" } },
    Effects { "crash-loop",
        { "process-crashed", "service-failed-to-start", "service-stopped", "deployment-in-progress",
            "container-unhealthy" } },
    Effects { "process-crashed", { "service-stopped", "stale-socket" } },
    Effects { "service-stopped", { "stale-socket" } },
    Effects { "service-failed-to-start", { "stale-socket" } },
    Effects { "host-down", { "dependency-down" } },
    Effects { "stale-address", { "wrong-address", "host-down" } },
    Effects { "plain-http-to-tls-port",
        { "wrong-protocol", "app-error", "response-malformed", "process-crashed" } },
    Effects { "tls-to-plain-port", { "wrong-protocol", "tls-version-mismatch" } },
    Effects { "wrong-protocol", { "response-malformed", "process-crashed" } },
    Effects { "http-version-mismatch", { "wrong-protocol", "response-malformed", "process-crashed" } },
    Effects { "proxy-protocol-mismatch", { "wrong-protocol", "response-malformed", "process-crashed", "keepalive-race", "app-error" } },
    Effects { "mtu-black-hole", { "app-hung", "slow-endpoint", "timeout-too-short", "worker-pool-exhausted", "slow-dependency" } },
    Effects { "client-certificate-missing", { "tls-version-mismatch", "app-error" } },
    Effects { "route-missing", { "network-partition", "host-down" } },
    Effects { "sni-missing", { "certificate-name-mismatch" } },
    // One certificate can be wrong in several ways; what its owner must mend first is its date, then its
    // name.
    Effects { "certificate-expired", { "certificate-name-mismatch", "certificate-untrusted" } },
    Effects { "certificate-not-yet-valid", { "certificate-name-mismatch", "certificate-untrusted" } },
    Effects { "certificate-name-mismatch", { "certificate-untrusted" } },
    Effects { "firewall-drop", { "network-partition" } },
    Effects { "firewall-reject", { "network-partition", "security-policy-denied" } },
    Effects { "container-exited", { "service-stopped", "dns-nxdomain" } },
    Effects { "image-pull-failed",
        { "service-failed-to-start", "crash-loop", "process-crashed", "service-stopped", "container-exited" } },
    Effects { "container-network-detached", { "dns-nxdomain", "dns-server-error" } },
    Effects { "bound-to-loopback", { "container-unhealthy" } },
    Effects { "wrong-port", { "container-unhealthy" } },
    Effects { "app-hung", { "container-unhealthy" } },
    Effects { "maintenance-mode", { "app-error" } },
    Effects { "oom-killed", { "pod-crash-loop", "pod-not-ready", "liveness-probe-failing" } },
    Effects { "liveness-probe-failing", { "pod-crash-loop", "pod-not-ready" } },
    Effects { "pod-crash-loop", { "pod-not-ready", "no-endpoints" } },
    Effects { "health-check-misconfigured", { "pod-not-ready" } },
    Effects { "selector-mismatch", { "no-endpoints" } },
    Effects { "control-plane-unreachable", { "sidecar-not-ready" } },
    Effects { "cpu-throttled",
        { "app-hung", "slow-endpoint", "timeout-too-short", "worker-pool-exhausted", "accept-queue-full", "cpu-saturated", "worker-timeout" } },
    Effects { "cpu-saturated", { "app-hung", "slow-endpoint" } },
};

bool isEffect(const std::string& effect, const std::string& cause)
{
    for (const Effects& each : effectsOf)
        if (each.cause == cause
            && std::find(each.effects.begin(), each.effects.end(), effect) != each.effects.end())
            return true;
    return false;
}

bool rulesOut(const faults::Assessment& by, const std::string& cause)
{
    return std::any_of(by.evidence().begin(), by.evidence().end(), [&](const model::Evidence& item) {
        return item.bearing == model::Bearing::Supports
            && std::find(item.rulesOut.begin(), item.rulesOut.end(), cause) != item.rulesOut.end();
    });
}

std::vector<Hypothesis> ask(const faults::HopView& view)
{
    std::vector<Hypothesis> found;
    for (const faults::Predicate& predicate : faults::predicates()) {
        faults::Assessment assessment = predicate.assess(view);
        if (assessment.isSupported())
            found.push_back({ std::move(assessment), 0, {} });
    }
    return found;
}

void weigh(std::vector<Hypothesis>& hypotheses)
{
    for (Hypothesis& each : hypotheses) {
        each.belief = each.assessment.belief();
        for (const Hypothesis& other : hypotheses)
            if (&other != &each && rulesOut(other.assessment, each.assessment.cause()))
                each.belief *= 1 - 0.9 * other.assessment.belief();
    }
    std::stable_sort(hypotheses.begin(), hypotheses.end(),
        [](const Hypothesis& left, const Hypothesis& right) { return left.belief > right.belief; });
}

/// Takes the effects of a well-supported cause out of the race and keeps what they showed.
void foldEffects(std::vector<Hypothesis>& hypotheses)
{
    std::vector<std::string> folded;
    for (Hypothesis& cause : hypotheses) {
        if (cause.belief < 0.5)
            continue;
        for (const Hypothesis& effect : hypotheses) {
            if (!isEffect(effect.assessment.cause(), cause.assessment.cause()))
                continue;
            folded.push_back(effect.assessment.cause());
            for (const model::Evidence& item : effect.assessment.evidence())
                if (item.bearing == model::Bearing::Supports)
                    cause.consequences.push_back(item);
        }
    }
    std::erase_if(hypotheses, [&](const Hypothesis& each) {
        return std::find(folded.begin(), folded.end(), each.assessment.cause()) != folded.end();
    });
}
}

Ranking rank(const faults::HopView& view)
{
    Ranking ranking;
    ranking.hypotheses = ask(view);
    weigh(ranking.hypotheses);
    foldEffects(ranking.hypotheses);
    const double seen = view.symptom.confidence;
    if (ranking.hypotheses.empty()) {
        ranking.confidence = seen;
        return ranking;
    }
    const double first = std::min(0.98, ranking.hypotheses[0].belief);
    const double second = ranking.hypotheses.size() > 1 ? ranking.hypotheses[1].belief : 0;
    // A rival nearly as likely halves the claim; a weak one hardly touches it.
    const double share = first / (first + 0.5 * second);
    const double confidence = first * share * std::min(1.0, seen + 0.02);
    ranking.isSettled
        = confidence >= 0.5 * std::min(1.0, seen + 0.02) && first - second >= 0.1 && first >= 0.5;
    ranking.confidence = ranking.isSettled ? confidence : seen * 0.9;
    return ranking;
}

}
