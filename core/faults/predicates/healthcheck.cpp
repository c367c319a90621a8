// The proxy's own test of the server takes it out: is the app ill, or is the test wrong?
#include "core/faults/predicates/healthcheck.h"

#include "core/faults/predicates/cluster.h"
#include "core/faults/predicates/common.h"

#include <algorithm>

namespace hopscope::faults {

namespace {
using Health = model::ServerReport::Health;

bool isTakenOut(const HopView& view)
{
    return view.hop->reported && view.hop->reported->health == Health::Down && view.isSymptom({ "no-healthy-upstream" });
}

/// Whether the check got an answer, but not the one it wants.
bool isUnwantedAnswer(const model::ServerReport& report) { return report.check.starts_with("L7STS") || report.check.starts_with("L7RSP"); }

/// What the check was answered is not told while the next one is under way.
bool isAnswerKnown(const model::ServerReport& report) { return !report.detail.empty() && report.detail[0] >= '0' && report.detail[0] <= '9'; }
bool isAppsError(const model::ServerReport& report) { return report.detail.starts_with('5'); }

/// The caller's own attempt, where that brought a proper answer.
const model::HopProbe* goodProbe(const HopView& view)
{
    const auto found = std::find_if(view.callerProbes.begin(), view.callerProbes.end(), [](const model::HopProbe* probe) {
        return probe->reply == model::ReplyResult::Answered && probe->status.value_or(0) < 500;
    });
    return found == view.callerProbes.end() ? nullptr : *found;
}

void describe(Assessment& found, const HopView& view)
{
    const model::ServerReport& report = *view.hop->reported;
    found.values["server"] = report.group + "/" + report.server;
    found.values["backend"] = report.group;
    found.onset = report.since;
    const std::string& check = view.hop->declared.healthCheck;
    if (const std::size_t slash = check.find(" /"); slash != std::string::npos)
        found.values["path"] = check.substr(slash + 1);
    if (view.callerHost)
        found.firstPlace = view.hop->declared.place.text() + " on "
            + view.callerHost->host.value() + (check.empty() ? std::string() : " (its health check asks " + check + ")");
}

std::string checkWords(const HopView& view)
{
    const model::ServerReport& report = *view.hop->reported;
    const std::string asked = view.hop->declared.healthCheck.empty() ? std::string("its health check") : "the health check (" + view.hop->declared.healthCheck + ")";
    return asked + " got " + (report.detail.empty() ? report.check : "\"" + report.detail + "\"");
}
}

model::Evidence reportEvidence(const HopView& view)
{
    const model::ServerReport& report = *view.hop->reported;
    std::string words = report.group + "/" + report.server + ": " + report.state;
    if (!report.check.empty())
        words += ", " + report.check;
    if (!report.detail.empty())
        words += ": " + report.detail;
    if (report.queued.value_or(0) > 0)
        words += ", " + std::to_string(*report.queued) + " requests wait for it";
    return view.evidence(view.callerHost, (report.software + "-status").c_str(), report.source, words);
}

Assessment healthCheckMisconfigured(const HopView& view)
{
    if (view.cluster)
        return readinessTestWrong(view);
    Assessment found("health-check-misconfigured");
    if (!isTakenOut(view) || !isUnwantedAnswer(*view.hop->reported))
        return found;
    // A check that gets an error of the app's own may well be right; one that is told "not here" or "elsewhere" asks wrong.
    const bool isAsideOfTheApp = isAnswerKnown(*view.hop->reported) && !isAppsError(*view.hop->reported);
    const model::HopProbe* probe = goodProbe(view);
    if (!isAsideOfTheApp && !probe)
        return found;
    model::Evidence item = reportEvidence(view);
    if (isAsideOfTheApp)
        item.rulesOut = { "service-stopped", "app-hung", "firewall-drop", "firewall-reject" };
    found.supports(isAsideOfTheApp ? 0.7 : 0.3, std::move(item));
    if (isAsideOfTheApp && probe)
        found.supports(0.5, view.evidence(*probe));
    describe(found, view);
    found.responsible = "proxy";
    if (view.callerHost)
        found.host = view.callerHost->host;
    found.because = calleeName(view) + " answers, but " + checkWords(view) + ", so it is left out";
    return found;
}

Assessment healthCheckFailing(const HopView& view)
{
    Assessment found("health-check-failing");
    if (!isTakenOut(view))
        return found;
    const model::ServerReport& report = *view.hop->reported;
    const bool isProbablyWrong = isUnwantedAnswer(report) && isAnswerKnown(report) && !isAppsError(report);
    found.supports(isProbablyWrong ? 0.3 : 0.75, reportEvidence(view));
    describe(found, view);
    found.because = checkWords(view) + ", so " + calleeName(view) + " is left out";
    return found;
}

}
