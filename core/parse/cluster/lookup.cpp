#include "core/parse/cluster/lookup.h"

#include "core/parse/lines.h"

#include <algorithm>

namespace hopscope::parse::cluster {

namespace {
namespace c = model::cluster;

bool holds(const c::Expression& expression, const c::Labels& labels)
{
    const auto found = labels.find(expression.key);
    const bool isThere = found != labels.end();
    const bool isListed = isThere
        && std::find(expression.values.begin(), expression.values.end(), found->second) != expression.values.end();
    if (expression.op == "In")
        return isListed;
    if (expression.op == "NotIn")
        return !isListed;
    if (expression.op == "Exists")
        return isThere;
    if (expression.op == "DoesNotExist")
        return !isThere;
    return false;
}

bool isOver(const c::Pod& pod) { return pod.phase == "Succeeded" || pod.phase == "Failed"; }
}

bool selects(const c::Labels& selector, const c::Labels& labels)
{
    return std::all_of(selector.begin(), selector.end(), [&](const auto& wanted) {
        const auto found = labels.find(wanted.first);
        return found != labels.end() && found->second == wanted.second;
    });
}

bool selects(const c::Selector& selector, const c::Labels& labels)
{
    return selects(selector.labels, labels)
        && std::all_of(selector.expressions.begin(), selector.expressions.end(),
            [&](const c::Expression& each) { return holds(each, labels); });
}

const c::Service* serviceNamed(const c::Cluster& cluster, std::string_view space, std::string_view name)
{
    for (const c::Service& service : cluster.services)
        if (service.meta.name == name && service.meta.space == space)
            return &service;
    return nullptr;
}

const c::Service* serviceOfHost(const c::Cluster& cluster, std::string_view host, std::string_view fromSpace)
{
    std::vector<std::string_view> words;
    for (std::string_view rest = host; words.size() < 8;) {
        const std::size_t dot = rest.find('.');
        words.push_back(rest.substr(0, dot));
        if (dot == std::string_view::npos)
            break;
        rest.remove_prefix(dot + 1);
    }
    if (words[0].empty())
        return nullptr;
    if (words.size() == 1)
        return serviceNamed(cluster, fromSpace, words[0]);
    const auto atSpace = [&](std::size_t name) -> const c::Service* {
        const bool isName = words.size() == name + 2 || (words.size() > name + 2 && words[name + 2] == "svc");
        return isName ? serviceNamed(cluster, words[name + 1], words[name]) : nullptr;
    };
    if (const c::Service* service = atSpace(0))
        return service;
    if (words.size() >= 3)
        if (const c::Service* service = atSpace(1))
            return service;
    return words.size() == 2 ? serviceNamed(cluster, fromSpace, words[1]) : nullptr; // "db-0.db"
}

const c::Pod* podNamed(const c::Cluster& cluster, std::string_view space, std::string_view name)
{
    for (const c::Pod& pod : cluster.pods)
        if (pod.meta.name == name && pod.meta.space == space)
            return &pod;
    return nullptr;
}

const c::ServicePort* portOf(const c::Service& service, std::string_view word)
{
    if (word.empty())
        return service.ports.size() == 1 ? &service.ports.front() : nullptr;
    const auto number = numberOf<base::Port>(word);
    for (const c::ServicePort& port : service.ports)
        if (number ? port.port == *number : port.name == word)
            return &port;
    return nullptr;
}

base::Port portNumber(std::string_view word, const c::Pod& pod)
{
    if (const auto number = numberOf<base::Port>(word))
        return *number;
    for (const c::Container& container : pod.containers)
        for (const c::NamedPort& port : container.ports)
            if (port.name == word)
                return port.number;
    return 0;
}

base::Port targetPort(const c::ServicePort& port, const c::Pod& pod)
{
    return port.target.empty() ? port.port : portNumber(port.target, pod);
}

std::vector<const c::Pod*> podsOf(const c::Cluster& cluster, const c::Service& service)
{
    std::vector<const c::Pod*> alive;
    std::vector<const c::Pod*> leaving;
    if (service.selector.empty())
        return alive;
    for (const c::Pod& pod : cluster.pods) {
        if (pod.meta.space != service.meta.space || !selects(service.selector, pod.meta.labels))
            continue;
        if (pod.meta.isBeingDeleted || isOver(pod))
            leaving.push_back(&pod);
        else
            alive.push_back(&pod);
    }
    return alive.empty() ? leaving : alive;
}

std::vector<const c::Workload*> workloadsOf(const c::Cluster& cluster, const c::Service& service)
{
    std::vector<const c::Workload*> found;
    if (service.selector.empty())
        return found;
    for (const c::Workload& workload : cluster.workloads)
        if (workload.meta.space == service.meta.space && workload.meta.ownerKind.empty() && workload.kind != "Job"
            && workload.kind != "CronJob" && selects(service.selector, workload.pod.meta.labels))
            found.push_back(&workload);
    return found;
}

const c::Workload* workloadOf(const c::Cluster& cluster, const c::Pod& pod)
{
    const auto named = [&](const std::string& kind, const std::string& name) -> const c::Workload* {
        for (const c::Workload& workload : cluster.workloads)
            if (workload.kind == kind && workload.meta.name == name && workload.meta.space == pod.meta.space)
                return &workload;
        return nullptr;
    };
    const c::Workload* owner = pod.meta.ownerKind.empty() ? nullptr : named(pod.meta.ownerKind, pod.meta.ownerName);
    if (owner && !owner->meta.ownerKind.empty())
        if (const c::Workload* above = named(owner->meta.ownerKind, owner->meta.ownerName))
            return above;
    return owner;
}

EndpointCount endpointsOf(const c::Cluster& cluster, const c::Service& service)
{
    EndpointCount count;
    count.isKnown = cluster.read.contains("endpointslices") || cluster.read.contains("endpoints");
    for (const c::EndpointSlice& slice : cluster.slices) {
        if (slice.service != service.meta.name || slice.meta.space != service.meta.space)
            continue;
        for (const c::BackendAddress& backend : slice.backends) {
            ++count.all;
            count.ready += backend.isReady ? 1 : 0;
        }
    }
    return count;
}

bool isReady(const c::Pod& pod)
{
    const c::Condition* ready = conditionOf(pod.conditions, "Ready");
    return ready && ready->status == "True" && !pod.meta.isBeingDeleted;
}

std::string meshOf(const c::Container& container)
{
    if (container.name == "istio-proxy")
        return "istio";
    return container.name == "linkerd-proxy" ? "linkerd" : "";
}

const c::Container* sidecarOf(const c::Pod& pod)
{
    // A gateway's pod is nothing but the proxy: that one is no sidecar.
    const bool hasOther = std::any_of(pod.containers.begin(), pod.containers.end(),
        [](const c::Container& each) { return !each.isInit && meshOf(each).empty(); });
    for (const c::Container& container : pod.containers)
        if (hasOther && !container.isInit && !meshOf(container).empty())
            return &container;
    return nullptr;
}

const c::Container* appContainer(const c::Pod& pod, base::Port port)
{
    const c::Container* first = nullptr;
    for (const c::Container& container : pod.containers) {
        if (container.isInit || (!meshOf(container).empty() && sidecarOf(pod)))
            continue;
        for (const c::NamedPort& each : container.ports)
            if (port != 0 && each.number == port)
                return &container;
        if (!first)
            first = &container;
    }
    return first;
}

const c::Condition* conditionOf(const std::vector<c::Condition>& conditions, std::string_view type)
{
    for (const c::Condition& condition : conditions)
        if (condition.type == type)
            return &condition;
    return nullptr;
}

const c::Labels& labelsOfSpace(const c::Cluster& cluster, const std::string& space)
{
    static const c::Labels none;
    for (const c::Meta& each : cluster.spaces)
        if (each.name == space)
            return each.labels;
    return none;
}

std::string textOf(const c::Labels& labels)
{
    std::string text;
    for (const auto& [name, value] : labels)
        text += (text.empty() ? "" : ",") + name + "=" + value;
    return text;
}

}
