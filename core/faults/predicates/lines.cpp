// Which log lines belong to a hop: noise of other virtual hosts, scanners and neighbours must stay out.
#include "core/faults/predicates/addresses.h"
#include "core/faults/predicates/dependency.h"
#include "core/faults/predicates/hopview.h"
#include "core/faults/predicates/ownerunit.h"

#include <algorithm>
#include <array>

namespace hopscope::faults {

namespace {
std::string endpointText(const std::string& address, base::Port port)
{
    model::Endpoint endpoint;
    endpoint.host = address;
    endpoint.port = port;
    return endpoint.text();
}

/// The part of a proxy's line that names what it talked to: nginx writes `upstream: "http://10.1.0.3:3000/"`.
std::string_view upstreamPart(std::string_view text)
{
    const auto at = text.find("upstream: \"");
    if (at == std::string_view::npos)
        return {};
    const auto end = text.find('"', at + 11);
    return text.substr(at, end == std::string_view::npos ? end : end - at + 1);
}

/// Limits of the whole host or proxy hit every target alike.
bool isAboutWholeHost(const ReadLine& line)
{
    const std::string cause = line.reading.cause.value_or("");
    for (const char* each : { "disk-full", "inodes-exhausted", "fd-exhausted", "connection-limit-reached",
             "conntrack-full", "ephemeral-ports-exhausted", "memory-exhausted", "neighbour-table-full" })
        if (cause == each)
            return true;
    return false;
}

/// HAProxy calls a server "backend/server", and speaks of the backend alone where none of its servers is left.
bool namesServer(const HopView& view, std::string_view text)
{
    const std::string& name = view.hop->declared.name;
    if (name.empty())
        return false;
    if (mentions(text, name))
        return true;
    const std::string group = name.substr(0, name.find('/'));
    const bool isOfAll = text.find("<NOSRV>") != std::string_view::npos || text.find("has no server available") != std::string_view::npos;
    return isOfAll && !name.starts_with("balancer://") && mentions(text, group);
}

bool namesTarget(const HopView& view, std::string_view text)
{
    if (namesServer(view, text))
        return true;
    const model::Endpoint& endpoint = view.hop->declared.endpoint;
    if (endpoint.isUnix())
        return mentions(text, endpoint.path);
    if (mentions(text, endpoint.text()))
        return true;
    for (const model::HopProbe* probe : view.callerProbes) {
        if (!probe->address.empty() && mentions(text, endpointText(hostPart(probe->address), endpoint.port)))
            return true;
        for (const std::string& resolved : probe->resolved)
            if (mentions(text, endpointText(resolved, endpoint.port)))
                return true;
    }
    if (endpoint.host == "localhost")
        return mentions(text, endpointText("127.0.0.1", endpoint.port))
            || mentions(text, endpointText("::1", endpoint.port));
    return false;
}

/// Apache writes what a FastCGI pool says without naming it: it is this one's where the caller has no other.
bool isOfOnlyPool(const HopView& view, std::string_view text)
{
    static constexpr std::array<std::string_view, 4> nameless { "AH01071: Got error", "AH01067: Failed to read FastCGI header",
        "AH01070: Error parsing script headers", "AH01075: Error dispatching request to : " };
    const bool isNameless = std::any_of(nameless.begin(), nameless.end(),
        [&](std::string_view each) { return text.find(each) != std::string_view::npos; });
    if (view.hop->protocol != model::Protocol::FastCgi || !isNameless)
        return false;
    return std::none_of(view.topology->hops.begin(), view.topology->hops.end(), [&](const model::Hop& other) {
        return other.from == view.hop->from && other.protocol == model::Protocol::FastCgi && other.to != view.hop->to;
    });
}

/// Apache has no module for the protocol of its target, which it does not name: it is this one where the caller has no other.
bool isOfOnlyTargetOfApache(const HopView& view, std::string_view text)
{
    if (text.find("AH01144: ") == std::string_view::npos || !view.caller || view.caller->software != "apache" || !view.hop->isOnPath)
        return false;
    return std::none_of(view.topology->hops.begin(), view.topology->hops.end(), [&](const model::Hop& other) {
        return other.from == view.hop->from && other.isOnPath && other.id != view.hop->id && other.group != view.hop->group;
    });
}

/// A name that could not be resolved stands alone in the line, without a port.
bool isAboutName(const HopView& view, const ReadLine& line)
{
    const std::string& host = view.hop->declared.endpoint.host;
    return line.reading.variant == "dns-resolution-failed" && !host.empty() && !familyOf(host)
        && mentions(line.line->text, host);
}
}

std::string formerAddress(const HopView& view, const ReadLine& line)
{
    const model::Declared& declared = view.hop->declared;
    const std::string_view upstream = upstreamPart(line.line->text);
    const auto captured = line.reading.captures.find("address");
    if (!declared.isResolvedAtStart || upstream.empty() || captured == line.reading.captures.end())
        return {};
    const std::string used = hostPart(captured->second);
    if (!familyOf(used) || !mentions(upstream, endpointText(used, declared.endpoint.port)))
        return {};
    const auto isKnown = [&](const model::HopProbe& probe) {
        return isSameAddress(hostPart(probe.address), used)
            || std::any_of(probe.resolved.begin(), probe.resolved.end(),
                [&](const std::string& each) { return isSameAddress(each, used); });
    };
    if (view.callerProbes.empty()
        || std::any_of(view.callerProbes.begin(), view.callerProbes.end(), [&](const auto* probe) { return isKnown(*probe); }))
        return {};
    // Another hop of this proxy may mean that very address, by itself or by its name.
    for (const model::Hop& other : view.topology->hops) {
        if (other.from != view.hop->from || other.id == view.hop->id || other.declared.endpoint.port != declared.endpoint.port)
            continue;
        const bool isItsProbe = std::any_of(view.facts->probes.begin(), view.facts->probes.end(),
            [&](const model::HopProbe& probe) { return probe.hop == other.id && isKnown(probe); });
        if (isSameAddress(other.declared.endpoint.host, used) || isItsProbe || other.declared.isResolvedAtStart)
            return {};
    }
    return used;
}

bool isAboutTarget(const HopView& view, const ReadLine& line)
{
    if (isAboutDependency(view, line))
        return true;
    const std::string_view upstream = upstreamPart(line.line->text);
    if (namesTarget(view, upstream.empty() ? std::string_view(line.line->text) : upstream))
        return true;
    if (isAboutName(view, line) || isOfOnlyPool(view, line.line->text) || isOfOnlyTargetOfApache(view, line.line->text))
        return true;
    if (!view.hop->group.empty() && !upstream.empty() && mentions(upstream, view.hop->group))
        return true;
    if (!formerAddress(view, line).empty())
        return true;
    return upstream.empty() && isAboutWholeHost(line);
}

bool isOfCallee(const HopView& view, const ReadLine& line)
{
    const model::LogLine& log = *line.line;
    if (log.pid > 0 && view.callee)
        return log.pid == view.callee->pid;
    switch (log.origin) {
    case model::LogOrigin::Kernel:
        return true;
    case model::LogOrigin::Journal:
        return view.unit && log.place == view.unit->name;
    case model::LogOrigin::Container:
        return view.callee && !view.callee->container.empty() && log.place == view.callee->container;
    case model::LogOrigin::File:
        break;
    }
    if (!upstreamPart(log.text).empty())
        return false;
    if (!view.callee)
        return false;
    if (view.unit && std::find(view.unit->logFiles.begin(), view.unit->logFiles.end(), log.place) != view.unit->logFiles.end())
        return true;
    const std::string& software = view.callee->software;
    if (!software.empty() && software != "unknown" && log.place.find(software) != std::string::npos)
        return true;
    if (software == "php-fpm" && log.place.find("php") != std::string::npos)
        return true;
    const std::string directory = !view.callee->workingDirectory.empty() ? view.callee->workingDirectory
        : view.unit                                                      ? view.unit->workingDirectory
                                                                         : std::string();
    if (directory.size() > 1 && log.place.starts_with(directory + "/"))
        return true;
    return view.unit && log.place.find(stem(view.unit->name)) != std::string::npos;
}

}
