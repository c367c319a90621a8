#pragma once

#include "core/model/capture.h"
#include "core/model/facts.h"

#include <optional>

namespace hopscope::parse {

/// One hop tried from one seat, from a check hop-caller, hop-callee or hop-loopback; nothing where it said nothing.
std::optional<model::HopProbe> hopProbeOf(const model::CheckResult& result);

}
