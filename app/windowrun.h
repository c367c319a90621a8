#pragma once

#include "core/faults/catalogue.h"
#include "core/run/run.h"

#include <memory>
#include <optional>
#include <string>

namespace hopscope::app {

/// Shows the window until it is closed; a profile given is opened and diagnosed at once. Returns the exit code.
int runWindow(const run::Options& options, std::shared_ptr<const faults::Catalogue> catalogue,
    const std::optional<model::Profile>& profile);

/// The same with a profile's file, or the start page where the path is empty.
int runWindow(const run::Options& options, std::shared_ptr<const faults::Catalogue> catalogue, const std::string& path);

}
