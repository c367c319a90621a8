#include "core/diagnosis/finding.h"

#include "core/diagnosis/baseline.h"
#include "core/diagnosis/remedies.h"
#include "core/diagnosis/timeline.h"
#include "core/diagnosis/usualcauses.h"
#include "core/diagnosis/wording.h"
#include "core/profile/baselinetext.h"

#include <algorithm>

namespace hopscope::diagnosis {

namespace {
using faults::HopView;
using model::Evidence;

constexpr std::size_t mostEvidence = 14;

void addOnce(std::vector<Evidence>& items, const Evidence& item)
{
    const auto same = std::find_if(items.begin(), items.end(), [&](const Evidence& each) {
        return each.from == item.from && each.check == item.check && each.observed == item.observed;
    });
    if (same == items.end()) {
        if (items.size() < mostEvidence)
            items.push_back(item);
        return;
    }
    for (const std::string& cause : item.rulesOut)
        if (std::find(same->rulesOut.begin(), same->rulesOut.end(), cause) == same->rulesOut.end())
            same->rulesOut.push_back(cause);
}

/// Attempts from the callee's own seat that work: they tell causes apart even where no predicate used them.
void addOtherSeats(std::vector<Evidence>& items, const HopView& view)
{
    for (const auto* probes : { &view.calleeProbes, &view.loopProbes })
        for (const model::HopProbe* probe : *probes)
            if (probe->connect != model::ConnectResult::NotTried
                && probe->connect != model::ConnectResult::Unknown)
                addOnce(items, view.evidence(*probe));
}

std::vector<Evidence> evidenceFor(const HopView& view, const Ranking& ranking)
{
    std::vector<Evidence> items;
    for (const Evidence& item : view.symptom.evidence)
        addOnce(items, item);
    if (ranking.hypotheses.empty())
        return items;
    const Hypothesis& first = ranking.hypotheses.front();
    for (const Evidence& item : first.assessment.evidence())
        addOnce(items, item);
    for (const Evidence& item : first.consequences)
        addOnce(items, item);
    // What the rivals found against themselves supports the first.
    for (std::size_t at = 1; at < ranking.hypotheses.size(); ++at)
        for (Evidence item : ranking.hypotheses[at].assessment.evidence())
            if (item.bearing == model::Bearing::Contradicts && ranking.isSettled) {
                item.bearing = model::Bearing::Supports;
                addOnce(items, item);
            }
    addOtherSeats(items, view);
    return items;
}

/// What differs from the last time that all was well, as far as the profile remembers it.
void addDifferences(std::vector<Evidence>& items, const HopView& view)
{
    constexpr std::size_t most = 4;
    const auto baseline = profile::readBaseline(view.capture->profile.baseline);
    if (!baseline)
        return;
    std::vector<Evidence> differences = differencesAt(view, *baseline);
    differences.resize(std::min(differences.size(), most));
    for (const Evidence& each : differences)
        addOnce(items, each);
}

void addUnseen(std::vector<Evidence>& items, const HopView& view)
{
    for (const model::Gap& gap : view.facts->gaps) {
        const bool isOfHop = (view.calleeHost && gap.host == view.calleeHost->host)
            || (view.callerHost && gap.host == view.callerHost->host);
        if (!isOfHop || items.size() >= mostEvidence)
            continue;
        Evidence item;
        item.from = gap.host.value();
        item.check = gap.check;
        item.observed = gap.reason;
        item.bearing = model::Bearing::NotEvaluated;
        item.at = view.capture->startedAt;
        for (const model::CheckResult& check : view.capture->checks)
            if (check.host == gap.host && check.check.value() == gap.check)
                item.command = check.command;
        addOnce(items, item);
    }
}

model::Alternative alternative(
    const HopView& view, const Hypothesis& hypothesis, double confidence, const faults::Catalogue& catalogue)
{
    model::Alternative other;
    other.failingHop = view.hop->id.value();
    other.variant = view.symptom.variant;
    other.cause = hypothesis.assessment.cause();
    other.confidence = confidence;
    other.toTellApart = firstPlaceOf(view, &hypothesis, catalogue);
    return other;
}
}

Conclusion conclude(const Root& root, const faults::Catalogue& catalogue)
{
    const HopView& view = root.judgement->view;
    const Ranking ranking = rank(view);
    const Hypothesis* cause = ranking.isSettled ? &ranking.hypotheses.front() : nullptr;

    Conclusion conclusion;
    model::Finding& finding = conclusion.finding;
    finding.failingHop = view.hop->id;
    finding.variant = view.symptom.variant;
    finding.confidence = ranking.confidence * root.certainty;
    finding.summary = summaryOf(view, cause, catalogue);
    finding.firstPlaceToCheck = firstPlaceOf(view, cause, catalogue);
    finding.responsible = responsibleFor(view, cause);
    finding.evidence = evidenceFor(view, ranking);
    const std::optional<Trend> trend = trendInLogs(view);
    if (trend)
        addOnce(finding.evidence, trend->evidence);
    addDifferences(finding.evidence, view);
    addUnseen(finding.evidence, view);
    finding.onset = cause && cause->assessment.onset ? cause->assessment.onset : firstFailureInLogs(view);
    if (!finding.onset && trend && trend->lastSuccess)
        finding.onset = trend->firstFailure;
    finding.changes = changesBefore(*view.facts, finding.onset, view.capture->startedAt);
    if (cause)
        finding.cause = cause->assessment.cause();
    finding.remediation = remediesFor(view, cause, catalogue);
    finding.prevention = preventionFor(view, cause, catalogue);

    const double rest = 1 - finding.confidence;
    for (const Hypothesis& each : ranking.hypotheses) {
        if (&each == cause || each.belief < 0.03 || conclusion.alternatives.size() >= 4)
            continue;
        conclusion.alternatives.push_back(alternative(
            view, each, cause ? std::min(each.belief, 1.0) * rest : each.belief * 0.6, catalogue));
    }
    if (!cause)
        addUsualCauses(conclusion.alternatives, view, catalogue);
    return conclusion;
}

}
