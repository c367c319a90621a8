#include "core/discovery/entry.h"

#include "core/discovery/software.h"
#include "core/parse/configdump.h"

#include <algorithm>

namespace hopscope::discovery {

namespace {
/// Whether this proxy's program has the port that the request comes to.
bool holdsPort(const Fleet& fleet, const FleetProxy& proxy, const Request& request)
{
    const HostIndex* host = fleet.host(proxy.host);
    if (!host)
        return false;
    const std::vector<const model::Listener*> sockets
        = request.address.empty() ? host->onPort(request.port) : host->accepting(request.address, request.port);
    return std::any_of(sockets.begin(), sockets.end(),
        [&](const model::Listener* each) { return host->ownerOf(*each).software.id == proxy.config->software; });
}

/// How far a proxy is meant to run: its unit is enabled, it has run since the boot, both (2), or it runs (3).
int intent(const Fleet& fleet, const FleetProxy& proxy)
{
    const HostIndex* host = fleet.host(proxy.host);
    if (!host)
        return 1;
    const model::HostFacts& facts = host->facts();
    // Not by the processes' names: a look at its version or its files is one for a moment, our own too.
    if (parse::masterOf(*proxy.config) != 0)
        return 3;
    int best = 0;
    bool isKnown = false;
    for (const model::Unit& unit : facts.units) {
        if (softwareOf(unit).id != proxy.config->software)
            continue;
        isKnown = true;
        const int enabled = unit.unitFileState == "enabled" || unit.unitFileState == "enabled-runtime" ? 1 : 0;
        const int hasRun = unit.activeState == "failed" || unit.inactiveSince || unit.activeSince ? 1 : 0;
        best = std::max(best, enabled + hasRun);
    }
    return isKnown ? best : 1;
}

/// The proxy of that host which takes this request; the best name wins, between two the one that has the port, and where
/// none has it, the one that is meant to run.
const FleetProxy* proxyFor(const Fleet& fleet, const base::HostId& host, const Request& request)
{
    const FleetProxy* best = nullptr;
    NameMatch bestMatch = NameMatch::NoListener;
    for (const FleetProxy& each : fleet.proxies()) {
        const std::optional<Request> arriving = each.host == host ? fleet.arriving(each, request) : std::nullopt;
        const NameMatch match = arriving ? each.proxy->choose(*arriving).match : NameMatch::NoListener;
        const bool isBetter = match > bestMatch
            || (best && match == bestMatch && match != NameMatch::NoListener && !holdsPort(fleet, *best, request)
                && (holdsPort(fleet, each, request) || intent(fleet, each) > intent(fleet, *best)));
        if (isBetter) {
            best = &each;
            bestMatch = match;
        }
    }
    return best;
}

/// Installed, but not meant to run: its unit is disabled, and nothing of it runs.
bool isUnused(const Fleet& fleet, const FleetProxy& proxy)
{
    const HostIndex* host = fleet.host(proxy.host);
    if (!host)
        return false;
    const model::HostFacts& facts = host->facts();
    return parse::masterOf(*proxy.config) == 0 && std::any_of(facts.units.begin(), facts.units.end(), [&](const model::Unit& unit) {
        return unit.activeState == "inactive" && (unit.unitFileState == "disabled" || unit.unitFileState == "masked")
            && softwareOf(unit).id == proxy.config->software;
    });
}

/// A proxy that is meant to run and could not start, whose files open this port at an address that the host does not have (any
/// more): better than nobody, or than one that is merely installed.
const FleetProxy* proxyOfLostAddress(const Fleet& fleet, const base::HostId& host, Request request)
{
    const HostIndex* index = fleet.host(host);
    request.address.clear();
    const FleetProxy* best = nullptr;
    NameMatch bestMatch = NameMatch::NoListener;
    for (const FleetProxy& each : fleet.proxies()) {
        // It may be met alive: a moment before it ends at each of its starts.
        const bool hasFailed = index && each.host == host && each.config->container.empty()
            && std::any_of(index->facts().units.begin(), index->facts().units.end(), [&](const model::Unit& unit) {
                   const bool isInVain = unit.activeState == "failed" || unit.activeState == "activating" || unit.subState == "auto-restart";
                   return isInVain && softwareOf(unit).id == each.config->software;
               });
        const NameMatch match = hasFailed ? each.proxy->choose(request).match : NameMatch::NoListener;
        if (match > bestMatch) {
            best = &each;
            bestMatch = match;
        }
    }
    return best;
}

std::vector<Entry> byAddress(const Fleet& fleet, const Request& request)
{
    std::vector<Entry> entries;
    for (const std::string& address : fleet.facts().urlAddresses)
        for (const base::HostId& host : fleet.hostsWith(address)) {
            const bool isKnown = std::any_of(
                entries.begin(), entries.end(), [&](const Entry& each) { return each.host == host; });
            if (isKnown)
                continue;
            Entry entry { host, nullptr, request };
            entry.request.address = plainAddress(address);
            entry.proxy = proxyFor(fleet, host, entry.request);
            if (const FleetProxy* lost = !entry.proxy || isUnused(fleet, *entry.proxy) ? proxyOfLostAddress(fleet, host, entry.request) : nullptr) {
                entry.proxy = lost;
                entry.request.address.clear();
            }
            entries.push_back(std::move(entry));
        }
    return entries;
}

/// Proxies that serve this request if it came to them, with how well the name fits.
std::vector<Entry> byName(const Fleet& fleet, const Request& request, NameMatch least)
{
    std::vector<Entry> entries;
    NameMatch best = least;
    for (const FleetProxy& each : fleet.proxies()) {
        const std::optional<Request> arriving = fleet.arriving(each, request);
        const NameMatch match = arriving ? each.proxy->choose(*arriving).match : NameMatch::NoListener;
        if (match < best)
            continue;
        if (match > best)
            entries.clear();
        best = match;
        // Of two on one host, the one that has the port is meant.
        const auto other = std::find_if(entries.begin(), entries.end(), [&](const Entry& known) { return known.host == each.host; });
        if (other == entries.end())
            entries.push_back({ each.host, &each, request });
        else if (!holdsPort(fleet, *other->proxy, request) && holdsPort(fleet, each, request))
            other->proxy = &each;
        else if (holdsPort(fleet, *other->proxy, request) == holdsPort(fleet, each, request)) {
            if (holdsPort(fleet, each, request) || intent(fleet, each) == intent(fleet, *other->proxy))
                entries.push_back({ each.host, &each, request });
            else if (intent(fleet, each) > intent(fleet, *other->proxy))
                other->proxy = &each;
        }
    }
    return entries;
}

/// Beside a proxy that has the port, one that is not meant to run is none.
void dropUnused(const Fleet& fleet, std::vector<Entry>& entries)
{
    const bool hasHolder = std::any_of(
        entries.begin(), entries.end(), [&](const Entry& each) { return holdsPort(fleet, *each.proxy, each.request); });
    if (hasHolder)
        std::erase_if(entries, [&](const Entry& each) {
            return !holdsPort(fleet, *each.proxy, each.request) && isUnused(fleet, *each.proxy);
        });
}

/// A proxy that another one of the candidates passes this request to is no entry itself.
void keepOutermost(const Fleet& fleet, std::vector<Entry>& entries)
{
    std::vector<const FleetProxy*> inner;
    for (const Entry& entry : entries) {
        const HostIndex* index = fleet.host(entry.host);
        const std::optional<Request> arriving = fleet.arriving(*entry.proxy, entry.request);
        if (!arriving)
            continue;
        for (const ProxyTarget& target : entry.proxy->proxy->route(*arriving, index ? &index->facts() : nullptr).targets) {
            if (!target.isOnPath)
                continue;
            const Destination destination
                = fleet.destination(entry.host, target.declared.endpoint, entry.proxy->config->container);
            const std::string within = destination.container ? destination.container->name : std::string();
            for (const Entry& other : entries)
                if (other.proxy != entry.proxy && destination.host == other.host && other.proxy->config->container == within
                    && (destination.container || target.declared.endpoint.port == other.request.port))
                    inner.push_back(other.proxy);
        }
    }
    if (inner.size() < entries.size())
        std::erase_if(entries, [&](const Entry& each) {
            return std::find(inner.begin(), inner.end(), each.proxy) != inner.end();
        });
}
}

EntrySearch findEntry(const Fleet& fleet, const Request& request)
{
    EntrySearch search;
    search.entries = byAddress(fleet, request);
    if (!search.entries.empty())
        return search;
    std::vector<Entry> entries = byName(fleet, request, NameMatch::Regex);
    dropUnused(fleet, entries);
    keepOutermost(fleet, entries);
    if (entries.size() == 1) {
        // Most likely a translated address; with no address at all there is nothing to say against it. Where somebody in
        // front names itself, it is its address.
        search.entries = std::move(entries);
        search.isBehindBoundary = fleet.facts().front.isCertain;
        return search;
    }
    if (entries.empty()) {
        entries = byName(fleet, request, NameMatch::Default);
        dropUnused(fleet, entries);
        keepOutermost(fleet, entries);
    }
    if (entries.empty() && request.isTls) {
        // TLS ends in front of us: the request comes in as plain HTTP.
        Request plain = request;
        plain.isTls = false;
        plain.port = 80;
        plain.headers["x-forwarded-proto"] = "https";
        entries = byName(fleet, plain, NameMatch::Regex);
        if (entries.empty())
            entries = byName(fleet, plain, NameMatch::Default);
        dropUnused(fleet, entries);
        keepOutermost(fleet, entries);
        search.isBehindBoundary = true;
    }
    search.isBehindBoundary = search.isBehindBoundary || entries.size() != 1;
    if (entries.empty() && fleet.profile().hosts.size() == 1) {
        // One host, and no configuration of it that says more: it is the one meant.
        search.isBehindBoundary = false;
        entries.push_back({ fleet.profile().hosts.front().name, nullptr, request });
    }
    search.entries = std::move(entries);
    return search;
}

}
