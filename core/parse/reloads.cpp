#include "core/parse/reloads.h"

#include "core/parse/lines.h"

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

std::vector<FailedReload> failedReloads(const model::HostFacts& host)
{
    std::map<int, base::TimePoint> masters;
    for (const model::Process& process : host.processes)
        if (process.commandLine.find(": master process") < 16)
            if (const auto loadedAt = nginxLoadedAt(host.processes, process.pid))
                masters[process.pid] = *loadedAt;
    std::map<int, FailedReload> newest;
    for (const model::LogLine& line : host.logs) {
        const auto complaint = line.at && line.origin == model::LogOrigin::File ? complaintOf(line.text) : std::nullopt;
        const auto master = complaint ? masters.find(complaint->first) : masters.end();
        if (master == masters.end() || *line.at < master->second)
            continue;
        const auto [known, isNew] = newest.try_emplace(master->first);
        // "still could not bind()" follows the reason and says less.
        if (!isNew && (known->second.at > *line.at || complaint->second.starts_with("still could not")))
            continue;
        known->second = { "nginx", master->first, *line.at, textOf(complaint->second), line.place, line.source };
    }
    std::vector<FailedReload> found;
    for (auto& [pid, each] : newest)
        found.push_back(std::move(each));
    return found;
}

}
