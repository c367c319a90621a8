#include "core/faults/predicates/readlog.h"

#include <algorithm>
#include <cctype>

namespace hopscope::faults {

namespace {
/// Which software wrote it, where the place alone says so; else empty and the patterns decide.
std::string componentOf(const model::LogLine& line)
{
    if (line.origin == model::LogOrigin::Kernel)
        return "kernel";
    if (line.origin == model::LogOrigin::Container && line.place.ends_with("/istio-proxy"))
        return "istio";
    if (line.origin == model::LogOrigin::Container && line.place.ends_with("/linkerd-proxy"))
        return "linkerd";
    if (line.origin != model::LogOrigin::File)
        return {};
    for (const char* software : { "nginx", "apache", "haproxy", "php-fpm", "caddy", "traefik", "envoy" })
        if (line.place.find(software) != std::string::npos)
            return software;
    return {};
}

/// The journal's readers keep the message and the unit apart; what the service manager said gets its name
/// back, since its words ("Stopped …") mean little from anyone else.
std::string spokenText(const model::LogLine& line)
{
    const bool isOfUnit = line.origin == model::LogOrigin::Journal && line.place.ends_with(".service");
    bool isManager = line.text.starts_with(line.place + ": ");
    for (const char* verb :
        { "Stopped ", "Stopping ", "Started ", "Starting ", "Failed to start ", "Dependency failed for " })
        isManager = isManager || line.text.starts_with(verb);
    return isOfUnit && isManager ? "systemd[1]: " + line.text : line.text;
}

bool isEarlier(const model::LogLine* left, const model::LogLine* right)
{
    return left->at.value_or(base::TimePoint {}) < right->at.value_or(base::TimePoint {});
}

/// What our own greeting left in a database's log: it has no account there.
bool isAboutOurselves(const model::LogLine& line)
{
    return line.text.find("\"hopscope\"") != std::string::npos || line.text.find("'hopscope'") != std::string::npos;
}

bool saysNothing(const LineReading& reading)
{
    return !reading.cause && (!reading.variant || *reading.variant == "none");
}
}

ReadLogs readLogs(const model::Facts& facts, const Catalogue& catalogue, std::size_t limitPerHost)
{
    ReadLogs logs;
    for (const auto& [host, hostFacts] : facts.hosts) {
        std::vector<const model::LogLine*> lines;
        // One file may have been read twice, by its path and as some process's output: each line counts once.
        std::map<std::string, std::size_t> readBy;
        for (const model::LogLine& line : hostFacts.logs) {
            const bool isFile
                = line.origin == model::LogOrigin::File && line.source.check != model::Source::none;
            if (isAboutOurselves(line))
                continue;
            if (!isFile || readBy.emplace(line.place, line.source.check).first->second == line.source.check)
                lines.push_back(&line);
        }
        std::stable_sort(lines.begin(), lines.end(), isEarlier);
        const std::size_t first = lines.size() > limitPerHost ? lines.size() - limitPerHost : 0;
        std::vector<ReadLine>& read = logs[host];
        for (std::size_t at = first; at < lines.size(); ++at) {
            LineReading reading = catalogue.read(spokenText(*lines[at]), componentOf(*lines[at]));
            if (!saysNothing(reading))
                read.push_back({ host, lines[at], std::move(reading) });
        }
    }
    return logs;
}

bool mentions(std::string_view text, std::string_view endpoint)
{
    if (endpoint.empty())
        return false;
    const auto isPart
        = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '.' || c == '-'; };
    for (auto at = text.find(endpoint); at != std::string_view::npos; at = text.find(endpoint, at + 1)) {
        const auto end = at + endpoint.size();
        const bool startsWord = at == 0 || !isPart(text[at - 1]);
        // A full stop may end a sentence; before another letter or digit it is part of a longer name.
        const bool endsWord = end == text.size() || !isPart(text[end])
            || (text[end] == '.' && (end + 1 == text.size() || !isPart(text[end + 1])));
        if (startsWord && endsWord)
            return true;
    }
    return false;
}

}
