#include "core/faults/predicates/registry.h"

#include "core/faults/predicates/address.h"
#include "core/faults/predicates/application.h"
#include "core/faults/predicates/cluster.h"
#include "core/faults/predicates/container.h"
#include "core/faults/predicates/dependencycauses.h"
#include "core/faults/predicates/healthcheck.h"
#include "core/faults/predicates/names.h"
#include "core/faults/predicates/network.h"
#include "core/faults/predicates/protocol.h"
#include "core/faults/predicates/proxy.h"
#include "core/faults/predicates/reply.h"
#include "core/faults/predicates/resources.h"
#include "core/faults/predicates/service.h"
#include "core/faults/predicates/tls.h"
#include "core/faults/predicates/unixsocket.h"
#include "core/faults/predicates/waiting.h"
#include "core/faults/predicates/websocket.h"

#include <array>
#include <string_view>

namespace hopscope::faults {

namespace {
// `service-stopped` also assesses `proxy-stopped`: the same facts, named by the callee's kind.
constexpr std::array registered {
    Predicate { "service-stopped", serviceStopped },
    Predicate { "service-failed-to-start", serviceFailedToStart },
    Predicate { "crash-loop", crashLoop },
    Predicate { "process-crashed", processCrashed },
    Predicate { "deployment-in-progress", deploymentInProgress },
    Predicate { "oom-killed", oomKilled },
    Predicate { "heap-exhausted", heapExhausted },
    Predicate { "wrong-port", wrongPort },
    Predicate { "wrong-address", wrongAddress },
    Predicate { "stale-address", staleAddress },
    Predicate { "bound-to-loopback", boundToLoopback },
    Predicate { "address-family-mismatch", addressFamilyMismatch },
    Predicate { "socket-permissions", socketPermissions },
    Predicate { "stale-socket", staleSocket },
    Predicate { "firewall-drop", firewallDrop },
    Predicate { "firewall-reject", firewallReject },
    Predicate { "host-down", hostDown },
    Predicate { "network-partition", networkPartition },
    Predicate { "route-missing", routeMissing },
    Predicate { "security-policy-denied", securityPolicyDenied },
    Predicate { "dns-nxdomain", dnsNxdomain },
    Predicate { "dns-server-unreachable", dnsServerUnreachable },
    Predicate { "dns-server-error", dnsServerError },
    Predicate { "resolver-not-configured", resolverNotConfigured },
    Predicate { "edge-dns-wrong", edgeDnsWrong },
    Predicate { "certificate-expired", certificateExpired },
    Predicate { "certificate-not-yet-valid", certificateNotYetValid },
    Predicate { "certificate-name-mismatch", certificateNameMismatch },
    Predicate { "certificate-untrusted", certificateUntrusted },
    Predicate { "client-certificate-missing", clientCertificateMissing },
    Predicate { "tls-version-mismatch", tlsVersionMismatch },
    Predicate { "sni-missing", sniMissing },
    Predicate { "tls-to-plain-port", tlsToPlainPort },
    Predicate { "plain-http-to-tls-port", plainHttpToTlsPort },
    Predicate { "clock-skew", clockSkew },
    Predicate { "wrong-protocol", wrongProtocol },
    Predicate { "http-version-mismatch", httpVersionMismatch },
    Predicate { "proxy-protocol-mismatch", proxyProtocolMismatch },
    Predicate { "mtu-black-hole", mtuBlackHole },
    Predicate { "keepalive-race", keepaliveRace },
    Predicate { "websocket-not-upgraded", websocketNotUpgraded },
    Predicate { "response-header-too-big", responseHeaderTooBig },
    Predicate { "response-malformed", responseMalformed },
    Predicate { "app-hung", appHung },
    Predicate { "slow-endpoint", slowEndpoint },
    Predicate { "timeout-too-short", timeoutTooShort },
    Predicate { "worker-pool-exhausted", workerPoolExhausted },
    Predicate { "worker-timeout", workerTimeout },
    Predicate { "gc-pause", gcPause },
    Predicate { "accept-queue-full", acceptQueueFull },
    Predicate { "app-error", appError },
    Predicate { "app-misconfigured", appMisconfigured },
    Predicate { "script-not-found", scriptNotFound },
    Predicate { "dependency-down", dependencyDown },
    Predicate { "dependency-auth-failed", dependencyAuthFailed },
    Predicate { "dependency-limit-reached", dependencyLimitReached },
    Predicate { "slow-dependency", slowDependency },
    Predicate { "cpu-saturated", cpuSaturated },
    Predicate { "cpu-throttled", cpuThrottled },
    Predicate { "memory-exhausted", memoryExhausted },
    Predicate { "disk-full", diskFull },
    Predicate { "inodes-exhausted", inodesExhausted },
    Predicate { "fd-exhausted", fdExhausted },
    Predicate { "conntrack-full", conntrackFull },
    Predicate { "neighbour-table-full", neighbourTableFull },
    Predicate { "circuit-breaker-open", circuitBreakerOpen },
    Predicate { "ephemeral-ports-exhausted", ephemeralPortsExhausted },
    Predicate { "proxy-config-invalid", proxyConfigInvalid },
    Predicate { "proxy-config-not-reloaded", proxyConfigNotReloaded },
    Predicate { "port-conflict", portConflict },
    Predicate { "bind-permission-denied", bindPermissionDenied },
    Predicate { "connection-limit-reached", connectionLimitReached },
    Predicate { "maintenance-mode", maintenanceMode },
    Predicate { "rate-limited", rateLimited },
    Predicate { "access-denied", accessDenied },
    Predicate { "request-too-large", requestTooLarge },
    Predicate { "route-missing-in-proxy", routeMissingInProxy },
    Predicate { "proxy-loop", proxyLoop },
    Predicate { "queue-limit-reached", queueLimitReached },
    Predicate { "outlier-ejected", outlierEjected },
    Predicate { "container-exited", containerExited },
    Predicate { "container-unhealthy", containerUnhealthy },
    Predicate { "health-check-misconfigured", healthCheckMisconfigured },
    Predicate { "health-check-failing", healthCheckFailing },
    Predicate { "pod-crash-loop", podCrashLoop },
    Predicate { "pod-not-ready", podNotReady },
    Predicate { "pod-unschedulable", podUnschedulable },
    Predicate { "pod-evicted", podEvicted },
    Predicate { "liveness-probe-failing", livenessProbeFailing },
    Predicate { "image-pull-failed", imagePullFailed },
    Predicate { "sidecar-not-ready", sidecarNotReady },
    Predicate { "no-endpoints", noEndpoints },
    Predicate { "selector-mismatch", selectorMismatch },
    Predicate { "service-port-mismatch", servicePortMismatch },
    Predicate { "mesh-route-missing", meshRouteMissing },
    Predicate { "network-policy", networkPolicy },
    Predicate { "mtls-mismatch", mtlsMismatch },
    Predicate { "mesh-policy-denied", meshPolicyDenied },
    Predicate { "subset-missing", subsetMissing },
    Predicate { "fault-injected", faultInjected },
    Predicate { "control-plane-unreachable", controlPlaneUnreachable },
    Predicate { "container-port-unpublished", containerPortUnpublished },
    Predicate { "container-network-detached", containerNetworkDetached },
};
}

std::span<const Predicate> predicates() { return registered; }

const Predicate* predicate(std::string_view cause)
{
    for (const Predicate& each : registered)
        if (cause == each.cause)
            return &each;
    return nullptr;
}

}
