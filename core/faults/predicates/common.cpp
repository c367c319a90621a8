#include "core/faults/predicates/common.h"

#include "core/faults/predicates/ownerunit.h"

#include <algorithm>

namespace hopscope::faults {

bool isFromUser(const HopView& view) { return view.caller && view.caller->kind == model::NodeKind::Client; }

bool isConnectSymptom(const HopView& view)
{
    return view.isSymptom({ "connection-refused", "connection-timed-out", "host-unreachable",
        "socket-missing", "permission-denied", "connect-failed", "no-healthy-upstream" });
}

bool isReplySymptom(const HopView& view)
{
    return view.isSymptom({ "reset-before-headers", "closed-mid-response", "response-timed-out",
        "error-response", "invalid-response", "overloaded" });
}

bool isOfRunning(std::string_view place) { return place.starts_with("admin /") || place.starts_with("api /"); }

std::string configPlace(const HopView& view)
{
    if (isOfRunning(view.hop->declared.place.file))
        return configName(view);
    const std::string place = view.hop->declared.place.text();
    return place.empty() || !view.callerHost ? place : place + " on " + view.callerHost->host.value();
}

void blameConfiguration(Assessment& found, const HopView& view)
{
    const model::FilePlace& place = view.hop->declared.place;
    if (!place.file.empty() && !isOfRunning(place.file)) {
        found.values["file"] = place.file;
        found.values["line"] = std::to_string(place.line);
    }
    found.firstPlace = configPlace(view);
    found.responsible = "proxy";
    const model::HostFacts* host = isFromUser(view) ? view.calleeHost : view.callerHost;
    if (host)
        found.host = host->host;
}

std::string configName(const HopView& view)
{
    if (isOfRunning(view.hop->declared.place.file))
        return "what " + (view.caller && !view.caller->label.empty() ? view.caller->label : std::string("the proxy")) + " runs with";
    const std::string place = view.hop->declared.place.text();
    return place.empty() ? "the proxy's configuration" : place;
}

bool isDown(const model::Unit& unit)
{
    return unit.activeState == "inactive" || unit.activeState == "failed"
        || unit.activeState == "deactivating"
        || (unit.activeState == "activating" && unit.subState == "auto-restart");
}

bool isUp(const model::Unit& unit) { return unit.activeState == "active" || unit.activeState == "reloading"; }

model::Evidence unitEvidence(const HopView& view, const model::Unit& unit)
{
    if (unit.supervisor == model::Supervisor::Supervisord || unit.supervisor == model::Supervisor::Pm2) {
        std::string said = unit.name + ": " + unit.description;
        if (unit.mainExitStatus != 0)
            said += (unit.result == "signal" ? ", ended by signal " : ", exit status ") + std::to_string(unit.mainExitStatus);
        if (unit.restarts > 0)
            said += ", " + std::to_string(unit.restarts) + " restarts";
        return view.evidence(view.calleeHost, "units", unit.source, said);
    }
    std::string words = unit.name + ": ActiveState=" + unit.activeState + " SubState=" + unit.subState;
    if (!unit.result.empty())
        words += " Result=" + unit.result;
    if (unit.mainExitStatus != 0)
        words += " ExecMainStatus=" + std::to_string(unit.mainExitStatus);
    if (unit.restarts > 0)
        words += " NRestarts=" + std::to_string(unit.restarts);
    const auto since = isUp(unit) ? unit.activeSince : unit.inactiveSince;
    if (since)
        words += (isUp(unit) ? ", active since " : ", since ") + base::toIso8601(*since);
    return view.evidence(view.calleeHost, "unit-state", unit.source, words);
}

model::Evidence portEvidence(const HopView& view)
{
    model::Source all;
    if (view.calleeHost && !view.calleeHost->listeners.empty())
        all.check = view.calleeHost->listeners.front().source.check;
    std::string words;
    for (const model::Listener* listener : view.onPort())
        words += (words.empty() ? "" : ", ") + textOf(*listener);
    if (words.empty())
        words = "nothing listens on " + view.targetWords();
    return view.evidence(view.calleeHost, "listeners", all, words);
}

model::Evidence listenerEvidence(
    const HopView& view, const model::Listener& listener, const std::string& words)
{
    return view.evidence(view.calleeHost, "listeners", listener.source,
        textOf(listener) + (words.empty() ? "" : ": ") + words);
}

std::string textOf(const model::Listener& listener)
{
    model::Endpoint endpoint;
    endpoint.host = listener.address.empty() ? "*" : listener.address;
    endpoint.port = listener.port;
    endpoint.path = listener.path;
    std::string text = endpoint.text();
    if (!listener.process.empty())
        text
            += " (" + listener.process + (listener.pid ? ", pid " + std::to_string(*listener.pid) : "") + ")";
    return text;
}

std::vector<const model::Process*> calleeProcesses(const HopView& view)
{
    std::vector<const model::Process*> found;
    if (!view.calleeHost)
        return found;
    const model::Listener* listener = view.accepting();
    const int owner = listener && listener->pid ? *listener->pid : view.callee ? view.callee->pid : 0;
    for (const model::Process& process : view.calleeHost->processes) {
        const bool isOfUnit = view.unit && view.unitCertainty >= 0.8 && process.unit == view.unit->name;
        if (isOfUnit || (owner != 0 && (process.pid == owner || process.parent == owner)))
            found.push_back(&process);
    }
    return found;
}

namespace {
std::vector<const ReadLine*> stated(const HopView& view, const std::vector<const ReadLine*>& lines,
    std::string_view cause, base::Milliseconds age)
{
    std::vector<const ReadLine*> found;
    for (auto line = lines.rbegin(); line != lines.rend() && found.size() < 3; ++line)
        if ((*line)->reading.cause == cause && view.isFresh(**line, age))
            found.push_back(*line);
    return found;
}
}

std::vector<const ReadLine*> statedByCallee(
    const HopView& view, std::string_view cause, base::Milliseconds age)
{
    return stated(view, view.calleeLines, cause, age);
}

std::vector<const ReadLine*> statedByCaller(
    const HopView& view, std::string_view cause, base::Milliseconds age)
{
    return stated(view, view.callerLines, cause, age);
}

std::string proxyName(const HopView& view)
{
    return view.callee && !view.callee->label.empty() ? view.callee->label : "the proxy";
}

std::string calleeName(const HopView& view)
{
    if (view.unit && view.unitCertainty >= 0.8)
        return view.unit->name;
    if (view.callee && !view.callee->label.empty())
        return view.callee->label;
    return view.hop->declared.endpoint.text();
}

void fillUnit(Assessment& assessment, const HopView& view)
{
    if (!view.unit)
        return;
    assessment.values["unit"] = view.unit->name;
    if (view.calleeHost)
        assessment.firstPlace
            = statusCommand(*view.unit) + " on " + view.calleeHost->host.value();
}

Assessment statedOnly(
    const HopView& view, const char* cause, double weight, const std::vector<std::string>& rulesOut)
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

}
