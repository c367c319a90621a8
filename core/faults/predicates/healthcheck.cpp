// The proxy's own test of the server takes it out: is the app ill, or is the test wrong?
#include "core/faults/predicates/healthcheck.h"

#include "core/faults/predicates/cluster.h"
#include "core/faults/predicates/common.h"

#include <algorithm>
#include <charconv>

namespace hopscope::faults {

using Health = model::ServerReport::Health;

namespace {
bool isTakenOut(const HopView& view)
{
    return view.hop->reported && view.hop->reported->health == Health::Down && view.isSymptom({ "no-healthy-upstream" });
}

/// Whether the check got an answer, but not the one it wants.
bool isUnwantedAnswer(const model::ServerReport& report) { return report.check.starts_with("L7STS") || report.check.starts_with("L7RSP"); }

/// What the check was answered is not told while the next one is under way.
bool isAnswerKnown(const model::ServerReport& report) { return !report.detail.empty() && report.detail[0] >= '0' && report.detail[0] <= '9'; }
bool isAppsError(const model::ServerReport& report) { return report.detail.starts_with('5'); }

/// What a proxy that has no status to be read says in its log of its own check (Caddy).
struct RefusedCheck {
    const ReadLine* line = nullptr;
    int status = 0;
};

std::optional<RefusedCheck> refusedByLog(const HopView& view)
{
    constexpr std::string_view field = "\"status_code\":";
    if (tellsItsServersHealth(view) || view.hop->declared.healthCheck.empty() || !view.isSymptom({ "no-healthy-upstream" }))
        return std::nullopt;
    for (auto line = view.callerLines.rbegin(); line != view.callerLines.rend(); ++line) {
        const std::string& text = (*line)->line->text;
        const std::size_t at = text.find(field);
        if (text.find("health_checker") == std::string::npos || at == std::string::npos || !view.isFresh(**line, std::chrono::minutes(2)))
            continue;
        int status = 0;
        std::from_chars(text.data() + at + field.size(), text.data() + text.size(), status);
        return RefusedCheck { *line, status };
    }
    return std::nullopt;
}

/// It asks another port or address than the requests go to, and fails there without an answer.
bool asksElsewhere(const HopView& view)
{
    const std::string& check = view.hop->declared.healthCheck;
    const bool isElsewhere = check.find(" on port ") != std::string::npos || check.find(" at ") != std::string::npos;
    return isElsewhere && (view.hop->reported->check.starts_with("L4") || view.hop->reported->check.starts_with("L6"));
}

/// The caller's own attempt, where that brought a proper answer.
const model::HopProbe* goodProbe(const HopView& view)
{
    const auto found = std::find_if(view.callerProbes.begin(), view.callerProbes.end(), [](const model::HopProbe* probe) {
        return probe->reply == model::ReplyResult::Answered && probe->status.value_or(0) < 500;
    });
    return found == view.callerProbes.end() ? nullptr : *found;
}

/// " on port 9101".
std::string elsewhereWords(const HopView& view)
{
    const std::string& check = view.hop->declared.healthCheck;
    return check.substr(std::min(check.find(" at "), check.find(" on port ")));
}

void describe(Assessment& found, const HopView& view)
{
    const model::ServerReport& report = *view.hop->reported;
    found.values["server"] = report.group + "/" + report.server;
    found.values["backend"] = report.group;
    found.onset = report.since;
    const std::string& check = view.hop->declared.healthCheck;
    if (const std::size_t slash = check.find(" /"); slash != std::string::npos)
        found.values["path"] = check.substr(slash + 1, check.find(' ', slash + 1) - slash - 1);
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

bool isTakenOutByItsAnswers(const HopView& view) { return isTakenOut(view) && view.hop->reported->check == "HANA"; }

bool tellsItsServersHealth(const HopView& view)
{
    const auto& report = view.hop->reported;
    return report && (report->software == "haproxy" || report->health != Health::Unchecked);
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
    if (const auto refused = refusedByLog(view); refused && refused->status < 500) {
        const model::HopProbe* answers = goodProbe(view);
        model::Evidence item = view.evidence(*refused->line);
        item.rulesOut = { "service-stopped", "app-hung", "outlier-ejected", "health-check-failing" };
        found.supports(answers ? 0.8 : 0.5, std::move(item));
        if (answers)
            found.supports(0.5, view.evidence(*answers));
        blameConfiguration(found, view);
        found.firstPlace += " (its health check asks " + view.hop->declared.healthCheck + ")";
        found.because = calleeName(view) + " answers, but its health check (" + view.hop->declared.healthCheck + ") got "
            + std::to_string(refused->status) + ", so it is left out";
        return found;
    }
    if (!isTakenOut(view))
        return found;
    if (const model::HopProbe* probe = asksElsewhere(view) ? goodProbe(view) : nullptr) {
        model::Evidence item = reportEvidence(view);
        item.observed += "; the check asks" + elsewhereWords(view) + ", requests go to " + view.hop->declared.endpoint.text();
        item.rulesOut = { "service-stopped", "app-hung", "firewall-drop", "firewall-reject", "health-check-failing" };
        found.supports(0.75, std::move(item));
        found.supports(0.5, view.evidence(*probe));
        describe(found, view);
        found.responsible = "proxy";
        if (view.callerHost)
            found.host = view.callerHost->host;
        found.because = calleeName(view) + " answers, but its health check asks" + elsewhereWords(view) + ", where nobody answers, so it is left out";
        return found;
    }
    if (!isUnwantedAnswer(*view.hop->reported))
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
    if (!isTakenOut(view) || isTakenOutByItsAnswers(view))
        return found;
    const model::ServerReport& report = *view.hop->reported;
    const bool isProbablyWrong = isUnwantedAnswer(report) && isAnswerKnown(report) && !isAppsError(report);
    found.supports(isProbablyWrong ? 0.3 : 0.75, reportEvidence(view));
    describe(found, view);
    found.because = checkWords(view) + ", so " + calleeName(view) + " is left out";
    return found;
}

}
