#pragma once

#include "core/faults/predicates/hopview.h"

namespace hopscope::faults {

/// A rule that would stop this hop's connections, and the host that it is on.
struct BlockingRule {
    const model::HostFacts* host = nullptr;
    const model::FirewallRule* rule = nullptr;
    bool isSpecific = false; ///< it names the port or the address
};

/// Rules of the callee's way in and the caller's way out that match this hop; those that name it first. A
/// default policy counts only where no rule of its chain accepts the port.
std::vector<BlockingRule> rulesAgainst(const HopView& view, model::FirewallRule::Verdict verdict);

}
