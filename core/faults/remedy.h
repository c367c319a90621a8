#pragma once

#include "core/faults/entry.h"

namespace hopscope::faults {

/// The remedies that fit the context, their placeholders filled, in their order. A read-only command that lacks a
/// value is left out, and a remedy that had commands and keeps none; a remedy that changes something needs them all.
std::vector<model::Remediation> filledRemedies(const std::vector<Remedy>& remedies, const RemedyContext& context);

}
