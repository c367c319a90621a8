#include "core/faults/needles.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

// Terms: a "run" is a stretch of literal characters in a sequence; a "choice" is a set of literals of which one must
// stand in the text; its worth is that of its least literal. In a literal, digits count more: they are rarer in logs;
// alone they are not, as sizes, addresses and times are made of them.
// 1. A sequence must hold each of its parts, so any part's choice will do: take the one of most worth.
// 2. Alternatives need one of any branch: the union of the branches' choices; none if a branch has none.
// 3. A part that may be left out (?, *, {0,) gives nothing and ends the run.
// 4. Alternatives that are few and plain go on with the run in each wording: " (?:502|504) " is " 502 " or " 504 ".

namespace hopscope::faults {
namespace {

    constexpr std::size_t longestNeedle = 24;
    constexpr std::size_t mostChoices = 24;

    constexpr std::size_t shortestNeedle = 3;

    /// What stands in most logs: fit as a needle only where there is nothing better.
    constexpr std::array commonplaces = { "client", "code", "connect", "connection", "debug", "error", "failed",
        "get", "head", "header", "headers", "http", "http/", "info", "load", "notice", "patch", "post", "put", "queue", "request", "server",
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

    bool isWordCharacter(char c) { return isDigit(c) || (c >= 'a' && c <= 'z'); }

    std::size_t worth(const std::string& literal)
    {
        if (literal.size() < shortestNeedle)
            return 0;
        if (isCommonplace(literal))
            return 1;
        if (literal.size() <= 5 && std::none_of(literal.begin(), literal.end(), isWordCharacter))
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

        /// What a part of an expression gives.
        struct Part {
            Choice choice; ///< one of these stands in every text that it matches
            std::optional<Choice> whole; ///< all texts that it matches, where they are few and plain
        };

        /// Reads to the end or an unmatched ')'. Where there is one branch alone, `parts` gets each part's choice.
        Part readAlternatives(std::vector<Choice>* parts = nullptr)
        {
            Part all { {}, Choice() };
            bool isTotal = true;
            for (bool isFirst = true;; isFirst = false) {
                if (parts && !isFirst) {
                    parts->clear();
                    parts = nullptr;
                }
                const Part branch = readSequence(parts);
                isTotal = isTotal && worth(branch.choice) > 0;
                all.choice.insert(all.choice.end(), branch.choice.begin(), branch.choice.end());
                if (all.whole && branch.whole && all.whole->size() + branch.whole->size() <= mostChoices)
                    all.whole->insert(all.whole->end(), branch.whole->begin(), branch.whole->end());
                else
                    all.whole.reset();
                if (m_at >= m_regex.size() || m_regex[m_at] != '|')
                    break;
                ++m_at;
            }
            if (!isTotal)
                all.choice.clear();
            return all;
        }

        bool isSound() const { return m_isSound && m_at == m_regex.size(); }

    private:
        Part readSequence(std::vector<Choice>* parts)
        {
            Part result { {}, Choice { "" } };
            Choice runs { "" }; // the run so far, in each of its wordings
            const auto offer = [&](Choice choice) {
                if (parts && worth(choice) > 0)
                    parts->push_back(choice);
                if (worth(choice) > worth(result.choice))
                    result.choice = std::move(choice);
            };
            const auto endRun = [&] {
                for (std::string& run : runs)
                    run.resize(std::min(run.size(), longestNeedle));
                offer(std::exchange(runs, { "" }));
            };
            const auto extend = [&](Choice& texts, const Choice& by) {
                Choice longer;
                for (const std::string& text : texts)
                    for (const std::string& end : by)
                        longer.push_back(text + end);
                texts = std::move(longer);
            };
            // What follows the run: one of these texts, whole.
            const auto goOn = [&](const Choice& texts) {
                if (runs.size() * texts.size() > mostChoices)
                    endRun();
                extend(runs, texts);
                if (result.whole && result.whole->size() * texts.size() <= mostChoices)
                    extend(*result.whole, texts);
                else
                    result.whole.reset();
            };
            while (m_at < m_regex.size() && m_regex[m_at] != '|' && m_regex[m_at] != ')' && m_isSound) {
                if (readIsPlace())
                    continue;
                Part part = m_regex[m_at] == '(' ? readGroup() : readAtom();
                const bool isQuantified = m_at < m_regex.size() && isQuantifier();
                const bool isOptional = readIsOptional();
                if (part.whole && !isQuantified) {
                    goOn(*part.whole);
                    continue;
                }
                if (part.whole && !isOptional && runs.size() * part.whole->size() <= mostChoices)
                    extend(runs, *part.whole); // its first turn
                endRun();
                if (!isOptional)
                    offer(std::move(part.choice));
                result.whole.reset();
            }
            endRun();
            return result;
        }

        /// `^`, `$`, `\b` and the like stand for a place, not for characters: a run goes on behind them.
        bool readIsPlace()
        {
            const std::string_view rest = m_regex.substr(m_at);
            const bool isEscaped = rest.size() > 1 && rest[0] == '\\' && std::string_view("bBAz").find(rest[1]) != std::string_view::npos;
            if (!isEscaped && rest[0] != '^' && rest[0] != '$')
                return false;
            m_at += isEscaped ? 2 : 1;
            readIsOptional();
            return true;
        }

        Part readGroup()
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
                    return { {}, Choice { "" } };
                }
                ++m_at;
            }
            Part inner = readAlternatives();
            if (m_at >= m_regex.size() || m_regex[m_at] != ')')
                return broken();
            ++m_at;
            return inner;
        }

