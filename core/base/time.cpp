#include "core/base/time.h"

#include <charconv>
#include <cstdio>

namespace hopscope::base {
namespace {

    /// Reads exactly `count` digits from the front of `text`.
    std::optional<int> takeDigits(std::string_view& text, std::size_t count)
    {
        if (text.size() < count)
            return std::nullopt;
        int value = 0;
        for (std::size_t i = 0; i < count; ++i) {
            if (text[i] < '0' || text[i] > '9')
                return std::nullopt;
            value = value * 10 + (text[i] - '0');
        }
        text.remove_prefix(count);
        return value;
    }

    bool takeChar(std::string_view& text, std::string_view oneOf)
    {
        if (text.empty() || oneOf.find(text.front()) == std::string_view::npos)
            return false;
        text.remove_prefix(1);
        return true;
    }

    /// The digits after a decimal point as milliseconds, cut (not rounded).
    Milliseconds takeFraction(std::string_view& text)
    {
        int value = 0;
        int scale = 100;
        while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
            value += (text.front() - '0') * scale;
            scale /= 10;
            text.remove_prefix(1);
        }
        return Milliseconds(value);
    }

}

TimePoint systemNow() { return std::chrono::floor<Milliseconds>(std::chrono::system_clock::now()); }

std::string toIso8601(TimePoint time)
{
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(time - day);
    char text[40];
    std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", int(date.year()), unsigned(date.month()),
        unsigned(date.day()), int(clock.hours().count()), int(clock.minutes().count()),
        int(clock.seconds().count()), int(clock.subseconds().count()));
    return text;
}

std::optional<TimePoint> fromIso8601(std::string_view text)
{
    const auto year = takeDigits(text, 4);
    if (!year || !takeChar(text, "-"))
        return std::nullopt;
    const auto month = takeDigits(text, 2);
    if (!month || !takeChar(text, "-"))
        return std::nullopt;
    const auto day = takeDigits(text, 2);
    if (!day || !takeChar(text, "T t"))
        return std::nullopt;
    const auto hour = takeDigits(text, 2);
    if (!hour || !takeChar(text, ":"))
        return std::nullopt;
    const auto minute = takeDigits(text, 2);
    if (!minute || !takeChar(text, ":"))
        return std::nullopt;
    const auto second = takeDigits(text, 2);
    if (!second)
        return std::nullopt;
    Milliseconds fraction {};
    if (takeChar(text, ".,"))
        fraction = takeFraction(text);
    std::chrono::minutes offset {};
    if (!text.empty() && (text.front() == '+' || text.front() == '-')) {
        const int sign = text.front() == '-' ? -1 : 1;
        text.remove_prefix(1);
        const auto zoneHour = takeDigits(text, 2);
        takeChar(text, ":");
        const auto zoneMinute = takeDigits(text, 2);
        if (!zoneHour || !zoneMinute)
            return std::nullopt;
        offset = sign * (std::chrono::hours(*zoneHour) + std::chrono::minutes(*zoneMinute));
    } else {
        takeChar(text, "Zz");
    }
    const std::chrono::year_month_day date { std::chrono::year(*year), std::chrono::month(unsigned(*month)),
        std::chrono::day(unsigned(*day)) };
    if (!date.ok() || *hour > 23 || *minute > 59 || *second > 60 || !text.empty())
        return std::nullopt;
    return std::chrono::sys_days(date) + std::chrono::hours(*hour) + std::chrono::minutes(*minute)
        + std::chrono::seconds(*second) + fraction - offset;
}

std::optional<TimePoint> fromUnixSeconds(std::string_view text)
{
    long long seconds = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (problem != std::errc() || seconds < 0 || seconds > 253402300799LL)
        return std::nullopt;
    text.remove_prefix(std::size_t(end - text.data()));
    Milliseconds fraction {};
    if (takeChar(text, "."))
        fraction = takeFraction(text);
    if (!text.empty())
        return std::nullopt;
    return TimePoint(std::chrono::seconds(seconds)) + fraction;
}

}
