#include "core/faults/predicates/clusterview.h"

#include "core/base/quote.h"
#include "core/parse/cluster/lookup.h"
#include "core/parse/lines.h"

#include <algorithm>

namespace hopscope::faults {

namespace {
namespace c = model::cluster;
namespace look = parse::cluster;

/// A pod that started this short a while ago may simply not be there yet.
constexpr base::Milliseconds ordinaryStart = std::chrono::seconds(90);

struct ObjectName {
    std::string kind;
    std::string space;
    std::string name;
};

std::optional<ObjectName> objectOf(const model::Node* node)
{
    if (!node || node->object.empty())
        return std::nullopt;
    const std::size_t first = node->object.find('/');
    const std::size_t second = node->object.find('/', first + 1);
    if (first == std::string::npos)
        return std::nullopt;
    if (second == std::string::npos)
        return ObjectName { node->object.substr(0, first), {}, node->object.substr(first + 1) };
    return ObjectName { node->object.substr(0, first), node->object.substr(first + 1, second - first - 1),
        node->object.substr(second + 1) };
}

bool knows(const c::Cluster& cluster, const ObjectName& object)
{
    if (object.kind == "pod")
        return look::podNamed(cluster, object.space, object.name) != nullptr;
    if (object.kind == "service")
        return look::serviceNamed(cluster, object.space, object.name) != nullptr;
    return true;
}

void readGroup(ClusterView& view, const std::string& group)
{
    const std::size_t slash = group.find('/');
    if (slash == std::string::npos)
        return;
    const std::size_t colon = group.find(':', slash);
    view.serviceName = group.substr(0, colon);
    view.portWord = colon == std::string::npos ? std::string() : group.substr(colon + 1);
    view.service = look::serviceNamed(*view.cluster, group.substr(0, slash), view.serviceName.substr(slash + 1));
    if (view.service)
        view.port = look::portOf(*view.service, view.portWord);
}

std::string stateWords(const c::Container& container)
{
    std::string text = container.state.reason;
    if (container.state.phase == c::ContainerState::Phase::Terminated && container.state.exitCode)
        text += (text.empty() ? "" : ", ") + ("exit " + std::to_string(*container.state.exitCode));
    if (container.last.phase == c::ContainerState::Phase::Terminated && container.last.exitCode)
        text += (text.empty() ? "" : ", ") + ("the run before ended with exit " + std::to_string(*container.last.exitCode))
            + (container.last.reason.empty() ? "" : " (" + container.last.reason + ")");
    if (container.restarts > 0)
        text += (text.empty() ? "" : ", ") + (std::to_string(container.restarts) + " restarts");
    if (!container.state.message.empty())
        text += ": " + container.state.message.substr(0, 240);
    return text;
}

bool isPullReason(const std::string& reason)
{
    return reason == "ImagePullBackOff" || reason == "ErrImagePull" || reason == "InvalidImageName" || reason == "ErrImageNeverPull"
        || reason == "RegistryUnavailable" || reason == "ImageInspectError";
}

bool isConfigReason(const std::string& reason)
{
    return reason == "CreateContainerConfigError" || reason == "CreateContainerError" || reason == "RunContainerError"
        || reason == "StartError" || reason == "ContainerCannotRun";
}

/// A kill for memory by the kernel, in this run or the one before.
bool diedOfMemory(const c::Container& container)
{
    return container.state.reason == "OOMKilled" || container.last.reason == "OOMKilled";
}
}

std::string ClusterView::space() const
{
    if (pod)
        return pod->meta.space;
    return serviceName.substr(0, serviceName.find('/'));
}

std::string ClusterView::kubectl(const std::vector<std::string>& words) const
{
    const bool isPlain = cluster->command == "k3s kubectl" || cluster->command == "microk8s kubectl";
    std::string text = isPlain ? cluster->command : "kubectl";
    const bool needsRoot = isPlain || cluster->kubeconfig.starts_with("/etc/");
    if (needsRoot && vantage && !vantage->isRoot)
        text = "sudo " + text;
    if (!cluster->kubeconfig.empty())
        text += " --kubeconfig " + base::shellQuoted(cluster->kubeconfig);
    if (!cluster->context.empty())
        text += " --context " + base::shellQuoted(cluster->context);
    return words.empty() ? text : text + " " + base::shellCommand(words);
}

std::optional<ClusterView> clusterViewOf(
    const model::Facts& facts, const model::Hop& hop, const model::Node* caller, const model::Node* callee)
{
    const auto object = objectOf(callee);
    const auto from = objectOf(caller);
    if (!object)
        return std::nullopt;
    ClusterView view;
    // Its owner is the cluster that knows both; a missing service is known by who calls it.
    for (const bool mustKnow : { true, false })
        for (const auto& [name, host] : facts.hosts)
            for (const c::Cluster& cluster : host.clusters)
                if (!view.cluster && (!mustKnow || (knows(cluster, *object) && (!from || knows(cluster, *from))))) {
                    view.cluster = &cluster;
                    view.vantage = &host;
                }
    if (!view.cluster)
        return std::nullopt;
    readGroup(view, hop.group);
    if (object->kind == "pod") {
        view.pod = look::podNamed(*view.cluster, object->space, object->name);
        view.isIntoSidecar = callee->kind == model::NodeKind::Sidecar;
        if (view.pod)
            for (const c::Container& container : view.pod->containers)
                if (container.name == callee->container)
                    view.container = &container;
    } else if (object->kind == "service") {
        view.isIntoService = true;
        view.serviceName = object->space + "/" + object->name;
        view.service = look::serviceNamed(*view.cluster, object->space, object->name);
        const std::size_t colon = callee->id.value().rfind(':');
        if (colon != std::string::npos)
            view.portWord = callee->id.value().substr(colon + 1);
        if (view.service)
            view.port = look::portOf(*view.service, view.portWord);
    }
    if (from && from->kind == "pod") {
        if (const c::Pod* pod = look::podNamed(*view.cluster, from->space, from->name))
            view.callers.pods = { pod };
    } else if (from && from->kind == "ingressclass") {
        view.callers = look::ingressCaller(*view.cluster, caller->software);
    } else if (from && from->kind == "gateway") {
        view.callers = look::gatewayCaller(*view.cluster, from->space, from->name);
    }
    return view;
}

std::vector<const c::Event*> eventsOf(
    const c::Cluster& cluster, const std::string& kind, const std::string& space, const std::string& name, std::size_t most)
{
    std::vector<const c::Event*> found;
    for (const c::Event& event : cluster.events)
        if (event.kind == kind && event.name == name && event.space == space)
            found.push_back(&event);
    std::stable_sort(found.begin(), found.end(), [](const c::Event* left, const c::Event* right) { return left->lastAt > right->lastAt; });
    if (found.size() > most)
        found.resize(most);
    return found;
}

const c::Event* eventSaying(const ClusterView& view, const c::Pod& pod, std::string_view words)
{
    for (const c::Event* event : eventsOf(*view.cluster, "Pod", pod.meta.space, pod.meta.name, 50))
        if (event->message.find(words) != std::string::npos || event->reason.find(words) != std::string::npos)
            return event;
    return nullptr;
}

PodTrouble troubleOf(const ClusterView& view, const c::Pod& pod, base::TimePoint now)
{
    using Kind = PodTrouble::Kind;
    if (pod.meta.isBeingDeleted)
        return { Kind::Leaving, nullptr, "it is being deleted" };
    if (pod.reason == "Evicted" || pod.reason == "Preempted")
        return { Kind::Evicted, nullptr, pod.reason + (pod.message.empty() ? "" : ": " + pod.message.substr(0, 240)) };
    if (look::isReady(pod))
        return {};
    for (const c::Container& container : pod.containers) {
        if (isPullReason(container.state.reason))
            return { Kind::ImagePull, &container, stateWords(container) };
        if (isConfigReason(container.state.reason))
            return { Kind::ConfigError, &container, stateWords(container) };
    }
    for (const c::Container& container : pod.containers) {
        const bool isDown = container.state.phase != c::ContainerState::Phase::Running;
        if (diedOfMemory(container) && (isDown || !container.isReady))
            return { Kind::OutOfMemory, &container, stateWords(container) };
    }
    for (const c::Container& container : pod.containers)
        if (container.state.reason == "CrashLoopBackOff"
            || (container.restarts > 0 && container.state.phase == c::ContainerState::Phase::Terminated && !container.isInit)) {
            const c::Event* liveness = eventSaying(view, pod, "Liveness probe failed");
            if (liveness && eventSaying(view, pod, "failed liveness probe"))
                return { Kind::Liveness, &container, stateWords(container) + "; " + liveness->message.substr(0, 240) };
            return { Kind::CrashLoop, &container, stateWords(container) };
        }
    if (const c::Condition* scheduled = look::conditionOf(pod.conditions, "PodScheduled"); scheduled && scheduled->status == "False")
        return { Kind::Unschedulable, nullptr, scheduled->message.substr(0, 300) };
    if (pod.phase == "Failed" || pod.phase == "Succeeded")
        return { Kind::Ended, nullptr, "the pod has ended (" + pod.phase + (pod.reason.empty() ? "" : ", " + pod.reason) + ")" };
    // It runs, and is not ready: which of its containers is not?
    for (const c::Container& container : pod.containers) {
        if (container.isInit || container.isReady || container.state.phase != c::ContainerState::Phase::Running)
            continue;
        const base::TimePoint started = container.state.startedAt.value_or(pod.meta.createdAt.value_or(base::TimePoint {}));
        const c::Event* event = eventSaying(view, pod, "Readiness probe");
        if (!event)
            event = eventSaying(view, pod, "Startup probe");
        const c::HealthProbe* probe = container.startup ? &*container.startup
            : container.readiness                       ? &*container.readiness
                                                        : nullptr;
        base::Milliseconds patience = ordinaryStart;
        if (probe)
            patience = std::max<base::Milliseconds>(patience,
                std::chrono::seconds(std::clamp(
                    probe->initialDelaySeconds + probe->periodSeconds * std::max(probe->failureThreshold, 1), 0, 900)));
        if (container.restarts == 0 && now - started < patience)
            return { Kind::Starting, &container, "its containers started a moment ago" };
        const std::string words = event ? event->message.substr(0, 300) : "container " + container.name + " is not ready";
        const bool isSidecar = !look::meshOf(container).empty() && look::sidecarOf(pod) == &container;
        if (!isSidecar && !event && eventSaying(view, pod, "Liveness probe failed"))
            return { Kind::Liveness, &container, eventSaying(view, pod, "Liveness probe failed")->message.substr(0, 300) };
        return { isSidecar ? Kind::Sidecar : Kind::Readiness, &container, words };
    }
    const bool isYoung = pod.meta.createdAt && now - *pod.meta.createdAt < ordinaryStart;
    for (const c::Container& container : pod.containers)
        if (container.state.phase == c::ContainerState::Phase::Waiting)
            return { isYoung ? Kind::Starting : Kind::ConfigError, &container, stateWords(container) };
    return { isYoung ? Kind::Starting : Kind::Readiness, nullptr, "the pod is not ready" };
}

bool isServing(const ClusterView& view, const c::Pod& pod)
{
    if (!look::isReady(pod))
        return false;
    if (!view.service || !look::endpointsOf(*view.cluster, *view.service).isKnown)
        return true;
    for (const c::EndpointSlice& slice : view.cluster->slices)
        if (slice.service == view.service->meta.name && slice.meta.space == view.service->meta.space)
            for (const c::BackendAddress& backend : slice.backends)
                if (backend.isReady && (backend.pod == pod.meta.name || (backend.pod.empty() && backend.address == pod.ip)))
                    return true;
    return false;
}

std::string named(const c::Meta& meta) { return meta.space + "/" + meta.name; }

}
