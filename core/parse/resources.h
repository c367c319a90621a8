#pragma once

#include "core/model/facts.h"

#include <optional>
#include <string_view>
#include <vector>

namespace hopscope::parse {

/// The files under /proc that core/probe/shell/resources.sh shows, each line after its path.
model::Resources parseResources(std::string_view output);

/// The "cpu" line of /proc/stat: ticks since boot.
struct CpuTicks {
    std::uint64_t total = 0;
    std::uint64_t idle = 0; ///< with waiting for disks
    std::uint64_t steal = 0;
};
std::optional<CpuTicks> cpuTicksOf(std::string_view line);
/// Busy and stolen shares between two samples; nothing where they are too near each other to mean anything.
void setCpuUse(model::Resources& resources, const CpuTicks& before, const CpuTicks& after);

/// `df -kP`, `df -iP` and /proc/mounts.
std::vector<model::FileSystem> parseFileSystems(std::string_view output);
/// Of the same output: logs that have grown large, and whether logrotate's rules name them.
std::vector<model::LogFile> parseLogFiles(std::string_view output);
/// The fullest file systems that services write to.
void setDiskUse(model::Resources& resources, const std::vector<model::FileSystem>& fileSystems);

}
