#include "core/diagnosis/clustersymptom.h"

#include "core/faults/predicates/clusterobstacles.h"
#include "core/parse/cluster/lookup.h"

#include <algorithm>

namespace hopscope::diagnosis {

namespace {
namespace c = model::cluster;
namespace clusters = parse::cluster;
using faults::ClusterView;
using faults::HopView;
using model::State;
using Kind = faults::PodTrouble::Kind;

void fail(Judgement& judgement, const char* variant, double confidence, model::Evidence evidence)
{
    judgement.state = State::Failing;
    judgement.view.symptom.variant = variant;
    judgement.view.symptom.confidence = confidence;
    judgement.view.symptom.isProbed = true; // seen by the cluster, not only read in a log
    judgement.view.symptom.evidence.push_back(std::move(evidence));
}

std::vector<std::string> describe(const c::Pod& pod) { return { "describe", "pod", pod.meta.name, "-n", pod.meta.space }; }

bool anotherServes(const ClusterView& in)
{
    if (!in.service)
        return false;
    const auto pods = clusters::podsOf(*in.cluster, *in.service);
    return std::any_of(pods.begin(), pods.end(), [&](const c::Pod* pod) { return pod != in.pod && faults::isServing(in, *pod); });
}

/// Whether the kubelet's own test of this pod asks the app over the network.
bool hasNetworkProbe(const c::Pod& pod)
{
    return std::any_of(pod.containers.begin(), pod.containers.end(), [](const c::Container& container) {
        return clusters::meshOf(container).empty() && container.readiness && container.readiness->kind != c::HealthProbe::Kind::Exec;
    });
}

/// The sidecar's own hop to the app beside it.
bool isInner(const HopView& view) { return view.caller && view.caller->kind == model::NodeKind::Sidecar; }

bool judgePod(Judgement& judgement, RequestState request)
{
    HopView& view = judgement.view;
    const ClusterView& in = *view.cluster;
    const c::Pod& pod = *in.pod;
    if (faults::isServing(in, pod)) {
        judgement.serves = true;
        const auto obstacles = faults::obstaclesOf(view);
        const auto refusal = std::find_if(obstacles.begin(), obstacles.end(),
            [](const faults::Obstacle& each) { return std::string_view(each.variant) == "request-rejected"; });
        // A 403 may be the app's own; where a rule of the mesh refuses this caller for sure, it is that.
        const bool isRefused = refusal != obstacles.end() && view.capture->outside.http.status == 403;
        if (request == RequestState::Works && !isRefused) {
            judgement.state = hasNetworkProbe(pod) ? State::Ok : State::Unknown;
            return true;
        }
        for (const faults::Obstacle& each : obstacles) {
            fail(judgement, each.variant, each.weight, each.evidence);
            judgement.isDisguised = std::string_view(each.variant) == "request-rejected";
            return true;
        }
        return false;
    }
    if (!in.cluster->hasRead("pods"))
        return false;
    const faults::PodTrouble trouble = faults::troubleOf(in, pod, view.nowOn(in.vantage));
    const bool isOfSidecar = trouble.kind == Kind::Sidecar;
    switch (trouble.kind) {
    case Kind::None:
    case Kind::Starting:
    case Kind::Leaving:
        return true; // neither good nor bad: it is coming, or going
    case Kind::CrashLoop:
    case Kind::OutOfMemory:
    case Kind::ImagePull:
    case Kind::Unschedulable:
    case Kind::Evicted:
    case Kind::Liveness:
    case Kind::Readiness:
    case Kind::Sidecar:
    case Kind::ConfigError:
    case Kind::Ended:
        break;
    }
    if (isInner(view) && isOfSidecar)
        return true;
    judgement.isOutOfRotation = anotherServes(in);
    fail(judgement, "no-healthy-upstream", 0.95,
        faults::clusterEvidence(view, pod.meta.source, describe(pod),
            "pod " + pod.meta.space + "/" + pod.meta.name + " is not ready: " + trouble.words));
    return true;
}

/// A service without pods, or one that is not there.
bool judgeService(Judgement& judgement)
{
    HopView& view = judgement.view;
    const ClusterView& in = *view.cluster;
    if (!in.service) {
        if (!in.cluster->hasRead("services"))
            return false;
        fail(judgement, "no-route-configured", 0.95,
            faults::clusterEvidence(view, {}, { "get", "services", "-n", in.space() }, "there is no service " + in.serviceName));
        return true;
    }
    const c::Service& service = *in.service;
    const std::vector<std::string> command { "describe", "service", service.meta.name, "-n", service.meta.space };
    if (!in.port && !in.portWord.empty()) {
        fail(judgement, "no-route-configured", 0.95,
            faults::clusterEvidence(view, service.meta.source, command, "service " + in.serviceName + " has no port " + in.portWord));
        return true;
    }
    const clusters::EndpointCount count = clusters::endpointsOf(*in.cluster, service);
    const bool hasNone = count.isKnown ? count.ready == 0 : in.cluster->hasRead("pods");
    const bool hasPods = !clusters::podsOf(*in.cluster, service).empty();
    if (hasPods || service.selector.empty() || !hasNone || !in.cluster->hasRead("pods"))
        return false;
    fail(judgement, "no-healthy-upstream", 0.95,
        faults::clusterEvidence(view, service.meta.source, command,
            "service " + in.serviceName + " has no endpoints: no pod carries " + clusters::textOf(service.selector)));
    return true;
}

/// The way into an ingress or gateway: what it answers by itself.
bool judgeEntrance(Judgement& judgement)
{
    HopView& view = judgement.view;
    const model::HttpView& http = view.capture->outside.http;
    const ClusterView& in = *view.cluster;
    const bool leadsOn = std::any_of(view.topology->hops.begin(), view.topology->hops.end(),
        [&](const model::Hop& hop) { return hop.isOnPath && hop.from == view.hop->to; });
    const bool isUnmatched = view.callee && view.callee->note.starts_with("no rule of it takes");
    if (http.status == 404 && !leadsOn && isUnmatched && view.hop->isOnPath) {
        fail(judgement, "no-route-configured", 0.93,
            faults::clusterEvidence(view, {}, { "get", "ingress,httproute,virtualservice", "-A" }, view.callee->note + "; the answer is 404"));
        judgement.isDisguised = true;
        return true;
    }
    const bool isAborted = http.body.find("fault filter abort") != std::string::npos;
    if (isAborted && view.hop->isOnPath) {
        fail(judgement, "request-rejected", 0.95, faults::clusterEvidence(view, in.cluster->source,
            { "get", "virtualservice", "-A", "-o", "yaml" }, "the answer's text is \"fault filter abort\""));
        judgement.isDisguised = true;
        return true;
    }
    return false;
}
}

bool judgeInCluster(Judgement& judgement, RequestState request)
{
    HopView& view = judgement.view;
    if (!view.cluster)
        return false;
    if (view.cluster->pod)
        return view.callerProbes.empty() && judgePod(judgement, request);
    if (view.cluster->isIntoService)
        return view.callerProbes.empty() && judgeService(judgement);
    return judgeEntrance(judgement);
}

}
