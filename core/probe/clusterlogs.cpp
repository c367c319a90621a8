#include "core/probe/clusterlogs.h"

#include <algorithm>

namespace hopscope::probe {

namespace {
namespace c = model::cluster;

constexpr std::size_t mostLogs = 8;
constexpr std::size_t mostOfProxies = 2;

bool isReady(const c::Pod& pod)
{
    return std::any_of(pod.conditions.begin(), pod.conditions.end(),
        [](const c::Condition& each) { return each.type == "Ready" && each.status == "True"; });
}

bool isMeshProxy(const c::Container& container)
{
    return container.name == "istio-proxy" || container.name == "linkerd-proxy";
}

bool hasStarted(const c::Container& container)
{
    return container.state.phase == c::ContainerState::Phase::Running
        || container.state.phase == c::ContainerState::Phase::Terminated;
}

bool isController(const c::Pod& pod, const std::string& software)
{
    return std::any_of(pod.containers.begin(), pod.containers.end(), [&](const c::Container& container) {
        return container.image.find("ingress") != std::string::npos && container.image.find(software) != std::string::npos;
    }) || (software == "traefik" && std::any_of(pod.containers.begin(), pod.containers.end(), [](const c::Container& container) {
        return container.image.find("traefik") != std::string::npos;
    }));
}
}

std::vector<ClusterLogPlace> clusterLogPlaces(const c::Cluster& cluster, const model::Topology& topology)
{
    std::vector<const c::Pod*> pods;
    std::vector<const c::Pod*> controllers;
    for (const model::Hop& hop : topology.hops) {
        if (!hop.isOnPath)
            continue;
        const model::Node* to = topology.node(hop.to);
        if (!to || to->object.empty())
            continue;
        for (const c::Pod& pod : cluster.pods) {
            if (to->object == "pod/" + pod.meta.space + "/" + pod.meta.name
                && std::find(pods.begin(), pods.end(), &pod) == pods.end())
                pods.push_back(&pod);
            if (to->object.starts_with("ingressclass/") && isController(pod, to->software))
                controllers.push_back(&pod);
        }
    }
    std::stable_partition(pods.begin(), pods.end(), [](const c::Pod* pod) { return !isReady(*pod); });
    std::vector<ClusterLogPlace> places;
    const auto add = [&](const c::Pod& pod, const c::Container& container, bool isPrevious, int lines) {
        if (places.size() < mostLogs)
            places.push_back({ pod.meta.space, pod.meta.name, container.name, isPrevious, lines });
    };
    std::size_t count = 0;
    for (const c::Pod* pod : controllers)
        if (count++ < mostOfProxies)
            for (const c::Container& container : pod->containers)
                if (!container.isInit && hasStarted(container))
                    add(*pod, container, false, 200);
    for (const c::Pod* pod : pods)
        for (const c::Container& container : pod->containers) {
            if (container.isInit && container.isReady)
                continue;
            if (container.restarts > 0 && !container.isReady)
                add(*pod, container, true, 80);
            else if (hasStarted(container))
                add(*pod, container, false, isMeshProxy(container) ? 200 : 80);
        }
    return places;
}

}
