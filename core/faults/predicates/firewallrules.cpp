#include "core/faults/predicates/firewallrules.h"

#include "core/faults/predicates/addresses.h"

#include <algorithm>

namespace hopscope::faults {

namespace {
using model::FirewallRule;

bool matchesSource(const HopView& view, const FirewallRule& rule)
{
    if (rule.sourceAddress.empty())
        return true;
    if (!view.callerHost)
        return false;
    return std::any_of(view.callerHost->addresses.begin(), view.callerHost->addresses.end(),
        [&](const std::string& each) { return isWithin(each, rule.sourceAddress); });
}

bool matchesTarget(const HopView& view, const FirewallRule& rule)
{
    const std::string address = view.address();
    return (!rule.destinationPort || *rule.destinationPort == view.port())
        && (rule.destinationAddress.empty()
            || (!address.empty() && isWithin(address, rule.destinationAddress)));
}

/// Other protocols' rules, and the usual "ct state invalid drop", stop no new TCP connection.
bool isAboutTcp(const FirewallRule& rule)
{
    for (const char* other : { "udp", "icmp", "invalid", "INVALID", "fragment" })
        if (rule.rule.find(other) != std::string::npos && rule.rule.find("tcp") == std::string::npos)
            return false;
    return true;
}

bool accepts(const HopView& view, const model::HostFacts& host, const FirewallRule& policy)
{
    return std::any_of(host.firewall.begin(), host.firewall.end(), [&](const FirewallRule& rule) {
        const bool isGeneral = rule.rule.find("established") != std::string::npos
            || rule.rule.find("ESTABLISHED") != std::string::npos
            || rule.rule.find("\"lo\"") != std::string::npos || rule.rule.find("-i lo") != std::string::npos
            || rule.rule.find("iif lo") != std::string::npos || rule.rule.find("icmp") != std::string::npos;
        return rule.verdict == FirewallRule::Verdict::Accept && !rule.isPolicy && rule.hook == policy.hook
            && !isGeneral && matchesSource(view, rule) && matchesTarget(view, rule);
    });
}

void collect(std::vector<BlockingRule>& found, const HopView& view, const model::HostFacts& host,
    const char* hook, FirewallRule::Verdict verdict)
{
    for (const FirewallRule& rule : host.firewall) {
        if (rule.verdict != verdict || (!rule.hook.empty() && rule.hook != hook && rule.hook != "prerouting"))
            continue;
        if (rule.isPolicy ? rule.packets == 0U || accepts(view, host, rule)
                          : !matchesSource(view, rule) || !matchesTarget(view, rule) || !isAboutTcp(rule))
            continue;
        found.push_back({ &host, &rule,
            rule.destinationPort.has_value() || !rule.sourceAddress.empty()
                || !rule.destinationAddress.empty() });
    }
}
}

std::vector<BlockingRule> rulesAgainst(const HopView& view, FirewallRule::Verdict verdict)
{
    std::vector<BlockingRule> found;
    if (view.isUnix())
        return found;
    if (view.calleeHost)
        collect(found, view, *view.calleeHost, "input", verdict);
    if (view.callerHost)
        collect(found, view, *view.callerHost, "output", verdict);
    std::stable_sort(found.begin(), found.end(), [](const BlockingRule& left, const BlockingRule& right) {
        return left.isSpecific && !right.isSpecific;
    });
    if (found.size() > 3)
        found.resize(3);
    return found;
}

}
