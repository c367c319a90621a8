#include "core/diagnosis/callerlog.h"

#include "core/faults/predicates/healthcheck.h"
#include "core/faults/predicates/oldtarget.h"
#include "core/faults/predicates/refusedname.h"
#include "core/faults/predicates/served.h"
#include "core/faults/predicates/turnedaway.h"

#include <algorithm>

namespace hopscope::diagnosis {

namespace {
using faults::HopView;
using faults::ReadLine;

/// Newer than this, a log line may speak of the failure that the request just met.
constexpr base::Milliseconds recent = std::chrono::minutes(10);

/// What the newest recent line of the caller says of this hop.
const ReadLine* newestComplaint(const HopView& view)
{
    for (auto line = view.callerLines.rbegin(); line != view.callerLines.rend(); ++line) {
        const std::string variant = (*line)->reading.variant.value_or("none");
        if ((*line)->reading.cause == "connection-limit-reached")
            continue; // its own limit, whoever it wanted to call: that is judged at the hop into it
        if (variant != "none" && variant != "client-closed-request" && view.isFresh(**line, recent))
            return *line;
    }
    return nullptr;
}

/// Whether nginx answers this status when it meets this variant; other callers' answers are not that regular.
bool agrees(const HopView& view, const std::string& variant)
{
    const model::HttpView& request = view.capture->outside.http;
    const int status = request.status.value_or(0);
    const bool isWait = variant == "connection-timed-out" || variant == "response-timed-out";
    // Whoever is refused answers at once: a request that waits in vain met something else.
    if (request.result == model::AttemptResult::TimedOut)
        return isWait || variant == "overloaded";
    // A proxy that can't reach what is behind it says so to its visitor; it does not hang up.
    const bool isHungUp = request.result == model::AttemptResult::ClosedBeforeHeaders
        || request.result == model::AttemptResult::ResetBeforeHeaders || request.result == model::AttemptResult::TlsFailed
        || request.result == model::AttemptResult::InvalidResponse;
    if (isHungUp && isProxy(view.caller))
        return false;
    if (status == 0 || !view.caller || view.caller->software != "nginx")
        return true;
    if (status == 504)
        return isWait || variant == "tls-handshake-failed";
    if (status == 502)
        return variant != "response-timed-out" && variant != "request-rejected";
    return variant == "error-response" || variant == "request-rejected" || variant == "resource-exhausted"
        || variant == "overloaded";
}

/// Whether a line was written while this run made its own request (give or take a few seconds between
/// clocks).
bool isOfThisRun(const HopView& view, const ReadLine& line)
{
    return view.isFresh(line, std::chrono::seconds(20));
}

/// The newest line that is told by `isIt`; null where none is.
template<typename Predicate> const ReadLine* newest(const HopView& view, Predicate isIt)
{
    const auto found = std::find_if(view.callerLines.rbegin(), view.callerLines.rend(), [&](const ReadLine* line) { return isIt(*line); });
    return found == view.callerLines.rend() ? nullptr : *found;
}

Sign signOf(const HopView& view, const ReadLine& line, double confidence)
{
    return { .variant = *line.reading.variant, .confidence = confidence, .evidence = { view.evidence(line) } };
}
}

void addMatchingLines(const HopView& view, Sign& sign)
{
    int added = 0;
    for (auto line = view.callerLines.rbegin(); line != view.callerLines.rend() && added < 2; ++line)
        if ((*line)->reading.variant == sign.variant && view.isFresh(**line, recent)) {
            sign.evidence.push_back(view.evidence(**line));
            ++added;
        }
}

std::optional<Sign> complaintInLog(const HopView& view, bool hasWorked, double confidence)
{
    const ReadLine* line = newestComplaint(view);
    // Beside an attempt that works, only what befell our own request can be what the user meets.
    if (line && hasWorked && !(isOfThisRun(view, *line) && agrees(view, *line->reading.variant)))
        return std::nullopt;
    // That a group has no server left says nothing of a server that was just seen to answer.
    if (!line || (hasWorked && line->reading.variant == "no-healthy-upstream"))
        return std::nullopt;
    // What one reader of an answer refuses another may take: our attempt going well proves little there.
    const bool isOfReader = *line->reading.variant == "invalid-response";
    // Our attempt went to where the name leads now; the caller's own did not.
    const bool wentElsewhere = hasWorked
        && (!faults::formerAddress(view, *line).empty()
            || (*line->reading.variant == "dns-resolution-failed" && !view.hop->declared.resolvers.empty()));
    Sign sign { .variant = *line->reading.variant,
        .confidence = wentElsewhere ? 0.93 : isOfReader ? std::max(confidence, 0.85) : confidence };
    addMatchingLines(view, sign);
    return sign;
}

std::optional<Sign> missingScript(const HopView& view)
{
    if (view.hop->protocol != model::Protocol::FastCgi || view.capture->outside.http.status != 404)
        return std::nullopt;
    const ReadLine* line = newest(view, [&](const ReadLine& each) {
        return each.reading.cause == "script-not-found" && view.isFresh(each, std::chrono::minutes(2))
            && faults::isAboutThisRequest(view, each.line->text).value_or(true); // else a scanner's
    });
    if (!line)
        return std::nullopt;
    return Sign { .variant = "error-response", .confidence = 0.9, .evidence = { view.evidence(*line) }, .isDisguised = true };
}

std::optional<Sign> deathBehindGap(const HopView& view, const std::string& variant)
{
    if (variant != "connection-refused" && variant != "socket-missing")
        return std::nullopt;
    const bool isRestarted = view.unit
        && (view.unit->activeState == "active" || view.unit->activeState == "activating")
        && (view.unit->restarts > 0 || view.unit->subState == "auto-restart");
    if (!isRestarted)
        return std::nullopt;
    const ReadLine* reset = newest(view, [&](const ReadLine& each) {
        return view.isFresh(each, std::chrono::minutes(3))
            && (each.reading.variant == "reset-before-headers" || each.reading.variant == "closed-mid-response");
    });
    return reset ? std::optional(signOf(view, *reset, 0.9)) : std::nullopt;
}

std::optional<Sign> queueRefusal(const HopView& view)
{
    if (!isProxy(view.caller) || view.capture->outside.http.status != 503)
        return std::nullopt;
    const ReadLine* line = newest(view,
        [&](const ReadLine& each) { return each.reading.cause == "queue-limit-reached" && isOfThisRun(view, each); });
    return line ? std::optional(signOf(view, *line, 0.93)) : std::nullopt;
}

std::optional<Sign> unableToCall(const HopView& view)
{
    if (!isProxy(view.caller))
        return std::nullopt;
    const ReadLine* line = newest(view, [&](const ReadLine& each) {
        return each.reading.variant == "no-route-configured" && each.reading.component == "apache" && isOfThisRun(view, each);
    });
    return line ? std::optional(signOf(view, *line, 0.93)) : std::nullopt;
}

std::optional<Sign> ejection(const HopView& view)
{
    if (!isProxy(view.caller) || faults::tellsItsServersHealth(view))
        return std::nullopt;
    const ReadLine* line = newest(view,
        [&](const ReadLine& each) { return each.reading.variant == "no-healthy-upstream" && isOfThisRun(view, each); });
    return line ? std::optional(signOf(view, *line, 0.93)) : std::nullopt;
}

}
