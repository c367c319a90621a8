#include "core/diagnosis/usualcauses.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace hopscope::diagnosis {

namespace {
struct Usual {
    std::string_view variant;
    std::array<std::string_view, 4> causes; ///< most usual first
};

constexpr std::array usual {
    Usual {
        "connection-refused", { "service-stopped", "wrong-port", "bound-to-loopback", "firewall-reject" } },
    Usual {
        "connection-timed-out", { "firewall-drop", "host-down", "network-partition", "accept-queue-full" } },
    Usual { "host-unreachable", { "host-down", "firewall-reject", "route-missing", "" } },
    Usual { "connect-failed", { "service-stopped", "firewall-drop", "wrong-port", "" } },
    Usual { "socket-missing", { "service-stopped", "wrong-address", "crash-loop", "" } },
    Usual { "permission-denied", { "socket-permissions", "security-policy-denied", "firewall-reject", "" } },
    Usual { "dns-resolution-failed",
        { "dns-nxdomain", "dns-server-unreachable", "resolver-not-configured", "" } },
    Usual { "tls-handshake-failed", { "tls-version-mismatch", "sni-missing", "tls-to-plain-port", "" } },
    Usual { "certificate-invalid",
        { "certificate-expired", "certificate-untrusted", "certificate-name-mismatch", "" } },
    Usual { "protocol-mismatch", { "wrong-protocol", "tls-to-plain-port", "plain-http-to-tls-port", "" } },
    Usual { "reset-before-headers",
        { "process-crashed", "worker-timeout", "keepalive-race", "plain-http-to-tls-port" } },
    Usual { "closed-mid-response", { "process-crashed", "worker-timeout", "disk-full", "" } },
    Usual {
        "response-timed-out", { "app-hung", "slow-dependency", "worker-pool-exhausted", "slow-endpoint" } },
    Usual { "invalid-response", { "response-malformed", "response-header-too-big", "wrong-protocol", "" } },
    Usual { "error-response", { "app-error", "dependency-down", "app-misconfigured", "" } },
    Usual { "no-healthy-upstream", { "service-stopped", "health-check-failing", "no-endpoints", "" } },
    Usual { "overloaded", { "worker-pool-exhausted", "accept-queue-full", "connection-limit-reached", "" } },
    Usual { "resource-exhausted", { "fd-exhausted", "ephemeral-ports-exhausted", "disk-full", "" } },
};
}

void addUsualCauses(std::vector<model::Alternative>& alternatives, const faults::HopView& view,
    const faults::Catalogue& catalogue)
{
    for (const Usual& each : usual) {
        if (each.variant != view.symptom.variant)
            continue;
        double confidence = 0.3;
        for (std::string_view cause : each.causes) {
            const bool isThere = std::any_of(alternatives.begin(), alternatives.end(),
                [&](const model::Alternative& other) { return other.cause == cause; });
            if (cause.empty() || isThere || alternatives.size() >= 4)
                continue;
            model::Alternative guess;
            guess.failingHop = view.hop->id.value();
            guess.variant = view.symptom.variant;
            guess.cause = std::string(cause);
            guess.confidence = alternatives.empty()
                ? confidence
                : std::min(confidence, alternatives.back().confidence * 0.7);
            if (const faults::FaultText* known = catalogue.byCause(cause);
                known && known->firstPlaceToCheck.find('{') == std::string::npos)
                guess.toTellApart = known->firstPlaceToCheck;
            alternatives.push_back(std::move(guess));
            confidence *= 0.6;
        }
    }
}

}
