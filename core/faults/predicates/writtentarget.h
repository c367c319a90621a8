#pragma once

#include "core/faults/predicates/hopview.h"

#include <optional>
#include <string>

namespace hopscope::faults {

/// A target that a proxy's files name, that the configuration it runs with lacks, and at which something listens.
struct WrittenTarget {
    std::string target; ///< "app:8095"
    model::FilePlace place;
    model::Source source;
};

/// Nothing where the admin interface did not tell what runs.
std::optional<WrittenTarget> writtenTarget(const HopView& view, const model::SoftwareConfig& config);

}
