#pragma once

#include "core/faults/entry.h"

namespace hopscope::faults {

/// The remedies that fit the context, their placeholders filled, in their order. A command that lacks a value is left
/// out; a remedy that had commands and keeps none is left out too.
std::vector<model::Remediation> filledRemedies(const std::vector<Remedy>& remedies, const RemedyContext& context);

}
