#include "core/profile/sshpattern.h"

#include <algorithm>

namespace hopscope::profile {
namespace {

    char lower(char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; }

}

bool matchesSshPattern(std::string_view text, std::string_view pattern)
{
    // Greedy with one point to return to: linear in text times pattern, never more.
    std::size_t t = 0;
    std::size_t p = 0;
    std::size_t star = std::string_view::npos;
    std::size_t resume = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            resume = t;
        } else if (p < pattern.size() && (pattern[p] == '?' || lower(pattern[p]) == lower(text[t]))) {
            ++p;
            ++t;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            t = ++resume;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*')
        ++p;
    return p == pattern.size();
}

bool matchesSshPatterns(std::string_view text, const std::vector<std::string>& patterns)
{
    bool matches = false;
    for (const std::string_view pattern : patterns) {
        if (pattern.starts_with('!')) {
            if (matchesSshPattern(text, pattern.substr(1)))
                return false;
        } else {
            matches = matches || matchesSshPattern(text, pattern);
        }
    }
    return matches;
}

std::vector<std::string> splitAtCommas(std::string_view list)
{
    std::vector<std::string> parts;
    while (!list.empty()) {
        const std::size_t comma = std::min(list.find(','), list.size());
        if (comma > 0)
            parts.emplace_back(list.substr(0, comma));
        list.remove_prefix(std::min(comma + 1, list.size()));
    }
    return parts;
}

}
