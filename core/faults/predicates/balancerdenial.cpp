#include "core/faults/predicates/balancerdenial.h"

#include "core/base/text.h"
#include "core/faults/predicates/accesslog.h"
#include "core/parse/lines.h"

#include <algorithm>
#include <array>

namespace hopscope::faults {

namespace {
constexpr base::Milliseconds ofOurRequest = std::chrono::seconds(60);

/// Four flags behind the two captured cookies: " 429 225 - - PR-- ".
bool isOfARule(std::string_view line)
{
    static constexpr std::array<std::string_view, 3> ends { " PR", " PT", " LR" };
    return std::any_of(ends.begin(), ends.end(), [&](std::string_view end) {
        for (std::size_t at = line.find(end); at != std::string_view::npos; at = line.find(end, at + 1))
            if (const std::size_t next = line.find(' ', at + 1); next == at + 5)
                return true;
        return false;
    });
}

std::string_view unindented(std::string_view line)
{
    line.remove_prefix(std::min(line.find_first_not_of(" \t\""), line.size()));
    return line;
}

/// A word of its own, not a part of a longer number: the port 4290 is no status.
bool saysTooMany(std::string_view line)
{
    constexpr std::string_view status = "429";
    for (std::size_t at = line.find(status); at != std::string_view::npos; at = line.find(status, at + 1)) {
        const auto isPart = [&](std::size_t place) { return place < line.size() && (std::isalnum(static_cast<unsigned char>(line[place])) || line[place] == '.' || line[place] == ':'); };
        if ((at == 0 || !isPart(at - 1)) && !isPart(at + status.size()))
            return true;
    }
    return false;
}

bool isLimitLine(std::string_view software, std::string_view line)
{
    if (software == "haproxy")
        return (line.starts_with("http-request ") || line.starts_with("http-response ")) && saysTooMany(line);
    const std::string words = base::lowered(line);
    const auto has = [&](std::string_view part) { return words.find(part) != std::string::npos; };
    if (software == "caddy")
        return words.starts_with("rate_limit") || ((words.starts_with("respond") || words.starts_with("error")) && saysTooMany(line));
    if (software == "traefik")
        return words.starts_with("ratelimit") || words.starts_with("inflightreq") || (has("[http.middlewares.") && has("ratelimit"));
    if (software == "envoy")
        return has("local_ratelimit") || has("filters.http.ratelimit");
    if (software == "apache")
        return (words.starts_with("rewriterule") || words.starts_with("redirect")) && saysTooMany(line);
    return false;
}
}

const model::LogLine* deniedByBalancer(const HopView& view, int status)
{
    if (!view.calleeHost || !view.callee || view.callee->software != "haproxy")
        return nullptr;
    const std::string_view wanted = pathOfUrl(view.capture->profile.url);
    const auto& logs = view.calleeHost->logs;
    for (auto line = logs.rbegin(); line != logs.rend(); ++line) {
        if (!line->at || view.nowOn(view.calleeHost) - *line->at > ofOurRequest || line->text.find("/<NOSRV> ") == std::string::npos)
            continue;
        const std::optional<LoggedRequest> request = loggedRequest(line->text);
        if (!request || request->status != status || !request->server.ends_with("/<NOSRV>") || !isOfARule(line->text))
            continue;
        // HTTP/2 is logged with the whole address.
        const bool isWhole = request->path.find("://") != std::string_view::npos;
        if ((isWhole ? pathOfUrl(request->path) : request->path) == wanted)
            return &*line;
    }
    return nullptr;
}

std::optional<model::FilePlace> limitInConfiguration(const HopView& view, std::string_view* text)
{
    if (!view.calleeHost || !view.callee)
        return std::nullopt;
    for (const model::SoftwareConfig& config : view.calleeHost->configs) {
        if (config.software != view.callee->software || config.container != view.callee->container)
            continue;
        for (const model::ConfigFile& file : config.files) {
            if (!file.path.starts_with('/'))
                continue;
            for (const parse::Line& each : parse::linesOf(file.text)) {
                const std::string_view line = unindented(each.text);
                if (line.starts_with('#') || !isLimitLine(config.software, line))
                    continue;
                if (text)
                    *text = line;
                return model::FilePlace { file.path, each.number };
            }
        }
    }
    return std::nullopt;
}

}
