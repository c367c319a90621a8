#pragma once

#include "core/faults/predicates/hopview.h"

#include <optional>

namespace hopscope::faults {

/// A service that should serve the hop's target but is down, because another process holds its port.
struct TakenPort {
    const model::Unit* unit = nullptr;
    const ReadLine* line = nullptr; ///< its own words about it
};

std::optional<TakenPort> takenPort(const HopView& view);

}
