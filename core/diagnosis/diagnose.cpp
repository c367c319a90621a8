#include "core/diagnosis/diagnose.h"

#include "core/diagnosis/advice.h"
#include "core/diagnosis/finding.h"
#include "core/diagnosis/inventory.h"
#include "core/diagnosis/judgement.h"
#include "core/diagnosis/outsideonly.h"
#include "core/diagnosis/path.h"
#include "core/diagnosis/states.h"
#include "core/diagnosis/unknown.h"

#include <algorithm>

namespace hopscope::diagnosis {

namespace {
using model::Verdict;

/// Hops and judgements of one run, at addresses that stay.
struct Case {
    model::Topology topology;
    std::vector<model::HopProbe> outsideProbes;
    faults::ReadLogs logs;
    std::vector<Judgement> judgements;
    RequestState request = RequestState::Unknown;
};

bool hasEntry(const model::Topology& topology)
{
    return std::any_of(
        topology.hops.begin(), topology.hops.end(), [](const model::Hop& hop) { return hop.isOnPath; });
}

/// An answer below 500 that is a failure all the same: a missing script, plain HTTP at a TLS port, another
/// program's.
bool isDisguisedFailure(const Judgement& judgement, int status)
{
    if (!judgement.view.hop->isOnPath || judgement.state != model::State::Failing)
        return false;
    if (judgement.isDisguised)
        return true;
    if (!judgement.view.symptom.isProbed)
        return false;
    const model::HopProbe* probe = judgement.view.callerProbe();
    const bool isClientError = probe && probe->status.value_or(0) >= 400 && probe->status.value_or(0) < 500;
    const bool isOwnError = judgement.view.symptom.variant == "protocol-mismatch"
        || judgement.view.symptom.variant == "certificate-invalid" || judgement.view.symptom.variant == "error-response";
    return status >= 400 && isClientError && isOwnError;
}

/// A root that was only inferred has no symptom of its own: what the proxy told the user must do.
void borrowSymptom(std::vector<Judgement>& judgements, const Root& root, const Judgement* entry)
{
    if (!root.judgement || root.judgement->hasSymptom() || !entry)
        return;
    faults::Symptom symptom = entry->view.symptom;
    const model::HopProbe* probe = entry->view.callerProbe();
    if (probe && probe->status == 504)
        symptom.variant = "response-timed-out";
    else if (probe && probe->status == 502)
        symptom.variant = "connect-failed";
    symptom.isProbed = false;
    symptom.confidence = 0.5;
    for (Judgement& each : judgements)
        if (&each == root.judgement)
            each.view.symptom = symptom;
}

bool isSeenWithinReach(const Root& root)
{
    if (!root.judgement)
        return false;
    // An error page from a server that could not be read may come from anywhere behind it: it names no hop.
    const faults::HopView& view = root.judgement->view;
    const bool isEntry = view.caller && view.caller->kind == model::NodeKind::Client;
    return !(isEntry && !view.calleeHost && view.symptom.variant == "error-response");
}
}

model::Diagnosis diagnose(const model::Capture& capture, const model::Facts& facts,
    const model::Topology& topology, const faults::Catalogue& catalogue)
{
    Case run;
    run.topology = hasEntry(topology) ? topology : topologyFromUrl(capture.profile);
    run.outsideProbes = probesFromOutside(capture.outside);
    run.logs = faults::readLogs(facts, catalogue);
    run.request = requestState(capture.outside);
    run.judgements = judgeHops(capture, facts, run.topology, run.logs, run.outsideProbes, run.request);
    const int status = capture.outside.http.status.value_or(0);
    if (run.request == RequestState::Works
        && std::any_of(run.judgements.begin(), run.judgements.end(),
            [status](const Judgement& each) { return isDisguisedFailure(each, status); }))
        run.request = RequestState::Fails;
    if (run.request == RequestState::Works
        && std::any_of(run.judgements.begin(), run.judgements.end(), [](const Judgement& each) { return each.isStray; }))
        run.request = RequestState::Unknown;

    model::Diagnosis result;
    result.profile = capture.profile.name;
    result.url = capture.profile.url;
    result.startedAt = capture.startedAt;
    result.duration = capture.duration;
    result.request = requestResult(capture.outside);
    result.hosts = hostReports(capture, facts);
    result.incomplete = incompleteParts(capture, facts);

    const Path path(run.topology, run.judgements);
    const Judgement* entry = path.entry();
    Root root;
    if (run.request == RequestState::Works) {
        root = path.rootOfDegradation();
        result.verdict = root.judgement ? Verdict::Degraded : Verdict::Healthy;
    } else {
        root = path.rootOfFailure(run.request);
        result.verdict = isSeenWithinReach(root) ? Verdict::Failing : Verdict::Unknown;
        if (result.verdict == Verdict::Unknown)
            root = {};
        else if (run.request == RequestState::Unknown && root.isReplica)
            result.verdict = Verdict::Degraded;
    }

    if (entry && run.request == RequestState::Fails)
        if (auto offline = thisMachineOffline(capture, *entry, catalogue)) {
            root = { entry, false, 1 };
            result.verdict = Verdict::Failing;
            result.finding = std::move(offline);
        }
    borrowSymptom(run.judgements, root, entry);
    if (root.judgement && !result.finding) {
        Conclusion conclusion = conclude(root, catalogue);
        result.finding = std::move(conclusion.finding);
        result.alternatives = std::move(conclusion.alternatives);
    }
    if (result.verdict == Verdict::Unknown)
        result.unknownReason = whyUnknown(capture, facts, run.judgements);

    fillStates(run.topology, run.judgements, root, result.finding ? result.finding->cause : std::nullopt,
        result.verdict);
    result.advice = adviceFor(capture, facts, run.topology, run.judgements);
    result.topology = std::move(run.topology);
    return result;
}

}
