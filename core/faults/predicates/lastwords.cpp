// Why a service ended, in its own words. Programs differ in their sentences and agree in their habits: the first line of the
// last run that is called an error gives the reason, and the lines after it tell what followed from that.
#include "core/faults/predicates/lastwords.h"

#include "core/base/text.h"
#include "core/faults/predicates/common.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace hopscope::faults {

namespace {
using std::string_view;

constexpr std::size_t mostSaid = 200;

template<std::size_t count> std::size_t firstOf(string_view text, const std::array<string_view, count>& words)
{
    std::size_t first = string_view::npos;
    for (const string_view word : words)
        first = std::min(first, text.find(word));
    return first;
}

template<std::size_t count> bool holdsAny(string_view text, const std::array<string_view, count>& words)
{
    return firstOf(text, words) != string_view::npos;
}

/// Sentences that say all by themselves, whatever stands before them.
constexpr auto tellingWords = std::to_array<string_view>({ "Cannot find module", "Error [ERR_MODULE_NOT_FOUND]", "No module named", "unknown variable",
    "unknown option", "cannot load such file", "ClassNotFoundException", "Failed opening required", "unrecognized configuration parameter",
    "Bad directive or wrongWords number of arguments", "cannot open shared object file", "cannot import name" });

constexpr auto graveWords = std::to_array<string_view>({ "FATAL", "PANIC", "[emerg]", "[ALERT]", "[alert]", "[crit]", "ERROR", "Fatal", "panic:", "fatal:", "rror:",
    "xception", "SEVERE", "AH00543", "AH00544", "rror [" });
constexpr auto wrongWords = std::to_array<string_view>({ "annot ", "an't ", "ould not ", "ailed ", "ailure", "unable to ", "Unable to ", "ermission denied", "o such file",
    "nvalid", "nknown ", "not found", "denied", "ead-only file system", "incompatible", " bad ", "isspelled", "not permitted", "not supported", "oesn't exist" });
/// What follows from the reason and never is one.
constexpr auto consequenceWords = std::to_array<string_view>({ "Aborting", "aborting", "nitialization failed", "init function returned error",
    "registration as a STORAGE ENGINE", "nknown/unsupported storage engine", "Worker failed to boot", "Fatal errors found", "Error(s) found", "Unable to include",
    "failed to load configuration", "failed to post process", "could not start server", "exited with status", "FATAL CONFIG FILE ERROR",
    "the log output", "no listening sockets available", "Unable to open logs", "Reason: Worker", "Failed listening on port",
    "Configuration Failed", "throw err", "server failed to start", "contains errors", "Some protocols failed", "test failed", "failed to retrieve" });
/// Of no account for a start: clients turned away, stops in good order, hints about the kernel.
constexpr auto idleWords = std::to_array<string_view>({ "overcommit", "authentication failed", "pg_hba.conf", "administrator command", "is starting up", "is shutting down",
    "connection slots", "Aborted connection", "Access denied for user", "AH00558", "Could not reliably determine", "[Warning] Aborted",
    "Main process exited", "Control process exited", "Failed with result", "Failed to start ", "Scheduled restart", "repeated too quickly", "Can't open PID file", "code 143", "(Terminated)",
    "TCP backlog", "io_uring" });

bool isManagers(const model::Unit& unit, string_view text)
{
    return text.starts_with(unit.name + ":") || text.starts_with("Started ") || text.starts_with("Starting ") || text.starts_with("Stopped ")
        || text.starts_with("Stopping ") || text.starts_with("Failed to start ") || text.starts_with("Dependency failed ");
}

bool isOfItsOutput(const HopView& view, const model::LogLine& line)
{
    return line.origin != model::LogOrigin::Kernel && isOfCallee(view, ReadLine { view.calleeHost->host, &line, {} });
}

/// A setting's value may be a secret: "requirepass …".
std::string withoutSecret(string_view text)
{
    static constexpr auto secret = std::to_array<string_view>({ "pass", "auth", "secret", "token", "user ", "key " });
    const std::string low = base::lowered(text);
    if (!holdsAny(string_view(low), secret))
        return std::string(text);
    return std::string(text.substr(0, text.find(' '))) + " …'";
}

std::string shortened(string_view text)
{
    while (!text.empty() && (text.back() == '.' || text.back() == ' '))
        text.remove_suffix(1);
    return text.size() > mostSaid ? std::string(text.substr(0, mostSaid)) + "…" : std::string(text);
}

/// The lines of the last run, oldest first: those after the manager's last "Starting …", around the end of the unit.
std::vector<const model::LogLine*> lastRun(const HopView& view)
{
    constexpr base::Milliseconds around = std::chrono::seconds(60);
    constexpr base::Milliseconds accuracy = std::chrono::seconds(1); // of the manager's times, and of many files'
    const model::Unit& unit = *view.unit;
    const auto end = unit.inactiveSince ? unit.inactiveSince : unit.lastExitAt;
    std::vector<const model::LogLine*> lines;
    std::optional<base::TimePoint> start;
    for (const model::LogLine& line : view.calleeHost->logs) {
        if (!line.at || view.nowOn(view.calleeHost) - *line.at > std::chrono::hours(24 * 7) || !isOfItsOutput(view, line))
            continue;
        if (end ? std::chrono::abs(*end - *line.at) > around : view.nowOn(view.calleeHost) - *line.at > around)
            continue;
        const bool isStart = line.origin == model::LogOrigin::Journal && line.place == unit.name && line.text.starts_with("Start");
        if (isStart && isManagers(unit, line.text) && (!end || *line.at <= *end + accuracy))
            start = line.at;
        lines.push_back(&line);
    }
    if (start)
        std::erase_if(lines, [&](const model::LogLine* line) {
            return line->origin == model::LogOrigin::Journal ? *line->at < *start : *line->at + accuracy <= *start;
        });
    return lines;
}

/// The line that follows in the same log.
const model::LogLine* besideIn(const std::vector<const model::LogLine*>& lines, std::size_t at, int step)
{
    for (auto next = static_cast<std::ptrdiff_t>(at) + step; next >= 0 && next < static_cast<std::ptrdiff_t>(lines.size()); next += step)
        if (lines[static_cast<std::size_t>(next)]->place == lines[at]->place)
            return lines[static_cast<std::size_t>(next)];
    return nullptr;
}

std::string generally(const HopView& view, const std::vector<const model::LogLine*>& lines)
{
    std::size_t best = lines.size();
    int grade = 1; // that it ended is known
    for (std::size_t at = 0; at < lines.size(); ++at) {
        const int of = isManagers(*view.unit, lines[at]->text) ? 0 : tellingness(lines[at]->text);
        if (of > grade) {
            best = at;
            grade = of;
        }
    }
    // Redis names the reason after the setting: ">>> 'dir /srv/data'" and "No such file or directory".
    for (std::size_t at = 0; at < lines.size(); ++at)
        if (lines[at]->text.starts_with(">>> '"))
            if (const model::LogLine* next = besideIn(lines, at, 1))
                return ": " + withoutSecret(string_view(lines[at]->text).substr(4)) + ": " + shortened(next->text);
    if (best == lines.size())
        return {};
    std::string said = shortened(withoutStamp(lines[best]->text));
    // PostgreSQL gives the point in the line after.
    if (const model::LogLine* next = besideIn(lines, best, 1))
        if (const std::size_t detail = next->text.find("DETAIL:"); detail != std::string::npos)
            said += "; " + shortened(withoutStamp(string_view(next->text).substr(detail)));
    return ": " + said;
}
}

