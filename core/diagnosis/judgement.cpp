#include "core/diagnosis/judgement.h"

#include "core/diagnosis/clustersymptom.h"
#include "core/diagnosis/complaint.h"
#include "core/diagnosis/intermittent.h"
#include "core/diagnosis/probesymptom.h"
#include "core/faults/predicates/awaited.h"
#include "core/faults/predicates/healthcheck.h"
#include "core/faults/predicates/refusedname.h"
#include "core/faults/predicates/served.h"
#include "core/faults/predicates/oldtarget.h"
#include "core/faults/predicates/takenport.h"
#include "core/faults/predicates/turnedaway.h"
#include "core/faults/predicates/websocket.h"
#include "core/parse/configdump.h"

#include <algorithm>
#include <array>

namespace hopscope::diagnosis {

bool isProxy(const model::Node* node)
{
    return node
        && (node->kind == model::NodeKind::Proxy || node->kind == model::NodeKind::LoadBalancer
            || node->kind == model::NodeKind::Sidecar);
}

namespace {
using faults::HopView;
using faults::ReadLine;

/// Newer than this, a log line may speak of the failure that the request just met.
constexpr base::Milliseconds recent = std::chrono::minutes(10);

void addMatchingLines(HopView& view)
{
    int added = 0;
    for (auto line = view.callerLines.rbegin(); line != view.callerLines.rend() && added < 2; ++line)
        if ((*line)->reading.variant == view.symptom.variant && view.isFresh(**line, recent)) {
            view.symptom.evidence.push_back(view.evidence(**line));
            ++added;
        }
}

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

void useLog(Judgement& judgement, double confidence)
{
    HopView& view = judgement.view;
    const ReadLine* line = newestComplaint(view);
    // Beside an attempt that works, only what befell our own request can be what the user meets.
    const bool hasWorked = judgement.state == model::State::Ok;
    if (line && hasWorked && !(isOfThisRun(view, *line) && agrees(view, *line->reading.variant)))
        return;
    // That a group has no server left says nothing of a server that was just seen to answer.
    if (!line || (judgement.state == model::State::Ok && line->reading.variant == "no-healthy-upstream"))
        return;
    view.symptom.variant = *line->reading.variant;
    // What one reader of an answer refuses another may take: our attempt going well proves little there.
    const bool isOfReader = *line->reading.variant == "invalid-response";
    // Our attempt went to where the name leads now; the caller's own did not.
    const bool wentElsewhere = hasWorked
        && (!faults::formerAddress(view, *line).empty()
            || (*line->reading.variant == "dns-resolution-failed" && !view.hop->declared.resolvers.empty()));
    view.symptom.confidence = wentElsewhere ? 0.93 : isOfReader ? std::max(confidence, 0.85) : confidence;
    addMatchingLines(view);
    judgement.state = model::State::Failing;
}

/// Whether the software that can't start is the one that is configured for this site, and another one holds
/// its port.
bool isMeantForSite(const HopView& view, const faults::TakenPort& taken)
{
    const std::string& site = view.hop->declared.requestHost;
    if (!view.callee || site.empty())
        return false;
    for (const model::SoftwareConfig& config : view.calleeHost->configs) {
        if (!taken.unit->name.starts_with(config.software) || view.callee->software == config.software)
            continue;
        for (const model::ConfigFile& file : config.files)
            if (faults::mentions(file.text, site.substr(0, site.find(':'))))
                return true;
    }
    return false;
}

/// Another program than the one that should be there answers, and the right one can't start for it. An error
/// is proof enough; a proper answer only where the right one is configured for this very site: many a host
/// has a second web server that never could start, and is well.
bool isAnsweredByAStranger(const HopView& view)
{
    const model::HopProbe* probe = view.callerProbe();
    if (!probe || !probe->status)
        return false;
    const auto taken = faults::takenPort(view);
    return taken && (*probe->status >= 400 || isMeantForSite(view, *taken));
}

/// The 404 that the user just got is the pool's "no such script", by the proxy's own log.
const ReadLine* missingScript(const HopView& view)
{
    if (view.hop->protocol != model::Protocol::FastCgi || view.capture->outside.http.status != 404)
        return nullptr;
    constexpr base::Milliseconds justNow = std::chrono::minutes(2);
    for (auto line = view.callerLines.rbegin(); line != view.callerLines.rend(); ++line)
        if ((*line)->reading.cause == "script-not-found" && view.isFresh(**line, justNow)
            && faults::isAboutThisRequest(view, (*line)->line->text).value_or(true)) // else a scanner's
            return *line;
    return nullptr;
}

/// The caller's newest line about a connection that ended before or within the answer; null where none is of the last
/// minutes.
const ReadLine* newestReset(const HopView& view)
{
    constexpr base::Milliseconds justNow = std::chrono::minutes(3);
    for (auto line = view.callerLines.rbegin(); line != view.callerLines.rend(); ++line)
        if ((*line)->reading.variant && view.isFresh(**line, justNow)
            && (*(*line)->reading.variant == "reset-before-headers" || *(*line)->reading.variant == "closed-mid-response"))
            return *line;
    return nullptr;
}

/// A service that dies of each request and is started again refuses whoever comes in between, our own attempt
/// too. What its users met is the death, not the gap.
void lookPastRestartGap(HopView& view)
{
    if (view.symptom.variant != "connection-refused" && view.symptom.variant != "socket-missing")
        return;
    const bool isRestarted = view.unit
        && (view.unit->activeState == "active" || view.unit->activeState == "activating")
        && (view.unit->restarts > 0 || view.unit->subState == "auto-restart");
    const ReadLine* reset = newestReset(view);
    if (!isRestarted || !reset)
        return;
    view.symptom.variant = *reset->reading.variant;
    view.symptom.confidence = 0.9;
    view.symptom.evidence.insert(view.symptom.evidence.begin(), view.evidence(*reset));
}

/// What the caller's own health check saw, as a variant.
std::string variantOf(const model::ServerReport& report)
{
    const bool isRefused = report.check == "L4CON" && report.detail.find("refused") != std::string::npos;
    return isRefused ? "connection-refused" : report.check == "L4TOUT" ? "connection-timed-out" : "no-healthy-upstream";
}

/// The caller itself keeps this server out: its health check or somebody took it from the others. With the request well,
/// that is a fault only where others of its group serve, and only where nobody meant it.
bool isKeptOut(const HopView& view, RequestState request)
{
    using Health = model::ServerReport::Health;
    if (!view.hop->reported)
        return false;
    const Health health = view.hop->reported->health;
    if (request == RequestState::Works)
        return health == Health::Down && !view.hop->group.empty();
    return health == Health::Down || health == Health::Maintenance;
}

/// The connection works, and still the two don't get on.
bool useComplaint(Judgement& judgement)
{
    HopView& view = judgement.view;
    const ReadLine* line = dependencyComplaint(view);
    if (!line)
        return false;
    view.symptom.variant = complainedVariant(*line);
    view.symptom.confidence = view.isFresh(*line, std::chrono::seconds(20)) ? 0.93 : 0.8;
    view.symptom.evidence.push_back(view.evidence(*line));
    judgement.state = model::State::Failing;
    return true;
}

/// The dependency takes connections, but what was asked of it has no answer, and the visitor's request fails by waiting.
bool useWait(Judgement& judgement, RequestState request)
{
    HopView& view = judgement.view;
    if (request != RequestState::Fails || !faults::failedByWaiting(view.capture->outside))
        return false;
    auto awaited = faults::awaitedAnswers(view);
    if (awaited.empty())
        return false;
    view.symptom.variant = "response-timed-out";
    view.symptom.confidence = awaited.front().isForLock || awaited.front().since >= std::chrono::seconds(1) ? 0.95 : 0.8;
    view.symptom.evidence.push_back(std::move(awaited.front().evidence));
    judgement.state = model::State::Failing;
    return true;
}

/// The attempts went well, and still some of the users' requests fail.
bool useIntermittence(Judgement& judgement, RequestState request)
{
    HopView& view = judgement.view;
    const int status = view.capture->outside.http.status.value_or(0);
    if (!isProxy(view.caller) || request == RequestState::Unknown || (request == RequestState::Fails && status < 500))
        return false;
    auto found = intermittentFailure(view);
    if (!found)
        return false;
    view.symptom.variant = std::move(found->variant);
    view.symptom.share = std::move(found->share);
    view.symptom.confidence = 0.85;
    view.symptom.evidence = std::move(found->evidence);
    judgement.isIntermittent = true;
    judgement.state = request == RequestState::Fails ? model::State::Failing : model::State::Warning;
    return true;
}

/// An answer that is the visitor's own mistake by its status alone, and is none.
bool useDisguised(Judgement& judgement)
{
    HopView& view = judgement.view;
    auto found = faults::refusedName(view);
    const char* variant = "error-response";
    if (!found) {
        found = faults::lostUpgrade(view);
        variant = "protocol-mismatch";
    }
    if (!found)
        return false;
    judgement.isDisguised = true;
    view.symptom.variant = variant;
    view.symptom.confidence = 0.95;
    view.symptom.isProbed = true;
    view.symptom.evidence.push_back(std::move(*found));
    judgement.state = model::State::Failing;
    return true;
}

/// The proxy behind the hop answered, or did not, for a reason of its own.
bool useOwnAnswer(Judgement& judgement)
{
    HopView& view = judgement.view;
    if (!isProxy(view.callee))
        return false;
    std::optional<faults::TurnedAway> away = faults::turnedAway(view);
    const bool isAway = away.has_value();
    if (!away)
        away = faults::fullProxy(view);
    if (!away)
        return false;
    judgement.isDisguised = isAway;
    judgement.isOwn = true;
    view.symptom.variant = away->variant;
    view.symptom.confidence = 0.95;
    view.symptom.isProbed = true;
    if (const model::HopProbe* probe = view.callerProbe())
        view.symptom.evidence.push_back(view.evidence(*probe));
    judgement.state = model::State::Failing;
    return true;
}

/// A request that comes back to where it was: no attempt of ours can be in that place, its way says it.
bool useLoop(Judgement& judgement)
{
    HopView& view = judgement.view;
    if (!view.hop->isLoop)
        return false;
    view.symptom.variant = "no-route-configured";
    view.symptom.confidence = 0.93;
    if (const model::HopProbe* probe = view.callerProbe())
        view.symptom.evidence.push_back(view.evidence(*probe));
    judgement.isOwn = true;
    judgement.state = model::State::Failing;
    return true;
}

/// What runs calls another target than the file says, and fails there.
bool useOldTarget(Judgement& judgement)
{
    HopView& view = judgement.view;
    if (!isProxy(view.caller))
        return false;
    const std::optional<faults::OldTarget> old = faults::oldTarget(view);
    if (!old)
        return false;
    view.symptom.variant = old->variant;
    view.symptom.confidence = 0.9;
    view.symptom.evidence.push_back(old->evidence);
    judgement.state = model::State::Failing;
    return true;
}

/// The caller's queue refused our own request before the server could: what the server would have done does not matter.
const ReadLine* queueRefusal(const HopView& view)
{
    if (!isProxy(view.caller) || view.capture->outside.http.status != 503)
        return nullptr;
    for (auto line = view.callerLines.rbegin(); line != view.callerLines.rend(); ++line)
        if ((*line)->reading.cause == "queue-limit-reached" && isOfThisRun(view, **line))
            return *line;
    return nullptr;
}

/// All servers of the group are set aside, though this one answers.
const ReadLine* ejection(const HopView& view)
{
    if (!isProxy(view.caller) || view.hop->reported)
        return nullptr;
    for (auto line = view.callerLines.rbegin(); line != view.callerLines.rend(); ++line)
        if ((*line)->reading.variant == "no-healthy-upstream" && isOfThisRun(view, **line))
            return *line;
    return nullptr;
}

void judge(Judgement& judgement, RequestState request)
{
    HopView& view = judgement.view;
    const model::Hop& hop = *view.hop;
    bool hasGood = false;
    ProbeReading worst;
    const model::HopProbe* worstProbe = nullptr;
    for (const model::HopProbe* probe : faults::probesOfAddressInUse(view)) {
        const ProbeReading reading = readProbe(*probe, hop);
        hasGood = hasGood || reading.kind == ProbeReading::Kind::Good;
        if (reading.kind == ProbeReading::Kind::Bad && !worstProbe) {
            worst = reading;
            worstProbe = probe;
        }
    }
    const bool isEntry = view.caller && view.caller->kind == model::NodeKind::Client;
    if (!worstProbe)
        if (const ReadLine* line = missingScript(view)) {
            judgement.isDisguised = true;
            view.symptom.variant = "error-response";
            view.symptom.confidence = 0.9;
            view.symptom.evidence.push_back(view.evidence(*line));
            judgement.state = model::State::Failing;
            return;
        }
    if (!worstProbe && useDisguised(judgement))
        return;
    if (!(hasGood && worstProbe) && useOwnAnswer(judgement))
        return;
    if (request == RequestState::Fails && useLoop(judgement))
        return;
    if (const ReadLine* line = worstProbe && worst.variant == "response-timed-out" ? queueRefusal(view) : nullptr) {
        view.symptom.variant = *line->reading.variant;
        view.symptom.confidence = 0.93;
        view.symptom.evidence.push_back(view.evidence(*line));
        judgement.state = model::State::Failing;
        return;
    }
    if (worstProbe && hasGood && isEntry && request == RequestState::Works) {
        // One of the site's addresses may be out of this machine's own reach (IPv6, mostly): no fault of the
        // chain.
        judgement.state = model::State::Ok;
        return;
    }
    if (worstProbe) {
        view.symptom.variant = worst.variant;
        view.symptom.confidence = hasGood ? 0.6 : worst.confidence;
        view.symptom.isProbed = true;
        view.symptom.evidence.push_back(view.evidence(*worstProbe));
        if (hop.reported && hop.reported->health == model::ServerReport::Health::Down)
            view.symptom.evidence.push_back(faults::reportEvidence(view));
        addMatchingLines(view);
        lookPastRestartGap(view);
        judgement.state = hasGood ? model::State::Warning : model::State::Failing;
        judgement.isRelayed = worst.variant == "error-response" && isProxy(view.callee);
        return;
    }
    if (hasGood)
        judgement.state = model::State::Ok;
    if (isKeptOut(view, request)) {
        view.symptom.variant = hasGood ? "no-healthy-upstream" : variantOf(*hop.reported);
        view.symptom.confidence = 0.9;
        view.symptom.evidence.push_back(faults::reportEvidence(view));
        addMatchingLines(view);
        judgement.state = model::State::Failing;
        return;
    }
    if (hasGood && isAnsweredByAStranger(view)) {
        judgement.isDisguised = true;
        view.symptom.variant = "error-response";
        view.symptom.confidence = 0.85;
        view.symptom.isProbed = true;
        view.symptom.evidence.push_back(view.evidence(*view.callerProbes.front()));
        judgement.state = model::State::Failing;
        return;
    }
    if (request != RequestState::Works && useComplaint(judgement))
        return;
    if (request == RequestState::Fails && hasGood && useOldTarget(judgement))
        return;
    if (const ReadLine* line = request == RequestState::Fails && hasGood ? ejection(view) : nullptr) {
        view.symptom.variant = *line->reading.variant;
        view.symptom.confidence = 0.93;
        view.symptom.evidence.push_back(view.evidence(*line));
        judgement.state = model::State::Failing;
        return;
    }
    if (hop.isOnPath && useWait(judgement, request))
        return;
    if (!isEntry && hop.isOnPath && hasGood && useIntermittence(judgement, request))
        return;
    // With the request failing, what the caller logged of late outweighs one lucky attempt.
    if (!isEntry && request == RequestState::Fails)
        useLog(judgement, hasGood ? 0.55 : 0.7);
    if (!isEntry && request == RequestState::Unknown && !hasGood)
        useLog(judgement, 0.6);
}

/// The file that names this target was edited after the caller last read it: what runs may send its requests elsewhere.
bool isNotInForce(const HopView& view)
{
    constexpr base::Milliseconds accuracy = std::chrono::seconds(2); // of a process's start
    if (!isProxy(view.caller) || !view.callerHost)
        return false;
    for (const model::SoftwareConfig& config : view.callerHost->configs) {
        const int master = parse::masterOf(config);
        if (config.software != view.caller->software || config.container != view.caller->container || !config.loadedAt
            || (master != 0 && view.caller->pid != 0 && master != view.caller->pid))
            continue;
        for (const model::ConfigFile& file : config.files)
            if (file.path == view.hop->declared.place.file && file.modifiedAt && *file.modifiedAt > *config.loadedAt + accuracy)
                return true;
    }
    return false;
}
}

bool isStatic(const faults::Symptom& symptom)
{
    static constexpr std::array<const char*, 10> connecting { "connection-refused", "connection-timed-out",
        "host-unreachable", "connect-failed", "socket-missing", "permission-denied", "dns-resolution-failed",
        "tls-handshake-failed", "certificate-invalid", "protocol-mismatch" };
    return std::any_of(
        connecting.begin(), connecting.end(), [&](const char* each) { return symptom.variant == each; });
}

std::vector<Judgement> judgeHops(const model::Capture& capture, const model::Facts& facts,
    const model::Topology& topology, const faults::ReadLogs& logs,
    const std::vector<model::HopProbe>& outsideProbes, RequestState request)
{
    std::vector<Judgement> judgements;
    judgements.reserve(topology.hops.size());
    for (const model::Hop& hop : topology.hops) {
        Judgement judgement;
        judgement.view = faults::viewOf(capture, facts, topology, hop, logs, outsideProbes);
        const bool isReportedOut = hop.reported && request == RequestState::Fails;
        if (hop.declared.isDown && !isReportedOut)
            judgement.state = model::State::Skipped;
        else if (!judgeInCluster(judgement, request))
            judge(judgement, request);
        // The request works, so whatever the caller runs with is right: that the new file's target fails is no fault of
        // the site yet. The advice says that the file is not loaded.
        if (request == RequestState::Works && judgement.state == model::State::Failing && isNotInForce(judgement.view)) {
            judgement.state = model::State::Unknown;
            judgement.view.symptom = {};
        }
        judgements.push_back(std::move(judgement));
    }
    return judgements;
}

}
