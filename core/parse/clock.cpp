#include "core/parse/clock.h"

#include "core/parse/lines.h"

#include <array>
#include <string>

namespace hopscope::parse {
namespace {

using base::TimePoint;

constexpr std::array<std::string_view, 12> months
    = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };

std::optional<unsigned> monthOf(std::string_view name)
{
    for (unsigned i = 0; i < months.size(); ++i) {
        if (months[i] == name)
            return i + 1;
    }
    return std::nullopt;
}

struct LocalTime {
    int year = 0;
    unsigned month = 0;
    unsigned day = 0;
    std::string_view clock; ///< "09:30:00" with an optional fraction
};

std::optional<TimePoint> toUtc(const LocalTime& local, std::chrono::minutes zone)
{
    char date[32];
    if (local.year < 1970 || local.year > 9999 || local.day < 1 || local.day > 31)
        return std::nullopt;
    std::snprintf(date, sizeof date, "%04d-%02u-%02uT", local.year, local.month, local.day);
    const auto time = base::fromIso8601(date + std::string(local.clock));
    return time ? std::optional(*time - zone) : std::nullopt;
}

/// The latest year in which the stamp is not in the future (by more than a day: clocks and zones differ).
std::optional<TimePoint> withGuessedYear(LocalTime local, const HostClock& clock)
{
    if (!clock.now)
        return std::nullopt;
    const std::chrono::year_month_day today(std::chrono::floor<std::chrono::days>(*clock.now + std::chrono::days(1)));
    local.year = int(today.year());
    const auto time = toUtc(local, clock.zone);
    if (time && *time <= *clock.now + std::chrono::days(1))
        return time;
    --local.year;
    return toUtc(local, clock.zone);
}

std::string_view withoutZone(std::string_view clock) { return clock.substr(0, clock.find_first_of(" ]")); }

/// "21/Nov/2026" or "21-Nov-2026"
std::optional<LocalTime> dayMonthYear(std::string_view date)
{
    if (date.size() != 11)
        return std::nullopt;
    const auto day = numberOf<unsigned>(date.substr(0, 2));
    const auto month = monthOf(date.substr(3, 3));
    const auto year = numberOf<int>(date.substr(7, 4));
    if (!day || !month || !year)
        return std::nullopt;
    return LocalTime { *year, *month, *day, {} };
}

/// "2026-11-21T09:30:00.123+01:00" or "2026-11-21 09:30:00,123 …" at the front; local time where it has no zone.
StampedText isoStamp(std::string_view line, const HostClock& clock)
{
    if (line.size() < 19 || line[4] != '-' || line[7] != '-' || (line[10] != 'T' && line[10] != ' '))
        return { std::nullopt, line };
    std::size_t end = 19;
    if (end < line.size() && (line[end] == '.' || line[end] == ',')) {
        ++end;
        while (end < line.size() && line[end] >= '0' && line[end] <= '9')
            ++end;
    }
    bool hasZone = false;
    if (end < line.size() && (line[end] == 'Z' || line[end] == 'z')) {
        ++end;
        hasZone = true;
    } else if (end + 4 < line.size() && (line[end] == '+' || line[end] == '-')) {
        end += line[end + 3] == ':' ? 6 : 5;
        hasZone = true;
    } else if (end + 4 < line.size() && line[end] == ' ' && (line[end + 1] == '+' || line[end + 1] == '-')
        && zoneOf(line.substr(end + 1, 5))) {
        const auto time = base::fromIso8601(line.substr(0, end));
        const auto zone = zoneOf(line.substr(end + 1, 5));
        return { time ? std::optional(*time - *zone) : std::nullopt, line.substr(end + 6 <= line.size() ? end + 6 : end) };
    }
    auto time = base::fromIso8601(line.substr(0, std::min(end, line.size())));
    if (time && !hasZone)
        *time -= clock.zone;
    return { time, time ? line.substr(std::min(end, line.size())) : line };
}

}

std::optional<std::chrono::minutes> zoneOf(std::string_view text)
{
    if (text.size() < 5 || (text[0] != '+' && text[0] != '-'))
        return std::nullopt;
    const auto hours = numberOf<unsigned>(text.substr(1, 2));
    const auto minutes = numberOf<unsigned>(text.substr(text[3] == ':' ? 4 : 3));
    if (!hours || !minutes || *hours > 15 || *minutes > 59)
        return std::nullopt;
    const std::chrono::minutes offset = std::chrono::hours(*hours) + std::chrono::minutes(*minutes);
    return text[0] == '-' ? -offset : offset;
}

