#pragma once

#include "core/faults/predicates/hopview.h"

#include <optional>
#include <string_view>

namespace hopscope::faults {

/// HAProxy's httplog of this very request: HAProxy ended it itself by a rule, before any server was chosen ("PR--" and
/// "PT--" of `deny` and `tarpit`, "LR--" of `return`, at "www/<NOSRV>"). Null where no line of the last minute says so.
const model::LogLine* deniedByBalancer(const HopView& view, int status);

/// A line of the proxy's configuration that gives 429, or names a limit of requests. Comments are none.
std::optional<model::FilePlace> limitInConfiguration(const HopView& view, std::string_view* text = nullptr);

}
