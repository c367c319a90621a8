#include "core/discovery/routing/duration.h"

#include <cctype>
#include <cstdlib>
#include <string>

namespace hopscope::discovery::routing {

namespace {
/// Milliseconds of one such unit; 0 where there is none.
double sizeOf(std::string_view unit)
{
    if (unit == "ns")
        return 1e-6;
    if (unit == "us" || unit == "µs")
        return 1e-3;
    if (unit == "ms")
        return 1;
    if (unit == "s")
        return 1e3;
    if (unit == "m")
        return 6e4;
    if (unit == "h")
        return 3.6e6;
    if (unit == "d")
        return 8.64e7;
    return 0;
}
}

std::optional<base::Milliseconds> parseGoDuration(std::string_view text, double unit)
{
    constexpr double longest = 1e12; // beyond thirty years nobody waits
    double total = 0;
    bool hasAny = false;
    while (!text.empty()) {
        std::size_t digits = 0;
        while (digits < text.size() && (std::isdigit(static_cast<unsigned char>(text[digits])) || text[digits] == '.'))
            ++digits;
        if (digits == 0 || digits > 32)
            return {};
        const double number = std::atof(std::string(text.substr(0, digits)).c_str());
        text.remove_prefix(digits);
        std::size_t letters = 0;
        while (letters < text.size() && !std::isdigit(static_cast<unsigned char>(text[letters])) && text[letters] != '.')
            ++letters;
        const double size = letters == 0 && text.empty() ? unit : sizeOf(text.substr(0, letters));
        if (size == 0)
            return {};
        total += number * size;
        hasAny = true;
        text.remove_prefix(letters);
    }
    if (!hasAny || total > longest)
        return {};
    return base::Milliseconds(static_cast<base::Milliseconds::rep>(total));
}

}
