// Services and routes that lead nowhere, and what stands between a caller and a pod that is well.
#include "core/faults/predicates/cluster.h"

#include "core/faults/predicates/clusterobstacles.h"
#include "core/faults/predicates/common.h"
#include "core/parse/cluster/lookup.h"
#include "core/parse/lines.h"

#include <algorithm>

namespace hopscope::faults {

namespace {
namespace c = model::cluster;
namespace look = parse::cluster;

/// The service of a hop that leads to no pod at all.
const c::Service* emptyService(const HopView& view)
{
    if (!view.cluster || !view.cluster->isIntoService || view.symptom.variant.empty() || !view.cluster->service)
        return nullptr;
    const c::Service& service = *view.cluster->service;
    const bool isKnown = view.cluster->cluster->hasRead("pods");
    if (!isKnown || service.selector.empty() || !look::podsOf(*view.cluster->cluster, service).empty())
        return nullptr;
    return &service;
}

void fill(Assessment& found, const HopView& view, const c::Service& service)
{
    found.host = view.cluster->vantage->host;
    found.values["name"] = service.meta.name;
    found.values["namespace"] = service.meta.space;
    found.values["unit"] = "";
    found.firstPlace = view.cluster->kubectl({ "describe", "service", service.meta.name, "-n", service.meta.space }) + " on "
        + view.cluster->vantage->host.value();
}

struct NearMiss {
    const c::Workload* workload = nullptr;
    const c::Pod* pod = nullptr;
    std::string difference;
};

/// Pods of the namespace that were meant: they carry some of the labels, or the service's name, and no other service
/// selects them.
NearMiss nearMiss(const c::Cluster& cluster, const c::Service& service)
{
    NearMiss best;
    int bestScore = 0;
    const auto weigh = [&](const c::Meta& meta, const c::Pod* pod, const c::Workload* workload, const c::Labels& labels) {
        int score = 0;
        std::string difference;
        for (const auto& [name, value] : service.selector) {
            const auto own = labels.find(name);
            if (own != labels.end() && own->second == value)
                score += 2;
            else
                difference += (difference.empty() ? "" : ", ") + name + "=" + value
                    + (own == labels.end() ? " (there is no such label)" : " (it has " + own->second + ")");
        }
        const std::string& owner = workload ? workload->meta.name : meta.ownerName.empty() ? meta.name : meta.ownerName;
        if (owner == service.meta.name || owner.starts_with(service.meta.name + "-") || service.meta.name.starts_with(owner + "-"))
            score += 3;
        for (const auto& [name, value] : labels)
            if (value == service.meta.name)
                score += 1;
        const bool isTaken = std::any_of(cluster.services.begin(), cluster.services.end(), [&](const c::Service& other) {
            return &other != &service && other.meta.space == service.meta.space && !other.selector.empty()
                && look::selects(other.selector, labels);
        });
        if (isTaken)
            score -= 3;
        if (score > bestScore) {
            bestScore = score;
            best = { workload, pod, difference };
        }
    };
    for (const c::Pod& pod : cluster.pods)
        if (pod.meta.space == service.meta.space && pod.phase != "Succeeded" && pod.phase != "Failed")
            weigh(pod.meta, &pod, look::workloadOf(cluster, pod), pod.meta.labels);
    return best;
}

/// Workloads of these labels that run no pod at all.
const c::Workload* idleWorkload(const c::Cluster& cluster, const c::Service& service)
{
    for (const c::Workload* workload : look::workloadsOf(cluster, service))
        if (workload->kind != "ReplicaSet" || workload->meta.ownerKind.empty())
            return workload;
    return nullptr;
}

Assessment fromObstacle(const char* cause, const HopView& view)
{
    Assessment found(cause);
    if (view.symptom.variant.empty() || !view.cluster || !view.cluster->pod || !isServing(*view.cluster, *view.cluster->pod))
        return found;
    for (const Obstacle& each : obstaclesOf(view)) {
        if (std::string_view(each.cause) != cause)
            continue;
        found.supports(each.weight, each.evidence);
        for (const ReadLine* line : statedByCallee(view, cause, fresh))
            found.supports(0.6, view.evidence(*line));
        found.because = each.words;
        found.firstPlace = each.firstPlace;
        found.host = view.cluster->vantage->host;
        found.values = each.values;
        found.responsible = "proxy";
        break;
    }
    return found;
}
}

Assessment noEndpoints(const HopView& view)
{
    Assessment found("no-endpoints");
    const c::Service* service = emptyService(view);
    if (!service)
        return found;
    const c::Cluster& cluster = *view.cluster->cluster;
    const std::vector<std::string> command { "get", "endpointslices", "-n", service->meta.space, "-l",
        "kubernetes.io/service-name=" + service->meta.name };
    const c::Workload* idle = idleWorkload(cluster, *service);
    model::Evidence item = clusterEvidence(view, service->meta.source, command,
        "service " + named(service->meta) + " has no endpoints; no pod carries " + look::textOf(service->selector));
    item.rulesOut = { "pod-crash-loop", "pod-not-ready" };
    if (idle) {
        item.rulesOut.push_back("selector-mismatch");
        found.supports(0.93, std::move(item));
        const bool isZero = idle->wanted == 0;
        found.because = idle->kind + " " + named(idle->meta)
            + (isZero ? " is scaled to 0, so service " + service->meta.name + " has no pod behind it"
                      : " has made no pod, so service " + service->meta.name + " has none behind it");
        const c::Condition* failure = look::conditionOf(idle->conditions, "ReplicaFailure");
        if (failure && failure->status == "True") {
            found.supports(0.5, clusterEvidence(view, idle->meta.source, { "describe", idle->kind, idle->meta.name, "-n", idle->meta.space },
                                    failure->reason + ": " + failure->message));
            found.because += " (" + failure->message.substr(0, 200) + ")";
        }
    } else {
        found.supports(nearMiss(cluster, *service).pod ? 0.4 : 0.75, std::move(item));
        found.because = "service " + named(service->meta) + " has no pod behind it: none carries " + look::textOf(service->selector);
    }
    fill(found, view, *service);
    if (idle)
        found.firstPlace = view.cluster->kubectl({ "get", idle->kind, idle->meta.name, "-n", idle->meta.space }) + " on "
            + view.cluster->vantage->host.value();
    return found;
}

Assessment selectorMismatch(const HopView& view)
{
    Assessment found("selector-mismatch");
    const c::Service* service = emptyService(view);
    if (!service || idleWorkload(*view.cluster->cluster, *service))
        return found;
    const NearMiss near = nearMiss(*view.cluster->cluster, *service);
    if (!near.pod)
        return found;
    const std::string whose = near.workload ? near.workload->kind + " " + near.workload->meta.name : "pod " + near.pod->meta.name;
    model::Evidence item = clusterEvidence(view, service->meta.source,
        { "get", "pods", "-n", service->meta.space, "--show-labels" },
        "the service selects " + look::textOf(service->selector) + "; " + whose + " carries " + look::textOf(near.pod->meta.labels));
    item.rulesOut = { "pod-crash-loop", "pod-not-ready", "no-endpoints" };
    found.supports(0.9, std::move(item));
    fill(found, view, *service);
    found.because = "service " + named(service->meta) + " selects pods by " + near.difference + ", and no pod of " + whose + " fits";
    found.responsible = "app";
    return found;
}

Assessment servicePortMismatch(const HopView& view)
{
    Assessment found = fromObstacle("service-port-mismatch", view);
    if (!view.cluster || view.symptom.variant.empty())
        return found;
    // A port that the caller names and the service does not have.
    if (view.cluster->isIntoService && view.cluster->service && !view.cluster->port && !view.cluster->portWord.empty()) {
        const c::Service& service = *view.cluster->service;
        std::string ports;
        for (const c::ServicePort& port : service.ports)
            ports += (ports.empty() ? "" : ", ") + std::to_string(port.port) + (port.name.empty() ? "" : " (" + port.name + ")");
        model::Evidence item = clusterEvidence(view, service.meta.source,
            { "get", "service", service.meta.name, "-n", service.meta.space }, "its ports are " + (ports.empty() ? "none" : ports));
        item.rulesOut = { "no-endpoints", "selector-mismatch" };
        found.supports(0.93, std::move(item));
        fill(found, view, service);
        found.because = view.hop->declared.place.file + " names port " + view.cluster->portWord + " of service "
            + named(service.meta) + ", which has " + (ports.empty() ? "none" : ports);
        found.values["port"] = view.cluster->portWord;
        found.responsible = "proxy";
        return found;
    }
    // A port's name that no container of the pod bears: such a pod is no endpoint for it.
    if (view.cluster->pod && view.cluster->service && view.cluster->port && look::isReady(*view.cluster->pod)
        && look::targetPort(*view.cluster->port, *view.cluster->pod) == 0) {
        const c::Service& service = *view.cluster->service;
        found.supports(0.92, clusterEvidence(view, service.meta.source,
                                 { "get", "service", service.meta.name, "-n", service.meta.space, "-o", "yaml" },
                                 "targetPort " + view.cluster->port->target + " is the name of no port of pod " + view.cluster->pod->meta.name));
        fill(found, view, service);
        found.because = "service " + named(service.meta) + " sends to a port named " + view.cluster->port->target
            + ", and the pods have none of that name";
        found.responsible = "app";
    }
    return found;
}

Assessment routeMissingInCluster(const HopView& view)
{
    Assessment found("route-missing-in-proxy");
    if (!view.cluster || view.symptom.variant != "no-route-configured")
        return found;
    const ClusterView& in = *view.cluster;
    const bool isGateway = view.callee && view.callee->object.starts_with("gateway/");
    if (in.isIntoService && !in.service && in.cluster->hasRead("services")) {
        model::Evidence item = clusterEvidence(view, in.cluster->source, { "get", "services", "-n", in.space() },
            "there is no service " + in.serviceName);
        item.rulesOut = { "no-endpoints", "selector-mismatch" };
        found.supports(0.93, std::move(item));
        found.because = view.hop->declared.place.file + " sends to service " + in.serviceName + ", which does not exist";
        found.firstPlace = in.kubectl({ "get", "services", "-n", in.space() }) + " on " + in.vantage->host.value();
        found.values = { { "namespace", in.space() }, { "name", in.serviceName.substr(in.serviceName.find('/') + 1) } };
    } else if (!in.isIntoService && !in.pod && !isGateway && view.callee) {
        found.supports(0.88, clusterEvidence(view, in.cluster->source, { "get", "ingress", "-A" }, view.callee->note));
        found.because = "no Ingress of " + view.callee->label + " has a rule for " + view.hop->declared.requestHost
            + view.hop->declared.requestPath;
        found.firstPlace = in.kubectl({ "get", "ingress", "-A" }) + " on " + in.vantage->host.value();
    }
    found.host = in.vantage->host;
    found.responsible = "proxy";
    return found;
}

Assessment meshRouteMissing(const HopView& view)
{
    Assessment found("mesh-route-missing");
    if (!view.cluster || view.symptom.variant != "no-route-configured" || !view.callee
        || !view.callee->object.starts_with("gateway/"))
        return found;
    const ClusterView& in = *view.cluster;
    found.supports(0.9, clusterEvidence(view, in.cluster->source, { "get", "virtualservice,httproute", "-A" }, view.callee->note));
    found.because = "no route that is bound to " + view.callee->label + " takes " + view.hop->declared.requestHost
        + view.hop->declared.requestPath;
    found.firstPlace = in.kubectl({ "get", "virtualservice,httproute", "-A" }) + " on " + in.vantage->host.value();
    found.host = in.vantage->host;
    found.responsible = "proxy";
    return found;
}

Assessment networkPolicy(const HopView& view) { return fromObstacle("network-policy", view); }
Assessment mtlsMismatch(const HopView& view) { return fromObstacle("mtls-mismatch", view); }
Assessment meshPolicyDenied(const HopView& view) { return fromObstacle("mesh-policy-denied", view); }
Assessment subsetMissing(const HopView& view) { return fromObstacle("subset-missing", view); }

Assessment faultInjected(const HopView& view)
{
    Assessment found("fault-injected");
    if (!view.cluster || view.symptom.variant != "request-rejected")
        return found;
    const ClusterView& in = *view.cluster;
    const int status = view.capture->outside.http.status.value_or(0);
    const bool isSaid = view.capture->outside.http.body.find("fault filter abort") != std::string::npos;
    for (const c::Route& route : in.cluster->routes)
        for (const c::RouteRule& rule : route.rules) {
            if (!rule.abortStatus || (*rule.abortStatus != status && !isSaid))
                continue;
            found.supports(isSaid ? 0.95 : 0.7, clusterEvidence(view, route.meta.source,
                                                   { "get", "virtualservice", route.meta.name, "-n", route.meta.space, "-o", "yaml" },
                                                   "VirtualService " + named(route.meta) + " aborts requests with "
                                                       + std::to_string(*rule.abortStatus)));
            found.because = "VirtualService " + named(route.meta) + " makes requests fail on purpose (fault.abort)";
            found.firstPlace = in.kubectl({ "get", "virtualservice", route.meta.name, "-n", route.meta.space, "-o", "yaml" }) + " on "
                + in.vantage->host.value();
            found.values = { { "namespace", route.meta.space }, { "name", route.meta.name } };
            found.host = in.vantage->host;
            found.responsible = "proxy";
            return found;
        }
    return found;
}

Assessment controlPlaneUnreachable(const HopView& view)
{
    Assessment found("control-plane-unreachable");
    if (!view.cluster || view.symptom.variant.empty())
        return found;
    for (const ReadLine* line : statedByCallee(view, "control-plane-unreachable", sameHour))
        found.supports(0.7, view.evidence(*line));
    if (!found.isSupported())
        return found;
    for (const c::Pod& pod : view.cluster->cluster->pods) {
        const bool isPlane = pod.meta.name.starts_with("istiod-") || pod.meta.name.starts_with("linkerd-destination-")
            || pod.meta.name.starts_with("linkerd-identity-");
        if (isPlane && look::isReady(pod))
            found.contradicts(0.4, clusterEvidence(view, pod.meta.source, { "get", "pod", pod.meta.name, "-n", pod.meta.space },
                                       "pod " + named(pod.meta) + " is ready"));
        else if (isPlane)
            found.supports(0.6, clusterEvidence(view, pod.meta.source, { "get", "pod", pod.meta.name, "-n", pod.meta.space },
                                    "pod " + named(pod.meta) + " is not ready"));
    }
    found.because = "the mesh's proxies can't reach their control plane";
    found.host = view.cluster->vantage->host;
    found.responsible = "proxy";
    return found;
}

}
