#pragma once

#include "core/diagnosis/hypotheses.h"
#include "core/diagnosis/path.h"
#include "core/faults/catalogue.h"
#include "core/model/diagnosis.h"

namespace hopscope::diagnosis {

struct Conclusion {
    model::Finding finding;
    std::vector<model::Alternative> alternatives;
};

/// Everything about one root: its cause if the evidence settles it, the evidence, what changed before, what
/// to do.
Conclusion conclude(const Root& root, const faults::Catalogue& catalogue);

}
