#pragma once

#include "core/model/capture.h"
#include "core/model/facts.h"

namespace hopscope::parse {

/// All that a capture's outputs say, typed. Pure and total: whatever the bytes, no failure; what could not be read is
/// a gap. Check ids and their parsers: core/probe/checks.h.
model::Facts factsFrom(const model::Capture& capture);

}
