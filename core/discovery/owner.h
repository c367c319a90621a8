#pragma once

#include "core/discovery/software.h"
#include "core/model/facts.h"
#include "core/model/topology.h"

#include <string>
#include <vector>

namespace hopscope::discovery {

/// Who should be listening on a target where nobody does.
struct OwnerCandidate {
    enum class Kind {
        StoppedUnit, ///< a unit that is not running (stopped, failed, restarting)
        RunningUnit, ///< a unit that runs but does not listen there
        Elsewhere,   ///< a process without a unit that listens on something else
    };
    Kind kind = Kind::StoppedUnit;
    std::string unit; ///< empty for a process without one
    int pid = 0;      ///< of what runs; 0 where nothing does
    Software software;
    double confidence = 0;  ///< 0 to 1
    std::string why;        ///< one line for people: "its ExecStart names port 3000"
    std::vector<model::Listener> listensOn; ///< where it does listen instead

    bool operator==(const OwnerCandidate&) const = default;
};

/// From here on a candidate is good enough to be named as the owner.
inline constexpr double certainOwner = 0.5;

/// The units and processes of a host that should own this target (a port or a socket of that host), surest first.
/// Read from units (command, socket, working folder, description), their logs, pool files, and what listens elsewhere.
std::vector<OwnerCandidate> likelyOwners(const model::HostFacts& host, const model::Endpoint& target);

/// The one to name as the owner; null where none is sure enough or two are equally so.
const OwnerCandidate* surestOwner(const std::vector<OwnerCandidate>& candidates);

}
