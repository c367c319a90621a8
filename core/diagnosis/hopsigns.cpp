#include "core/diagnosis/hopsigns.h"

#include "core/diagnosis/callerlog.h"
#include "core/diagnosis/complaint.h"
#include "core/diagnosis/intermittent.h"
#include "core/faults/predicates/awaited.h"
#include "core/faults/predicates/healthcheck.h"
#include "core/faults/predicates/oldtarget.h"
#include "core/faults/predicates/failedcontext.h"
#include "core/faults/predicates/redirectloop.h"
#include "core/faults/predicates/refusedname.h"
#include "core/faults/predicates/strayanswer.h"
#include "core/faults/predicates/takenport.h"
#include "core/faults/predicates/turnedaway.h"
#include "core/faults/predicates/websocket.h"

namespace hopscope::diagnosis {

namespace {
using faults::HopView;

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

/// What the caller's own health check saw, as a variant.
std::string variantOf(const model::ServerReport& report)
{
    const bool isRefused = report.check == "L4CON" && report.detail.find("refused") != std::string::npos;
    return isRefused ? "connection-refused" : report.check == "L4TOUT" ? "connection-timed-out" : "no-healthy-upstream";
}

std::vector<model::Evidence> ofCallersAttempt(const HopView& view)
{
    const model::HopProbe* probe = view.callerProbe();
    return probe ? std::vector { view.evidence(*probe) } : std::vector<model::Evidence> {};
}
}

std::optional<Sign> disguisedAnswer(const HopView& view)
{
    const auto as = [](const char* variant, model::Evidence evidence) {
        return Sign { .variant = variant, .confidence = 0.95, .evidence = { std::move(evidence) }, .isProbed = true, .isDisguised = true };
    };
    if (auto refused = faults::refusedName(view))
        return as("error-response", std::move(*refused));
    if (auto lost = faults::lostUpgrade(view))
        return as("protocol-mismatch", std::move(*lost));
    if (auto failed = faults::failedContext(view))
        return as("error-response", std::move(*failed));
    if (faults::isOfRedirectLoop(view))
        return as("no-route-configured", view.evidence(*view.callerProbe()));
    return std::nullopt;
}

std::optional<Sign> strayAnswerSign(const HopView& view)
{
    const auto stray = faults::strayAnswer(view);
    if (!stray)
        return std::nullopt;
    if (!stray->ownAnswer)
        return Sign { .variant = {}, .isStray = true, .state = model::State::Unknown };
    return Sign { .variant = "error-response", .confidence = 0.93, .evidence = ofCallersAttempt(view), .isProbed = true, .isDisguised = true,
        .isOwn = true, .isStray = true };
}

std::optional<Sign> ownAnswer(const HopView& view)
{
    if (!isProxy(view.callee))
        return std::nullopt;
    std::optional<faults::TurnedAway> away = faults::turnedAway(view);
    const bool isAway = away.has_value();
    if (!away)
        away = faults::fullProxy(view);
    if (!away)
        return std::nullopt;
    return Sign { .variant = away->variant, .confidence = 0.95, .evidence = ofCallersAttempt(view), .isProbed = true,
        .isDisguised = isAway, .isOwn = true };
}

std::optional<Sign> loopOfRequests(const HopView& view)
{
    if (!view.hop->isLoop)
        return std::nullopt;
    return Sign { .variant = "no-route-configured", .confidence = 0.93, .evidence = ofCallersAttempt(view), .isOwn = true };
}

std::optional<Sign> keptOut(const HopView& view, RequestState request, bool hasWorked)
{
    using Health = model::ServerReport::Health;
    if (!view.hop->reported)
        return std::nullopt;
    const Health health = view.hop->reported->health;
    const bool isOut = request == RequestState::Works ? health == Health::Down && !view.hop->group.empty()
                                                      : health == Health::Down || health == Health::Maintenance;
    if (!isOut)
        return std::nullopt;
    Sign sign { .variant = hasWorked ? "no-healthy-upstream" : variantOf(*view.hop->reported), .confidence = 0.9,
        .evidence = { faults::reportEvidence(view) } };
    addMatchingLines(view, sign);
    return sign;
}

std::optional<Sign> answerOfStranger(const HopView& view)
{
    const model::HopProbe* probe = view.callerProbe();
    if (!probe || !probe->status)
        return std::nullopt;
    const auto taken = faults::takenPort(view);
    if (!taken || (*probe->status < 400 && !isMeantForSite(view, *taken)))
        return std::nullopt;
    return Sign { .variant = "error-response", .confidence = 0.85, .evidence = { view.evidence(*view.callerProbes.front()) },
        .isProbed = true, .isDisguised = true };
}

std::optional<Sign> complaintOfEither(const HopView& view)
{
    const faults::ReadLine* line = dependencyComplaint(view);
    if (!line)
        return std::nullopt;
    return Sign { .variant = complainedVariant(*line), .confidence = view.isFresh(*line, std::chrono::seconds(20)) ? 0.93 : 0.8,
        .evidence = { view.evidence(*line) } };
}

std::optional<Sign> failingOldTarget(const HopView& view)
{
    if (!isProxy(view.caller))
        return std::nullopt;
    std::optional<faults::OldTarget> old = faults::oldTarget(view);
    if (!old)
        return std::nullopt;
    return Sign { .variant = old->variant, .confidence = 0.9, .evidence = { std::move(old->evidence) } };
}

std::optional<Sign> waitInVain(const HopView& view)
{
    if (!faults::failedByWaiting(view.capture->outside))
        return std::nullopt;
    auto awaited = faults::awaitedAnswers(view);
    if (awaited.empty())
        return std::nullopt;
    const bool isSure = awaited.front().isForLock || awaited.front().since >= std::chrono::seconds(1);
    return Sign { .variant = "response-timed-out", .confidence = isSure ? 0.95 : 0.8,
        .evidence = { std::move(awaited.front().evidence) } };
}

std::optional<Sign> intermittence(const HopView& view, RequestState request)
{
    const int status = view.capture->outside.http.status.value_or(0);
    if (!isProxy(view.caller) || request == RequestState::Unknown || (request == RequestState::Fails && status < 500))
        return std::nullopt;
    auto found = intermittentFailure(view);
    if (!found)
        return std::nullopt;
    return Sign { .variant = std::move(found->variant), .confidence = 0.85, .evidence = std::move(found->evidence),
        .share = std::move(found->share), .isIntermittent = true,
        .state = request == RequestState::Fails ? model::State::Failing : model::State::Warning };
}

}
