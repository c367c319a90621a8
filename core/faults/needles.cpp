#include "core/faults/needles.h"

#include <algorithm>
#include <array>
#include <optional>

// Terms: a "run" is a stretch of literal characters in a sequence; a "choice" is a set of literals of which one must
// stand in the text; its worth is that of its least literal. In a literal, digits count more: they are rarer in logs;
// alone they are not, as sizes, addresses and times are made of them.
// 1. A sequence must hold each of its parts, so any part's choice will do: take the one of most worth.
// 2. Alternatives need one of any branch: the union of the branches' choices; none if a branch has none.
// 3. A part that may be left out (?, *, {0,) gives nothing and ends the run.

namespace hopscope::faults {
namespace {

    constexpr std::size_t longestNeedle = 24;
    constexpr std::size_t mostChoices = 24;

    constexpr std::size_t shortestNeedle = 3;

    /// What stands in most logs: fit as a needle only where there is nothing better.
    constexpr std::array commonplaces = { "client", "code", "connect", "connection", "debug", "error", "failed",
        "get", "head", "http", "http/", "info", "load", "notice", "patch", "post", "put", "queue", "request", "server",
        "status", "success", "title", "true", "upstream" };

    using Choice = Needles;

    bool isCommonplace(std::string_view literal)
    {
        while (literal.starts_with(' '))
            literal.remove_prefix(1);
        while (literal.ends_with(' '))
            literal.remove_suffix(1);
        return std::find(commonplaces.begin(), commonplaces.end(), literal) != commonplaces.end();
    }

    bool isDigit(char c) { return c >= '0' && c <= '9'; }

    std::size_t worth(const std::string& literal)
    {
        if (literal.size() < shortestNeedle)
            return 0;
        if (isCommonplace(literal))
            return 1;
        if (literal.size() <= 5 && std::all_of(literal.begin(), literal.end(), isDigit))
            return 2;
        return literal.size() + static_cast<std::size_t>(std::count_if(literal.begin(), literal.end(), isDigit));
    }

    std::size_t worth(const Choice& choice)
    {
        if (choice.empty() || choice.size() > mostChoices)
            return 0;
        std::size_t least = worth(choice.front());
        for (const std::string& literal : choice)
            least = std::min(least, worth(literal));
        return least;
    }

    bool isPlain(char c)
    {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
            || std::string_view(" _-.:,;()[]#*!?@$%^~|+{}").find(c) != std::string_view::npos;
    }

    char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

    class Reader {
    public:
        explicit Reader(std::string_view regex)
            : m_regex(regex)
        {
        }

        /// Reads to the end or an unmatched ')'. Where there is one branch alone, `parts` gets each part's choice.
        Choice readAlternatives(std::vector<Choice>* parts = nullptr)
        {
            Choice all;
            bool isTotal = true;
            for (bool isFirst = true;; isFirst = false) {
                if (parts && !isFirst) {
                    parts->clear();
                    parts = nullptr;
                }
                const Choice branch = readSequence(parts);
                isTotal = isTotal && worth(branch) > 0;
                all.insert(all.end(), branch.begin(), branch.end());
                if (m_at >= m_regex.size() || m_regex[m_at] != '|')
                    break;
                ++m_at;
            }
            return isTotal ? all : Choice();
        }

        bool isSound() const { return m_isSound && m_at == m_regex.size(); }

    private:
        Choice readSequence(std::vector<Choice>* parts)
        {
            Choice best;
            std::string run;
            const auto offer = [&](Choice choice) {
                if (parts && worth(choice) > 0)
                    parts->push_back(choice);
                if (worth(choice) > worth(best))
                    best = std::move(choice);
            };
            const auto endRun = [&] {
                if (run.size() > longestNeedle)
                    run.resize(longestNeedle);
                if (!run.empty())
                    offer({ run });
                run.clear();
            };
            while (m_at < m_regex.size() && m_regex[m_at] != '|' && m_regex[m_at] != ')' && m_isSound) {
                if (m_regex[m_at] == '(') {
                    endRun();
                    Choice inner = readGroup();
                    if (!readIsOptional())
                        offer(std::move(inner));
                    continue;
                }
                const std::optional<char> literal = readAtom();
                const bool isQuantified = m_at < m_regex.size() && isQuantifier();
                const bool isOptional = readIsOptional();
                if (literal && isPlain(*literal) && !isOptional) {
                    run += lower(*literal);
                    if (isQuantified)
                        endRun();
                } else {
                    endRun();
                }
            }
            endRun();
            return best;
        }

