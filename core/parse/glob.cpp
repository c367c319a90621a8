#include "core/parse/glob.h"

#include <cstddef>

namespace hopscope::parse {

namespace {
constexpr std::size_t none = std::string_view::npos;

/// `[abc]`, `[a-z]`, `[!a]` at `at`; the index after it, or none where the bracket has no end.
std::size_t bracketEnd(std::string_view pattern, std::size_t at)
{
    std::size_t i = at + 1;
    if (i < pattern.size() && (pattern[i] == '!' || pattern[i] == '^'))
        ++i;
    if (i < pattern.size() && pattern[i] == ']')
        ++i;
    const std::size_t close = pattern.find(']', i);
    return close == none ? none : close + 1;
}

bool bracketMatches(std::string_view bracket, char c)
{
    std::string_view set = bracket.substr(1, bracket.size() - 2);
    const bool isNegated = set.starts_with('!') || set.starts_with('^');
    if (isNegated)
        set.remove_prefix(1);
    bool isIn = false;
    for (std::size_t i = 0; i < set.size(); ++i) {
        if (i + 2 < set.size() && set[i + 1] == '-') {
            isIn = isIn || (set[i] <= c && c <= set[i + 2]);
            i += 2;
        } else {
            isIn = isIn || set[i] == c;
        }
    }
    return isIn != isNegated;
}

bool matchesPart(std::string_view pattern, std::string_view name)
{
    if (name.starts_with('.') && !pattern.starts_with('.'))
        return false;
    std::size_t p = 0;
    std::size_t n = 0;
    std::size_t starAt = none;
    std::size_t starName = 0;
    while (n < name.size()) {
        bool isOne = false;
        std::size_t next = p + 1;
        if (p < pattern.size()) {
            const char c = pattern[p];
            if (c == '*') {
                starAt = p++;
                starName = n;
                continue;
            }
            if (c == '[' && bracketEnd(pattern, p) != none) {
                next = bracketEnd(pattern, p);
                isOne = bracketMatches(pattern.substr(p, next - p), name[n]);
            } else {
                isOne = c == '?' || c == name[n];
            }
        }
        if (isOne) {
            p = next;
            ++n;
        } else if (starAt != none) {
            p = starAt + 1;
            n = ++starName;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*')
        ++p;
    return p == pattern.size();
}
}

bool matchesPath(std::string_view pattern, std::string_view path)
{
    for (;;) {
        const std::size_t patternSlash = pattern.find('/');
        const std::size_t pathSlash = path.find('/');
        if ((patternSlash == none) != (pathSlash == none))
            return false;
        if (!matchesPart(pattern.substr(0, patternSlash), path.substr(0, pathSlash)))
            return false;
        if (patternSlash == none)
            return true;
        pattern.remove_prefix(patternSlash + 1);
        path.remove_prefix(pathSlash + 1);
    }
}

}
