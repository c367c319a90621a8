// What a rollout changed: each revision of a Deployment is a ReplicaSet, and the newest two are compared.
#include "core/parse/cluster/capture.h"

#include <algorithm>
#include <map>

namespace hopscope::parse {

namespace {
namespace c = model::cluster;

std::string differences(const c::Pod& before, const c::Pod& after)
{
    std::string text;
    const auto add = [&](const std::string& words) { text += (text.empty() ? "" : ", ") + words; };
    for (const c::Container& now : after.containers) {
        const auto old = std::find_if(before.containers.begin(), before.containers.end(),
            [&](const c::Container& each) { return each.name == now.name; });
        if (old == before.containers.end()) {
            add("container " + now.name + " added");
            continue;
        }
        if (old->image != now.image)
            add("image " + old->image + " to " + now.image);
        if (old->command != now.command)
            add("another command of " + now.name);
        if (old->ports != now.ports)
            add("other ports of " + now.name);
        if (old->readiness != now.readiness || old->liveness != now.liveness
            || old->startup != now.startup)
            add("other probes of " + now.name);
        if (old->environment != now.environment)
            add("another environment of " + now.name);
        if (old->memoryLimit != now.memoryLimit)
            add("memory limit " + old->memoryLimit + " to " + now.memoryLimit);
    }
    return text;
}
}

std::vector<model::Change> clusterChanges(const c::Cluster& cluster)
{
    std::map<std::pair<std::string, std::string>, std::vector<const c::Workload*>> revisions;
    for (const c::Workload& workload : cluster.workloads)
        if (workload.kind == "ReplicaSet" && workload.meta.ownerKind == "Deployment" && workload.meta.createdAt)
            revisions[{ workload.meta.space, workload.meta.ownerName }].push_back(&workload);
    std::vector<model::Change> changes;
    for (auto& [deployment, sets] : revisions) {
        std::sort(sets.begin(), sets.end(), [](const c::Workload* left, const c::Workload* right) {
            return left->revision != right->revision ? left->revision > right->revision
                                                     : left->meta.createdAt > right->meta.createdAt;
        });
        const c::Workload& newest = *sets.front();
        model::Change change;
        change.at = *newest.meta.createdAt;
        change.what = "deployment " + deployment.first + "/" + deployment.second + " rolled out"
            + (newest.revision > 0 ? " revision " + std::to_string(newest.revision) : "");
        if (sets.size() > 1)
            if (const std::string what = differences(sets[1]->pod, newest.pod); !what.empty())
                change.what += ": " + what;
        change.command = "kubectl rollout history deployment/" + deployment.second + " -n " + deployment.first;
        change.source.line = newest.meta.line;
        changes.push_back(std::move(change));
    }
    return changes;
}

}
