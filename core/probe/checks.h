#pragma once

#include "core/exec/checkspec.h"
#include "core/model/facts.h"
#include "core/model/profile.h"
#include "core/model/topology.h"

#include <map>
#include <vector>

namespace hopscope::probe {

/// Wave one: every general check of a host, in one batch.
exec::CheckBatch inventory(const model::ProfileHost& host);
/// One of those that the chain is made of. They end first: what the chain then calls for can go out while the others,
/// which tell how the host is, still run.
bool isOfChain(const base::CheckId& check);

/// Wave two: for each hop that leads on from a reachable host, the caller's own attempt, the callee's attempts against
/// itself, and the callee's unit, log and files. By host; what another host should run is in its own batch.
std::map<base::HostId, exec::CheckBatch> hopChecks(
    const model::Profile& profile, const model::Topology& topology, const model::Facts& facts);

}
