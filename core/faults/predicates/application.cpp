// The app answers, and its answer is the failure: an error of its own, of its settings, of its script.
#include "core/faults/predicates/application.h"

#include "core/faults/predicates/appwords.h"
#include "core/faults/predicates/cluster.h"
#include "core/faults/predicates/common.h"
#include "core/faults/predicates/dependency.h"
#include "core/faults/predicates/failedcontext.h"
#include "core/faults/predicates/refusedname.h"
#include "core/faults/predicates/sandbox.h"
#include "core/faults/predicates/shutofffolder.h"
#include "core/faults/predicates/unixsocket.h"
#include "core/model/checkids.h"

#include <algorithm>

namespace hopscope::faults {

namespace {
bool isApp(const HopView& view)
{
    return !view.callee
        || (view.callee->kind != model::NodeKind::Proxy
            && view.callee->kind != model::NodeKind::LoadBalancer);
}

/// Whether a log of the callee could be read, whatever stands in it.
bool hasReadLogOfCallee(const HopView& view)
{
    if (!view.capture)
        return false;
    const bool isFastCgi = view.hop->protocol == model::Protocol::FastCgi; // its errors stand in its caller's log
    return std::any_of(view.capture->checks.begin(), view.capture->checks.end(), [&](const model::CheckResult& check) {
        const std::string& id = check.check.value();
        const bool isOwn = (id == model::checkid::unitLog && view.unit && check.subject == view.unit->name)
            || (id == model::checkid::containerLog && view.callee && check.subject == view.callee->container)
            || ((id == model::checkid::appLog || id == model::checkid::processLog) && !check.output.empty());
        const bool isOnCallee = isOwn && view.calleeHost && check.host == view.calleeHost->host;
        const bool isOnCaller = isFastCgi && id == model::checkid::proxyErrorLog && view.callerHost && check.host == view.callerHost->host;
        return (isOnCallee || isOnCaller || id == model::checkid::clusterLog) && model::isCaptured(check.outcome);
    });
}
}

Assessment appError(const HopView& view)
{
    Assessment found("app-error");
    if (!view.isSymptom({ "error-response" }) || !isApp(view))
        return found;
    // An app's 500 has many reasons, and its log tells which: where nobody could read that, the error itself explains little.
    const double trust = hasReadLogOfCallee(view) ? 1 : 0.6;
    for (const auto* probes : { &view.callerProbes, &view.loopProbes })
        for (const model::HopProbe* probe : *probes)
            if (probe->reply == model::ReplyResult::Answered && probe->status && *probe->status >= 500) {
                model::Evidence item = view.evidence(*probe);
                item.rulesOut = { "service-stopped", "app-hung", "firewall-drop" };
                found.supports(trust * (probe->seat == model::Seat::Caller ? 0.6 : 0.3), std::move(item));
            }
    if (!view.symptom.share.empty() && !view.symptom.evidence.empty())
        found.supports(0.6, view.symptom.evidence.front());
    int lines = 0;
    std::string said;
    for (auto line = view.calleeLines.rbegin(); line != view.calleeLines.rend() && (lines < 3 || (said.empty() && lines < 12)); ++line)
        if (((*line)->reading.cause == "app-error" || (*line)->reading.variant == "error-response"
                || (saysHandleIsClosed(**line) && areDependenciesWell(view)))
            && view.isFresh(**line, fresh)) {
            const std::string error = said.empty() ? errorIn((*line)->line->text) : std::string();
            if (lines < 3 || !error.empty())
                found.supports(0.5, view.evidence(**line));
            said = said.empty() ? error : said;
            ++lines;
        }
    // What a FastCGI app prints about its errors stands in its caller's log.
    lines = 0;
    for (auto line = view.callerLines.rbegin(); line != view.callerLines.rend() && lines < 2; ++line)
        if ((*line)->reading.cause == "app-error" && view.isFresh(**line, fresh)) {
            found.supports(0.5, view.evidence(**line));
            said = said.empty() ? errorIn((*line)->line->text) : said;
            ++lines;
        }
    fillUnit(found, view);
    found.because = calleeName(view) + " answers with an error of its own" + (said.empty() ? "" : ": " + said);
    if (auto failed = failedContext(view)) {
        found.supports(0.85, std::move(*failed));
        found.because = calleeName(view) + " runs, but the application behind this address could not start in it, so all of it is 404";
    }
    if (view.unit && view.calleeHost)
        found.firstPlace = "journalctl -u " + view.unit->name + " -n 50 on " + view.calleeHost->host.value();
    return found;
}

namespace {
/// The last words of a unit that is down (or comes and goes): lines from its end, however long ago that was.
bool isOfItsEnd(const HopView& view, const ReadLine& line)
{
    constexpr base::Milliseconds around = std::chrono::minutes(1);
    if (view.isFresh(line, fresh))
        return true;
    const auto end = view.unit && isDown(*view.unit) ? view.unit->inactiveSince : std::nullopt;
    return end && line.line->at && std::chrono::abs(*line.line->at - *end) < around;
}
}

Assessment appMisconfigured(const HopView& view)
{
    if (view.cluster && view.cluster->pod)
        return podMisconfigured(view);
    if (Assessment hidden = hiddenSocket(view); hidden.isSupported())
        return hidden;
    if (Assessment shut = shutOffFolder(view); shut.isSupported())
        return shut;
    if (Assessment shut = shutAway(view); shut.isSupported())
        return shut;
    Assessment found("app-misconfigured");
    // In a container the engine's own state tells the story; its crash loop is the headline there.
    const bool isAway = isConnectSymptom(view) && view.calleeHost && !view.accepting() && !view.container;
    const bool isAnswered = view.isSymptom({ "error-response", "request-rejected" });
    // Tomcat opens a connector's port before it finds that its settings are wrong, and then takes no call.
    const bool isDeaf = view.isSymptom({ "response-timed-out" }) && view.callee && view.callee->software == "tomcat"
        && view.hop->protocol == model::Protocol::Ajp;
    if (!isAway && !isAnswered && !isDeaf && (view.container || !view.isSymptom({ "reset-before-headers" })))
        return found;
    int lines = 0;
    std::string setting;
    std::string missing;
    std::string said;
    for (auto line = view.calleeLines.rbegin(); line != view.calleeLines.rend() && lines < 3; ++line)
        if ((*line)->reading.cause == "app-misconfigured" && isOfItsEnd(view, **line)) {
            model::Evidence item = view.evidence(**line);
            item.rulesOut = { "wrong-port", "service-stopped" };
            if (isDeaf)
                item.rulesOut.insert(item.rulesOut.end(), { "worker-pool-exhausted", "app-hung", "accept-queue-full", "slow-endpoint" });
            found.supports(isDeaf ? 0.85 : 0.75, std::move(item));
            ++lines;
            if (setting.empty())
                setting = settingIn((*line)->line->text);
            missing = missing.empty() && isDependencyHop(view) ? missingDatabase((*line)->line->text) : missing;
            said = said.empty() ? errorIn((*line)->line->text) : said;
        }
    // What a FastCGI app prints of itself stands in its caller's log.
    if (view.hop->protocol == model::Protocol::FastCgi)
        for (auto line = view.callerLines.rbegin(); line != view.callerLines.rend() && lines < 3; ++line)
            if ((*line)->reading.cause == "app-misconfigured" && (*line)->line->text.find("PHP ") != std::string::npos && view.isFresh(**line, fresh)) {
                model::Evidence item = view.evidence(**line);
                item.rulesOut = { "service-stopped", "dependency-down" };
                found.supports(0.75, std::move(item));
                ++lines;
                said = said.empty() ? errorIn((*line)->line->text) : said;
            }
    if (isDependencyHop(view))
        for (auto line = view.callerLines.rbegin(); line != view.callerLines.rend() && lines < 3; ++line)
            if ((*line)->reading.cause == "app-misconfigured" && (*line)->reading.role == Role::Dependency && view.isFresh(**line, fresh)) {
                model::Evidence item = view.evidence(**line);
                item.rulesOut = { "app-error", "dependency-auth-failed" };
                found.supports(0.8, std::move(item));
                missing = missing.empty() ? missingDatabase((*line)->line->text) : missing;
                ++lines;
            }
    if (auto refused = refusedName(view)) {
        refused->rulesOut = { "app-error", "access-denied" };
        found.supports(0.85, std::move(*refused));
        fillUnit(found, view);
        found.because = calleeName(view) + " does not serve the name that visitors use: it is not in its list of hosts (ALLOWED_HOSTS or the like)";
        return found;
    }
    fillUnit(found, view);
    found.because = calleeName(view) + (isAway ? " can't start: it is configured wrongly" : " is configured wrongly")
        + (!setting.empty() ? " (" + setting + ")" : said.empty() ? std::string() : ": " + said);
    if (!missing.empty()) {
        found.values["unit"] = ""; // it runs well, and knows nothing of the app's settings
        found.because = calleeName(view) + " has no database called \"" + missing + "\", which " + view.caller->label + " asks for";
        found.firstPlace = "the databases of " + calleeName(view) + (view.calleeHost ? " on " + view.calleeHost->host.value() : std::string())
            + " against the name in the app's settings";
    }
    return found;
}

Assessment scriptNotFound(const HopView& view)
{
    if (!view.isSymptom({ "error-response" }))
        return Assessment("script-not-found");
    Assessment found = statedOnly(view, "script-not-found", 0.8, { "app-error", "service-stopped" });
    const std::string& script = view.hop->declared.scriptFile;
    if (view.calleeHost && !script.empty())
        for (const model::FileStatus& file : view.calleeHost->files)
            if (file.path == script && !file.exists)
                found.supports(0.6,
                    view.evidence(view.calleeHost, "socket-status", file.source, script + " does not exist"));
    found.values["path"] = script;
    found.because = "PHP-FPM does not find the script" + (script.empty() ? std::string() : " " + script)
        + " that the proxy asks for";
    if (!view.hop->declared.place.file.empty())
        found.firstPlace
            = view.hop->declared.place.file + (view.callerHost ? " on " + view.callerHost->host.value() : "");
    return found;
}

}
