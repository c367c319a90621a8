#include "core/parse/composevariables.h"

#include "core/parse/lines.h"

#include <algorithm>
#include <cctype>

namespace hopscope::parse {

namespace {
constexpr int deepest = 8; ///< defaults within defaults

bool isNamePart(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

/// The end of "${…}" that starts at `open`, braces within it counted; npos where there is none.
std::size_t endOfBraces(std::string_view text, std::size_t open)
{
    int depth = 0;
    for (std::size_t at = open; at < text.size(); ++at) {
        depth += text[at] == '{' ? 1 : text[at] == '}' ? -1 : 0;
        if (depth == 0 && at > open)
            return at;
    }
    return std::string_view::npos;
}

class Filler {
public:
    Filler(const Variables& variables, std::vector<std::string>& unset)
        : m_variables(variables)
        , m_unset(unset)
    {
    }

    std::string operator()(std::string_view text, int depth) const
    {
        std::string result;
        for (std::size_t at = 0; at < text.size(); ++at) {
            const char next = at + 1 < text.size() ? text[at + 1] : '\0';
            if (text[at] != '$' || (next != '$' && next != '{' && !isNamePart(next))) {
                result += text[at];
            } else if (next == '$') {
                result += '$';
                ++at;
            } else if (next == '{') {
                const std::size_t end = endOfBraces(text, at + 1);
                if (end == std::string_view::npos) {
                    result += text[at];
                    continue;
                }
                result += braced(text.substr(at + 2, end - at - 2), depth);
                at = end;
            } else {
                std::size_t end = at + 1;
                while (end < text.size() && isNamePart(text[end]))
                    ++end;
                result += value(text.substr(at + 1, end - at - 1));
                at = end - 1;
            }
        }
        return result;
    }

private:
    std::string value(std::string_view name) const
    {
        if (const auto found = m_variables.find(name); found != m_variables.end())
            return found->second;
        if (std::find(m_unset.begin(), m_unset.end(), name) == m_unset.end())
            m_unset.emplace_back(name);
        return {};
    }

    /// "NAME:-default" and its like
    std::string braced(std::string_view inside, int depth) const
    {
        std::size_t end = 0;
        while (end < inside.size() && isNamePart(inside[end]))
            ++end;
        const std::string_view name = inside.substr(0, end);
        std::string_view rest = inside.substr(end);
        const bool emptyCounts = rest.starts_with(':');
        if (emptyCounts)
            rest.remove_prefix(1);
        const auto found = m_variables.find(name);
        const bool isSet = found != m_variables.end() && !(emptyCounts && found->second.empty());
        if (rest.empty() || rest.front() == '?')
            return isSet ? found->second : value(name);
        const std::string_view other = rest.substr(1);
        if (rest.front() == '-')
            return isSet ? found->second : depth < deepest ? (*this)(other, depth + 1) : std::string();
        if (rest.front() == '+')
            return isSet && depth < deepest ? (*this)(other, depth + 1) : std::string();
        return {};
    }

    const Variables& m_variables;
    std::vector<std::string>& m_unset;
};
}

Variables readEnvironmentFile(std::string_view text)
{
    Variables variables;
    for (const Line& line : linesOf(text)) {
        std::string_view rest = trimmed(line.text);
        if (rest.starts_with("export "))
            rest = trimmed(rest.substr(7));
        const std::size_t equals = rest.find('=');
        if (rest.starts_with('#') || equals == std::string_view::npos)
            continue;
        const std::string_view name = trimmed(rest.substr(0, equals));
        std::string_view value = trimmed(rest.substr(equals + 1));
        const char quote = value.empty() ? '\0' : value.front();
        if ((quote == '"' || quote == '\'') && value.find(quote, 1) != std::string_view::npos)
            value = value.substr(1, value.find(quote, 1) - 1);
        else if (const std::size_t comment = value.find(" #"); comment != std::string_view::npos)
            value = trimmed(value.substr(0, comment));
        variables[textOf(name)] = textOf(value);
    }
    return variables;
}

std::string filledIn(std::string_view text, const Variables& variables, std::vector<std::string>& unset)
{
    if (text.find('$') == std::string_view::npos)
        return std::string(text);
    return Filler(variables, unset)(text.substr(0, 64 * 1024), 0);
}

}
