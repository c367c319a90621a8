// The service behind the hop is not there: stopped, could not start, restarts in a circle, crashed, still
// starting.
#include "core/faults/predicates/service.h"

#include "core/faults/predicates/candidates.h"
#include "core/faults/predicates/common.h"
#include "core/faults/predicates/container.h"
#include "core/faults/predicates/served.h"
#include "core/faults/predicates/dependency.h"
#include "core/faults/predicates/lastwords.h"
#include "core/faults/predicates/ownerunit.h"
#include "core/faults/predicates/sandbox.h"

#include <algorithm>

namespace hopscope::faults {

namespace {
bool mayBeAbsent(const HopView& view)
{
    return isConnectSymptom(view) && view.calleeHost && !view.accepting();
}

/// systemd itself could not run the program: 200/CHDIR … 243/CREDENTIALS.
bool isSystemdsOwnCode(const model::Unit& unit)
{
    return unit.mainExitStatus >= 200 && unit.mainExitStatus <= 245;
}

bool endedByItself(const model::Unit& unit)
{
    return unit.result == "exit-code" || unit.result == "signal" || unit.result == "core-dump"
        || unit.result == "watchdog";
}

/// How long the last run lasted; empty where not known.
std::optional<base::Milliseconds> lastedFor(const model::Unit& unit)
{
    const auto end = unit.lastExitAt ? unit.lastExitAt : unit.inactiveSince;
    if (!unit.activeSince || !end || *end < *unit.activeSince)
        return std::nullopt;
    return *end - *unit.activeSince;
}

/// systemd gave its last start up. What it was active since is then an earlier run, where a unit tells itself when it is ready.
bool wasGivenUp(const HopView& view, const model::Unit& unit)
{
    const auto lines = statedByCallee(view, "service-failed-to-start", sameHour);
    return std::any_of(lines.begin(), lines.end(), [&](const ReadLine* line) {
        return line->line->place == unit.name && line->line->text.find("Failed to start ") != std::string::npos
            && (!unit.activeSince || !line->line->at || *line->line->at >= *unit.activeSince);
    });
}

/// Its last run answered a request well: it had started, whatever happened then.
bool hadServed(const HopView& view, const model::Unit& unit)
{
    if (!unit.activeSince)
        return false;
    const auto own = answeredWellBefore(view);
    return servedAfter(view, *unit.activeSince) || (own && own->at > *unit.activeSince);
}

bool isLooping(const model::Unit& unit)
{
    return unit.result == "start-limit-hit" || unit.subState == "auto-restart"
        || (unit.restarts >= 2 && (unit.activeState == "failed" || unit.activeState == "activating"));
}

/// Its program was never reached: a file that the unit names is missing, or a step before the start (ExecStartPre) failed.
/// That is no crash, however often it is tried.
bool neverRan(const model::Unit& unit)
{
    if (unit.supervisor != model::Supervisor::Systemd && unit.supervisor != model::Supervisor::SystemdUser)
        return false;
    constexpr int exited = 1; // CLD_EXITED; the main process's own end, which may be one of days ago, was another
    return unit.result == "resources"
        || (unit.result == "exit-code" && unit.mainPid == 0 && (unit.mainExitStatus == 0 || unit.mainExitCode > exited));
}

/// Its file has a mistake for which systemd does not start it at all.
bool isRefusedBySystemd(const model::Unit& unit) { return unit.loadState == "bad-setting" || unit.loadState == "error"; }

/// Why systemd could not run it, in words.
std::string startFailureOf(const model::Unit& unit)
{
    const std::string program = unit.execStart.substr(0, unit.execStart.find(' '));
    const auto named = [](const std::string& text) { return text.empty() ? std::string() : " (" + text + ")"; };
    switch (unit.mainExitStatus) {
    case 200: return "its WorkingDirectory" + named(unit.workingDirectory) + " can't be entered, status 200/CHDIR";
    case 203: return "its program" + named(program) + " can't be run, status 203/EXEC";
    case 216: return "its group does not exist, status 216/GROUP";
    case 217: return "its user" + named(unit.user) + " does not exist, status 217/USER";
    default: break;
    }
    if (isRefusedBySystemd(unit))
        return "systemd refuses its unit file or a drop-in of it: " + unit.loadState;
    if (unit.result == "resources")
        return "a file that it names, such as its EnvironmentFile, can't be read";
    if (neverRan(unit))
        return "a step before its start (ExecStartPre) fails";
    return (unit.result.empty() ? unit.loadState : unit.result)
        + (unit.mainExitStatus != 0 ? ", status " + std::to_string(unit.mainExitStatus) : "");
}

/// The newest lines of the unit that are no mere bookkeeping of systemd: usually the reason.
void addLastWords(Assessment& assessment, const HopView& view)
{
    int added = 0;
    for (auto line = view.calleeLines.rbegin(); line != view.calleeLines.rend() && added < 2; ++line)
        if ((*line)->line->origin == model::LogOrigin::Journal && view.isFresh(**line, sameHour)) {
            assessment.supports(0.1, view.evidence(**line));
            ++added;
        }
}

std::string soRefuses(const HopView& view)
{
    if (view.isUnix())
        return view.symptom.variant == "connection-refused"
            ? ", so nobody listens on " + view.targetWords()
            : ", so " + view.targetWords() + " does not exist";
    return ", so " + view.targetWords()
        + (view.symptom.variant == "connection-refused" ? " refuses connections" : " is not open");
}

void addAbsence(Assessment& assessment, const HopView& view, double weight)
{
    if (!view.knowsListeners())
        return;
    model::Evidence item = portEvidence(view);
    item.rulesOut = { "firewall-drop", "firewall-reject", "app-hung" };
    assessment.supports(weight, std::move(item));
}

/// One that has opened any socket is done with starting.
bool listensSomewhere(const HopView& view, const model::Unit& unit)
{
    const model::HostFacts& host = *view.calleeHost;
    return std::any_of(host.listeners.begin(), host.listeners.end(), [&](const model::Listener& listener) {
        const bool isOfProcess = listener.pid
            && std::any_of(host.processes.begin(), host.processes.end(), [&](const model::Process& process) {
                   return process.pid == *listener.pid && process.unit == unit.name;
               });
        return listener.unit == unit.name || isOfProcess;
    });
}

double sure(const HopView& view, double weight) { return weight * view.unitCertainty; }
}

Assessment serviceStopped(const HopView& view)
{
    Assessment found(isProxy(view.callee) ? "proxy-stopped" : "service-stopped");
    // A container's unit is its engine, where that is down.
    if (!mayBeAbsent(view) || (view.callee && !view.callee->container.empty() && !view.unit))
        return found;
    if (!view.unit) {
        addAbsence(found, view, view.onPort().empty() && !view.isUnix() ? 0.7 : view.isUnix() ? 0.6 : 0);
        if (const auto served = servedBefore(view); served && found.isSupported()) {
            model::Evidence item = served->evidence;
            if (!startedSince(view, served->at))
                item.rulesOut = { "wrong-port" };
            found.supports(0.6, std::move(item));
        }
        found.because
            = "nothing listens on " + view.targetWords() + " there, and no running process belongs to it";
        if (view.calleeHost)
            found.firstPlace = view.isUnix()
                ? "ss -lx | grep " + view.hop->declared.endpoint.path + " on " + view.calleeHost->host.value()
                : "ss -ltnp 'sport = :" + std::to_string(view.port()) + "' on "
                    + view.calleeHost->host.value();
        return found;
    }
    const model::Unit& unit = *view.unit;
    fillUnit(found, view);
    if (isRefusedBySystemd(unit))
        return found; // to start it would be in vain
    const bool isStopped = (unit.activeState == "inactive" || unit.activeState == "deactivating")
        && (unit.result.empty() || unit.result == "success");
    if (!isStopped) {
        if (isUp(unit))
            found.contradicts(0.9 * view.unitCertainty, unitEvidence(view, unit));
        return found;
    }
    model::Evidence state = unitEvidence(view, unit);
    state.rulesOut = { "wrong-port", "crash-loop", "process-crashed", "app-hung" };
    if (view.unitCertainty < 0.95)
        state.observed += " (" + view.unitReason + ")";
    found.supports(sure(view, 0.93), std::move(state));
    addAbsence(found, view, 0.5);
    found.onset = unit.inactiveSince;
    for (const ReadLine* line : statedByCallee(view, "service-stopped", std::chrono::hours(24 * 30)))
        if (line->line->place == unit.name) {
            found.supports(0.2, view.evidence(*line));
            break;
        }
    found.because = unit.name + (view.container ? ", which runs the container " + view.container->name + "," : std::string()) + " is stopped"
        + soRefuses(view);
    return found;
}

Assessment serviceFailedToStart(const HopView& view)
{
    if (view.container && !view.unit)
        return containedFailureToStart(view);
    Assessment found("service-failed-to-start");
    if (!mayBeAbsent(view) || !view.unit || isProxy(view.callee))
        return found;
    const model::Unit& unit = *view.unit;
    if (unit.activeState != "failed" && unit.subState != "auto-restart" && !isRefusedBySystemd(unit))
        return found;
    fillUnit(found, view);
    const auto lasted = lastedFor(unit);
    const bool wasShort = wasGivenUp(view, unit) || ((!lasted || *lasted < std::chrono::seconds(15)) && !hadServed(view, unit));
    if (isSystemdsOwnCode(unit)) {
        model::Evidence state = unitEvidence(view, unit);
        state.rulesOut = { "service-stopped", "process-crashed", "crash-loop", "wrong-port" };
        found.supports(sure(view, 0.95), std::move(state));
    } else if (isRefusedBySystemd(unit) || neverRan(unit)
        || unit.result == "protocol" || unit.result == "timeout") {
        found.supports(sure(view, 0.9), unitEvidence(view, unit));
    } else if (unit.result == "exit-code" && wasShort && !isLooping(unit)) {
        model::Evidence state = unitEvidence(view, unit);
        state.rulesOut = { "service-stopped" };
        found.supports(sure(view, 0.85), std::move(state));
    } else {
        return found;
    }
    addAbsence(found, view, 0.4);
    for (const ReadLine* line : statedByCallee(view, "service-failed-to-start", sameHour))
        found.supports(0.3, view.evidence(*line));
    found.onset = unit.inactiveSince;
    found.because = unit.name + " can't start (" + startFailureOf(unit) + saidAtItsEnd(view) + ")" + soRefuses(view);
    addForbidden(found, view);
    return found;
}

Assessment crashLoop(const HopView& view)
{
    if (view.container && !view.unit)
        return containedCrashLoop(view);
    Assessment found("crash-loop");
    // One that dies of each request is a crash, not a loop: it runs well until then.
    if (!view.unit || !view.calleeHost || !isConnectSymptom(view))
        return found;
    const model::Unit& unit = *view.unit;
    const bool justStarted = isUp(unit) && unit.restarts >= 3 && unit.activeSince
        && view.nowOn(view.calleeHost) - *unit.activeSince < std::chrono::seconds(60);
    // One that takes its time to die is mostly seen alive, between two deaths, and never opens its port.
    const bool isBetween = isUp(unit) && unit.restarts >= 2 && unit.activeSince
        && view.nowOn(view.calleeHost) - *unit.activeSince < std::chrono::seconds(30) && !view.accepting() && view.knowsListeners()
        && !listensSomewhere(view, unit);
    if ((!isLooping(unit) || isSystemdsOwnCode(unit) || neverRan(unit)) && !justStarted && !isBetween)
        return found;
    fillUnit(found, view);
    model::Evidence state = unitEvidence(view, unit);
    state.rulesOut = { "service-stopped", "wrong-port" };
    found.supports(sure(view, justStarted || isBetween ? 0.8 : 0.94), std::move(state));
    if (!view.accepting())
        addAbsence(found, view, 0.3);
    for (const ReadLine* line : statedByCallee(view, "crash-loop", sameHour))
        found.supports(0.3, view.evidence(*line));
    addLastWords(found, view);
    found.because = unit.name
        + (unit.result == "start-limit-hit" ? std::string(" crashed on each start until ") + managerOf(unit) + " gave up"
                                            : " crashes and is restarted again and again ("
                    + std::to_string(unit.restarts) + " restarts)")
        + saidAtItsEnd(view);
    if (!view.accepting())
        found.because += soRefuses(view);
    addForbidden(found, view);
    return found;
}

Assessment processCrashed(const HopView& view)
{
    if (view.container)
        return containedCrash(view);
    Assessment found("process-crashed");
    if (!view.calleeHost)
        return found;
    fillUnit(found, view);
    if (mayBeAbsent(view) && view.unit && view.unit->activeState == "failed" && endedByItself(*view.unit)
        && !isLooping(*view.unit) && !isSystemdsOwnCode(*view.unit)) {
        const auto lasted = lastedFor(*view.unit);
        const bool wasLong = !wasGivenUp(view, *view.unit) && ((lasted && *lasted >= std::chrono::seconds(15)) || hadServed(view, *view.unit));
        const bool bySignal = view.unit->result == "signal" || view.unit->result == "core-dump";
        if (wasLong || bySignal) {
            model::Evidence state = unitEvidence(view, *view.unit);
            state.rulesOut = { "service-stopped", "wrong-port" };
            found.supports(sure(view, 0.88), std::move(state));
            addAbsence(found, view, 0.4);
            found.onset = view.unit->inactiveSince;
            found.because = view.unit->name + " crashed"
                + (bySignal ? " (signal " + std::to_string(view.unit->mainExitStatus) + ")"
                            : " (exit status " + std::to_string(view.unit->mainExitStatus) + saidAtItsEnd(view) + ")")
                + soRefuses(view);
            addForbidden(found, view);
            addLastWords(found, view);
        }
    }
    if (!view.isSymptom({ "reset-before-headers", "closed-mid-response" }))
        return found;
    for (const ReadLine* line : statedByCallee(view, "process-crashed", fresh)) {
        model::Evidence item = view.evidence(*line);
        item.rulesOut = { "keepalive-race" };
        found.supports(0.75, std::move(item));
    }
    if (view.unit && view.unit->lastExitAt && endedByItself(*view.unit)
        && view.nowOn(view.calleeHost) - *view.unit->lastExitAt < fresh)
        found.supports(sure(view, 0.6), unitEvidence(view, *view.unit));
    if (view.unit && view.unit->restarts > 0 && view.unit->activeSince
        && view.nowOn(view.calleeHost) - *view.unit->activeSince < fresh)
        found.supports(sure(view, 0.6), unitEvidence(view, *view.unit));
    for (const model::HopProbe* probe : view.loopProbes)
        if (probe->reply == model::ReplyResult::ClosedBeforeHeaders
            || probe->reply == model::ReplyResult::ResetBeforeHeaders)
            found.supports(0.35, view.evidence(*probe));
    if (found.because.empty())
        found.because = calleeName(view) + " dies while it handles the request";
    return found;
}

Assessment deploymentInProgress(const HopView& view)
{
    Assessment found("deployment-in-progress");
    for (const model::HopProbe* probe : view.callerProbes)
        if (const auto refusal = refusalIn(*probe, view.hop->protocol); refusal && refusal->cause == found.cause()) {
            model::Evidence item = view.evidence(*probe);
            item.observed += ": " + refusal->words;
            item.rulesOut = { "service-stopped", "dependency-auth-failed" };
            found.supports(0.9, std::move(item));
            found.because = calleeName(view) + " is still starting and takes no requests yet";
            found.responsible = "dependency";
            fillUnit(found, view);
        }
    if (!mayBeAbsent(view) || !view.unit)
        return found;
    const model::Unit& unit = *view.unit;
    const bool isStarting
        = unit.activeState == "activating" && unit.subState != "auto-restart" && unit.restarts == 0;
    const auto age = unit.activeSince ? view.nowOn(view.calleeHost) - *unit.activeSince : std::chrono::hours(1);
    const auto served = servedBefore(view);
    const bool hasServed = served && unit.activeSince && served->at <= *unit.activeSince + std::chrono::seconds(1);
    // Loading takes some a minute; that it served before its start shows that this is where it will listen.
    const bool isYoung = isUp(unit) && unit.restarts == 0 && age < std::chrono::seconds(hasServed ? 90 : 20);
    if ((!isStarting && !isYoung) || listensSomewhere(view, unit))
        return found;
    fillUnit(found, view);
    found.supports(sure(view, isStarting ? 0.85 : 0.6), unitEvidence(view, unit));
    if (hasServed)
        found.supports(0.5, served->evidence);
    addAbsence(found, view, 0.2);
    found.because = unit.name + " is still starting" + soRefuses(view);
    return found;
}

}
