#pragma once

#include "core/diagnosis/judgement.h"

#include <string>

namespace hopscope::diagnosis {

/// Why nothing can be said, and what would settle it, for people.
std::string whyUnknown(
    const model::Capture& capture, const model::Facts& facts, const std::vector<Judgement>& judgements);

}
