#pragma once

#include "core/model/facts.h"
#include "core/parse/clock.h"

#include <string_view>
#include <vector>

namespace hopscope::parse {

/// core/probe/shell/changes.sh: package logs and files edited of late.
std::vector<model::Change> parseChanges(std::string_view output, const HostClock& clock);

/// Files changed of late under a service's folder (subject of the check): a deploy shows as its newest file.
std::vector<model::Change> parseAppChanges(std::string_view output, std::string_view folder);

/// What somebody had the service manager do, and what they ran with sudo, from journal lines in order of time. What
/// happens by itself is no change: units that start while the host boots (at `bootedAt`), restarts after a failure.
std::vector<model::Change> changesOf(
    const std::vector<model::LogLine>& journal, std::optional<base::TimePoint> bootedAt);

}
