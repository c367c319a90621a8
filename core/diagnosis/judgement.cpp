#include "core/diagnosis/judgement.h"

#include "core/diagnosis/callerlog.h"
#include "core/diagnosis/clustersymptom.h"
#include "core/diagnosis/hopsigns.h"
#include "core/diagnosis/probesymptom.h"
#include "core/faults/predicates/healthcheck.h"
#include "core/faults/predicates/served.h"
#include "core/parse/configdump.h"

#include <algorithm>
#include <array>

namespace hopscope::diagnosis {

namespace {
using faults::HopView;

void show(Judgement& judgement, Sign sign)
{
    faults::Symptom& symptom = judgement.view.symptom;
    symptom.variant = std::move(sign.variant);
    symptom.confidence = sign.confidence;
    symptom.evidence = std::move(sign.evidence);
    symptom.share = std::move(sign.share);
    symptom.isProbed = sign.isProbed;
    judgement.isDisguised = sign.isDisguised;
    judgement.isOwn = sign.isOwn;
    judgement.isIntermittent = sign.isIntermittent;
    judgement.isStray = sign.isStray;
    judgement.state = sign.state;
}

/// The attempts from the caller's seat, as one.
struct Attempts {
    bool haveWorked = false; ///< at least one
    const model::HopProbe* failed = nullptr; ///< the first that did not
    ProbeReading reading; ///< of that one
};

Attempts attemptsOf(const HopView& view)
{
    Attempts found;
    for (const model::HopProbe* probe : faults::probesOfAddressInUse(view)) {
        ProbeReading reading = readProbe(*probe, *view.hop);
        found.haveWorked = found.haveWorked || reading.kind == ProbeReading::Kind::Good;
        if (reading.kind == ProbeReading::Kind::Bad && !found.failed) {
            found.failed = probe;
            found.reading = std::move(reading);
        }
    }
    return found;
}

Sign failedAttempt(const HopView& view, const Attempts& attempts)
{
    const std::string& variant = attempts.reading.variant;
    Sign sign { .variant = variant, .confidence = attempts.haveWorked ? 0.6 : attempts.reading.confidence,
        .evidence = { view.evidence(*attempts.failed) }, .isProbed = true,
        .state = attempts.haveWorked ? model::State::Warning : model::State::Failing };
    if (view.hop->reported && view.hop->reported->health == model::ServerReport::Health::Down)
        sign.evidence.push_back(faults::reportEvidence(view));
    addMatchingLines(view, sign);
    if (auto death = deathBehindGap(view, variant)) {
        sign.variant = std::move(death->variant);
        sign.confidence = death->confidence;
        sign.evidence.insert(sign.evidence.begin(), std::move(death->evidence.front()));
    }
    return sign;
}

/// What shows best that the hop fails; nothing where all that was seen of it is well, or nothing was. The order is that of
/// precedence: what befell our own request first, what was logged of others last.
std::optional<Sign> signOf(const HopView& view, const Attempts& attempts, RequestState request)
{
    const model::Hop& hop = *view.hop;
    const bool hasGood = attempts.haveWorked;
    const bool isEntry = view.caller && view.caller->kind == model::NodeKind::Client;
    std::optional<Sign> sign;
    if (isEntry && hasGood && (sign = strayAnswerSign(view)))
        return sign;
    if (!attempts.failed && ((sign = missingScript(view)) || (sign = disguisedAnswer(view))))
        return sign;
    if (!(hasGood && attempts.failed) && (sign = ownAnswer(view)))
        return sign;
    if (request == RequestState::Fails && (sign = loopOfRequests(view)))
        return sign;
    if (attempts.failed) {
        if (attempts.reading.variant == "response-timed-out" && (sign = queueRefusal(view)))
            return sign;
        // One of the site's addresses may be out of this machine's own reach (IPv6, mostly): no fault of the chain.
        if (hasGood && isEntry && request == RequestState::Works)
            return std::nullopt;
        return failedAttempt(view, attempts);
    }
    if ((sign = keptOut(view, request, hasGood)))
        return sign;
    if (hasGood && (sign = answerOfStranger(view)))
        return sign;
    if (request != RequestState::Works && (sign = complaintOfEither(view)))
        return sign;
    if (request == RequestState::Fails && hasGood && ((sign = failingOldTarget(view)) || (sign = ejection(view)) || (sign = unableToCall(view))))
        return sign;
    if (request == RequestState::Fails && hop.isOnPath && (sign = waitInVain(view)))
        return sign;
    if (!isEntry && hop.isOnPath && hasGood && (sign = intermittence(view, request)))
        return sign;
    // With the request failing, what the caller logged of late outweighs one lucky attempt.
    if (!isEntry && (request == RequestState::Fails || (request == RequestState::Unknown && !hasGood)))
        return complaintInLog(view, hasGood, request == RequestState::Unknown ? 0.6 : hasGood ? 0.55 : 0.7);
    return std::nullopt;
}

void judge(Judgement& judgement, RequestState request)
{
    const HopView& view = judgement.view;
    const Attempts attempts = attemptsOf(view);
    if (attempts.haveWorked)
        judgement.state = model::State::Ok;
    auto sign = signOf(view, attempts, request);
    if (!sign)
        return;
    const bool isOfAttempt = sign->isProbed && attempts.failed && !sign->isOwn && !sign->isDisguised;
    show(judgement, std::move(*sign));
    judgement.isRelayed = isOfAttempt && attempts.reading.variant == "error-response" && isProxy(view.callee);
}

/// Behind a server whose answers fail (one of several, or now and then) its own complaint of a dependency tells why, though
/// the request that was just made went to another, and well.
void judgeBehindFailingServers(std::vector<Judgement>& judgements)
{
    for (const Judgement& server : judgements) {
        const HopView& view = server.view;
        const bool isAnswering = server.hasSymptom() && !isStatic(view.symptom) && !isProxy(view.callee);
        const bool isFailing = server.isIntermittent || (server.state == model::State::Failing && !view.hop->group.empty());
        if (!isAnswering || !isFailing || !view.hop->isOnPath)
            continue;
        for (Judgement& behind : judgements) {
            if (behind.view.hop->from != view.hop->to || !behind.view.hop->isOnPath || behind.hasSymptom() || behind.view.callerLines.empty())
                continue;
            auto sign = complaintOfEither(behind.view);
            if (!sign)
                continue;
            sign->share = view.symptom.share;
            sign->isIntermittent = server.isIntermittent;
            sign->state = server.state;
            show(behind, std::move(*sign));
        }
    }
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
    if (request == RequestState::Works)
        judgeBehindFailingServers(judgements);
    return judgements;
}

}
