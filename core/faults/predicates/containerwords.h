#pragma once

#include "core/faults/predicates/assessment.h"
#include "core/faults/predicates/hopview.h"

#include <string>

namespace hopscope::faults {

/// What its engine says of it: "shop-web-1: exited, exit code 1 (an error of the app), 4 restarts".
model::Evidence containerEvidence(const HopView& view, const model::Container& container);
/// The sockets inside it, or that there are none.
model::Evidence insideEvidence(const HopView& view, const model::Container& container, base::Port port);

/// Host, first place to look, and what the remedies are filled with.
void describeContainer(Assessment& found, const HopView& view, const model::Container& container);

/// "exit code 137 (killed)"
std::string exitWords(int exitCode);

/// Connecting failed, or the host's forwarder accepted and nobody inside did.
bool isUnreachedSymptom(const HopView& view);

const model::HostFacts* hostOfContainers(const HopView& view);

}
