#pragma once

#include "core/model/capture.h"
#include "core/model/diagnosis.h"
#include "core/model/facts.h"

namespace hopscope::diagnosis {

/// Every host of the profile: reached or why not, and what it has left.
std::vector<model::HostReport> hostReports(const model::Capture& capture, const model::Facts& facts);

/// What could not be seen, the unreachable hosts included.
std::vector<model::Gap> incompleteParts(const model::Capture& capture, const model::Facts& facts);

model::RequestResult requestResult(const model::OutsideView& outside);

}
