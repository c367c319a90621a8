#include "core/diagnosis/intermittent.h"

#include "core/faults/predicates/accesslog.h"

#include <algorithm>
#include <cmath>

namespace hopscope::diagnosis {

namespace {
using faults::Access;
using faults::HopView;
using faults::ReadLine;

constexpr base::Milliseconds window = std::chrono::minutes(15);
/// A failure longer ago than this says little of now, whatever came after it.
constexpr base::Milliseconds stillGoingOn = std::chrono::minutes(3);
constexpr std::size_t fewestFailures = 2;
constexpr std::size_t fewestSuccesses = 2;
/// So improbable must a run of successes be to show that a fault is over.
constexpr double chance = 0.03;

bool isFailure(const Access& each) { return each.status >= 500 || each.isBroken; }

/// The requests for the profile's path that the caller's access log shows, oldest first, from where it shows all.
std::vector<Access> requestsOf(const HopView& view)
{
    std::vector<Access> found = faults::accessesOf(view, window);
    // Of successes only the newest were read: before the first of them the failures stand alone.
    const auto first = std::find_if(found.begin(), found.end(), [](const Access& each) { return !isFailure(each); });
    found.erase(found.begin(), first);
    return found;
}

/// What the hop's own lines say of failures like these, newest first.
std::vector<const ReadLine*> complaintsOf(const HopView& view, bool isOfApp)
{
    std::vector<const ReadLine*> found;
    const auto& lines = isOfApp ? view.calleeLines : view.callerLines;
    for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
        const std::string variant = (*line)->reading.variant.value_or("");
        const std::string cause = (*line)->reading.cause.value_or("");
        // that a unit was stopped and started is no complaint of what it answers
        const bool isOfItsLife = cause == "service-stopped" || cause == "deployment-in-progress";
        const bool isFault = isOfApp ? (!cause.empty() && !isOfItsLife) || variant == "error-response"
                                     : !variant.empty() && variant != "none" && variant != "client-closed-request";
        if (isFault && (*line)->line->origin != model::LogOrigin::Kernel && view.isFresh(**line, stillGoingOn))
            found.push_back(*line);
    }
    return found;
}

/// Whether another server of the same group logs faults of late, its own or its unit's.
bool isOfSiblings(const HopView& view)
{
    const model::Hop& own = *view.hop;
    if (own.group.empty())
        return false;
    for (const model::Hop& other : view.topology->hops) {
        if (other.id == own.id || other.group != own.group || other.from != own.from || !other.isOnPath)
            continue;
        const HopView sibling = faults::viewOf(*view.capture, *view.facts, *view.topology, other, *view.logs, {});
        if (!complaintsOf(sibling, true).empty() || !complaintsOf(sibling, false).empty())
            return true;
    }
    return false;
}

/// How many sites a configuration's text opens: blocks of nginx's "server {", Apache's "<VirtualHost".
std::size_t sitesIn(std::string_view text, bool isApache)
{
    const std::string_view word = isApache ? "<VirtualHost" : "server";
    std::size_t count = 0;
    for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + word.size())) {
        const std::string_view line = text.substr(0, at).substr(text.substr(0, at).rfind('\n') + 1);
        const std::size_t next = text.find_first_not_of(" \t\r\n", at + word.size());
        const bool isWord = at == 0 || std::string_view(" \t\r\n;{}").find(text[at - 1]) != std::string_view::npos;
        const bool isBlock = isApache || (next != std::string_view::npos && text[next] == '{');
        if (line.find('#') == std::string_view::npos && isWord && isBlock)
            ++count;
    }
    return count;
}

/// Whether the log may hold requests to other sites of the same proxy (a default one that turns strangers away, say): then
/// a failure in it may be theirs. HAProxy and Caddy name in each line whose it was.
bool hasOtherSites(const HopView& view)
{
    const std::string& software = view.caller->software;
    if (software == "haproxy" || software == "caddy")
        return false;
    std::size_t sites = 0;
    for (const model::SoftwareConfig& config : view.callerHost->configs)
        if (config.software == software && config.container == view.caller->container)
            for (const model::ConfigFile& file : config.files)
                sites += sitesIn(file.text, software == "apache");
    if (sites != 1)
        return true;
    return std::any_of(view.topology->hops.begin(), view.topology->hops.end(),
        [&](const model::Hop& hop) { return hop.from == view.hop->from && !hop.isOnPath; });
}
}

std::optional<Intermittent> intermittentFailure(const HopView& view)
{
    const std::vector<Access> requests = requestsOf(view);
    const auto firstFailure = std::find_if(requests.begin(), requests.end(), isFailure);
    const auto lastFailure = std::find_if(requests.rbegin(), requests.rend(), isFailure);
    if (firstFailure == requests.end() || !view.capture)
        return std::nullopt;
    const auto failures = static_cast<std::size_t>(std::count_if(requests.begin(), requests.end(), isFailure));
    const auto span = static_cast<std::size_t>(lastFailure.base() - firstFailure);
    const std::size_t successesAmong = span - failures;
    const auto since = static_cast<double>(lastFailure - requests.rbegin());
    if (failures < fewestFailures || successesAmong < fewestSuccesses
        || view.nowOn(view.callerHost) - lastFailure->at > stillGoingOn)
        return std::nullopt;
    const double rate = static_cast<double>(failures) / static_cast<double>(span);
    if (std::pow(1 - rate, since) < chance)
        return std::nullopt;

    Intermittent found;
    // the words of a status where no line has better ones
    const auto own = complaintsOf(view, false);
    const auto theirs = complaintsOf(view, true);
    const bool isAnswered = lastFailure->status == 500 || lastFailure->status == 503;
    const std::vector<const ReadLine*>& lines = own.size() >= fewestFailures && !isAnswered ? own : theirs;
    if (lines.size() < fewestFailures && hasOtherSites(view))
        return std::nullopt;
    // The access log does not say which of several servers failed: only one whose own lines tell so is blamed where any of
    // the others has such lines.
    if (own.empty() && theirs.empty() && isOfSiblings(view))
        return std::nullopt;
    found.variant = &lines == &own && !own.empty() ? lines.front()->reading.variant.value_or("error-response")
        : isAnswered               ? "error-response"
                                   : "reset-before-headers";
    found.share = std::to_string(failures) + " of the last " + std::to_string(requests.size()) + " requests";
    found.evidence.push_back(view.evidence(view.callerHost, "proxy-access-log", lastFailure->line->source,
        found.share + " were answered with an error, the last one: " + lastFailure->line->text));
    if (!lines.empty())
        found.evidence.push_back(view.evidence(*lines.front()));
    return found;
}

}
