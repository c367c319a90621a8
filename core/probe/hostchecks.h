#pragma once

#include "core/exec/checkspec.h"
#include "core/model/facts.h"
#include "core/model/profile.h"
#include "core/model/topology.h"

#include <string>
#include <vector>

namespace hopscope::probe {

// Single looks at what stands behind a hop; each is one read-only command with its words quoted.

struct ClusterLogPlace {
    std::string space;
    std::string pod;
    std::string container;
    bool isPrevious = false; ///< of the run that ended
    int lines = 80;
};

exec::CheckSpec socketStatus(const std::string& path);
exec::CheckSpec listenerQueue(const model::Hop& hop, const model::Endpoint& listening);
exec::CheckSpec route(const model::Hop& hop, const std::string& address);
exec::CheckSpec unitState(const std::string& unit);
exec::CheckSpec unitLog(const std::string& unit);
/// Of a user's own manager.
exec::CheckSpec usersUnitLog(const std::string& unit);
exec::CheckSpec proxyErrorLog(const std::string& path);
exec::CheckSpec proxyAccessLog(const std::string& path);
/// HAProxy's log: all but the requests that went well.
exec::CheckSpec balancerLog(const std::string& path);
exec::CheckSpec appLog(const std::string& path);
exec::CheckSpec processLog(int pid, const std::vector<std::string>& names);
exec::CheckSpec containerLog(const std::string& container, const std::string& engine);
/// The cluster's objects.
exec::CheckSpec clusterObjects(const model::KubernetesChoice& choice);
/// The end of a container's log, or of its run before this one.
exec::CheckSpec clusterLog(const model::KubernetesChoice& choice, const ClusterLogPlace& place);
/// The files that a supervised program's output goes to; subject: its name.
exec::CheckSpec supervisedLog(const std::string& unit, const std::vector<std::string>& files);
/// A file inside a running container, read past its engine.
exec::CheckSpec containedErrorLog(const std::string& container, int pid, const std::string& path);
/// Again what the inventory counted, so that it shows whom a limit of the processor holds back just now.
exec::CheckSpec cpuGroups();
/// How busy the processors are just now.
exec::CheckSpec cpuSample();
exec::CheckSpec appChanges(const std::string& folder);

}
