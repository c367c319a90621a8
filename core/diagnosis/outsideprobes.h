#pragma once

#include "core/model/facts.h"
#include "core/model/outside.h"

#include <vector>

namespace hopscope::diagnosis {

/// The outside view as attempts of the entry hop's caller, so that the first hop is judged like all others.
/// Empty where nothing was tried. One for each address; the request itself belongs to the first that
/// connected.
std::vector<model::HopProbe> probesFromOutside(const model::OutsideView& outside);

/// Whether the user's request works, by this machine's own attempt.
enum class RequestState { Works, Fails, Unknown };
RequestState requestState(const model::OutsideView& outside);

}
