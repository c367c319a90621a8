#include "core/faults/predicates/firewallrules.h"

#include "core/faults/predicates/addresses.h"

#include <algorithm>

namespace hopscope::faults {

namespace {
using model::FirewallRule;

/// What follows a keyword in a rule, up to the next word that is no part of a value: "{ 80, 443 }", "!= 22",
/// "3000-4000".
std::string valueAfter(const std::string& rule, const char* keyword)
{
    const auto at = rule.find(keyword);
    if (at == std::string::npos)
        return {};
    const auto start = rule.find_first_of(" \t", at);
    if (start == std::string::npos)
        return {};
    const auto end = rule.find_first_not_of("0123456789abcdefABCDEF.:/,-{}!= \t", start);
    std::string value = rule.substr(start, end == std::string::npos ? end : end - start);
    // The start of the next word ("accept", "drop") may look like hexadecimal digits.
    if (end != std::string::npos)
        value.resize(value.find_last_of(" \t") == std::string::npos ? 0 : value.find_last_of(" \t"));
    return value;
}

bool isNegated(const std::string& rule, const std::string& value, const char* keyword)
{
    const auto at = rule.find(keyword);
    const auto before = at == std::string::npos ? at : rule.rfind('!', at);
    return value.find('!') != std::string::npos || (before != std::string::npos && at - before <= 4);
}

/// Whether a port is in "80", "{ 80, 443 }", "3000-4000" or "3000:4000".
bool holdsPort(const std::string& value, base::Port port)
{
    unsigned low = 0;
    unsigned number = 0;
    bool hasNumber = false;
    bool isRange = false;
    for (std::size_t at = 0; at <= value.size(); ++at) {
        const char c = at < value.size() ? value[at] : ',';
        if (c >= '0' && c <= '9') {
            number = number * 10 + unsigned(c - '0');
            hasNumber = true;
            if (number > 65535)
                return false;
            continue;
        }
        if (hasNumber && (c == '-' || c == ':')) {
            low = number;
            isRange = true;
        } else if (hasNumber) {
            if (isRange ? low <= port && port <= number : number == port)
                return true;
            isRange = false;
        }
        number = 0;
        hasNumber = false;
    }
    return false;
}

bool matchesPort(const HopView& view, const FirewallRule& rule)
{
    if (rule.destinationPort)
        return *rule.destinationPort == view.port();
    if (rule.rule.find("dport") == std::string::npos)
        return true;
    const std::string value = valueAfter(rule.rule, "dport");
    return holdsPort(value, view.port()) != isNegated(rule.rule, value, "dport");
}

/// Whether one of some addresses is what a rule says of its source or destination.
bool holdsAddress(const FirewallRule& rule, const std::string& parsed, const char* keyword,
    const std::vector<std::string>& addresses)
{
    if (parsed.empty())
        return true;
    const bool isPlain = familyOf(parsed.substr(0, parsed.find('/'))).has_value();
    const bool isNamedSet = parsed.find('{') != std::string::npos && parsed.find('}') != std::string::npos;
    const std::string value = isPlain || isNamedSet ? parsed : valueAfter(rule.rule, keyword);
    bool isListed = false;
    std::string word;
    for (std::size_t at = 0; at <= value.size(); ++at) {
        const char c = at < value.size() ? value[at] : ' ';
        if (c != ' ' && c != ',' && c != '{' && c != '}' && c != '!' && c != '=' && c != '\t') {
            word += c;
            continue;
        }
        if (!word.empty())
            isListed = isListed
                || std::any_of(addresses.begin(), addresses.end(),
                    [&](const std::string& each) { return isWithin(each, word); });
        word.clear();
    }
    return isListed != isNegated(rule.rule, isPlain ? std::string() : value, keyword);
}

bool matchesSource(const HopView& view, const FirewallRule& rule)
{
    if (rule.sourceAddress.empty())
        return true;
    if (!view.callerHost)
        return false;
    const bool isIptables = rule.tool != "nft";
    return holdsAddress(rule, rule.sourceAddress, isIptables ? "-s" : "saddr", view.callerHost->addresses);
}

bool matchesTarget(const HopView& view, const FirewallRule& rule)
{
    const std::string address = view.address();
    return matchesPort(view, rule)
        && (rule.destinationAddress.empty()
            || (!address.empty()
                && holdsAddress(
                    rule, rule.destinationAddress, rule.tool != "nft" ? "-d" : "daddr", { address })));
}

/// Other protocols' rules, the usual "ct state invalid drop" and rules of the loopback stop no new TCP
/// connection.
bool isAboutTcp(const FirewallRule& rule)
{
    const std::string match = rule.rule.substr(0, std::min(rule.rule.find("reject"), rule.rule.find("-j ")));
    if (match.find("\"lo\"") != std::string::npos || match.find("-i lo") != std::string::npos
        || match.find("iif lo") != std::string::npos)
        return false;
    for (const char* other :
        { "udp", "icmp", "invalid", "INVALID", "fragment", "protocol 17", "protocol 1 " })
        if (match.find(other) != std::string::npos && match.find("tcp") == std::string::npos)
            return false;
    return true;
}

/// A rule of a hook for what passes through counts for a container's traffic only where it names no interface of others (a
/// tunnel, a second network): that of a bridge of containers, or none.
bool isOfOtherInterface(const FirewallRule& rule)
{
    if (rule.hook != "forward")
        return false;
    for (const std::string_view keyword : { "iifname ", "iif ", "-i " }) {
        const std::size_t at = rule.rule.find(keyword);
        if (at == std::string::npos)
            continue;
        std::string_view name = std::string_view(rule.rule).substr(at + keyword.size());
        if (name.starts_with("!="))
            return false;
        if (name.starts_with('"'))
            name.remove_prefix(1);
        for (const std::string_view bridge : { "docker", "br-", "podman", "cni", "veth", "virbr", "lxc", "lxdbr", "*", "{" })
            if (name.starts_with(bridge))
                return false;
        return true;
    }
    return false;
}

bool accepts(const HopView& view, const model::HostFacts& host, const FirewallRule& policy)
{
    return std::any_of(host.firewall.begin(), host.firewall.end(), [&](const FirewallRule& rule) {
        const bool isGeneral = rule.rule.find("established") != std::string::npos
            || rule.rule.find("ESTABLISHED") != std::string::npos
            || rule.rule.find("\"lo\"") != std::string::npos || rule.rule.find("-i lo") != std::string::npos
            || rule.rule.find("iif lo") != std::string::npos || rule.rule.find("icmp") != std::string::npos;
        return rule.verdict == FirewallRule::Verdict::Accept && !rule.isPolicy && rule.hook == policy.hook
            && !isGeneral && !isOfOtherInterface(rule) && matchesSource(view, rule) && matchesTarget(view, rule);
    });
}

void collect(std::vector<BlockingRule>& found, const HopView& view, const model::HostFacts& host,
    const char* hook, FirewallRule::Verdict verdict)
{
    const bool isForwarded = std::string_view(hook) == "forward";
    for (const FirewallRule& rule : host.firewall) {
        if (rule.verdict != verdict || (!rule.hook.empty() && rule.hook != hook && rule.hook != "prerouting")
            || (isForwarded && (rule.hook != "forward" || isOfOtherInterface(rule))))
            continue;
        if (rule.isPolicy ? accepts(view, host, rule)
                          : !matchesSource(view, rule) || !matchesTarget(view, rule) || !isAboutTcp(rule))
            continue;
        found.push_back({ &host, &rule,
            rule.destinationPort.has_value() || rule.rule.find("dport") != std::string::npos || !rule.sourceAddress.empty()
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
    // What a container sends and gets passes through its host.
    if (view.callerHost && view.caller && !view.caller->container.empty() && !view.isInsideTarget)
        collect(found, view, *view.callerHost, "forward", verdict);
    if (view.calleeHost && view.container && !view.isInsideTarget && view.calleeHost != view.callerHost)
        collect(found, view, *view.calleeHost, "forward", verdict);
    // One that met nothing yet is not the one that stops these, where another's counter says that it does.
    const auto isCounted = [](const BlockingRule& each) { return each.rule->packets.value_or(0) > 0; };
    if (std::any_of(found.begin(), found.end(), isCounted))
        std::erase_if(found, [](const BlockingRule& each) { return each.rule->packets == 0U; });
    std::stable_sort(found.begin(), found.end(), [](const BlockingRule& left, const BlockingRule& right) {
        return left.isSpecific && !right.isSpecific;
    });
    if (found.size() > 3)
        found.resize(3);
    return found;
}

}
