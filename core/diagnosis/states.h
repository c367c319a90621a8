#pragma once

#include "core/diagnosis/path.h"
#include "core/model/diagnosis.h"

namespace hopscope::diagnosis {

/// Fills the states and latencies of a topology's hops and nodes. Unknown stays unknown: nothing turns ok
/// without an attempt that worked.
void fillStates(model::Topology& topology, const std::vector<Judgement>& judgements, const Root& root,
    const std::optional<std::string>& cause, model::Verdict verdict);

}
