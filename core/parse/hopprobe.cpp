#include "core/parse/hopprobe.h"

namespace hopscope::parse {

std::optional<model::HopProbe> hopProbeOf(const model::CheckResult&) { return std::nullopt; }

}
