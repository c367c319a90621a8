#include "core/parse/cluster/policy.h"

#include "core/parse/cluster/lookup.h"
#include "core/parse/ipaddress.h"
#include "core/parse/lines.h"

#include <algorithm>
#include <array>

namespace hopscope::parse::cluster {

namespace {
namespace c = model::cluster;

bool isIpv4In(const std::string& address, const std::string& cidr)
{
    const auto number = [](std::string_view text) -> std::optional<std::uint32_t> {
        std::uint32_t all = 0;
        for (int part = 0; part < 4; ++part) {
            const std::size_t dot = text.find('.');
            const auto byte = numberOf<std::uint8_t>(text.substr(0, dot));
            if (!byte || (part < 3) != (dot != std::string_view::npos))
                return std::nullopt;
            all = (all << 8) | *byte;
            text.remove_prefix(dot == std::string_view::npos ? text.size() : dot + 1);
        }
        return all;
    };
    const std::size_t slash = cidr.find('/');
    const auto base = number(std::string_view(cidr).substr(0, slash));
    const auto bits = slash == std::string::npos ? std::optional<int>(32) : numberOf<int>(std::string_view(cidr).substr(slash + 1));
    const auto own = number(address);
    if (!base || !bits || !own || *bits < 0 || *bits > 32)
        return false;
    const std::uint32_t mask = *bits == 0 ? 0 : ~std::uint32_t(0) << (32 - *bits);
    return (*base & mask) == (*own & mask);
}

/// Whether a peer of a policy means this pod.
bool means(const c::Cluster& cluster, const c::PolicyPeer& peer, const std::string& policySpace, const c::Pod& pod)
{
    if (!peer.cidr.empty())
        return isIpv4In(pod.ip, peer.cidr)
            && std::none_of(peer.except.begin(), peer.except.end(), [&](const std::string& each) { return isIpv4In(pod.ip, each); });
    if (peer.spaces) {
        c::Labels labels = labelsOfSpace(cluster, pod.meta.space);
        labels.emplace("kubernetes.io/metadata.name", pod.meta.space); // every namespace has it
        if (!selects(*peer.spaces, labels))
            return false;
    } else if (pod.meta.space != policySpace) {
        return false;
    }
    return !peer.pods || selects(*peer.pods, pod.meta.labels);
}

bool hasPort(const std::vector<c::PolicyPort>& ports, base::Port port, const c::Pod& callee)
{
    if (ports.empty() || port == 0)
        return true;
    return std::any_of(ports.begin(), ports.end(), [&](const c::PolicyPort& each) {
        if (each.protocol != "TCP")
            return false;
        const base::Port first = portNumber(each.port, callee);
        return each.port.empty() || first == port || (each.last != 0 && first <= port && port <= each.last);
    });
}

Admission admits(const c::Cluster& cluster, const std::vector<c::PolicyRule>& rules, const std::string& space,
    const std::vector<const c::Pod*>& others, base::Port port, const c::Pod& callee)
{
    Admission best = Admission::Denied;
    for (const c::PolicyRule& rule : rules) {
        if (!hasPort(rule.ports, port, callee))
            continue;
        if (rule.peers.empty())
            return Admission::Admitted;
        if (others.empty())
            best = Admission::Unknown;
        for (const c::Pod* other : others)
            for (const c::PolicyPeer& peer : rule.peers) {
                // A pod on its node's own network calls with the node's address.
                if (means(cluster, peer, space, *other))
                    return Admission::Admitted;
                if (other->usesHostNetwork)
                    best = Admission::Unknown;
            }
    }
    return best;
}

bool isStar(const std::string& pattern, const std::string& text)
{
    if (pattern == "*")
        return true;
    if (pattern.ends_with('*'))
        return text.starts_with(pattern.substr(0, pattern.size() - 1));
    if (pattern.starts_with('*'))
        return text.ends_with(pattern.substr(1));
    return pattern == text;
}

/// How the callee's own side wants calls to this port: by the closest PeerAuthentication.
std::pair<std::string, const c::PeerAuthentication*> serverMode(const c::Cluster& cluster, const c::Pod& pod, base::Port port)
{
    const c::PeerAuthentication* found = nullptr;
    int closest = 0;
    for (const c::PeerAuthentication& rule : cluster.peerAuthentications) {
        const bool isHere = rule.meta.space == pod.meta.space;
        const bool isRoot = rule.meta.space == "istio-system" && rule.pods.isEmpty();
        const int near = isHere && !rule.pods.isEmpty() && selects(rule.pods, pod.meta.labels) ? 3
            : isHere && rule.pods.isEmpty()                                                    ? 2
            : isRoot                                                                           ? 1
                                                                                               : 0;
        const bool says = !rule.mode.empty() && rule.mode != "UNSET";
        if (near > closest && (says || rule.portModes.contains(port))) {
            closest = near;
            found = &rule;
        }
    }
    if (!found)
        return { "PERMISSIVE", nullptr };
    const auto byPort = found->portModes.find(port);
    return { byPort == found->portModes.end() ? found->mode : byPort->second, found };
}

std::string nameOf(const c::Meta& meta) { return meta.space + "/" + meta.name; }

bool namesService(const c::Cluster& cluster, const c::DestinationRule& rule, const c::Service& service)
{
    const std::string full = service.meta.name + "." + service.meta.space + ".svc.cluster.local";
    if (rule.host.starts_with('*'))
        return isStar(rule.host, full);
    return serviceOfHost(cluster, rule.host, rule.meta.space) == &service;
}

AccessVerdict istioVerdict(const c::Cluster& cluster, const Caller& caller, const c::Pod& callee, base::Port port)
{
    AccessVerdict verdict;
    if (!sidecarOf(callee) || meshOf(*sidecarOf(callee)) != "istio")
        return verdict;
    bool hasAllow = false;
    bool isAllowed = false;
    bool mayBeAllowed = false;
    for (const c::AccessPolicy& policy : cluster.accessPolicies) {
        const bool isForIt = (policy.meta.space == callee.meta.space || policy.meta.space == "istio-system")
            && selects(policy.pods, callee.meta.labels);
        if (!isForIt || (policy.action != "ALLOW" && policy.action != "DENY"))
            continue;
        bool matches = false;
        bool mayMatch = false;
        for (const c::AccessRule& rule : policy.rules) {
            bool fits = true;
            bool isOpen = rule.hasFurther || !rule.paths.empty() || !rule.methods.empty() || !rule.hosts.empty();
            if (!rule.ports.empty())
                fits = std::find(rule.ports.begin(), rule.ports.end(), std::to_string(port)) != rule.ports.end();
            if (!rule.spaces.empty() || !rule.principals.empty()) {
                const bool hasIdentity = std::any_of(caller.pods.begin(), caller.pods.end(),
                    [&](const c::Pod* pod) { return caller.isMeshGateway || sidecarOf(*pod); });
                if (caller.pods.empty())
                    isOpen = true;
                else if (!hasIdentity)
                    fits = false;
                else
                    fits = fits && std::any_of(caller.pods.begin(), caller.pods.end(), [&](const c::Pod* pod) {
                        const std::string principal = "cluster.local/ns/" + pod->meta.space + "/sa/"
                            + (pod->serviceAccount.empty() ? "default" : pod->serviceAccount);
                        const auto is = [](const std::string& text) {
                            return [&text](const std::string& pattern) { return isStar(pattern, text); };
                        };
                        return (rule.spaces.empty() || std::any_of(rule.spaces.begin(), rule.spaces.end(), is(pod->meta.space)))
                            && (rule.principals.empty() || std::any_of(rule.principals.begin(), rule.principals.end(), is(principal)));
                    });
            }
            matches = matches || (fits && !isOpen);
            mayMatch = mayMatch || fits;
        }
        const std::string name = "AuthorizationPolicy " + nameOf(policy.meta);
        if (policy.action == "DENY" && matches)
            return { Admission::Denied, name + " refuses this caller", "authorizationpolicy/" + nameOf(policy.meta) };
        if (policy.action == "ALLOW") {
            hasAllow = true;
            isAllowed = isAllowed || matches;
            mayBeAllowed = mayBeAllowed || mayMatch;
            if (!matches && verdict.policy.empty()) {
                verdict.words = policy.rules.empty() ? name + " admits nobody" : name + " does not admit this caller";
                verdict.policy = "authorizationpolicy/" + nameOf(policy.meta);
            }
        }
    }
    if (!hasAllow || isAllowed)
        return {};
    verdict.admission = mayBeAllowed ? Admission::Unknown : Admission::Denied;
    return verdict;
}

AccessVerdict linkerdVerdict(const c::Cluster& cluster, const Caller& caller, const c::Pod& callee, base::Port port)
{
    if (!sidecarOf(callee) || meshOf(*sidecarOf(callee)) != "linkerd")
        return {};
    for (const c::LinkerdServer& server : cluster.linkerdServers) {
        const bool isForIt = server.meta.space == callee.meta.space && selects(server.pods, callee.meta.labels)
            && portNumber(server.port, callee) == port;
        if (!isForIt || server.accessPolicy == "all-unauthenticated" || server.accessPolicy == "audit")
            continue;
        bool needsIdentity = false;
        bool mayBeAllowed = false;
        for (const c::LinkerdAuthorization& rule : cluster.linkerdAuthorizations) {
            const bool isItsRule = rule.meta.space == server.meta.space
                && ((rule.targetKind == "Server"
                        && (rule.targetName == server.meta.name
                            || (rule.targetName.empty() && !rule.servers.isEmpty() && selects(rule.servers, server.meta.labels))))
                    || (rule.targetKind == "Namespace" && rule.targetName == server.meta.space));
            if (!isItsRule && rule.targetKind != "HTTPRoute")
                continue;
            if (isItsRule && rule.admitsAll)
                return {};
            mayBeAllowed = true;
            needsIdentity = needsIdentity || rule.needsMesh || !rule.identities.empty();
            for (const std::string& name : rule.authentications)
                for (const c::LinkerdAuthentication& each : cluster.linkerdAuthentications)
                    needsIdentity = needsIdentity || (each.meta.name == name && each.kind == "MeshTLSAuthentication");
        }
        const std::string name = "Server " + nameOf(server.meta);
        if (!mayBeAllowed)
            return { Admission::Denied, name + " is closed and no authorization admits anybody", "server/" + nameOf(server.meta) };
        const bool isOutside = !caller.pods.empty()
            && std::none_of(caller.pods.begin(), caller.pods.end(), [](const c::Pod* pod) { return sidecarOf(*pod) != nullptr; });
        if (needsIdentity && isOutside)
            return { Admission::Denied, name + " admits callers of the mesh only, and this one has no proxy",
                "server/" + nameOf(server.meta) };
        return { Admission::Unknown, {}, {} };
    }
    return {};
}
}

Caller ingressCaller(const c::Cluster& cluster, const std::string& software)
{
    struct Image {
        std::string_view software;
        std::string_view part;
    };
    static constexpr auto images = std::to_array<Image>({ { "nginx", "ingress-nginx/controller" }, { "nginx", "ingress-nginx-controller" },
        { "nginx", "nginx-ingress" }, { "traefik", "traefik" }, { "haproxy", "haproxy-ingress" }, { "haproxy", "kubernetes-ingress" },
        { "kong", "kong" }, { "envoy", "envoyproxy/envoy" }, { "envoy", "projectcontour/contour" } });
    Caller caller;
    for (const c::Pod& pod : cluster.pods) {
        if (pod.phase == "Succeeded" || pod.phase == "Failed")
            continue;
        const bool isIt = std::any_of(pod.containers.begin(), pod.containers.end(), [&](const c::Container& container) {
            return !container.isInit && std::any_of(images.begin(), images.end(), [&](const Image& each) {
                return each.software == software && container.image.find(each.part) != std::string::npos;
            });
        });
        if (isIt)
            caller.pods.push_back(&pod);
    }
    return caller;
}

Caller gatewayCaller(const c::Cluster& cluster, const std::string& space, const std::string& name)
{
    Caller caller;
    for (const c::Gateway& gateway : cluster.gateways) {
        if (gateway.meta.space != space || gateway.meta.name != name)
            continue;
        caller.isMeshGateway = gateway.isIstio || gateway.gatewayClass == "istio";
        for (const c::Pod& pod : cluster.pods) {
            const auto label = pod.meta.labels.find("gateway.networking.k8s.io/gateway-name");
            const bool isIt = gateway.isIstio ? !gateway.selector.empty() && selects(gateway.selector, pod.meta.labels)
                                              : label != pod.meta.labels.end() && label->second == name && pod.meta.space == space;
            if (isIt)
                caller.pods.push_back(&pod);
        }
    }
    return caller;
}

PolicyVerdict networkVerdict(const c::Cluster& cluster, const Caller& caller, const c::Pod& callee, base::Port port)
{
    PolicyVerdict verdict;
    if (callee.usesHostNetwork)
        return verdict; // policies do not hold there
    bool isLimited = false;
    Admission best = Admission::Denied;
    const c::NetworkPolicy* one = nullptr;
    for (const c::NetworkPolicy& policy : cluster.policies) {
        if (!policy.limitsIngress || policy.meta.space != callee.meta.space || !selects(policy.pods, callee.meta.labels))
            continue;
        isLimited = true;
        const Admission here = admits(cluster, policy.ingress, policy.meta.space, caller.pods, port, callee);
        if (here == Admission::Admitted)
            best = here;
        else if (here == Admission::Unknown && best == Admission::Denied)
            best = here;
        if (!one)
            one = &policy;
    }
    if (isLimited && best != Admission::Admitted)
        return { best, one, false };
    for (const c::Pod* from : caller.pods) {
        bool isHeld = false;
        bool isAdmitted = false;
        for (const c::NetworkPolicy& policy : cluster.policies) {
            if (!policy.limitsEgress || policy.meta.space != from->meta.space || !selects(policy.pods, from->meta.labels))
                continue;
            isHeld = true;
            isAdmitted = isAdmitted
                || admits(cluster, policy.egress, policy.meta.space, { &callee }, port, callee) != Admission::Denied;
            one = &policy;
        }
        if (isHeld && !isAdmitted)
            return { Admission::Denied, one, true };
    }
    return verdict;
}

std::vector<const c::DestinationRule*> rulesFor(const c::Cluster& cluster, const c::Service& service)
{
    std::vector<const c::DestinationRule*> found;
    for (const c::DestinationRule& rule : cluster.destinationRules)
        if (namesService(cluster, rule, service))
            found.push_back(&rule);
    // The one that names it alone wins over a wildcard.
    std::stable_partition(found.begin(), found.end(), [](const c::DestinationRule* each) { return !each->host.starts_with('*'); });
    return found;
}

TlsConflict tlsConflict(const c::Cluster& cluster, const Caller& caller, const c::Pod& callee, const c::Service& service,
    const c::ServicePort* port)
{
    TlsConflict conflict;
    const c::Container* sidecar = sidecarOf(callee);
    const bool isMeshed = sidecar && meshOf(*sidecar) == "istio";
    const base::Port target = port ? targetPort(*port, callee) : base::Port(0);
    const auto [mode, server] = serverMode(cluster, callee, target);
    std::string clientMode;
    const bool isCallerMeshed = caller.isMeshGateway
        || (!caller.pods.empty()
            && std::all_of(caller.pods.begin(), caller.pods.end(), [](const c::Pod* pod) { return sidecarOf(*pod) != nullptr; }));
    if (isCallerMeshed)
        for (const c::DestinationRule* rule : rulesFor(cluster, service)) {
            const auto byPort = port ? rule->portTlsModes.find(port->port) : rule->portTlsModes.end();
            clientMode = byPort != rule->portTlsModes.end() ? byPort->second : rule->tlsMode;
            if (!clientMode.empty()) {
                conflict.client = rule;
                break;
            }
        }
    const bool encrypts = clientMode == "ISTIO_MUTUAL" || clientMode == "MUTUAL";
    const std::string rule = conflict.client ? "DestinationRule " + nameOf(conflict.client->meta) : std::string();
    const std::string demand = server ? "PeerAuthentication " + nameOf(server->meta) : std::string();
    if (isMeshed && mode == "STRICT" && !caller.pods.empty() && !isCallerMeshed) {
        conflict.isThere = true;
        conflict.words = demand + " is STRICT, but the caller has no sidecar, so it speaks plainly";
    } else if (isMeshed && mode == "STRICT" && (clientMode == "DISABLE" || clientMode == "SIMPLE")) {
        conflict.isThere = true;
        conflict.words = rule + " has tls mode " + clientMode + ", but " + demand + " is STRICT";
    } else if (encrypts && isMeshed && mode == "DISABLE") {
        conflict.isThere = true;
        conflict.words = rule + " has tls mode " + clientMode + ", but " + demand + " is DISABLE";
    } else if (encrypts && !sidecar) {
        conflict.isThere = true;
        conflict.words = rule + " has tls mode " + clientMode + ", but pod " + callee.meta.name + " has no sidecar";
    }
    conflict.server = server;
    return conflict;
}

AccessVerdict accessVerdict(const c::Cluster& cluster, const Caller& caller, const c::Pod& callee, base::Port port)
{
    const AccessVerdict istio = istioVerdict(cluster, caller, callee, port);
    return istio.admission != Admission::Admitted ? istio : linkerdVerdict(cluster, caller, callee, port);
}

}
