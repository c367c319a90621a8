#pragma once

#include "core/model/serverreport.h"

#include <optional>
#include <string_view>
#include <vector>

namespace hopscope::parse {

/// What HAProxy's admin socket answers to "show stat" and "show servers state" (core/probe/shell/haproxy-status.sh): one
/// report a server, then those of its entrances. Columns are found by their names, as releases add some.
std::vector<model::ServerReport> parseHaproxyStatus(std::string_view output, std::optional<base::TimePoint> now);

}
