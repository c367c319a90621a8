#pragma once

#include "core/base/result.h"
#include "core/exec/commandrunner.h"
#include "core/exec/stopsignal.h"

#include <algorithm>

namespace hopscope::ssh {

/// How long something may take, and who may end it sooner.
struct Patience {
    const exec::StopSignal& stop;
    exec::Deadline deadline;

    Patience atMost(base::Milliseconds time) const
    {
        return { stop, deadline.orAt(std::chrono::steady_clock::now() + time) };
    }
    bool isOver() const { return deadline.isOver(); }
    /// For poll(2); never longer than a quarter of a second, so that nothing depends on a wake-up that got lost.
    int pollMilliseconds() const
    {
        const auto left = std::chrono::ceil<base::Milliseconds>(deadline.at() - std::chrono::steady_clock::now()).count();
        return int(std::clamp<base::Milliseconds::rep>(left, 0, 250));
    }
};

}
