#include "core/parse/logs.h"

#include "core/parse/lines.h"

#include <algorithm>

namespace hopscope::parse {
namespace {
using model::LogLine;
using model::LogOrigin;

/// nginx quotes what a FastCGI app printed as it came, often a stack trace of several lines; whom it asked, and for which
/// request, stands after that.
constexpr std::string_view quotationStart = " sent in stderr: \"";
constexpr std::string_view quotationEnd = "\" while reading";
constexpr std::size_t longestQuotation = 16 * 1024;

bool isUnitName(std::string_view word)
{
    return (word.ends_with(".service") || word.ends_with(".socket") || word.ends_with(".mount")
               || word.ends_with(".scope"))
        && word.find('/') == std::string_view::npos;
}

/// The unit that a line of the service manager is about: "shop.service: Main process exited", "Started shop.service -
/// Shop.", or nothing ("Started Shop." of older releases).
std::string_view unitIn(std::string_view text)
{
    std::string_view first = text.substr(0, text.find(':'));
    if (isUnitName(first))
        return first;
    std::string_view rest = text;
    takeWord(rest);
    const std::string_view second = takeWord(rest);
    return isUnitName(second) ? second : std::string_view();
}

/// "nginx[12]: text" or "kernel: text": who says it, and the text.
struct Said {
    std::string_view program;
    std::string_view text;
};
Said saidIn(std::string_view rest)
{
    const std::size_t colon = rest.find(": ");
    if (colon == std::string_view::npos)
        return { {}, rest };
    std::string_view program = rest.substr(0, colon);
    program = program.substr(0, program.find('['));
    if (program.find(' ') != std::string_view::npos)
        return { {}, rest };
    return { program, rest.substr(colon + 2) };
}

LogLine lineOf(const Line& source, std::optional<base::TimePoint> at, std::string_view afterHost)
{
    const Said said = saidIn(afterHost);
    LogLine line;
    line.at = at;
    line.text = textOf(said.text);
    line.origin = said.program == "kernel" ? LogOrigin::Kernel : LogOrigin::Journal;
    const std::string_view unit = said.program == "systemd" ? unitIn(said.text) : std::string_view();
    line.place = textOf(unit.empty() ? said.program : unit);
    line.source.line = source.number;
    return line;
}

void readShortUnix(const std::vector<Line>& lines, std::vector<LogLine>& result)
{
    for (const Line& source : lines) {
        std::string_view rest = source.text;
        const auto at = base::fromUnixSeconds(takeWord(rest));
        if (!at) {
            // a further line of the message above is indented; "-- Boot … --" and hints are the tool's own
            if (!result.empty() && source.text.starts_with("    ")) {
                LogLine line = result.back();
                line.text = textOf(trimmed(source.text));
                line.source.line = source.number;
                result.push_back(std::move(line));
            }
            continue;
        }
        takeWord(rest); // the host's name
        result.push_back(lineOf(source, at, trimmed(rest)));
    }
}

void readSyslog(const std::vector<Line>& lines, const HostClock& clock, std::vector<LogLine>& result)
{
    for (const Line& source : lines) {
        const StampedText stamp = syslogStamp(source.text, clock);
        if (!stamp.at)
            continue;
        std::string_view rest = stamp.rest;
        takeWord(rest);
        result.push_back(lineOf(source, stamp.at, trimmed(rest)));
    }
}

/// "[ 1234.567890] text", or "[Sat Nov 21 09:30:00 2026] text" where somebody made that the default.
void readDmesg(const std::vector<Line>& lines, std::optional<base::TimePoint> bootedAt, const HostClock& clock,
    std::vector<LogLine>& result)
{
    for (const Line& source : lines) {
        std::string_view rest = source.text;
        if (rest.starts_with('<'))
            takeUntil(rest, ">"); // a raw priority
        LogLine line;
        line.origin = LogOrigin::Kernel;
        line.place = "kernel";
        line.source.line = source.number;
        if (rest.starts_with('[')) {
            const std::string_view whole = rest;
            std::string_view stamp = takeUntil(rest, "]");
            stamp = trimmed(stamp.substr(1));
            if (const auto seconds = base::fromUnixSeconds(stamp); seconds && bootedAt)
                line.at = *bootedAt + seconds->time_since_epoch();
            else if (!seconds)
                line.at = anyStamp(whole, clock);
        }
        line.text = textOf(trimmed(rest));
        if (!line.text.empty())
            result.push_back(std::move(line));
    }
}

}

std::vector<LogLine> parseJournal(std::string_view output, const HostClock& clock)
{
    std::vector<LogLine> lines;
    for (const Section& section : sectionsOf(output)) {
        if (section.title.starts_with("file "))
            readSyslog(section.lines, clock, lines);
        else
            readShortUnix(section.lines, lines);
    }
    return lines;
}

std::vector<LogLine> parseKernelLog(std::string_view output, const HostClock& clock)
{
    std::vector<LogLine> lines;
    std::optional<base::TimePoint> now = clock.now;
    std::optional<base::Milliseconds> uptime;
    for (const Section& section : sectionsOf(output)) {
        if (section.title.empty()) {
            for (const Line& line : section.lines) {
                if (const auto value = valueOf(line.text, "now"))
                    now = base::fromUnixSeconds(*value);
                else if (const auto up = valueOf(line.text, "uptime")) {
                    if (const auto seconds = base::fromUnixSeconds(up->substr(0, up->find(' '))))
                        uptime = seconds->time_since_epoch();
                }
            }
        } else if (section.title == "dmesg") {
            readDmesg(section.lines, now && uptime ? std::optional(*now - *uptime) : std::nullopt, clock, lines);
        } else if (section.title == "journal") {
            readShortUnix(section.lines, lines);
        } else {
            readSyslog(section.lines, clock, lines);
        }
    }
    for (LogLine& line : lines) {
        line.origin = LogOrigin::Kernel;
        line.place = "kernel";
    }
    return lines;
}

std::vector<LogLine> parseLogFile(std::string_view output, const std::string& path, const HostClock& clock)
{
    std::vector<LogLine> lines;
    std::optional<base::TimePoint> last;
    bool isQuoting = false; // the line above began a quotation that has not ended
    for (const Line& source : linesOf(output)) {
        if (source.text.empty())
            continue;
        const auto at = anyStamp(source.text, clock);
        if (isQuoting && !at && lines.back().text.size() < longestQuotation) {
            lines.back().text += ' ' + textOf(trimmed(source.text));
            isQuoting = source.text.find(quotationEnd) == std::string_view::npos;
            continue;
        }
        isQuoting = at && source.text.find(quotationStart) != std::string_view::npos
            && source.text.find(quotationEnd) == std::string_view::npos;
        if (at)
            last = at;
        lines.push_back({ LogOrigin::File, path, last, textOf(source.text), { model::Source::none, source.number } });
    }
    return lines;
}

std::vector<LogLine> parseProcessLog(std::string_view output, int pid, const HostClock& clock)
{
    std::vector<LogLine> all;
    int linesBefore = 0;
    while (!output.empty()) {
        const std::size_t partEnd = std::min(output.find("\n@@ /"), output.size());
        const std::string_view part = output.substr(0, partEnd);
        const std::size_t nameEnd = std::min(part.find('\n'), part.size());
        if (part.starts_with("@@ ") && nameEnd < part.size()) {
            const std::string path(part.substr(3, nameEnd - 3));
            for (model::LogLine& line : parseLogFile(part.substr(nameEnd + 1), path, clock)) {
                line.pid = pid;
                line.source.line += linesBefore + 1;
                all.push_back(std::move(line));
            }
        }
        linesBefore += int(std::count(part.begin(), part.end(), '\n')) + 1;
        output.remove_prefix(std::min(partEnd + 1, output.size()));
    }
    return all;
}

std::vector<LogLine> parseContainerLog(
    std::string_view output, const std::string& container, const HostClock& clock)
{
    std::vector<LogLine> lines;
    for (const Line& source : linesOf(output)) {
        const StampedText stamp = syslogStamp(source.text, clock);
        if (!stamp.rest.empty())
            lines.push_back({ LogOrigin::Container, container, stamp.at, textOf(stamp.rest),
                { model::Source::none, source.number } });
    }
    return lines;
}

}
