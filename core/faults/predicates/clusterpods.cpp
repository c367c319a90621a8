// Pods that do not serve, by their own state.
#include "core/faults/predicates/cluster.h"
#include "core/faults/predicates/container.h"

#include "core/faults/predicates/clusterobstacles.h"
#include "core/faults/predicates/common.h"
#include "core/parse/cluster/lookup.h"

#include <algorithm>

namespace hopscope::faults {

namespace {
namespace c = model::cluster;
namespace look = parse::cluster;
using Kind = PodTrouble::Kind;

struct Case {
    const c::Pod* pod = nullptr;
    PodTrouble trouble;
};

/// The callee's pod with its trouble; none where this hop is no way to a pod that does not serve.
Case caseOf(const HopView& view)
{
    if (!view.cluster || !view.cluster->pod || view.symptom.variant.empty())
        return {};
    const c::Pod& pod = *view.cluster->pod;
    if (isServing(*view.cluster, pod))
        return {};
    return { &pod, troubleOf(*view.cluster, pod, view.nowOn(view.cluster->vantage)) };
}

std::string podName(const c::Pod& pod) { return pod.meta.space + "/" + pod.meta.name; }

void fill(Assessment& found, const HopView& view, const Case& at)
{
    found.host = view.cluster->vantage->host;
    found.values["pod"] = at.pod->meta.name;
    found.values["namespace"] = at.pod->meta.space;
    if (at.trouble.container)
        found.values["container"] = at.trouble.container->name;
    if (view.cluster->service)
        found.values["name"] = view.cluster->service->meta.name;
    found.values["unit"] = "";
    if (const c::Workload* workload = look::workloadOf(*view.cluster->cluster, *at.pod);
        workload && workload->kind == "Deployment")
        found.values["workload"] = "deployment/" + workload->meta.name;
}

std::vector<std::string> describe(const c::Pod& pod) { return { "describe", "pod", pod.meta.name, "-n", pod.meta.space }; }

std::string onVantage(const HopView& view) { return " on " + view.cluster->vantage->host.value(); }

model::Evidence stateOf(const HopView& view, const Case& at)
{
    return clusterEvidence(view, at.pod->meta.source, describe(*at.pod), "pod " + podName(*at.pod) + ": " + at.trouble.words);
}

void addEvents(Assessment& found, const HopView& view, const c::Pod& pod, std::initializer_list<std::string_view> reasons)
{
    for (const std::string_view reason : reasons)
        if (const c::Event* event = eventSaying(*view.cluster, pod, reason)) {
            model::Evidence item = clusterEvidence(view, event->source,
                { "get", "events", "-n", pod.meta.space, "--field-selector", "involvedObject.name=" + pod.meta.name },
                event->reason + ": " + event->message.substr(0, 400) + (event->count > 1 ? " (x" + std::to_string(event->count) + ")" : ""));
            if (event->lastAt)
                item.at = *event->lastAt;
            found.supports(0.3, std::move(item));
            if (!found.onset || (event->firstAt && *event->firstAt < *found.onset))
                found.onset = event->firstAt;
            return;
        }
}

/// What the app itself said last, before it ended.
void addPodsLastWords(Assessment& found, const HopView& view)
{
    int added = 0;
    for (auto line = view.calleeLines.rbegin(); line != view.calleeLines.rend() && added < 2; ++line)
        if ((*line)->reading.variant.value_or("none") != "none" || (*line)->reading.cause) {
            found.supports(0.1, view.evidence(**line));
            ++added;
        }
}

Assessment startOf(const char* cause, const HopView& view, const Case& at, double weight, std::vector<std::string> rulesOut)
{
    Assessment found(cause);
    model::Evidence item = stateOf(view, at);
    item.rulesOut = std::move(rulesOut);
    found.supports(weight, std::move(item));
    if (at.trouble.container && at.trouble.container->last.finishedAt)
        found.onset = at.trouble.container->last.finishedAt;
    fill(found, view, at);
    return found;
}
}

Assessment podCrashLoop(const HopView& view)
{
    const Case at = caseOf(view);
    if (at.trouble.kind != Kind::CrashLoop && at.trouble.kind != Kind::OutOfMemory)
        return Assessment("pod-crash-loop");
    Assessment found = startOf("pod-crash-loop", view, at, 0.93,
        { "selector-mismatch", "network-policy", "service-port-mismatch", "wrong-port", "pod-not-ready" });
    addEvents(found, view, *at.pod, { "BackOff", "Back-off restarting" });
    addPodsLastWords(found, view);
    found.because = "pod " + podName(*at.pod) + " crashes each time it starts (" + at.trouble.words + ")";
    found.firstPlace = view.cluster->kubectl({ "logs", at.pod->meta.name, "-n", at.pod->meta.space, "-c",
                           at.trouble.container->name, "--previous", "--tail=50" })
        + onVantage(view);
    return found;
}

Assessment podOutOfMemory(const HopView& view)
{
    const Case at = caseOf(view);
    if (at.trouble.kind != Kind::OutOfMemory)
        return Assessment("oom-killed");
    Assessment found = startOf(
        "oom-killed", view, at, 0.95, { "pod-crash-loop", "process-crashed", "liveness-probe-failing", "pod-not-ready" });
    const std::string& limit = at.trouble.container->memoryLimit;
    found.because = "container " + at.trouble.container->name + " of pod " + podName(*at.pod) + " was killed for memory"
        + (limit.empty() ? std::string() : " (its limit is " + limit + ")");
    found.firstPlace = view.cluster->kubectl(describe(*at.pod)) + onVantage(view);
    found.responsible = "app";
    return found;
}

Assessment livenessProbeFailing(const HopView& view)
{
    const Case at = caseOf(view);
    if (at.trouble.kind != Kind::Liveness)
        return Assessment("liveness-probe-failing");
    Assessment found = startOf("liveness-probe-failing", view, at, 0.92, { "pod-crash-loop", "process-crashed" });
    addEvents(found, view, *at.pod, { "failed liveness probe", "Liveness probe failed" });
    found.because = "the liveness test of pod " + podName(*at.pod) + " fails, so the cluster restarts it (" + at.trouble.words + ")";
    found.firstPlace = view.cluster->kubectl(describe(*at.pod)) + onVantage(view);
    return found;
}

Assessment imagePullFailed(const HopView& view)
{
    if (!view.cluster)
        return containedImagePull(view);
    const Case at = caseOf(view);
    if (at.trouble.kind != Kind::ImagePull)
        return Assessment("image-pull-failed");
    Assessment found = startOf("image-pull-failed", view, at, 0.95, { "pod-crash-loop", "pod-not-ready", "selector-mismatch" });
    addEvents(found, view, *at.pod, { "Failed to pull image", "ErrImagePull", "Back-off pulling" });
    found.values["name"] = at.trouble.container->image;
    found.because = "the image " + at.trouble.container->image + " of pod " + podName(*at.pod) + " can't be fetched";
    found.firstPlace = view.cluster->kubectl(describe(*at.pod)) + onVantage(view);
    found.responsible = "app";
    return found;
}

Assessment podUnschedulable(const HopView& view)
{
    const Case at = caseOf(view);
    if (at.trouble.kind != Kind::Unschedulable)
        return Assessment("pod-unschedulable");
    Assessment found = startOf("pod-unschedulable", view, at, 0.94, { "pod-crash-loop", "image-pull-failed", "pod-not-ready" });
    addEvents(found, view, *at.pod, { "FailedScheduling" });
    if (const c::Condition* scheduled = look::conditionOf(at.pod->conditions, "PodScheduled"); scheduled && !found.onset)
        found.onset = scheduled->at;
    found.because = "no machine of the cluster takes pod " + podName(*at.pod) + " (" + at.trouble.words + ")";
    found.firstPlace = view.cluster->kubectl(describe(*at.pod)) + onVantage(view);
    found.responsible = "host";
    return found;
}

Assessment podEvicted(const HopView& view)
{
    const Case at = caseOf(view);
    if (at.trouble.kind != Kind::Evicted)
        return Assessment("pod-evicted");
    Assessment found = startOf("pod-evicted", view, at, 0.93, { "pod-crash-loop", "pod-not-ready" });
    addEvents(found, view, *at.pod, { "Evicted", "Preempted" });
    found.because = "pod " + podName(*at.pod) + " was thrown off its machine (" + at.trouble.words + ")";
    found.firstPlace = view.cluster->kubectl(describe(*at.pod)) + onVantage(view);
    found.responsible = "host";
    return found;
}

Assessment sidecarNotReady(const HopView& view)
{
    const Case at = caseOf(view);
    if (at.trouble.kind != Kind::Sidecar)
        return Assessment("sidecar-not-ready");
    Assessment found = startOf("sidecar-not-ready", view, at, 0.93, { "pod-not-ready", "app-hung", "health-check-misconfigured" });
    addEvents(found, view, *at.pod, { "15021", "4191", "Readiness probe" });
    addPodsLastWords(found, view);
    found.because = "the app in pod " + podName(*at.pod) + " is cut off because the mesh's proxy beside it is not ready ("
        + at.trouble.words + ")";
    found.firstPlace = view.cluster->kubectl(
                           { "logs", at.pod->meta.name, "-n", at.pod->meta.space, "-c", at.trouble.container->name, "--tail=50" })
        + onVantage(view);
    found.responsible = "proxy";
    return found;
}

namespace {
/// What tells a wrong test from an app that is unwell: the app answers, but has no such path; or the test asks a port that
/// the container does not name.
bool isWrongTest(const c::Pod& pod, const c::Container& container, const std::string& words, std::string& why)
{
    const c::HealthProbe* probe = container.readiness ? &*container.readiness : container.startup ? &*container.startup : nullptr;
    if (!probe || probe->kind == c::HealthProbe::Kind::Exec)
        return false;
    if (words.find("statuscode: 404") != std::string::npos) {
        why = "it asks for " + (probe->path.empty() ? std::string("/") : probe->path) + ", which the app does not have (404)";
        return true;
    }
    if (words.find("HTTP response to HTTPS client") != std::string::npos) {
        why = "it speaks HTTPS to a port that speaks plain HTTP";
        return true;
    }
    if (words.find("malformed HTTP response") != std::string::npos || words.find("statuscode: 400") != std::string::npos) {
        why = "it speaks plain HTTP to a port that does not";
        return true;
    }
    const base::Port asked = look::portNumber(probe->port, pod);
    const bool isNamed = std::any_of(container.ports.begin(), container.ports.end(),
        [&](const c::NamedPort& port) { return port.number == asked; });
    if (words.find("connection refused") != std::string::npos && !container.ports.empty() && !isNamed) {
        why = "it asks port " + probe->port + ", but the container names port " + std::to_string(container.ports.front().number);
        return true;
    }
    return false;
}
}

Assessment readinessTestWrong(const HopView& view)
{
    const Case at = caseOf(view);
    std::string why;
    if (at.trouble.kind != Kind::Readiness || !at.trouble.container
        || !isWrongTest(*at.pod, *at.trouble.container, at.trouble.words, why))
        return Assessment("health-check-misconfigured");
    Assessment found = startOf("health-check-misconfigured", view, at, 0.88, { "pod-not-ready", "app-hung" });
    addEvents(found, view, *at.pod, { "Readiness probe", "Startup probe" });
    found.because = "the readiness test of pod " + podName(*at.pod) + " fails for a reason of its own: " + why;
    found.firstPlace = view.cluster->kubectl(describe(*at.pod)) + onVantage(view);
    found.responsible = "app";
    return found;
}

Assessment podNotReady(const HopView& view)
{
    const Case at = caseOf(view);
    std::string why;
    if (at.trouble.kind != Kind::Readiness)
        return Assessment("pod-not-ready");
    if (at.trouble.container && isWrongTest(*at.pod, *at.trouble.container, at.trouble.words, why)) {
        Assessment weak("pod-not-ready");
        weak.supports(0.3, stateOf(view, at));
        fill(weak, view, at);
        return weak;
    }
    Assessment found = startOf("pod-not-ready", view, at, 0.9, { "pod-crash-loop", "selector-mismatch", "network-policy" });
    addEvents(found, view, *at.pod, { "Readiness probe", "Startup probe" });
    addPodsLastWords(found, view);
    if (const c::Condition* ready = look::conditionOf(at.pod->conditions, "Ready"); ready && ready->status == "False")
        found.onset = ready->at;
    found.because = "pod " + podName(*at.pod) + " is not ready, so it gets no requests (" + at.trouble.words + ")";
    found.firstPlace = view.cluster->kubectl(describe(*at.pod)) + onVantage(view);
    return found;
}

Assessment podMisconfigured(const HopView& view)
{
    const Case at = caseOf(view);
    if (at.trouble.kind != Kind::ConfigError || !at.trouble.container)
        return Assessment("app-misconfigured");
    Assessment found = startOf("app-misconfigured", view, at, 0.9, { "pod-crash-loop", "image-pull-failed", "pod-not-ready" });
    addEvents(found, view, *at.pod, { "FailedMount", "Failed", "FailedCreatePodSandBox" });
    found.because = "container " + at.trouble.container->name + " of pod " + podName(*at.pod) + " can't be started ("
        + at.trouble.words + ")";
    found.firstPlace = view.cluster->kubectl(describe(*at.pod)) + onVantage(view);
    found.responsible = "app";
    return found;
}

}