StampedText syslogStamp(std::string_view line, const HostClock& clock)
{
    const StampedText iso = isoStamp(line, clock);
    if (iso.at)
        return { iso.at, trimmed(iso.rest) };
    std::string_view rest = line;
    const auto month = monthOf(takeWord(rest));
    const auto day = numberOf<unsigned>(takeWord(rest));
    const std::string_view time = takeWord(rest);
    if (!month || !day || time.size() < 8)
        return { std::nullopt, line };
    const auto at = withGuessedYear({ 0, *month, *day, time }, clock);
    return { at, trimmed(rest) };
}

std::optional<TimePoint> nginxErrorStamp(std::string_view line, const HostClock& clock)
{
    if (line.size() < 19 || line[4] != '/' || line[7] != '/' || line[10] != ' ')
        return std::nullopt;
    const auto year = numberOf<int>(line.substr(0, 4));
    const auto month = numberOf<unsigned>(line.substr(5, 2));
    const auto day = numberOf<unsigned>(line.substr(8, 2));
    if (!year || !month || !day || *month < 1 || *month > 12)
        return std::nullopt;
    return toUtc({ *year, *month, *day, line.substr(11, 8) }, clock.zone);
}

std::optional<TimePoint> accessStamp(std::string_view line)
{
    const std::size_t open = line.find('[');
    if (open == std::string_view::npos || line.size() < open + 28)
        return std::nullopt;
    auto local = dayMonthYear(line.substr(open + 1, 11));
    const auto zone = zoneOf(line.substr(open + 22, 5));
    if (!local || !zone)
        return std::nullopt;
    local->clock = line.substr(open + 13, 8);
    return toUtc(*local, *zone);
}

namespace {
/// Tomcat's "21-Nov-2026 09:30:00.123 SEVERE …", Redis's "812:M 21 Nov 2026 09:30:00.123 # …", and Ruby's
/// "E, [2026-11-21T09:30:00.123456 #812] ERROR -- : …".
std::optional<TimePoint> dayFirstStamp(std::string_view line, const HostClock& clock)
{
    if (line.size() > 4 && line.substr(1, 3) == ", [")
        return isoStamp(line.substr(4), clock).at;
    if (const std::size_t role = line.find_first_not_of("0123456789"); role != 0 && role != std::string_view::npos
        && role + 3 < line.size() && line[role] == ':' && line[role + 2] == ' ')
        line.remove_prefix(role + 3);
    if (line.size() < 20 || line[11] != ' ' || (line[2] != '-' && line[2] != ' ') || line[6] != line[2])
        return std::nullopt;
    auto local = dayMonthYear(line.substr(0, 11));
    if (!local)
        return std::nullopt;
    local->clock = line.substr(12, 8);
    return toUtc(*local, clock.zone);
}
}

std::optional<TimePoint> anyStamp(std::string_view line, const HostClock& clock)
{
    if (line.starts_with('[')) {
        const std::string_view inner = line.substr(1, line.find(']') - 1);
        if (auto local = dayMonthYear(inner.substr(0, 11)); local && inner.size() >= 20) {
            local->clock = withoutZone(inner.substr(12));
            if (inner[11] == ':')
                return accessStamp(line);
            return toUtc(*local, inner.ends_with(" UTC") ? std::chrono::minutes(0) : clock.zone);
        }
        // Apache: Sat Nov 21 09:30:00.123456 2026
        if (const auto words = wordsOf(inner); words.size() == 5 && monthOf(words[1])) {
            const auto day = numberOf<unsigned>(words[2]);
            const auto year = numberOf<int>(words[4]);
            if (day && year)
                return toUtc({ *year, *monthOf(words[1]), *day, words[3] }, clock.zone);
        }
        return isoStamp(line.substr(1), clock).at;
    }
    if (const auto time = nginxErrorStamp(line, clock))
        return time;
    if (const auto time = dayFirstStamp(line, clock))
        return time;
    if (const StampedText stamp = syslogStamp(line, clock); stamp.at)
        return stamp.at;
    return accessStamp(line.substr(0, 400));
}

std::optional<TimePoint> systemdStamp(std::string_view text)
{
    const auto words = wordsOf(text);
    if (words.size() != 4 || words[3] != "UTC")
        return std::nullopt;
    return base::fromIso8601(std::string(words[1]) + "T" + std::string(words[2]) + "Z");
}

}
