#pragma once

#include "core/run/run.h"

#include <functional>
#include <memory>
#include <stop_token>

namespace hopscope::ui {

/// What carries a profile through: the engine, a recording or a test's own. Used on one thread at a time.
class Runner {
public:
    virtual ~Runner() = default;
    /// As run::Engine::run: blocks, calls `sink` from this thread, and ends soon after a stop is asked for.
    virtual std::shared_ptr<const run::Snapshot> run(
        const model::Profile& profile, const run::SnapshotSink& sink, std::stop_token stop)
        = 0;
};

/// Called on the run's thread, once a thread; `interaction` answers what only a person can.
using RunnerFactory = std::function<std::unique_ptr<Runner>(std::shared_ptr<ssh::Interaction> interaction)>;

}
