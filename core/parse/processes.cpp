#include "core/parse/processes.h"

#include "core/parse/lines.h"
#include "core/parse/secrets.h"

#include <map>

namespace hopscope::parse {
namespace {

using model::Process;
using ById = std::map<int, Process>;

/// "/proc/12/exe" or "/proc/12": the number.
std::optional<int> pidOfPath(std::string_view path)
{
    if (!path.starts_with("/proc/"))
        return std::nullopt;
    path.remove_prefix(6);
    return numberOf<int>(path.substr(0, path.find('/')));
}

/// Columns by fixed widths for the numbers, then the short name in 16 columns, then the arguments.
std::optional<Process> processOfRow(const Line& line, std::optional<base::TimePoint> now)
{
    std::string_view rest = line.text;
    const auto pid = numberOf<int>(takeWord(rest));
    const auto parent = numberOf<int>(takeWord(rest));
    const std::string_view user = takeWord(rest);
    const std::string_view state = takeWord(rest);
    const auto threads = numberOf<int>(takeWord(rest));
    const auto residentKiB = numberOf<std::uint64_t>(takeWord(rest));
    const auto percent = numberOf<double>(takeWord(rest));
    const auto elapsed = numberOf<long long>(takeWord(rest));
    if (!pid || !parent || state.empty() || rest.size() < 2)
        return std::nullopt;
    Process process;
    process.pid = *pid;
    process.parent = *parent;
    process.user = textOf(user);
    process.state = state.front();
    process.threads = threads.value_or(0);
    process.residentBytes = residentKiB.value_or(0) * 1024;
    process.cpuPercent = percent.value_or(0);
    if (now && elapsed && *elapsed >= 0 && *elapsed < 10'000'000'000)
        process.startedAt = *now - std::chrono::seconds(*elapsed);
    rest.remove_prefix(1);
    process.name = textOf(trimmed(rest.substr(0, 16)));
    process.commandLine = rest.size() > 17 ? textOf(withSecretsMasked(trimmed(rest.substr(17)))) : process.name;
    process.source.line = line.number;
    return process;
}

void readPs(const Section& section, std::optional<base::TimePoint> now, ById& processes)
{
    for (const Line& line : section.lines) {
        if (auto process = processOfRow(line, now))
            processes.insert_or_assign(process->pid, std::move(*process));
    }
}

/// /proc/PID/stat, proc(5): "12 (na me) S ppid … utime(14) stime(15) … threads(20) … start(22) …". The name may hold
/// blanks and parentheses, so the last ')' ends it. Times are in ticks; 100 a second on all Linux that matters.
void readStat(const Section& section, std::optional<base::TimePoint> bootedAt, ById& processes)
{
    for (const Line& line : section.lines) {
        const std::size_t open = line.text.find('(');
        const std::size_t close = line.text.rfind(')');
        if (open == std::string_view::npos || close == std::string_view::npos || close < open)
            continue;
        const auto pid = numberOf<int>(trimmed(line.text.substr(0, open)));
        const auto words = wordsOf(line.text.substr(close + 1));
        if (!pid || words.size() < 20)
            continue;
        Process process;
        process.pid = *pid;
        process.name = textOf(line.text.substr(open + 1, close - open - 1));
        process.commandLine = process.name;
        process.state = words[0].front();
        process.parent = numberOf<int>(words[1]).value_or(0);
        process.threads = numberOf<int>(words[17]).value_or(0);
        const auto ticks = numberOf<long long>(words[19]);
        if (bootedAt && ticks && *ticks >= 0 && *ticks < 1'000'000'000'000)
            process.startedAt = *bootedAt + std::chrono::milliseconds(*ticks * 10);
        process.source.line = line.number;
        processes.insert_or_assign(*pid, std::move(process));
    }
}

void readStatus(const Section& section, ById& processes, std::map<int, std::string>& uids)
{
    for (const Line& line : section.lines) {
        std::string_view rest = line.text;
        const auto pid = pidOfPath(takeUntil(rest, ":"));
        const std::string_view key = takeUntil(rest, ":");
        const std::string_view value = takeWord(rest);
        const auto found = pid ? processes.find(*pid) : processes.end();
        if (found == processes.end())
            continue;
        if (key == "Uid")
            uids[*pid] = value;
        else if (key == "VmRSS")
            found->second.residentBytes = numberOf<std::uint64_t>(value).value_or(0) * 1024;
    }
}

void readCommandLines(const Section& section, ById& processes)
{
    for (const Line& line : section.lines) {
        std::string_view rest = line.text;
        const auto pid = pidOfPath(takeUntil(rest, ":"));
        const auto found = pid ? processes.find(*pid) : processes.end();
        // a second line of the same process: its arguments hold a newline
        if (found != processes.end() && !trimmed(rest).empty() && found->second.commandLine == found->second.name) {
            found->second.commandLine = textOf(withSecretsMasked(rest));
            found->second.source.line = line.number;
        }
    }
}

void nameUsers(const Section& passwd, const std::map<int, std::string>& uids, ById& processes)
{
    std::map<std::string, std::string, std::less<>> names;
    for (const Line& line : passwd.lines) {
        std::string_view rest = line.text;
        const std::string_view name = takeUntil(rest, ":");
        names.try_emplace(std::string(rest), textOf(name));
    }
    for (const auto& [pid, uid] : uids) {
        const auto name = names.find(uid);
        processes[pid].user = name == names.end() ? textOf(uid) : name->second;
    }
}

void readControlGroups(const Section& section, ById& processes)
{
    for (const Line& line : section.lines) {
        // /proc/12/cgroup:0::/system.slice/shop.service
        std::string_view rest = line.text;
        const auto pid = pidOfPath(takeUntil(rest, ":"));
        takeUntil(rest, ":");
        takeUntil(rest, ":");
        const auto found = pid ? processes.find(*pid) : processes.end();
        if (found == processes.end())
            continue;
        GroupOwner owner = ownerOfControlGroup(rest);
        if (!owner.unit.empty())
            found->second.unit = textOf(owner.unit);
        if (!owner.container.empty())
            found->second.container = textOf(owner.container);
    }
}

void readLinks(const Section& section, ById& processes)
{
    for (const Line& line : section.lines) {
        std::string_view rest = line.text;
        const std::string_view path = takeUntil(rest, " -> ");
        const auto pid = pidOfPath(path);
        const auto found = pid ? processes.find(*pid) : processes.end();
        if (found == processes.end())
            continue;
        if (rest.ends_with(" (deleted)"))
            rest.remove_suffix(10); // replaced by an upgrade while it runs
        if (path.ends_with("/exe"))
            found->second.executable = textOf(rest);
        else
            found->second.workingDirectory = textOf(rest);
    }
}

void readNumbers(const Section& section, ById& processes)
{
    for (const Line& line : section.lines) {
        std::string_view rest = line.text;
        const std::string_view first = takeWord(rest);
        const auto value = numberOf<std::uint64_t>(trimmed(rest));
        const auto pid = section.title == "limits" ? numberOf<int>(first) : pidOfPath(first);
        const auto found = pid ? processes.find(*pid) : processes.end();
        if (found == processes.end() || !value)
            continue;
        (section.title == "limits" ? found->second.openFilesLimit : found->second.openFiles) = value;
    }
}

}

std::vector<Process> parseProcesses(std::string_view output)
{
    ById processes;
    std::map<int, std::string> uids;
    std::optional<base::TimePoint> now;
    std::optional<base::TimePoint> bootedAt;
    for (const Section& section : sectionsOf(output)) {
        if (section.title.empty()) {
            for (const Line& line : section.lines) {
                if (const auto value = valueOf(line.text, "now"))
                    now = base::fromUnixSeconds(*value);
                else if (const auto seconds = valueOf(line.text, "btime"))
                    bootedAt = base::fromUnixSeconds(*seconds);
            }
        } else if (section.title == "ps") {
            readPs(section, now, processes);
        } else if (section.title == "stat") {
            readStat(section, bootedAt, processes);
        } else if (section.title == "status") {
            readStatus(section, processes, uids);
        } else if (section.title == "cmdline") {
            readCommandLines(section, processes);
        } else if (section.title == "passwd") {
            nameUsers(section, uids, processes);
        } else if (section.title == "cgroup") {
            readControlGroups(section, processes);
        } else if (section.title == "exe") {
            readLinks(section, processes);
        } else if (section.title == "limits" || section.title == "files") {
            readNumbers(section, processes);
        }
    }
    std::vector<Process> result;
    result.reserve(processes.size());
    for (auto& [pid, process] : processes) {
        if (process.commandLine.find("HOPSCOPE_") == std::string::npos) // our own shell
            result.push_back(std::move(process));
    }
    return result;
}

}
