#include "core/faults/predicates/clusterobstacles.h"

#include "core/model/checkids.h"

#include "core/parse/cluster/lookup.h"
#include "core/parse/cluster/policy.h"

#include <algorithm>

namespace hopscope::faults {

namespace {
namespace c = model::cluster;
namespace look = parse::cluster;

std::string at(const HopView& view) { return " on " + view.cluster->vantage->host.value(); }

void addNetworkPolicy(const HopView& view, base::Port port, std::vector<Obstacle>& found)
{
    const ClusterView& in = *view.cluster;
    // A call from inside a sidecar's pod is none between pods.
    if (view.caller && view.caller->kind == model::NodeKind::Sidecar)
        return;
    const look::PolicyVerdict verdict = look::networkVerdict(*in.cluster, in.callers, *in.pod, port);
    if (verdict.admission != look::Admission::Denied || !verdict.policy || in.callers.pods.empty())
        return;
    const c::NetworkPolicy& policy = *verdict.policy;
    Obstacle each;
    each.cause = "network-policy";
    each.variant = "connection-timed-out";
    each.weight = 0.85;
    each.words = verdict.isEgress
        ? "NetworkPolicy " + named(policy.meta) + " does not let the caller's pod out to port " + std::to_string(port)
        : "NetworkPolicy " + named(policy.meta) + " does not admit the caller to port " + std::to_string(port) + " of pod "
            + in.pod->meta.name;
    const std::vector<std::string> command { "describe", "networkpolicy", policy.meta.name, "-n", policy.meta.space };
    each.firstPlace = in.kubectl(command) + at(view);
    each.evidence = clusterEvidence(view, policy.meta.source, command,
        "it selects pod " + (verdict.isEgress ? in.callers.pods.front()->meta.name : in.pod->meta.name)
            + (verdict.isEgress ? "; none of its egress rules fits" : "; none of its ingress rules fits pod "
                    + named(in.callers.pods.front()->meta)));
    each.values = { { "namespace", policy.meta.space }, { "name", policy.meta.name } };
    found.push_back(std::move(each));
}

void addTlsConflict(const HopView& view, std::vector<Obstacle>& found)
{
    const ClusterView& in = *view.cluster;
    if (!in.service || !in.cluster->hasRead("peerauthentications"))
        return;
    const look::TlsConflict conflict = look::tlsConflict(*in.cluster, in.callers, *in.pod, *in.service, in.port);
    if (!conflict.isThere)
        return;
    Obstacle each;
    each.cause = "mtls-mismatch";
    each.variant = "protocol-mismatch";
    each.weight = 0.9;
    each.words = conflict.words;
    const c::Meta& meta = conflict.server ? conflict.server->meta : conflict.client->meta;
    const std::vector<std::string> command { "get", "peerauthentication,destinationrule", "-A" };
    each.firstPlace = in.kubectl(command) + at(view);
    each.evidence = clusterEvidence(view, meta.source, command, conflict.words);
    each.values = { { "namespace", in.pod->meta.space }, { "pod", in.pod->meta.name } };
    found.push_back(std::move(each));
}

void addAccessRule(const HopView& view, base::Port port, std::vector<Obstacle>& found)
{
    const ClusterView& in = *view.cluster;
    const look::AccessVerdict verdict = look::accessVerdict(*in.cluster, in.callers, *in.pod, port);
    if (verdict.admission != look::Admission::Denied)
        return;
    Obstacle each;
    each.cause = "mesh-policy-denied";
    each.variant = "request-rejected";
    each.weight = 0.88;
    each.words = verdict.words;
    const std::vector<std::string> command { "get", "authorizationpolicy", "-n", in.pod->meta.space, "-o", "yaml" };
    each.firstPlace = in.kubectl(command) + at(view);
    each.evidence = clusterEvidence(view, in.cluster->source, command, verdict.words);
    each.values = { { "namespace", in.pod->meta.space }, { "pod", in.pod->meta.name } };
    found.push_back(std::move(each));
}

/// A route of this service that names a subset which no rule defines, or which no pod carries.
void addSubset(const HopView& view, std::vector<Obstacle>& found)
{
    const ClusterView& in = *view.cluster;
    if (!in.service || !in.cluster->hasRead("destinationrules"))
        return;
    const std::vector<const c::DestinationRule*> rules = look::rulesFor(*in.cluster, *in.service);
    for (const c::Route& route : in.cluster->routes) {
        if (route.kind != "VirtualService")
            continue;
        for (const c::RouteRule& rule : route.rules)
            for (const c::Backend& backend : rule.backends) {
                if (backend.subset.empty() || backend.weight.value_or(100) == 0
                    || look::serviceOfHost(*in.cluster, backend.service, backend.space) != in.service)
                    continue;
                const c::Subset* subset = nullptr;
                for (const c::DestinationRule* each : rules)
                    for (const c::Subset& one : each->subsets)
                        if (one.name == backend.subset)
                            subset = &one;
                std::string words;
                if (!subset)
                    words = "VirtualService " + named(route.meta) + " sends to subset " + backend.subset + " of "
                        + in.service->meta.name + ", which no DestinationRule defines";
                else if (const auto pods = look::podsOf(*in.cluster, *in.service);
                         std::none_of(pods.begin(), pods.end(), [&](const c::Pod* pod) {
                             return look::selects(subset->labels, pod->meta.labels) && look::isReady(*pod);
                         }))
                    words = "no ready pod carries the labels " + look::textOf(subset->labels) + " of subset " + backend.subset
                        + ", which VirtualService " + named(route.meta) + " sends to";
                if (words.empty())
                    continue;
                Obstacle each;
                each.cause = "subset-missing";
                each.variant = subset ? "no-healthy-upstream" : "no-route-configured";
                each.weight = 0.9;
                each.words = words;
                const std::vector<std::string> command { "get", "virtualservice,destinationrule", "-n", route.meta.space, "-o", "yaml" };
                each.firstPlace = in.kubectl(command) + at(view);
                each.evidence = clusterEvidence(view, route.meta.source, command, words);
                each.values = { { "namespace", route.meta.space }, { "name", in.service->meta.name } };
                found.push_back(std::move(each));
                return;
            }
    }
}

bool complainsOfRefusal(const HopView& view)
{
    return std::any_of(view.callerLines.begin(), view.callerLines.end(), [&](const ReadLine* line) {
        return line->reading.variant == "connection-refused" && view.isFresh(*line, std::chrono::minutes(10));
    });
}

/// The service sends to a port that the container does not name, while its own readiness test finds the app at another.
void addPort(const HopView& view, base::Port target, std::vector<Obstacle>& found)
{
    const ClusterView& in = *view.cluster;
    if (!in.service || !in.port || target == 0)
        return;
    const c::Container* app = look::appContainer(*in.pod, 0);
    bool isNamed = false;
    base::Port other = 0;
    for (const c::Container& container : in.pod->containers)
        for (const c::NamedPort& port : container.ports)
            if (!container.isInit && look::meshOf(container).empty()) {
                isNamed = isNamed || port.number == target;
                other = other == 0 && port.protocol == "TCP" ? port.number : other;
            }
    if (!app || isNamed || other == 0)
        return;
    // What the kubelet reaches is where the app listens: only another port than the service's tells of a mistake.
    const c::HealthProbe* probe = app->readiness ? &*app->readiness : nullptr;
    const base::Port asked = probe && probe->kind != c::HealthProbe::Kind::Exec ? look::portNumber(probe->port, *in.pod) : base::Port(0);
    if (asked == target && app->isReady)
        return;
    Obstacle each;
    each.cause = "service-port-mismatch";
    each.variant = "connection-refused";
    each.weight = complainsOfRefusal(view) ? 0.95 : asked != 0 && app->isReady ? 0.85 : 0.6;
    each.words = "service " + named(in.service->meta) + " sends to port " + std::to_string(target) + ", but the container names port "
        + std::to_string(other) + (asked == other && app->isReady ? ", where its readiness test finds it" : "");
    const std::vector<std::string> command { "get", "service", in.service->meta.name, "-n", in.service->meta.space, "-o", "yaml" };
    each.firstPlace = in.kubectl(command) + at(view);
    each.evidence = clusterEvidence(view, in.service->meta.source, command,
        "port " + std::to_string(in.port->port) + ", targetPort " + (in.port->target.empty() ? std::to_string(in.port->port) : in.port->target)
            + "; container " + app->name + " names port " + std::to_string(other));
    each.evidence.rulesOut = { "firewall-drop", "network-policy" };
    each.values = { { "namespace", in.service->meta.space }, { "name", in.service->meta.name }, { "pod", in.pod->meta.name },
        { "port", std::to_string(target) }, { "actualPort", std::to_string(other) } };
    found.push_back(std::move(each));
}
}

namespace {
/// What an obstacle would do to a request; another status speaks against it.
bool fitsStatus(const Obstacle& obstacle, int status)
{
    const std::string_view variant = obstacle.variant;
    if (variant == "request-rejected")
        return status == 403 || status == 0;
    if (variant == "connection-timed-out")
        return status == 504 || status == 503 || status == 502 || status == 0;
    return status == 502 || status == 503 || status == 404 || status == 0;
}
}

model::Evidence clusterEvidence(
    const HopView& view, model::Source source, const std::vector<std::string>& command, std::string observed)
{
    if (source.check == model::Source::none)
        source = view.cluster->cluster->source;
    model::Evidence item = view.evidence(view.cluster->vantage, model::checkid::kubernetes, source, std::move(observed));
    item.command = view.cluster->kubectl(command);
    return item;
}

std::vector<Obstacle> obstaclesOf(const HopView& view)
{
    std::vector<Obstacle> found;
    if (!view.cluster || !view.cluster->pod)
        return found;
    const bool isInner = view.caller && view.caller->kind == model::NodeKind::Sidecar;
    const base::Port target = view.cluster->port ? look::targetPort(*view.cluster->port, *view.cluster->pod)
                                                 : view.hop->declared.endpoint.port;
    if (!isInner) {
        addSubset(view, found);
        addTlsConflict(view, found);
        addAccessRule(view, target, found);
        addNetworkPolicy(view, target, found);
    }
    if (!view.cluster->isIntoSidecar)
        addPort(view, target, found);
    std::erase_if(found, [&](const Obstacle& each) { return !fitsStatus(each, view.capture->outside.http.status.value_or(0)); });
    std::stable_sort(found.begin(), found.end(), [](const Obstacle& left, const Obstacle& right) { return left.weight > right.weight; });
    return found;
}

}
