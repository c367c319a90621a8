#include "core/parse/reloads.h"

#include "core/base/quote.h"
#include "core/parse/lines.h"

#include <algorithm>
#include <map>

namespace hopscope::parse {
namespace {

constexpr std::string_view emergency = "[emerg] ";

/// "2026/11/21 08:40:00 [emerg] 812#812: unknown directive …": the process, and its words.
std::optional<std::pair<int, std::string_view>> complaintOf(std::string_view text)
{
    constexpr std::size_t stamp = 20;
    if (text.size() <= stamp || !text.substr(stamp).starts_with(emergency))
        return std::nullopt;
    text.remove_prefix(stamp + emergency.size());
    const auto pid = numberOf<int>(takeUntil(text, "#"));
    takeUntil(text, ": ");
    if (!pid || trimmed(text).empty())
        return std::nullopt;
    return std::pair { *pid, trimmed(text) };
}

}

std::optional<base::TimePoint> nginxLoadedAt(const std::vector<model::Process>& processes, int master)
{
    std::optional<base::TimePoint> oldest;
    for (const model::Process& process : processes) {
        if (process.parent == master && master != 0 && process.startedAt
            && process.commandLine.find("worker process") != std::string::npos
            && process.commandLine.find("shutting down") == std::string::npos
            && (!oldest || *process.startedAt < *oldest))
            oldest = process.startedAt;
    }
    return oldest;
}

namespace {
std::string logsCommand(const model::HostFacts& host, const std::string& name)
{
    const bool isPodman = std::any_of(host.containers.begin(), host.containers.end(),
        [&](const model::Container& each) { return each.name == name && each.engine == "podman"; });
    return std::string(isPodman ? "podman" : "docker") + " logs --tail 200 " + base::shellQuoted(name) + " 2>&1 | grep emerg";
}

/// The one master in each container, by the container's name.
std::map<std::string, int> containedMasters(const model::HostFacts& host, const std::map<int, base::TimePoint>& masters)
{
    std::map<std::string, int> found;
    for (const model::Container& container : host.containers)
        for (const model::Process& process : host.processes) {
            const bool isIts = !process.container.empty()
                && (process.container == container.name || (process.container.size() >= 12 && container.id.starts_with(process.container.substr(0, 12))));
            if (isIts && masters.contains(process.pid) && !found.try_emplace(container.name, process.pid).second)
                found[container.name] = 0; // two of them: whose words are these?
        }
    return found;
}
}

std::vector<FailedReload> failedReloads(const model::HostFacts& host)
{
    std::map<int, base::TimePoint> masters;
    for (const model::Process& process : host.processes)
        if (process.commandLine.find(": master process") < 16)
            if (const auto loadedAt = nginxLoadedAt(host.processes, process.pid))
                masters[process.pid] = *loadedAt;
    std::map<int, FailedReload> newest;
    const std::map<std::string, int> contained = containedMasters(host, masters);
    for (const model::LogLine& line : host.logs) {
        const bool isContained = line.origin == model::LogOrigin::Container;
        const auto complaint = line.at && (isContained || line.origin == model::LogOrigin::File) ? complaintOf(line.text) : std::nullopt;
        if (!complaint)
            continue;
        const auto inside = isContained ? contained.find(line.place) : contained.end();
        const auto master = !isContained ? masters.find(complaint->first)
            : inside == contained.end()  ? masters.end()
                                         : masters.find(inside->second);
        if (master == masters.end() || *line.at < master->second)
            continue;
        const auto [known, isNew] = newest.try_emplace(master->first);
        // "still could not bind()" follows the reason and says less.
        if (!isNew && (known->second.at > *line.at || complaint->second.starts_with("still could not")))
            continue;
        known->second = { "nginx", master->first, *line.at, textOf(complaint->second), line.place,
            isContained ? line.place : std::string(), isContained ? logsCommand(host, line.place) : "grep emerg " + base::shellQuoted(line.place), line.source };
    }
    std::vector<FailedReload> found;
    for (auto& [pid, each] : newest)
        found.push_back(std::move(each));
    return found;
}

}
