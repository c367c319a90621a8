#pragma once

#include "core/model/diagnosis.h"

#include <vector>

namespace hopscope::report {

/// A copy with addresses, host names, user names and secrets masked, the same way throughout.
model::Diagnosis redacted(const model::Diagnosis& diagnosis);

struct RedactedTopology {
    model::Topology topology;
    std::vector<model::ConfigWarning> warnings;
};
/// The same for what `discover` found.
RedactedTopology redacted(const model::Topology& topology, const std::vector<model::ConfigWarning>& warnings);

}
