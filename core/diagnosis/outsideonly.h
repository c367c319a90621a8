#pragma once

#include "core/diagnosis/path.h"
#include "core/faults/catalogue.h"
#include "core/model/diagnosis.h"

#include <optional>

namespace hopscope::diagnosis {

/// Whether nothing at all answers this machine: the site, every host by SSH, and what the system says of its
/// network. Then the fault is here, and the servers are not to blame.
std::optional<model::Finding> thisMachineOffline(
    const model::Capture& capture, const Judgement& entry, const faults::Catalogue& catalogue);

/// A topology of the client and the site alone, for when no server could be read.
model::Topology topologyFromUrl(const model::Profile& profile);

}
