#pragma once

#include "core/faults/catalogue.h"
#include "core/run/run.h"

#include <memory>
#include <string>

namespace hopscope::demo {
class DemoOutage;
}

namespace hopscope::app {

/// Shows the window until it is closed, with a profile or a recording opened, or the start page where the path is empty.
/// Returns the exit code.
int runWindow(const run::Options& options, std::shared_ptr<const faults::Catalogue> catalogue, const std::string& path);

/// The same on a practice outage, which outlives the window.
int runDemoWindow(
    const run::Options& options, std::shared_ptr<const faults::Catalogue> catalogue, const demo::DemoOutage& outage);

}
