#include "core/discovery/nginx/duration.h"

#include <charconv>

namespace hopscope::discovery::nginx {

std::optional<base::Milliseconds> parseDuration(std::string_view text)
{
    constexpr long long maximum = 100LL * 365 * 86400 * 1000;
    long long total = 0;
    bool hasAny = false;
    while (!text.empty()) {
        if (text.front() == ' ') {
            text.remove_prefix(1);
            continue;
        }
        long long count = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
        if (error != std::errc() || count < 0 || count > maximum)
            return {};
        text.remove_prefix(static_cast<std::size_t>(end - text.data()));
        const std::size_t unitEnd = std::min(text.find_first_not_of("smhdwMy"), text.size());
        const std::string_view unit = text.substr(0, unitEnd);
        text.remove_prefix(unitEnd);
        long long factor = 1000;
        if (unit == "ms")
            factor = 1;
        else if (unit == "m")
            factor = 60'000;
        else if (unit == "h")
            factor = 3'600'000;
        else if (unit == "d")
            factor = 86'400'000;
        else if (unit == "w")
            factor = 7 * 86'400'000LL;
        else if (unit == "M")
            factor = 30 * 86'400'000LL;
        else if (unit == "y")
            factor = 365 * 86'400'000LL;
        else if (!unit.empty() && unit != "s")
            return {};
        if (count > maximum / factor)
            return {};
        total += count * factor;
        hasAny = true;
    }
    if (!hasAny)
        return {};
    return base::Milliseconds(total);
}

}