        /// One character, class or escape.
        Part readAtom()
        {
            const char c = m_regex[m_at++];
            if (c == '[')
                return readClass();
            if (c == '\\') {
                if (m_at >= m_regex.size())
                    return broken();
                const char escaped = m_regex[m_at++];
                if (escaped == 'p' || escaped == 'P' || escaped == 'x' || escaped == 'Q' || isDigit(escaped))
                    return broken();
                const bool isName = (escaped >= 'a' && escaped <= 'z') || (escaped >= 'A' && escaped <= 'Z');
                return isName ? Part() : character(escaped);
            }
            return c == '.' ? Part() : character(c);
        }

        static Part character(char c) { return isPlain(c) ? Part { {}, Choice { std::string(1, lower(c)) } } : Part(); }

        /// `[0-3]`, `[ _-]`: its characters, where they are few and nothing in it needs a second look.
        Part readClass()
        {
            const std::size_t start = m_at;
            if (m_at < m_regex.size() && m_regex[m_at] == '^')
                ++m_at;
            bool isFirst = true;
            bool isSimple = m_at == start;
            while (m_at < m_regex.size() && (m_regex[m_at] != ']' || isFirst)) {
                isFirst = false;
                if (m_regex[m_at] == '\\') {
                    ++m_at;
                    isSimple = false;
                } else if (m_regex.substr(m_at, 2) == "[:") {
                    const std::size_t close = m_regex.find(":]", m_at);
                    if (close == std::string_view::npos)
                        return broken();
                    m_at = close + 1;
                    isSimple = false;
                }
                ++m_at;
            }
            if (m_at >= m_regex.size())
                return broken();
            const std::string_view inside = m_regex.substr(start, m_at - start);
            ++m_at;
            return isSimple ? oneOf(inside) : Part();
        }

        static Part oneOf(std::string_view inside)
        {
            constexpr int most = 10;
            Choice characters;
            for (std::size_t i = 0; i < inside.size(); ++i) {
                const bool isRange = i + 2 < inside.size() && inside[i + 1] == '-';
                const char last = isRange ? inside[i + 2] : inside[i];
                if (last < inside[i] || last - inside[i] >= most)
                    return {};
                for (char c = inside[i]; c <= last; ++c) {
                    if (!isPlain(c))
                        return {};
                    characters.emplace_back(1, lower(c));
                }
                i += isRange ? 2 : 0;
            }
            std::sort(characters.begin(), characters.end());
            characters.erase(std::unique(characters.begin(), characters.end()), characters.end());
            return characters.size() <= most ? Part { {}, characters } : Part();
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

        Part broken()
        {
            m_isSound = false;
            return {};
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
    const Needles best = reader.readAlternatives(&groups).choice;
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
