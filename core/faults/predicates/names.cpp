// The target's name does not become an address.
#include "core/faults/predicates/names.h"

#include "core/faults/predicates/addresses.h"
#include "core/faults/predicates/common.h"
#include "core/faults/predicates/strayanswer.h"

#include <algorithm>
#include <array>

namespace hopscope::faults {

namespace {
constexpr std::array privateNetworks { "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16",
    "fc00::/7", "fe80::/10" };

Assessment byResolver(
    const HopView& view, const char* cause, model::ResolveResult result, std::vector<std::string> rulesOut)
{
    Assessment found(cause);
    if (!view.isSymptom({ "dns-resolution-failed" }))
        return found;
    for (const model::HopProbe* probe : view.callerProbes)
        if (probe->resolve == result) {
            model::Evidence item = view.evidence(*probe);
            item.rulesOut = rulesOut;
            found.supports(0.9, std::move(item));
            break;
        } else if (probe->resolve == model::ResolveResult::Unknown && probe->address.empty()
            && !probe->errorText.empty()) {
            // No address, and no tool that could say why: mostly the name, seldom its server.
            found.supports(result == model::ResolveResult::NameNotFound ? 0.5 : 0.2, view.evidence(*probe));
            break;
        } else if (probe->resolve == model::ResolveResult::Resolved) {
            // A resolver of the caller's own is another one than the system's, and knows no hosts file.
            if (view.hop->declared.resolvers.empty())
                found.contradicts(0.6, view.evidence(*probe));
            break;
        }
    for (const ReadLine* line : statedByCaller(view, cause, fresh))
        found.supports(0.7, view.evidence(*line));
    found.values["name"] = view.hop->declared.endpoint.host;
    if (view.callerHost) {
        found.host = view.callerHost->host;
        found.firstPlace
            = "getent ahosts " + view.hop->declared.endpoint.host + " on " + view.callerHost->host.value();
    } else {
        found.firstPlace = "the DNS records of " + view.hop->declared.endpoint.host;
    }
    found.responsible = "dns";
    return found;
}

std::string quotedName(const HopView& view)
{
    return "the name \"" + view.hop->declared.endpoint.host + "\"";
}
}

Assessment dnsNxdomain(const HopView& view)
{
    Assessment found = byResolver(view, "dns-nxdomain", model::ResolveResult::NameNotFound,
        { "dns-server-unreachable", "dns-server-error", "service-stopped", "firewall-drop" });
    // The proxy's own test says the same of a name that it looks up when it loads.
    if (view.callerHost && view.isSymptom({ "dns-resolution-failed" }))
        for (const model::SoftwareConfig& config : view.callerHost->configs)
            for (const std::string& line : config.validatorLines)
                if (line.find("host not found") != std::string::npos
                    && mentions(line, view.hop->declared.endpoint.host))
                    found.supports(0.6, view.evidence(view.callerHost, "nginx-config", config.source, line));
    found.because = quotedName(view) + " does not exist in DNS";
    return found;
}

namespace {
/// The host asks itself alone (systemd-resolved's 127.0.0.53, a dnsmasq), and nobody is there: that address; else empty.
std::string silentOwnServer(const HopView& view)
{
    if (!view.callerHost || view.callerHost->resolvers.empty() || view.callerHost->listeners.empty())
        return {};
    const model::HostFacts& host = *view.callerHost;
    for (const std::string& server : host.resolvers) {
        const bool isOwn = isLoopback(server)
            || std::any_of(host.addresses.begin(), host.addresses.end(), [&](const std::string& own) { return isSameAddress(own, server); });
        const bool isServed = std::any_of(host.listeners.begin(), host.listeners.end(), [&](const model::Listener& each) {
            return each.port == 53 && (isWildcard(each.address) || isSameAddress(each.address, server));
        });
        if (!isOwn || isServed)
            return {};
    }
    return host.resolvers.front();
}
}

Assessment dnsServerUnreachable(const HopView& view)
{
    Assessment found = byResolver(
        view, "dns-server-unreachable", model::ResolveResult::ResolverTimedOut, { "dns-nxdomain" });
    const bool isOwnList = view.callerHost && view.caller && view.caller->container.empty() && !view.callerHost->resolvers.empty();
    std::string servers;
    for (const std::string& server : isOwnList ? view.callerHost->resolvers : std::vector<std::string>())
        servers += (servers.empty() ? "" : ", ") + server;
    found.because = (isOwnList ? "no answer came in time from the name server" + std::string(view.callerHost->resolvers.size() > 1 ? "s " : " ") + servers
                               : std::string("no name server answered in time"))
        + ", so " + quotedName(view) + " has no address";
    // Without one in its configuration a host asks itself, and fails at once.
    const bool hasNone = view.callerHost && view.callerHost->resolvers.empty() && !view.callerHost->hostsFile.empty();
    for (const model::HopProbe* probe : view.callerProbes)
        if (hasNone && probe->resolve == model::ResolveResult::ResolverFailed) {
            model::Evidence item
                = view.evidence(view.callerHost, "names", {}, "/etc/resolv.conf names no name server");
            item.rulesOut = { "dns-server-error", "dns-nxdomain" };
            found.supports(0.9, std::move(item));
            found.because = view.callerHost->host.value() + " has no name server in /etc/resolv.conf, so "
                + quotedName(view) + " has no address";
            break;
        }
    if (const std::string own = silentOwnServer(view); !own.empty())
        for (const model::HopProbe* probe : view.callerProbes)
            if (probe->resolve == model::ResolveResult::ResolverFailed || probe->resolve == model::ResolveResult::ResolverTimedOut) {
                model::Evidence item = view.evidence(view.callerHost, "names", {},
                    "/etc/resolv.conf names " + own + ", an address of the host itself, where nothing listens on port 53");
                item.rulesOut = { "dns-server-error", "dns-nxdomain", "dependency-auth-failed", "dependency-down" };
                found.supports(0.9, std::move(item));
                found.because = "the host's own name server (" + own + ") does not run, so " + quotedName(view) + " has no address";
                break;
            }
    return found;
}

Assessment dnsServerError(const HopView& view)
{
    Assessment found
        = byResolver(view, "dns-server-error", model::ResolveResult::ResolverFailed, { "dns-nxdomain" });
    found.because = "the name server fails to answer for " + quotedName(view);
    return found;
}

Assessment resolverNotConfigured(const HopView& view)
{
    Assessment found("resolver-not-configured");
    if (!view.isSymptom({ "dns-resolution-failed" }))
        return found;
    for (const ReadLine* line : statedByCaller(view, "resolver-not-configured", fresh)) {
        model::Evidence item = view.evidence(*line);
        item.rulesOut = { "dns-nxdomain", "dns-server-unreachable" };
        found.supports(0.85, std::move(item));
    }
    if (view.callerHost)
        found.host = view.callerHost->host;
    found.values["name"] = view.hop->declared.endpoint.host;
    found.responsible = "proxy";
    found.because = "the proxy has no resolver to look up " + quotedName(view);
    return found;
}

namespace {
/// An address that only means something inside one network (RFC 1918, 4193, 6598, link-local).
bool isPrivate(const std::string& address)
{
    return std::any_of(privateNetworks.begin(), privateNetworks.end(),
        [&](const char* each) { return isWithin(address, each); });
}

/// The name was looked up, and the address is none that a host of the profile has or was reached by, while the one that
/// is configured for the site is up.
Assessment leadsElsewhere(const HopView& view)
{
    Assessment found("edge-dns-wrong");
    const std::string address = view.address();
    const model::OutsideView& outside = view.capture->outside;
    if (!view.calleeHost || outside.dns.isOverridden || !familyOf(address) || isLoopback(address))
        return found;
    if (isProfilesAddress(view, address))
        return found;
    const std::string server = view.callee->label;
    model::Evidence item = view.symptom.evidence.front();
    item.observed += "; no host of the profile has " + address;
    item.rulesOut = { "firewall-reject", "firewall-drop", "host-down", "network-partition", "service-stopped", "proxy-stopped",
        "wrong-address", "route-missing-in-proxy", "access-denied", "app-error", "app-misconfigured" };
    found.supports(0.8, std::move(item));
    const std::optional<StrayAnswer> stray = strayAnswer(view);
    if (stray && stray->ownAnswer)
        found.supports(0.6, view.evidence(*stray->ownAnswer));
    else if (const model::HopProbe* works = view.connectedLocally())
        found.supports(0.5, view.evidence(*works));
    // Behind a provider's translation a host does not know its public address; then only ssh's own address tells.
    const bool isReachedPublicly = std::any_of(view.capture->sessions.begin(), view.capture->sessions.end(),
        [](const model::HostSession& each) { return familyOf(hostPart(each.address)) && !isPrivate(hostPart(each.address)); });
    if (!isPrivate(address) && !isReachedPublicly) {
        model::Evidence unsure = evidenceFrom(*view.capture, {}, "outside-view", {},
            address + " may be a public address that its provider maps to one of the hosts");
        found.contradicts(0.5, std::move(unsure));
    }
    found.because = "the site's name leads to " + address + ", which is none of the profile's hosts, while " + server
        + " is up and configured for it";
    found.firstPlace = "the DNS records of " + view.hop->declared.requestHost + ": " + address + " is none of the profile's hosts";
    found.values["name"] = view.hop->declared.requestHost.substr(0, view.hop->declared.requestHost.find(':'));
    found.responsible = "dns";
    return found;
}
}

Assessment edgeDnsWrong(const HopView& view)
{
    Assessment found("edge-dns-wrong");
    const bool isEntry = view.caller && view.caller->kind == model::NodeKind::Client;
    if (!isEntry || !view.callee || view.symptom.evidence.empty())
        return found;
    if (!isConnectSymptom(view)) {
        const auto stray = view.isSymptom({ "error-response" }) ? strayAnswer(view) : std::nullopt;
        return stray && stray->ownAnswer ? leadsElsewhere(view) : found;
    }
    if (view.callee->host)
        return leadsElsewhere(view);
    for (const model::Hop& hop : view.topology->hops) {
        const model::Node* server
            = hop.from == view.hop->to && hop.isOnPath ? view.topology->node(hop.to) : nullptr;
        if (!server || !server->host || server->pid == 0)
            continue;
        found.supports(0.6, view.symptom.evidence.front());
        const auto& host = view.facts->hosts.find(*server->host);
        if (host != view.facts->hosts.end())
            found.supports(0.2,
                view.evidence(
                    &host->second, "listeners", {}, server->label + " is up and configured for this site"));
        found.because = "the site's name leads to " + view.address()
            + ", which is none of the profile's hosts, while " + server->label
            + " is up and configured for it";
        found.firstPlace = "the DNS records of " + view.hop->declared.requestHost;
        found.responsible = "dns";
        return found;
    }
    return found;
}

}
