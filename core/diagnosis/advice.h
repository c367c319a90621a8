#pragma once

#include "core/diagnosis/judgement.h"
#include "core/faults/catalogue.h"
#include "core/model/diagnosis.h"

namespace hopscope::diagnosis {

/// Weaknesses of a chain, each only where it is plainly true. A healthy chain gets few, a sound one none.
std::vector<model::Advice> adviceFor(const model::Capture& capture, const model::Facts& facts,
    const model::Topology& topology, const std::vector<Judgement>& judgements);

}