int tellingness(string_view line)
{
    if (holdsAny(line, idleWords))
        return 0;
    const bool isWrong = holdsAny(line, wrongWords);
    const bool isGrave = holdsAny(line, graveWords);
    if (!isWrong && !isGrave)
        return 0;
    if (holdsAny(line, consequenceWords))
        return 1;
    return isGrave ? 3 : 2;
}

string_view withoutStamp(string_view line)
{
    static constexpr auto dates = std::to_array<string_view>({ "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec", "UTC", "GMT" });
    while (!line.empty()) {
        const string_view word = line.substr(0, line.find(' '));
        const bool isDate = std::any_of(dates.begin(), dates.end(), [&](string_view each) { return word == each; });
        const bool isNumber = !word.empty() && std::isdigit(static_cast<unsigned char>(word.front())) != 0;
        const bool isBracketed = word.size() > 1 && word.front() == '[' && std::isdigit(static_cast<unsigned char>(word[1])) != 0;
        if (!word.empty() && !isDate && !isNumber && !isBracketed && word != "#" && word != "*" && word != "-")
            break;
        line.remove_prefix(std::min(line.size(), word.size() + 1));
    }
    return line;
}

namespace {
/// A sentence that says all by itself, from there on; ">>> 'maxmemry 1gb'" needs its neighbour.
std::string tellingPart(string_view text)
{
    constexpr std::size_t most = 140;
    const std::size_t at = firstOf(text, tellingWords);
    return at == string_view::npos || text.substr(at).starts_with("Bad directive") ? std::string() : ": " + std::string(text.substr(at, most));
}
}

std::string saidAtItsEnd(const HopView& view)
{
    if (!view.unit || !view.calleeHost)
        return {};
    const auto lines = lastRun(view);
    for (auto line = lines.rbegin(); line != lines.rend(); ++line)
        if (std::string said = tellingPart((*line)->text); !said.empty())
            return said;
    if (std::string said = generally(view, lines); !said.empty())
        return said;
    for (auto line = view.calleeHost->logs.rbegin(); line != view.calleeHost->logs.rend(); ++line) {
        const bool isIts = (line->origin == model::LogOrigin::Journal && line->place == view.unit->name)
            || (line->origin == model::LogOrigin::File
                && std::find(view.unit->logFiles.begin(), view.unit->logFiles.end(), line->place) != view.unit->logFiles.end());
        if (!isIts || (line->at && view.nowOn(view.calleeHost) - *line->at > sameHour))
            continue;
        if (std::string said = tellingPart(line->text); !said.empty())
            return said;
    }
    return {};
}

}