        Choice readGroup()
        {
            ++m_at;
            if (m_at < m_regex.size() && m_regex[m_at] == '?') {
                // (?:…) (?P<name>…) (?i) (?i:…)
                ++m_at;
                while (m_at < m_regex.size() && m_regex[m_at] != ':' && m_regex[m_at] != '>' && m_regex[m_at] != ')')
                    ++m_at;
                if (m_at >= m_regex.size())
                    return broken();
                if (m_regex[m_at] == ')') {
                    ++m_at; // flags for what follows; letters count without case, so it changes nothing
                    return {};
                }
                ++m_at;
            }
            Choice inner = readAlternatives();
            if (m_at >= m_regex.size() || m_regex[m_at] != ')')
                return broken();
            ++m_at;
            return inner;
        }

        /// One character, class or escape. The character where it stands for itself.
        std::optional<char> readAtom()
        {
            const char c = m_regex[m_at++];
            if (c == '[')
                return readClass();
            if (c == '\\') {
                if (m_at >= m_regex.size())
                    return brokenAtom();
                const char escaped = m_regex[m_at++];
                if (escaped == 'p' || escaped == 'P' || escaped == 'x' || escaped == 'Q' || isDigit(escaped))
                    return brokenAtom();
                const bool isName = (escaped >= 'a' && escaped <= 'z') || (escaped >= 'A' && escaped <= 'Z');
                return isName ? std::nullopt : std::optional(escaped);
            }
            if (c == '.' || c == '^' || c == '$')
                return std::nullopt;
            return c;
        }

        std::optional<char> readClass()
        {
            if (m_at < m_regex.size() && m_regex[m_at] == '^')
                ++m_at;
            bool isFirst = true;
            while (m_at < m_regex.size() && (m_regex[m_at] != ']' || isFirst)) {
                isFirst = false;
                if (m_regex[m_at] == '\\') {
                    ++m_at;
                } else if (m_regex.substr(m_at, 2) == "[:") {
                    const std::size_t close = m_regex.find(":]", m_at);
                    if (close == std::string_view::npos)
                        return brokenAtom();
                    m_at = close + 1;
                }
                ++m_at;
            }
            if (m_at >= m_regex.size())
                return brokenAtom();
            ++m_at;
            return std::nullopt;
        }

        bool isQuantifier() const
        {
            const char c = m_regex[m_at];
            return c == '?' || c == '*' || c == '+' || (c == '{' && m_at + 1 < m_regex.size() && isDigit(m_regex[m_at + 1]));
        }

        /// Reads what repeats the part before; true where that may be left out.
        bool readIsOptional()
        {
            bool isOptional = false;
            while (m_at < m_regex.size() && isQuantifier()) {
                const char c = m_regex[m_at];
                isOptional = isOptional || c == '?' || c == '*' || (c == '{' && m_regex[m_at + 1] == '0');
                if (c == '{')
                    m_at = std::min(m_regex.find('}', m_at), m_regex.size() - 1);
                ++m_at;
                if (m_at < m_regex.size() && m_regex[m_at] == '?')
                    ++m_at; // the lazy form
            }
            return isOptional;
        }

        Choice broken()
        {
            m_isSound = false;
            return {};
        }

        std::optional<char> brokenAtom()
        {
            m_isSound = false;
            return std::nullopt;
        }

        std::string_view m_regex;
        std::size_t m_at = 0;
        bool m_isSound = true;
    };

}

std::vector<Needles> needlesOf(std::string_view regex)
{
    Reader reader(regex);
    std::vector<Needles> groups;
    const Needles best = reader.readAlternatives(&groups);
    if (!reader.isSound() || worth(best) == 0)
        return {};
    if (groups.empty())
        groups.push_back(best);
    std::stable_sort(
        groups.begin(), groups.end(), [](const Needles& a, const Needles& b) { return worth(a) > worth(b); });
    for (Needles& group : groups) {
        std::sort(group.begin(), group.end());
        group.erase(std::unique(group.begin(), group.end()), group.end());
    }
    return groups;
}

}
