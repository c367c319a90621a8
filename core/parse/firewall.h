#pragma once

#include "core/model/facts.h"

#include <string_view>
#include <vector>

namespace hopscope::parse {

/// `nft list ruleset`, `iptables-save -c` and `ip6tables-save -c` under "@@ nft", "@@ iptables", "@@ ip6tables". Rules
/// that decide (drop, reject, accept) and chain policies; jumps are followed only so far that a rule knows the hook of
/// the base chain that leads to its chain.
std::vector<model::FirewallRule> parseFirewall(std::string_view output);

}
