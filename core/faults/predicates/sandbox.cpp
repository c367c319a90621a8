#include "core/faults/predicates/sandbox.h"

#include "core/faults/predicates/common.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace hopscope::faults {

namespace {
using std::string_view;

/// A setting of a unit, and the words with which programs meet it. systemd.exec(5), systemd.resource-control(5).
struct Sandbox {
    string_view setting;
    std::array<string_view, 4> words; ///< any of them; empty ones count for nothing
};

constexpr auto sandboxes = std::to_array<Sandbox>({
    { "RestrictAddressFamilies", { "EAFNOSUPPORT", "ddress family not supported", "", "" } },
    { "PrivateNetwork", { "ENETUNREACH", "etwork is unreachable", "", "" } },
    { "IPAddressDeny", { "peration not permitted", "EPERM", "", "" } },
    { "ProtectSystem", { "ead-only file system", "EROFS", "", "" } },
    { "ReadOnlyPaths", { "ead-only file system", "EROFS", "", "" } },
    { "ProtectHome", { "ermission denied: '/home", "ermission denied, open '/home", "ead-only file system", "'/home" } },
    { "InaccessiblePaths", { "ermission denied", "EACCES", "o such file", "ENOENT" } },
    { "LimitNOFILE", { "EMFILE", "oo many open files", "ENFILE", "" } },
    { "TasksMax", { "esource temporarily unavailable", "EAGAIN", "start new thread", "native thread" } },
    { "MemoryDenyWriteExecute", { "JIT memory", "mprotect", "executable memory", "code range" } },
    { "SystemCallFilter", { "Bad system call", "peration not permitted", "EPERM", "" } },
    { "NoExecPaths", { "spawn EACCES", "ermission denied: '/", "", "" } },
});

string_view nameOf(string_view setting) { return setting.substr(0, setting.find('=')); }
string_view valueOf(string_view setting) { return setting.substr(std::min(setting.size(), setting.find('=') + 1)); }

/// Whether the path that a line names lies below one of the setting's.
bool namesPathBelow(string_view line, string_view paths)
{
    while (!paths.empty()) {
        const string_view path = paths.substr(0, paths.find(' '));
        paths.remove_prefix(std::min(paths.size(), path.size() + 1));
        if (path.size() > 1 && line.find(path) != string_view::npos)
            return true;
    }
    return false;
}

bool isMet(const Sandbox& sandbox, string_view value, string_view line)
{
    const bool isSaid = std::any_of(sandbox.words.begin(), sandbox.words.end(),
        [&](string_view word) { return !word.empty() && line.find(word) != string_view::npos; });
    return isSaid && (sandbox.setting != "InaccessiblePaths" || namesPathBelow(line, value));
}

/// What the end of its main process alone tells, where the program had no word.
bool isMetByEnd(const model::Unit& unit, string_view name, string_view value)
{
    constexpr int badCall = 31; // SIGSYS
    constexpr auto ofNoCode = std::to_array<int>({ 4, 5, 6, 11 }); // what a just-in-time compiler dies of that may not have its pages
    constexpr int noFolder = 200;
    constexpr int noProgram = 203;
    const bool bySignal = unit.mainExitCode > 1;
    if (name == "SystemCallFilter")
        return bySignal && unit.mainExitStatus == badCall;
    if (name == "MemoryDenyWriteExecute")
        return bySignal && std::find(ofNoCode.begin(), ofNoCode.end(), unit.mainExitStatus) != ofNoCode.end();
    if (name == "NoExecPaths")
        return !bySignal && unit.mainExitStatus == noProgram;
    if (name == "InaccessiblePaths")
        return !bySignal && ((unit.mainExitStatus == noFolder && namesPathBelow(unit.workingDirectory, value))
            || (unit.mainExitStatus == noProgram && namesPathBelow(unit.execStart, value)));
    if (name == "ProtectHome")
        return !bySignal && ((unit.mainExitStatus == noFolder && unit.workingDirectory.starts_with("/home/"))
            || (unit.mainExitStatus == noProgram && unit.execStart.starts_with("/home/")));
    return false;
}

/// The file that most likely says so: the drop-in that was edited last, the only one, or the unit's own.
std::string fileOf(const HopView& view)
{
    const model::Unit& unit = *view.unit;
    std::string best;
    std::optional<base::TimePoint> newest;
    for (const model::Change& change : view.calleeHost->changes)
        for (const std::string& file : unit.dropIns)
            if (mentions(change.what, file) && (!newest || change.at > *newest)) {
                best = file;
                newest = change.at;
            }
    if (best.empty() && !unit.dropIns.empty())
        best = unit.dropIns.back(); // the last one wins
    return best.empty() ? unit.fragmentPath : best;
}

/// The unit's own lines of its last minutes, or of its end.
const model::LogLine* newestWords(const HopView& view, const Sandbox& sandbox, string_view value)
{
    const auto& logs = view.calleeHost->logs;
    const auto end = isDown(*view.unit) ? view.unit->inactiveSince : std::nullopt;
    for (auto line = logs.rbegin(); line != logs.rend(); ++line) {
        const bool isIts = line->origin == model::LogOrigin::Journal && line->place == view.unit->name && line->at;
        if (!isIts || !isMet(sandbox, value, line->text))
            continue;
        const bool isOfEnd = end && std::chrono::abs(*end - *line->at) < std::chrono::minutes(1);
        const bool isOfThisRun = !isUp(*view.unit) || !view.unit->activeSince || *line->at + std::chrono::minutes(1) > *view.unit->activeSince;
        if (isOfEnd || (view.nowOn(view.calleeHost) - *line->at <= fresh && isOfThisRun))
            return &*line;
    }
    return nullptr;
}

/// No process of the unit has a socket that the host can see.
bool isUnseen(const HopView& view)
{
    const model::HostFacts& host = *view.calleeHost;
    return view.knowsListeners() && view.onPort().empty() && std::none_of(host.listeners.begin(), host.listeners.end(), [&](const model::Listener& each) {
        return each.unit == view.unit->name || (each.pid && *each.pid == view.unit->mainPid);
    });
}
}

