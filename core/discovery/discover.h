#pragma once

#include "core/model/facts.h"
#include "core/model/profile.h"
#include "core/model/topology.h"

#include <string>
#include <vector>

namespace hopscope::discovery {

struct Discovered {
    model::Topology topology;
    std::vector<model::ConfigWarning> warnings;

    bool operator==(const Discovered&) const = default;
};

/// The chain from the profile's url to the last dependency, from the facts of every host. Pure and total.
/// Hops that serve the profile's url are `isOnPath`; states are Unknown until diagnosis fills them.
Discovered discover(const model::Profile& profile, const model::Facts& facts);

struct OfflineFile {
    std::string path;
    std::string text;
};

/// The topology that configuration files alone describe. `software` empty: names and content decide.
Discovered discoverOffline(const std::vector<OfflineFile>& files, const std::string& software);

}
