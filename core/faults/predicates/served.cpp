#include "core/faults/predicates/served.h"

#include "core/faults/predicates/accesslog.h"

#include <algorithm>

namespace hopscope::faults {

namespace {
/// A log's times are whole seconds, and so are the ages of processes: what happened within two can't be put in order.
constexpr auto rounding = std::chrono::seconds(2);

/// Whether a line of an access log says that a GET or HEAD of this path was answered with 2xx or 3xx.
bool isAnsweredWell(std::string_view line, std::string_view path)
{
    const auto request = loggedRequest(line);
    return request && (request->method == "GET" || request->method == "HEAD") && request->path == path
        && request->status >= 200 && request->status < 400 && !request->isBroken;
}

/// Another hop of the group may have been the one that answered.
bool hasTwin(const HopView& view)
{
    return !view.hop->group.empty()
        && std::any_of(view.topology->hops.begin(), view.topology->hops.end(), [&](const model::Hop& other) {
               return other.id != view.hop->id && other.from == view.hop->from && other.group == view.hop->group;
           });
}

/// When the newest process of the caller's software began: what it holds was read no later. Empty where not known.
std::optional<base::TimePoint> configurationReadAt(const HopView& view)
{
    std::optional<base::TimePoint> newest;
    for (const model::Process& process : view.callerHost->processes) {
        if (process.pid != view.caller->pid && process.parent != view.caller->pid)
            continue;
        if (!process.startedAt)
            return std::nullopt;
        newest = newest ? std::max(*newest, *process.startedAt) : *process.startedAt;
    }
    return newest;
}
}

namespace {
/// The last request like this run's that the caller's access log shows answered well, at or after a time.
std::optional<Served> servedSince(const HopView& view, base::TimePoint start, const char* words)
{
    const std::string_view path = pathOfUrl(view.capture->profile.url);
    const model::LogLine* last = nullptr;
    for (const model::LogLine& line : view.callerHost->logs)
        if (line.at && *line.at >= start && (!last || *last->at <= *line.at) && isAnsweredWell(line.text, path))
            last = &line;
    if (!last)
        return std::nullopt;
    return Served { *last->at, view.evidence(view.callerHost, "proxy-access-log", last->source, words + last->text) };
}
}

std::optional<bool> isAboutThisRequest(const HopView& view, std::string_view text)
{
    constexpr std::string_view field = "request: \"";
    const std::size_t start = text.find(field);
    if (start == std::string_view::npos)
        return std::nullopt;
    std::string_view request = text.substr(start + field.size());
    request.remove_prefix(std::min(request.size(), request.find(' ') + 1));
    return request.substr(0, request.find_first_of(" ?\"")) == pathOfUrl(view.capture->profile.url);
}

std::optional<Served> answeredWellBefore(const HopView& view)
{
    if (!view.calleeHost || !view.hop->isOnPath)
        return std::nullopt;
    const std::string_view path = pathOfUrl(view.capture->profile.url);
    const model::LogLine* last = nullptr;
    for (const model::LogLine& line : view.calleeHost->logs)
        if (line.at && (!last || *last->at <= *line.at) && line.place.find("access") != std::string::npos && isAnsweredWell(line.text, path))
            last = &line;
    if (!last)
        return std::nullopt;
    return Served { *last->at,
        view.evidence(view.calleeHost, "proxy-access-log", last->source, "this request was answered before: " + last->text) };
}

std::optional<Served> servedBefore(const HopView& view)
{
    if (!view.callerHost || !view.caller || !view.caller->pid || !view.hop->isOnPath || hasTwin(view))
        return std::nullopt;
    const auto readAt = configurationReadAt(view);
    if (!readAt)
        return std::nullopt;
    return servedSince(view, *readAt + rounding, "this request was answered before, with the configuration that runs now: ");
}

bool servedAfter(const HopView& view, base::TimePoint start)
{
    return view.callerHost && view.hop->isOnPath && !hasTwin(view) && servedSince(view, start + std::chrono::seconds(1), "").has_value();
}

}