std::optional<Forbidden> forbiddenByUnit(const HopView& view)
{
    if (!view.unit || !view.calleeHost || view.unit->restrictions.empty() || view.container)
        return std::nullopt;
    for (const Sandbox& sandbox : sandboxes)
        for (const std::string& setting : view.unit->restrictions) {
            if (nameOf(setting) != sandbox.setting)
                continue;
            const model::LogLine* line = newestWords(view, sandbox, valueOf(setting));
            if (line || (!isUp(*view.unit) && isMetByEnd(*view.unit, sandbox.setting, valueOf(setting))))
                return Forbidden { setting, fileOf(view), line };
        }
    return std::nullopt;
}

namespace {
void nameSetting(Assessment& found, const HopView& view, const Forbidden& forbidden)
{
    found.values["restriction"] = forbidden.setting;
    found.values["restrictionName"] = std::string(nameOf(forbidden.setting));
    // What a package brought is replaced by its next version: such a file is not to be edited.
    if (forbidden.file.starts_with("/etc/"))
        found.values["dropIn"] = forbidden.file;
    found.firstPlace = (forbidden.file.empty() ? "systemctl cat " + view.unit->name : forbidden.file) + " on " + view.calleeHost->host.value() + ": "
        + forbidden.setting;
}

std::string inFile(const Forbidden& forbidden) { return forbidden.setting + (forbidden.file.empty() ? "" : " in " + forbidden.file); }
}

void addForbidden(Assessment& found, const HopView& view)
{
    if (!found.isSupported())
        return;
    const auto forbidden = forbiddenByUnit(view);
    if (!forbidden)
        return;
    if (forbidden->line)
        found.supports(0.2, view.evidence(view.calleeHost, "unit-log", forbidden->line->source, forbidden->line->text));
    found.because += "; its unit forbids it what it needs: " + inFile(*forbidden);
    nameSetting(found, view, *forbidden);
}

Assessment shutAway(const HopView& view)
{
    Assessment found("app-misconfigured");
    if (!view.unit || !view.calleeHost || view.container || view.isUnix() || !isUp(*view.unit) || view.unitCertainty < 0.8)
        return found;
    const bool isRefused = view.isSymptom({ "connection-refused", "no-healthy-upstream" }) && !view.accepting();
    if (!isRefused && !view.isSymptom({ "error-response" }))
        return found;
    const auto& settings = view.unit->restrictions;
    const bool hasNoNetwork = std::find(settings.begin(), settings.end(), "PrivateNetwork=yes") != settings.end();
    std::optional<Forbidden> forbidden;
    if (isRefused && hasNoNetwork && isUnseen(view))
        forbidden = Forbidden { "PrivateNetwork=yes", fileOf(view), nullptr };
    else
        forbidden = forbiddenByUnit(view);
    if (!forbidden || !forbidden->file.starts_with("/etc/"))
        return found;
    // The name of the setting is the first word of its meaning: what is no network's is told elsewhere.
    const string_view setting = nameOf(forbidden->setting);
    if (setting != "PrivateNetwork" && setting != "RestrictAddressFamilies" && setting != "IPAddressDeny")
        return found;
    model::Evidence item = unitEvidence(view, *view.unit);
    item.observed += " " + forbidden->setting;
    item.rulesOut = { "deployment-in-progress", "service-stopped", "wrong-port", "crash-loop", "app-error", "dependency-down" };
    found.supports(0.9, std::move(item));
    if (forbidden->line)
        found.supports(0.5, view.evidence(view.calleeHost, "unit-log", forbidden->line->source, forbidden->line->text));
    fillUnit(found, view);
    found.because = view.unit->name + " runs, but its unit keeps it from the network: " + inFile(*forbidden)
        + (isRefused ? ", so nobody can reach it at " + view.targetWords() : ", so it reaches nothing that it depends on");
    nameSetting(found, view, *forbidden);
    return found;
}

}
