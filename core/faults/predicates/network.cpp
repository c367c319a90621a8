// Between the caller and a callee that is up: firewalls, dead hosts, split networks, missing routes.
#include "core/faults/predicates/network.h"

#include "core/faults/predicates/addresses.h"
#include "core/faults/predicates/common.h"
#include "core/faults/predicates/firewallrules.h"
#include "core/parse/containerlinks.h"

#include <algorithm>

namespace hopscope::faults {

namespace {
const char* targetName(const HopView& view) { return view.callee ? view.callee->label.c_str() : "the target"; }

/// Works from the callee's own host to the very address that the caller uses.
const model::HopProbe* worksOnItsOwnHost(const HopView& view)
{
    const std::string used = view.address();
    const auto owns = [&](const std::string& address) {
        return view.calleeHost
            && std::any_of(view.calleeHost->addresses.begin(), view.calleeHost->addresses.end(),
                [&](const std::string& each) { return isSameAddress(each, address); });
    };
    for (const model::HopProbe* probe : view.calleeProbes) {
        // Behind a translation the host only knows an address of its own; else another address proves nothing.
        const bool isOther = familyOf(hostPart(probe->address)) && owns(used) && !isSameAddress(hostPart(probe->address), used);
        if (probe->connect == model::ConnectResult::Connected && !isOther)
            return probe;
    }
    return nullptr;
}

/// The kernel's word on the way from the caller to the target.
const model::RouteAnswer* routeToTarget(const HopView& view)
{
    if (view.callerHost)
        for (const model::RouteAnswer& each : view.callerHost->routeAnswers)
            if (isSameAddress(each.address, view.address()))
                return &each;
    return nullptr;
}

/// An address of the caller that the callee has no route back to; empty where it has one, or where that is not known.
std::string unroutedCaller(const HopView& view)
{
    const model::RouteAnswer* answer = routeToTarget(view);
    if (!answer || answer->from.empty() || !view.calleeHost || view.calleeHost->routes.empty()
        || view.callerHost == view.calleeHost)
        return {};
    const auto family = familyOf(answer->from);
    bool hasAnyOfFamily = false;
    for (const model::Route& route : view.calleeHost->routes) {
        // "default" stands for both families: it counts for either, so that this errs on the quiet side.
        const std::string network = route.destination.substr(0, route.destination.find('/'));
        hasAnyOfFamily = hasAnyOfFamily || familyOf(network) == family;
        if (!route.isRefusing && (route.destination == "default" || isWithin(answer->from, route.destination)))
            return {};
    }
    return hasAnyOfFamily ? answer->from : std::string();
}

/// Ping comes through where the connect does not: so the path stands.
const model::HopProbe* pinged(const HopView& view, bool isAnswered)
{
    for (const model::HopProbe* probe : view.callerProbes)
        if (probe->answersPing == isAnswered)
            return probe;
    return nullptr;
}

/// A cloud's own filters stop pings as well, and show on no host.
bool mayBeFilteredOutside(const HopView& view)
{
    return !view.callerHost || !view.callerHost->cloud.empty() || (view.calleeHost && !view.calleeHost->cloud.empty());
}

model::Evidence pingEvidence(const HopView& view, const model::HopProbe& probe, const char* words)
{
    model::Evidence item = view.evidence(probe);
    item.observed = view.address() + " " + words;
    return item;
}

/// What shows the rules, by the tool that made them.
std::string listingOf(const std::string& tool)
{
    return tool == "nft" ? "nft list ruleset"
        : tool == "firewalld" ? "firewall-cmd --list-all"
        : tool == "ufw"       ? "ufw status verbose"
                              : tool + " -S";
}

void blame(Assessment& found, const HopView& view, model::FirewallRule::Verdict verdict, const char* doing)
{
    const auto rules = rulesAgainst(view, verdict);
    for (const BlockingRule& blocking : rules) {
        const model::FirewallRule& rule = *blocking.rule;
        model::Evidence item = view.evidence(blocking.host, "firewall", rule.source,
            (rule.chain.empty() ? std::string() : rule.chain + ": ") + rule.rule
                + (rule.packets ? " (" + std::to_string(*rule.packets) + " packets)" : ""));
        // One that names the port and has met packets explains alone why no answer comes.
        if (blocking.isSpecific && rule.packets.value_or(0) > 0 && verdict == model::FirewallRule::Verdict::Drop)
            item.rulesOut = { "dependency-down", "host-down", "network-partition", "route-missing" };
        found.supports(blocking.isSpecific ? 0.75 : 0.5, std::move(item));
    }
    const std::string port = "port " + std::to_string(view.port());
    if (!rules.empty()) {
        const BlockingRule& first = rules.front();
        found.host = first.host->host;
        found.values["firewall"] = first.rule->tool;
        found.values["table"] = first.rule->table;
        found.values["chain"] = first.rule->chain;
        found.values["rule"] = first.rule->rule;
        const model::Container* sender = first.rule->hook == "forward" && view.callerHost && view.caller
            ? parse::containerNamed(*view.callerHost, view.caller->container) : nullptr;
        if (sender) // forwarded before its address is translated
            found.values["callerAddress"] = parse::addressFor(*sender, nullptr);
        found.because
            = "a firewall rule on " + first.host->host.value() + " " + doing + " connections to " + port + " ("
            + (first.rule->chain.empty() ? std::string() : first.rule->chain + ": ") + first.rule->rule.substr(0, 160) + ")";
        found.firstPlace = listingOf(first.rule->tool) + " on " + first.host->host.value();
    } else {
        found.because = std::string("something between ")
            + (view.callerHost ? view.callerHost->host.value() : "the caller") + " and " + targetName(view) + " "
            + doing + " connections to " + port;
        found.firstPlace = "the firewall rules for " + port
            + (view.calleeHost ? " on " + view.calleeHost->host.value() : "");
    }
    if (view.calleeHost && view.calleeHost->firewall.empty() && rules.empty())
        found.notEvaluated(view.evidence(view.calleeHost, "firewall", {},
            "no firewall rules could be read on " + view.calleeHost->host.value()));
}

/// The kernel limits how often it says that it rejects (net.ipv4.icmp_ratelimit): where a rule does, and none drops, a
/// connect that got no answer met that rule.
bool isRejectedInSilence(const HopView& view)
{
    return view.isSymptom({ "connection-timed-out" }) && !rulesAgainst(view, model::FirewallRule::Verdict::Reject).empty()
        && rulesAgainst(view, model::FirewallRule::Verdict::Drop).empty();
}
}

Assessment firewallDrop(const HopView& view)
{
    Assessment found("firewall-drop");
    if (!view.isSymptom({ "connection-timed-out", "dns-resolution-failed" }) || view.isUnix())
        return found;
    if (view.symptom.variant == "dns-resolution-failed")
        return found;
    if (isRejectedInSilence(view))
        return found;
    const bool hasRule = !rulesAgainst(view, model::FirewallRule::Verdict::Drop).empty();
    if (const model::HopProbe* works = worksOnItsOwnHost(view)) {
        model::Evidence item = view.evidence(*works);
        item.rulesOut = { "service-stopped", "host-down", "accept-queue-full", "app-hung",
            "bound-to-loopback", "address-family-mismatch" };
        found.supports(0.72, std::move(item));
    } else if (const model::Listener* listener = view.accepting()) {
        model::Evidence item = listenerEvidence(view, *listener, "it is open on its own host");
        item.rulesOut = { "service-stopped", "host-down" };
        found.supports(0.5, std::move(item));
    }
    if (view.calleeHost)
        blame(found, view, model::FirewallRule::Verdict::Drop, "silently drops");
    else if (hasRule)
        blame(found, view, model::FirewallRule::Verdict::Drop, "silently drops");
    if (const model::HopProbe* probe = pinged(view, true)) {
        model::Evidence item = pingEvidence(view, *probe, "answers a ping, so the path stands");
        item.rulesOut = { "network-partition", "host-down", "route-missing" };
        found.supports(0.3, std::move(item));
    } else if (const model::HopProbe* silent = pinged(view, false);
               silent && !hasRule && view.calleeHost && !view.calleeHost->firewall.empty() && !mayBeFilteredOutside(view)) {
        found.contradicts(0.4, pingEvidence(view, *silent, "answers no ping either, and no rule of its host drops anything"));
    }
    for (const ReadLine* line : statedByCallee(view, "firewall-drop", fresh))
        if (mentions(line->line->text, "DPT=" + std::to_string(view.port())))
            found.supports(0.7, view.evidence(*line));
    return found;
}

namespace {
/// A rule against one user's calls (iptables -m owner, nftables' skuid): the caller's log says "refused", and our own attempt,
/// as somebody else, goes through.
Assessment rejectedByUser(const HopView& view)
{
    Assessment found("firewall-reject");
    const auto probes = probesOfAddressInUse(view);
    const auto connected = std::find_if(probes.begin(), probes.end(),
        [](const model::HopProbe* probe) { return probe->connect == model::ConnectResult::Connected; });
    if (view.symptom.isProbed || connected == probes.end() || !view.isSymptom({ "connection-refused", "host-unreachable", "permission-denied" }))
        return found;
    for (const BlockingRule& each : rulesAgainst(view, model::FirewallRule::Verdict::Reject)) {
        const std::string& text = each.rule->rule;
        const bool isOfUser = text.find("-owner ") != std::string::npos || text.find("skuid ") != std::string::npos || text.find("skgid ") != std::string::npos;
        if (each.host != view.callerHost || !isOfUser || !each.isSpecific)
            continue;
        model::Evidence item = view.evidence(view.callerHost, "firewall", each.rule->source, text);
        item.rulesOut = { "service-stopped", "wrong-port", "bound-to-loopback", "proxy-config-not-reloaded", "stale-address" };
        found.supports(0.85, std::move(item));
        found.supports(0.2, view.evidence(**connected));
        found.host = view.callerHost->host;
        found.values["rule"] = text;
        found.values["table"] = each.rule->table;
        found.values["chain"] = each.rule->chain;
        found.values["firewall"] = each.rule->tool;
        found.because = "a rule on " + view.callerHost->host.value() + " rejects what one user sends to " + view.targetWords() + ", and "
            + (view.caller ? view.caller->label : std::string("the proxy")) + " runs as that user: " + text;
        found.firstPlace = "the rules for outgoing connections (" + each.rule->chain + ") on " + view.callerHost->host.value();
        break;
    }
    return found;
}
}

Assessment firewallReject(const HopView& view)
{
    Assessment found("firewall-reject");
    const bool isSilent = isRejectedInSilence(view);
    if ((!isSilent && !view.isSymptom({ "connection-refused", "host-unreachable", "permission-denied" })) || view.isUnix())
        return found;
    if (Assessment ofUser = rejectedByUser(view); ofUser.isSupported())
        return ofUser;
    // A rule that lets the caller in now is not why its log says "refused".
    for (const model::HopProbe* probe : probesOfAddressInUse(view))
        if (probe->connect == model::ConnectResult::Connected)
            return found;
    const model::HopProbe* works = worksOnItsOwnHost(view);
    const bool isSameHost = view.callerHost && view.callerHost == view.calleeHost;
    if (works && !isSameHost) {
        model::Evidence item = view.evidence(*works);
        item.rulesOut = { "service-stopped", "wrong-port", "bound-to-loopback", "host-down", "app-hung",
            "address-family-mismatch" };
        found.supports(0.78, std::move(item));
    } else if (const model::Listener* listener = view.accepting()) {
        model::Evidence item = listenerEvidence(view, *listener, "it is open on its own host");
        item.rulesOut = { "service-stopped", "wrong-port" };
        found.supports(0.55, std::move(item));
    }
    // "Network unreachable" with a route at hand came by ICMP from somewhere.
    if (const model::RouteAnswer* answer = routeToTarget(view); answer && answer->hasRoute && found.isSupported()
        && view.symptom.variant == "host-unreachable") {
        model::Evidence item = view.evidence(view.callerHost, "hop-route", answer->source, answer->text);
        item.rulesOut = { "route-missing" };
        found.supports(0.2, std::move(item));
    }
    if (found.isSupported() || view.symptom.variant != "connection-refused")
        blame(found, view, model::FirewallRule::Verdict::Reject, "rejects");
    for (const ReadLine* line : statedByCallee(view, "firewall-reject", fresh))
        if (mentions(line->line->text, "DPT=" + std::to_string(view.port())))
            found.supports(0.7, view.evidence(*line));
    return found;
}

Assessment hostDown(const HopView& view)
{
    Assessment found("host-down");
    if (!view.isSymptom({ "connection-timed-out", "host-unreachable" }) || view.calleeHost)
        return found;
    const std::string who = view.calleeSession ? view.calleeSession->host.value() : view.address();
    found.because = "the host " + who + " is down or cut off: it answers nobody";
    found.firstPlace = "the console of " + who + " at its provider";
    found.responsible = "host";
    if (view.calleeSession)
        found.host = view.calleeSession->host;
    if (view.calleeSession && view.calleeSession->error) {
        using base::ErrorCode;
        const ErrorCode code = view.calleeSession->error->code;
        if (code == ErrorCode::ConnectionTimedOut || code == ErrorCode::HostUnreachable
            || code == ErrorCode::TimedOut || code == ErrorCode::JumpFailed) {
            model::Evidence item;
            item.from = "laptop";
            item.check = "ssh-login";
            item.command = "ssh " + who + " true";
            item.observed = view.calleeSession->error->text();
            item.at = view.capture->startedAt;
            item.rulesOut = { "service-stopped", "wrong-port", "bound-to-loopback" };
            found.supports(0.8, std::move(item));
        }
    }
    if (view.callerHost)
        for (const model::Neighbour& neighbour : view.callerHost->neighbours)
            if (isSameAddress(neighbour.address, view.address())
                && (neighbour.state == "FAILED" || neighbour.state == "INCOMPLETE")) {
                model::Evidence item = view.evidence(view.callerHost, "neighbours", neighbour.source,
                    neighbour.address + " " + neighbour.state);
                item.rulesOut = { "firewall-drop", "firewall-reject", "service-stopped" };
                found.supports(0.75, std::move(item));
            }
    return found;
}

Assessment networkPartition(const HopView& view)
{
    Assessment found("network-partition");
    if (!view.isSymptom({ "connection-timed-out", "host-unreachable" }) || !view.calleeHost
        || !view.callerHost || view.callerHost == view.calleeHost)
        return found;
    found.because = "both hosts are up, but the network between " + view.callerHost->host.value() + " and "
        + view.calleeHost->host.value() + " does not carry their traffic";
    found.firstPlace = "ping " + view.address() + " on " + view.callerHost->host.value();
    found.responsible = "host";
    for (const model::Neighbour& neighbour : view.callerHost->neighbours)
        if (isSameAddress(neighbour.address, view.address())
            && (neighbour.state == "FAILED" || neighbour.state == "INCOMPLETE")) {
            model::Evidence item = view.evidence(
                view.callerHost, "neighbours", neighbour.source, neighbour.address + " " + neighbour.state);
            item.rulesOut = { "firewall-drop", "firewall-reject" };
            found.supports(0.8, std::move(item));
        }
    if (const model::HopProbe* silent = pinged(view, false))
        found.supports(0.55, pingEvidence(view, *silent, "answers no ping either"));
    else if (const model::HopProbe* answering = pinged(view, true))
        found.contradicts(0.9, pingEvidence(view, *answering, "answers a ping, so the path stands"));
    if (const model::HopProbe* works = worksOnItsOwnHost(view))
        found.supports(rulesAgainst(view, model::FirewallRule::Verdict::Drop).empty()
                    && !view.calleeHost->firewall.empty()
                ? 0.4
                : 0.15,
            view.evidence(*works));
    const bool ownsAddress = std::any_of(view.calleeHost->addresses.begin(), view.calleeHost->addresses.end(),
        [&](const std::string& each) { return isSameAddress(each, view.address()); });
    if (!ownsAddress && !view.address().empty() && !isLoopback(view.address()))
        found.contradicts(0.6,
            view.evidence(view.calleeHost, "network", {},
                view.calleeHost->host.value() + " does not have the address " + view.address()));
    return found;
}

Assessment routeMissing(const HopView& view)
{
    Assessment found("route-missing");
    const model::HopProbe* probe = view.callerProbe();
    const model::RouteAnswer* answer = routeToTarget(view);
    if (view.isSymptom({ "connection-timed-out" })) {
        const std::string from = unroutedCaller(view);
        if (from.empty())
            return found;
        const std::string callee = view.calleeHost->host.value();
        model::Evidence item = view.evidence(view.calleeHost, "network", view.calleeHost->routes.front().source,
            "no route of " + callee + " leads to " + from + ", the address that the requests come from");
        item.rulesOut = { "firewall-drop", "host-down", "accept-queue-full", "network-partition" };
        found.supports(0.88, std::move(item));
        found.host = view.calleeHost->host;
        found.because = callee + " has no route back to " + from + ", so its answers never leave";
        found.firstPlace = "ip route get " + from + " on " + callee;
        found.values["address"] = from;
        found.responsible = "host";
        return found;
    }
    const bool isRefusedByTable = answer && !answer->hasRoute;
    if (!view.isSymptom({ "host-unreachable", "permission-denied", "connect-failed" }) || !probe
        || (probe->connect != model::ConnectResult::NetworkUnreachable && !isRefusedByTable))
        return found;
    model::Evidence item = view.evidence(*probe);
    item.rulesOut = { "service-stopped", "firewall-drop" };
    if (answer && answer->hasRoute) {
        found.supports(0.85, std::move(item));
        found.contradicts(0.9, view.evidence(view.callerHost, "hop-route", answer->source, answer->text));
    } else if (answer) {
        item.rulesOut.insert(item.rulesOut.end(), { "firewall-reject", "host-down", "network-partition", "security-policy-denied" });
        found.supports(0.85, std::move(item));
        found.supports(0.8, view.evidence(view.callerHost, "hop-route", answer->source, answer->text));
    } else {
        item.rulesOut.push_back("host-down");
        found.supports(0.85, std::move(item));
    }
    found.values["address"] = view.address();
    const std::string who = view.callerHost ? view.callerHost->host.value() : "this machine";
    found.because = who + " has no route to " + view.address();
    found.firstPlace = "ip route get " + view.address() + " on " + who;
    found.responsible = "host";
    if (view.callerHost)
        found.host = view.callerHost->host;
    return found;
}

Assessment mtuBlackHole(const HopView& view)
{
    Assessment found("mtu-black-hole");
    if (!view.isSymptom({ "response-timed-out", "closed-mid-response", "tls-handshake-failed" }))
        return found;
    for (const model::HopProbe* probe : view.callerProbes)
        if (probe->carriesLargePackets == false) {
            model::Evidence item
                = pingEvidence(view, *probe, "answers a small ping, and none of 1500 bytes that must not be cut");
            item.command = "ping -c 2 -M do -s 1472 " + view.address();
            item.rulesOut = { "app-hung", "slow-endpoint", "slow-dependency", "worker-pool-exhausted", "timeout-too-short",
                "keepalive-race", "tls-version-mismatch" };
            found.supports(0.85, std::move(item));
            break;
        }
    const std::string who = view.callerHost ? view.callerHost->host.value() : "this machine";
    found.because = "large packets are lost between " + who + " and " + targetName(view)
        + " without a word (MTU): small requests pass, large answers never come";
    found.firstPlace = "ping -M do -s 1472 " + view.address() + " on " + who;
    found.responsible = "host";
    found.values["address"] = view.address();
    if (view.callerHost)
        found.host = view.callerHost->host;
    return found;
}

Assessment securityPolicyDenied(const HopView& view)
{
    Assessment found("security-policy-denied");
    if (!view.isSymptom({ "permission-denied" }))
        return found;
    for (const ReadLine* line : statedByCaller(view, "security-policy-denied", fresh))
        found.supports(0.7, view.evidence(*line));
    for (const ReadLine* line : statedByCallee(view, "security-policy-denied", fresh))
        found.supports(0.6, view.evidence(*line));
    // The kernel forbids a TCP connect on this very host: a policy module, or a rule on its way out.
    if (!view.isUnix() && rulesAgainst(view, model::FirewallRule::Verdict::Reject).empty()
        && view.symptom.isProbed == false && !view.symptom.evidence.empty())
        found.supports(0.55, view.symptom.evidence.front());
    found.because = "a security policy of the host (SELinux or AppArmor) forbids the connection";
    if (view.callerHost)
        found.host = view.callerHost->host;
    found.responsible = "host";
    return found;
}

}
