#pragma once

#include "ui/run/runner.h"

namespace hopscope::ui {

/// Runners that reach real hosts through run::Engine.
RunnerFactory engineRunners(run::Options options, std::shared_ptr<const faults::Catalogue> catalogue);

}
