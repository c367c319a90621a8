#pragma once

#include "core/model/facts.h"

#include <string_view>
#include <vector>

namespace hopscope::parse {

/// The output of core/probe/shell/processes.sh: a table of ps, or /proc's own files where there is no procps; then
/// control groups, executables, limits and numbers of open files.
std::vector<model::Process> parseProcesses(std::string_view output);

/// What a control group's path says: "/system.slice/shop.service" is a unit, "…/docker-<64 hex>.scope" a container.
struct GroupOwner {
    std::string unit;
    std::string container;
    bool operator==(const GroupOwner&) const = default;
};
GroupOwner ownerOfControlGroup(std::string_view path);

}
