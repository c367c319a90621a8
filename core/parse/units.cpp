#include "core/parse/units.h"

#include "core/parse/clock.h"
#include "core/parse/lines.h"
#include "core/parse/secrets.h"
#include "core/parse/supervisors.h"

#include <algorithm>
#include <array>
#include <set>

namespace hopscope::parse {
namespace {

using model::Unit;

/// "{ path=/usr/bin/node ; argv[]=/usr/bin/node /srv/app.js ; ignore_errors=no ; … }": the arguments.
std::string argumentsOf(std::string_view value)
{
    const std::size_t start = value.find("argv[]=");
    if (start == std::string_view::npos)
        return textOf(withSecretsMasked(value));
    value.remove_prefix(start + 7);
    return textOf(withSecretsMasked(value.substr(0, value.find(" ; "))));
}

std::optional<std::uint64_t> bytesOf(std::string_view value)
{
    const auto number = numberOf<std::uint64_t>(value);
    // "no limit" and "not counted" are all bits set
    return number && *number < (std::uint64_t(1) << 62) ? number : std::nullopt;
}

/// What keeps a program from things; the shell leaves out what forbids nothing.
bool isRestriction(std::string_view key)
{
    constexpr auto known = std::to_array<std::string_view>({ "RestrictAddressFamilies", "PrivateNetwork", "PrivateTmp", "ProtectSystem", "ProtectHome",
        "IPAddressDeny", "NoExecPaths", "InaccessiblePaths", "ReadOnlyPaths", "MemoryDenyWriteExecute", "LimitNOFILE", "TasksMax", "SystemCallFilter" });
    return std::find(known.begin(), known.end(), key) != known.end();
}

/// Whether it keeps a program from nothing that it is likely to want.
bool isUsual(std::string_view key, std::string_view value)
{
    constexpr std::uint64_t manyTasks = 100;
    constexpr std::uint64_t manyFiles = 10000;
    if (key == "TasksMax" || key == "LimitNOFILE")
        return numberOf<std::uint64_t>(value).value_or(manyFiles) >= (key == "TasksMax" ? manyTasks : manyFiles);
    return value == "no" || value.empty();
}

void setProperty(Unit& unit, std::string_view key, std::string_view value)
{
    const auto text = [&] { return textOf(value); };
    const auto integer = [&] { return numberOf<int>(value).value_or(0); };
    if (key == "Id") unit.name = text();
    else if (key == "Description") unit.description = text();
    else if (key == "LoadState") unit.loadState = text();
    else if (key == "ActiveState") unit.activeState = text();
    else if (key == "SubState") unit.subState = text();
    else if (key == "Result") unit.result = text();
    else if (key == "UnitFileState") unit.unitFileState = text();
    else if (key == "NRestarts") unit.restarts = integer();
    else if (key == "MainPID") unit.mainPid = integer();
    else if (key == "ExecMainCode") unit.mainExitCode = integer();
    else if (key == "ExecMainStatus") unit.mainExitStatus = integer();
    else if (key == "Restart") unit.restartPolicy = text();
    else if (key == "User") unit.user = text();
    else if (key == "WorkingDirectory") unit.workingDirectory = textOf(value.starts_with('!') ? value.substr(1) : value);
    else if (key == "ExecStart" && unit.execStart.empty()) unit.execStart = argumentsOf(value);
    else if (key == "FragmentPath") unit.fragmentPath = text();
    else if (key == "TriggeredBy") unit.triggeredBy = text();
    else if (key == "NeedDaemonReload") unit.needsDaemonReload = value == "yes";
    else if (key == "ActiveEnterTimestamp") unit.activeSince = systemdStamp(value);
    else if (key == "InactiveEnterTimestamp") unit.inactiveSince = systemdStamp(value);
    else if (key == "ExecMainExitTimestamp") unit.lastExitAt = systemdStamp(value);
    else if (key == "MemoryCurrent") unit.memoryBytes = bytesOf(value);
    else if (key == "MemoryMax") unit.memoryMaxBytes = bytesOf(value);
    else if (isRestriction(key)) {
        if (!isUsual(key, value))
            unit.restrictions.push_back(textOf(key) + "=" + (key == "SystemCallFilter" ? std::string("…") : textOf(value)));
    } else if (key == "DropInPaths") {
        for (const std::string_view path : wordsOf(value))
            unit.dropIns.push_back(textOf(path));
    } else if (key == "After") {
        for (const std::string_view name : wordsOf(value))
            unit.after.push_back(textOf(name));
    } else if (key == "Listen") {
        // "/run/x.sock (Stream)", a line each; older releases join them on one
        for (const std::string_view word : wordsOf(value)) {
            if (!word.starts_with('('))
                unit.listens.push_back(textOf(word));
        }
    }
}

void readSystemd(const std::vector<Line>& lines, std::vector<Unit>& units)
{
    std::set<std::string> seen;
    Unit unit;
    const auto finish = [&] {
        if (unit.source.line == 0)
            return; // nothing since the last one
        if (unit.result.empty() && unit.loadState == "loaded")
            unit.result = "success";
        if (!unit.name.empty() && seen.insert(unit.name).second)
            units.push_back(std::move(unit));
        unit = Unit();
    };
    for (const Line& line : lines) {
        if (line.text.empty()) {
            finish();
            continue;
        }
        std::string_view value = line.text;
        const std::string_view key = takeUntil(value, "=");
        if (unit.source.line == 0)
            unit.source.line = line.number;
        if (key == "Id" && !unit.name.empty()) { // a paragraph whose blank line was lost
            finish();
            unit.source.line = line.number;
        }
        if (key == "ActiveState")
            unit.source.line = line.number; // the telling line
        setProperty(unit, key, value);
    }
    finish();
}

/// A user's own manager; the section names whose.
void readUsersSystemd(const Section& section, std::vector<Unit>& units)
{
    std::vector<Unit> found;
    readSystemd(section.lines, found);
    for (Unit& unit : found) {
        unit.supervisor = model::Supervisor::SystemdUser;
        unit.user = textOf(trimmed(std::string_view(section.title).substr(13)));
        units.push_back(std::move(unit));
    }
}

/// " nginx                                            [  started  ]"
void readOpenRc(const std::vector<Line>& lines, std::vector<Unit>& units)
{
    for (const Line& line : lines) {
        std::string_view rest = line.text;
        if (!rest.starts_with(' '))
            continue;
        const std::string_view name = takeWord(rest);
        takeUntil(rest, "[");
        const std::string_view state = trimmed(takeUntil(rest, "]"));
        if (name.empty() || state.empty())
            continue;
        Unit unit;
        unit.name = textOf(name);
        unit.supervisor = model::Supervisor::OpenRc;
        unit.loadState = "loaded";
        unit.subState = textOf(takeWord(rest = state));
        unit.activeState = unit.subState == "started" ? "active"
            : unit.subState == "crashed"              ? "failed"
            : unit.subState == "starting"             ? "activating"
                                                      : "inactive";
        unit.source.line = line.number;
        units.push_back(std::move(unit));
    }
}

}

std::vector<Unit> parseUnits(std::string_view output)
{
    std::vector<Unit> units;
    const std::vector<Section> sections = sectionsOf(output);
    for (const Section& section : sections) {
        if (section.title == "openrc")
            readOpenRc(section.lines, units);
        else if (section.title.starts_with("user-systemd "))
            readUsersSystemd(section, units);
        else if (section.title.empty())
            readSystemd(section.lines, units);
    }
    for (Unit& unit : supervisedUnits(sections))
        units.push_back(std::move(unit));
    return units;
}

}
