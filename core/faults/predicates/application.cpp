// The app answers, and its answer is the failure: an error of its own, of its script, of what it depends on,
// or a reply that the caller cannot read.
#include "core/faults/predicates/application.h"

#include "core/faults/predicates/cluster.h"
#include "core/faults/predicates/common.h"
#include "core/faults/predicates/dependency.h"

#include <algorithm>
#include <array>

namespace hopscope::faults {

namespace {
bool isApp(const HopView& view)
{
    return !view.callee
        || (view.callee->kind != model::NodeKind::Proxy
            && view.callee->kind != model::NodeKind::LoadBalancer);
}

/// Lines of the callee that state a cause, as one assessment: for causes that logs alone can show.
Assessment statedOnly(
    const HopView& view, const char* cause, double weight, std::vector<std::string> rulesOut)
{
    Assessment found(cause);
    for (const ReadLine* line : statedByCallee(view, cause, fresh)) {
        model::Evidence item = view.evidence(*line);
        item.rulesOut = rulesOut;
        found.supports(weight, std::move(item));
    }
    for (const ReadLine* line : statedByCaller(view, cause, fresh)) {
        model::Evidence item = view.evidence(*line);
        item.rulesOut = rulesOut;
        found.supports(weight, std::move(item));
    }
    fillUnit(found, view);
    return found;
}

/// What the dependency itself said to our attempt.
void addRefusal(Assessment& found, const HopView& view)
{
    for (const model::HopProbe* probe : view.callerProbes)
        if (const auto refusal = refusalIn(*probe, view.hop->protocol); refusal && refusal->cause == found.cause()) {
            model::Evidence item = view.evidence(*probe);
            item.observed += ": " + refusal->words;
            item.rulesOut = { "app-error", "dependency-down", "service-stopped" };
            found.supports(0.93, std::move(item));
        }
}

bool answersError(const HopView& view)
{
    return view.isSymptom({ "error-response", "response-timed-out", "reset-before-headers" });
}
}

Assessment appError(const HopView& view)
{
    Assessment found("app-error");
    if (!view.isSymptom({ "error-response" }) || !isApp(view))
        return found;
    for (const auto* probes : { &view.callerProbes, &view.loopProbes })
        for (const model::HopProbe* probe : *probes)
            if (probe->reply == model::ReplyResult::Answered && probe->status && *probe->status >= 500) {
                model::Evidence item = view.evidence(*probe);
                item.rulesOut = { "service-stopped", "app-hung", "firewall-drop" };
                found.supports(probe->seat == model::Seat::Caller ? 0.6 : 0.3, std::move(item));
            }
    int lines = 0;
    for (auto line = view.calleeLines.rbegin(); line != view.calleeLines.rend() && lines < 3; ++line)
        if (((*line)->reading.cause == "app-error" || (*line)->reading.variant == "error-response")
            && view.isFresh(**line, fresh)) {
            found.supports(0.5, view.evidence(**line));
            ++lines;
        }
    // What a FastCGI app prints about its errors stands in its caller's log.
    lines = 0;
    for (auto line = view.callerLines.rbegin(); line != view.callerLines.rend() && lines < 2; ++line)
        if ((*line)->reading.cause == "app-error" && view.isFresh(**line, fresh)) {
            found.supports(0.5, view.evidence(**line));
            ++lines;
        }
    fillUnit(found, view);
    found.because = calleeName(view) + " answers with an error of its own";
    if (view.unit && view.calleeHost)
        found.firstPlace = "journalctl -u " + view.unit->name + " -n 50 on " + view.calleeHost->host.value();
    return found;
}

Assessment appMisconfigured(const HopView& view)
{
    if (view.cluster && view.cluster->pod)
        return podMisconfigured(view);
    Assessment found = statedOnly(view, "app-misconfigured", 0.7, {});
    if (!view.isSymptom({ "error-response" }))
        return Assessment("app-misconfigured");
    found.because = calleeName(view) + " is configured wrongly";
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

Assessment dependencyDown(const HopView& view)
{
    const bool isApplicable
        = answersError(view) || isConnectSymptom(view) || view.isSymptom({ "dns-resolution-failed" });
    if (!isApplicable)
        return Assessment("dependency-down");
    const bool isDependency = view.callee && view.caller && view.caller->kind == model::NodeKind::App
        && (view.callee->kind == model::NodeKind::Database || view.callee->kind == model::NodeKind::Cache
            || view.callee->kind == model::NodeKind::External);
    // Where the dependency's own host can be looked at, there is a more exact cause than this one.
    if (isDependency && view.calleeHost)
        return Assessment("dependency-down");
    Assessment found = statedOnly(view, "dependency-down", 0.7, { "app-error", "app-hung" });
    if (isDependency && isConnectSymptom(view) && !view.symptom.evidence.empty())
        found.supports(0.75, view.symptom.evidence.front());
    found.responsible = "dependency";
    found.because = isDependency ? calleeName(view) + " does not answer"
                                 : "something that " + calleeName(view) + " depends on does not answer";
    return found;
}

Assessment dependencyAuthFailed(const HopView& view)
{
    Assessment found = statedOnly(view, "dependency-auth-failed", 0.8, { "app-error", "dependency-down" });
    addRefusal(found, view);
    found.responsible = "dependency";
    found.because = isDependencyHop(view) ? calleeName(view) + " does not accept the credentials or the address of " + view.caller->label
                                          : calleeName(view) + " is turned away by its database: the credentials are wrong";
    return found;
}

Assessment dependencyLimitReached(const HopView& view)
{
    Assessment found = statedOnly(view, "dependency-limit-reached", 0.75, { "app-error", "dependency-down" });
    addRefusal(found, view);
    found.responsible = "dependency";
    found.because = isDependencyHop(view) ? "every connection that " + calleeName(view) + " allows is in use" : "the connections to what " + calleeName(view) + " depends on are used up";
    return found;
}

Assessment slowDependency(const HopView& view)
{
    if (!view.isSymptom({ "response-timed-out" }))
        return Assessment("slow-dependency");
    Assessment found = statedOnly(view, "slow-dependency", 0.7, { "app-hung" });
    found.responsible = "dependency";
    found.because = "what " + calleeName(view) + " depends on is slow";
    return found;
}

Assessment wrongProtocol(const HopView& view)
{
    Assessment found("wrong-protocol");
    if (!view.isSymptom({ "protocol-mismatch", "invalid-response", "reset-before-headers" }))
        return found;
    static constexpr std::array<const char*, 7> greetings { "SSH-", "-ERR", "220 ", "+OK", "E\0\0\0", "AMQP",
        "-DENIED" };
    for (const auto* probes : { &view.callerProbes, &view.loopProbes })
        for (const model::HopProbe* probe : *probes) {
            const bool greets = std::any_of(greetings.begin(), greetings.end(),
                [&](const char* each) { return probe->firstBytes.starts_with(each); });
            const bool isFcgiAsked
                = view.hop->protocol == model::Protocol::FastCgi && probe->firstBytes.starts_with("HTTP/");
            if (probe->reply != model::ReplyResult::InvalidReply || !(greets || isFcgiAsked))
                continue;
            model::Evidence item = view.evidence(*probe);
            item.observed += "; it began with \"" + probe->firstBytes.substr(0, 24) + "\"";
            item.rulesOut = { "process-crashed", "keepalive-race", "app-error" };
            found.supports(0.85, std::move(item));
        }
    for (const char* cause : { "wrong-protocol", "http-version-mismatch" })
        for (const ReadLine* line : statedByCaller(view, cause, fresh))
            found.supports(0.75, view.evidence(*line));
    found.responsible = "proxy";
    if (view.callerHost)
        found.host = view.callerHost->host;
    found.because = "the proxy speaks " + std::string(model::id(view.hop->protocol)) + " to "
        + view.targetWords() + ", which speaks something else";
    return found;
}

Assessment responseHeaderTooBig(const HopView& view)
{
    Assessment found = statedOnly(
        view, "response-header-too-big", 0.85, { "process-crashed", "keepalive-race", "response-malformed" });
    found.responsible = "proxy";
    if (view.callerHost)
        found.host = view.callerHost->host;
    found.because = "the answer's headers are larger than the proxy's buffer";
    return found;
}

Assessment responseMalformed(const HopView& view)
{
    Assessment found("response-malformed");
    if (!view.isSymptom({ "invalid-response", "protocol-mismatch" }))
        return found;
    found = statedOnly(view, "response-malformed", 0.75, {});
    for (const model::HopProbe* probe : view.callerProbes)
        if (probe->reply == model::ReplyResult::InvalidReply)
            found.supports(0.5, view.evidence(*probe));
    found.because = calleeName(view) + " answers with something that is no proper reply";
    return found;
}

Assessment keepaliveRace(const HopView& view)
{
    Assessment found("keepalive-race");
    if (!view.isSymptom({ "reset-before-headers" }))
        return found;
    found = statedOnly(view, "keepalive-race", 0.75, {});
    // A fresh connection works while kept ones fail: only then.
    for (const model::HopProbe* probe : view.callerProbes)
        if (!view.symptom.isProbed && probe->reply == model::ReplyResult::Answered
            && view.hop->declared.keepalive)
            found.supports(0.5, view.evidence(*probe));
        else if (view.symptom.isProbed)
            found.contradicts(0.9, view.evidence(*probe));
    found.because = calleeName(view) + " closes idle connections that the proxy still uses";
    return found;
}

}
