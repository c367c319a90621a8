#include "core/discovery/apache/rewrite.h"

#include "core/base/text.h"

#include <algorithm>
#include <charconv>

namespace hopscope::discovery::apache {

namespace {
constexpr int maximumRounds = 200;
constexpr std::size_t maximumText = 16 * 1024;

struct Flags {
    bool ignoresCase = false;
    bool isOr = false;
    bool isLast = false;
    bool isEnd = false;
    bool isProxied = false;
    bool isPassedThrough = false;
    bool isChain = false;
    bool isNext = false;
    bool appendsQuery = false;
    bool dropsQuery = false;
    int redirect = 0;
    int status = 0;
    int skip = 0;
    std::vector<std::string> environment;
};

Flags flagsOf(std::string_view text)
{
    Flags flags;
    if (!text.starts_with('['))
        return flags;
    text.remove_prefix(1);
    text = text.substr(0, text.rfind(']'));
    while (!text.empty()) {
        const std::size_t comma = text.find(',');
        std::string_view one = text.substr(0, comma);
        text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
        while (one.starts_with(' '))
            one.remove_prefix(1);
        while (one.ends_with(' '))
            one.remove_suffix(1);
        const std::size_t equals = one.find('=');
        const std::string name = base::lowered(one.substr(0, equals));
        const std::string value = equals == std::string_view::npos ? std::string() : std::string(one.substr(equals + 1));
        int number = 0;
        std::from_chars(value.data(), value.data() + value.size(), number);
        flags.ignoresCase = flags.ignoresCase || name == "nc" || name == "nocase";
        flags.isOr = flags.isOr || name == "or" || name == "ornext";
        flags.isLast = flags.isLast || name == "l" || name == "last";
        flags.isEnd = flags.isEnd || name == "end";
        flags.isProxied = flags.isProxied || name == "p" || name == "proxy";
        flags.isPassedThrough = flags.isPassedThrough || name == "pt" || name == "passthrough";
        flags.isChain = flags.isChain || name == "c" || name == "chain";
        flags.isNext = flags.isNext || name == "n" || name == "next";
        flags.appendsQuery = flags.appendsQuery || name == "qsa" || name == "qsappend";
        flags.dropsQuery = flags.dropsQuery || name == "qsd" || name == "qsdiscard";
        if (name == "r" || name == "redirect")
            flags.redirect = number != 0 ? number : base::lowered(value) == "permanent" ? 301 : 302;
        if (name == "f" || name == "forbidden")
            flags.status = 403;
        if (name == "g" || name == "gone")
            flags.status = 410;
        if (name == "s" || name == "skip")
            flags.skip = number;
        if (name == "e" || name == "env")
            flags.environment.push_back(value);
    }
    return flags;
}

std::string flagText(const std::vector<std::string>& arguments, std::size_t start)
{
    std::string text; // blanks after commas part the flags
    for (std::size_t i = start; i < arguments.size(); ++i)
        text += arguments[i];
    return text;
}

bool isAbsoluteUrl(const std::string& text)
{
    static const std::vector<std::string> schemes { "http://", "https://", "ws://", "wss://", "fcgi://", "scgi://", "uwsgi://",
        "ajp://", "balancer://", "h2://", "h2c://", "unix:", "ftp://" };
    const std::string low = base::lowered(text.substr(0, 12));
    return std::any_of(schemes.begin(), schemes.end(), [&](const std::string& each) { return low.starts_with(each); });
}

class Rewriter {
public:
    Rewriter(State& state, const std::string& folder, const std::string& base)
        : m_state(state)
        , m_folder(folder)
        , m_base(base)
        , m_path(folder.empty() ? state.path : relative(state))
    {
    }

    RewriteEnd run(const Block& block)
    {
        std::vector<const parse::ApacheDirective*> conditions;
        int toSkip = 0;
        bool isChainBroken = false;
        bool isChained = false;
        int rounds = 0;
        for (std::size_t i = 0; i < block.size(); ++i) {
            const parse::ApacheDirective& each = block[i];
            if (each.name == "rewritecond") {
                conditions.push_back(&each);
                continue;
            }
            if (each.name == "rewritebase" && !each.arguments.empty())
                m_base = each.arguments.front();
            if (each.name != "rewriterule" || each.arguments.size() < 2)
                continue;
            const Flags flags = flagsOf(flagText(each.arguments, 2));
            const bool isSkipped = toSkip > 0 || (isChained && isChainBroken);
            toSkip -= toSkip > 0 ? 1 : 0;
            if (!isChained)
                isChainBroken = false;
            const bool isApplied = !isSkipped && apply(each, flags, conditions);
            conditions.clear();
            isChainBroken = !isApplied && (flags.isChain || isChained);
            isChained = flags.isChain;
            if (!isApplied)
                continue;
            // a redirect goes on through the rules, unless it is the last one
            if (m_end.kind == RewriteEnd::Kind::Proxy || m_end.kind == RewriteEnd::Kind::Status)
                return m_end;
            toSkip = flags.skip;
            m_end.isPassedThrough = m_end.isPassedThrough || flags.isPassedThrough;
            m_end.isFinal = m_end.isFinal || flags.isEnd;
            if (flags.isNext && ++rounds < 32)
                i = static_cast<std::size_t>(-1);
            else if (flags.isLast || flags.isEnd || flags.isPassedThrough)
                break;
            if (++m_rounds > maximumRounds)
                break;
        }
        return m_end;
    }

private:
    /// The path below the folder, as per-directory rules see it.
    std::string relative(const State& state) const
    {
        if (state.file.starts_with(m_folder))
            return state.file.substr(m_folder.size());
        return state.path.starts_with(m_base) ? state.path.substr(m_base.size()) : state.path.substr(1);
    }

    bool apply(const parse::ApacheDirective& rule, const Flags& flags, const std::vector<const parse::ApacheDirective*>& conditions)
    {
        std::string expression = rule.arguments[0];
        const bool isNegated = expression.starts_with('!');
        if (isNegated)
            expression.erase(0, 1);
        const Pattern pattern(expression, flags.ignoresCase);
        if (!pattern.isValid())
            return false;
        auto match = pattern.match(m_path);
        if (match.has_value() == isNegated)
            return false;
        m_rule = match ? *match : PatternMatch {};
        m_condition = {};
        if (!holdAll(conditions))
            return false;
        for (const std::string& each : flags.environment) {
            const std::size_t colon = each.find(':');
            m_state.environment[each.substr(0, colon)]
                = colon == std::string::npos ? std::string() : filled(each.substr(colon + 1)).value;
        }
        if (flags.status != 0) {
            m_end = { RewriteEnd::Kind::Status, {}, flags.status, false, false, &rule };
            return true;
        }
        return rule.arguments[1] == "-" ? keep(rule, flags) : substitute(rule, flags);
    }

    bool keep(const parse::ApacheDirective& rule, const Flags& flags)
    {
        if (flags.isProxied)
            m_end = { RewriteEnd::Kind::Proxy, m_path, 0, false, false, &rule };
        else if (flags.redirect >= 400)
            m_end = { RewriteEnd::Kind::Status, {}, flags.redirect, false, false, &rule };
        else if (flags.redirect != 0)
            m_end = { RewriteEnd::Kind::Redirect, m_path, flags.redirect, false, false, &rule };
        return true;
    }

    bool substitute(const parse::ApacheDirective& rule, const Flags& flags)
    {
        const Text written = filled(rule.arguments[1]);
        if (!written.isKnown)
            return false;
        std::string text = written.value;
        if (const std::size_t question = text.find('?'); question != std::string::npos) {
            std::string query = text.substr(question + 1);
            text.resize(question);
            if (flags.appendsQuery && !m_state.query.empty())
                query += (query.empty() ? "" : "&") + m_state.query;
            m_state.query = query;
        } else if (flags.dropsQuery) {
            m_state.query.clear();
        }
        if (!m_folder.empty() && !text.starts_with('/') && !isAbsoluteUrl(text))
            text = m_base + (m_base.ends_with('/') ? "" : "/") + text;
        if (flags.redirect >= 400) {
            m_end = { RewriteEnd::Kind::Status, {}, flags.redirect, false, false, &rule };
        } else if (flags.isProxied) {
            m_end = { RewriteEnd::Kind::Proxy, text, 0, false, false, &rule };
        } else if (flags.redirect != 0 || isAbsoluteUrl(text)) {
            const std::string query = m_state.query.empty() ? std::string() : "?" + m_state.query;
            m_end = { RewriteEnd::Kind::Redirect, text + query, flags.redirect == 0 ? 302 : flags.redirect, false, false, &rule };
            m_path = text;
        } else {
            m_end = { RewriteEnd::Kind::Path, text, 0, m_end.isPassedThrough, m_end.isFinal, &rule };
            m_path = text;
        }
        return true;
    }

    bool holdAll(const std::vector<const parse::ApacheDirective*>& conditions)
    {
        bool isAlternativeTrue = false;
        bool isInAlternative = false;
        for (const parse::ApacheDirective* each : conditions) {
            const Flags flags = flagsOf(flagText(each->arguments, 2));
            const bool isTrue = holds(*each, flags);
            if (flags.isOr) {
                isAlternativeTrue = isAlternativeTrue || isTrue;
                isInAlternative = true;
                continue;
            }
            const bool isWhole = isInAlternative ? isAlternativeTrue || isTrue : isTrue;
            isInAlternative = isAlternativeTrue = false;
            if (!isWhole)
                return false;
        }
        return !isInAlternative || isAlternativeTrue;
    }

    /// What can't be told is taken not to hold.
    bool holds(const parse::ApacheDirective& condition, const Flags& flags)
    {
        if (condition.arguments.size() < 2)
            return false;
        if (base::lowered(condition.arguments[0]) == "expr")
            return evaluateExpression(m_state, condition.arguments[1]) == Truth::Yes;
        const Text subject = filled(condition.arguments[0]);
        std::string test = condition.arguments[1];
        const bool isNegated = test.starts_with('!');
        if (isNegated)
            test.erase(0, 1);
        if (!subject.isKnown)
            return false;
        Truth truth = Truth::Maybe;
        if (test == "-f" || test == "-F" || test == "-s" || test == "-l" || test == "-h" || test == "-L" || test == "-x")
            truth = test == "-l" || test == "-h" || test == "-L" ? Truth::No : isFile(m_state, subject.value);
        else if (test == "-d")
            truth = isFolder(m_state, subject.value);
        else if (test == "-U")
            truth = Truth::Yes;
        else if (test.starts_with('=') || test.starts_with('<') || test.starts_with('>'))
            truth = compared(subject.value, test, flags.ignoresCase);
        else
            truth = matched(subject.value, test, flags.ignoresCase, isNegated);
        // a name with an ending is most likely a file
        const bool isLikely = truth == Truth::Yes || (truth == Truth::Maybe && test.starts_with("-"));
        return isLikely != isNegated;
    }

    Truth compared(std::string subject, const std::string& test, bool ignoresCase) const
    {
        std::string wanted = test.substr(1);
        if (wanted == "\"\"")
            wanted.clear();
        if (ignoresCase) {
            subject = base::lowered(subject);
            wanted = base::lowered(wanted);
        }
        const bool isTrue = test[0] == '=' ? subject == wanted : test[0] == '<' ? subject < wanted : subject > wanted;
        return isTrue ? Truth::Yes : Truth::No;
    }

    Truth matched(const std::string& subject, const std::string& expression, bool ignoresCase, bool isNegated)
    {
        const Pattern pattern(expression, ignoresCase);
        if (!pattern.isValid())
            return Truth::No;
        auto match = pattern.match(subject);
        if (!match)
            return Truth::No;
        if (!isNegated)
            m_condition = std::move(*match);
        return Truth::Yes;
    }

    static std::string group(const PatternMatch& match, char digit)
    {
        const auto index = static_cast<std::size_t>(digit - '0');
        return index < match.groups.size() ? match.groups[index] : std::string();
    }

    /// $1 of the rule, %1 of the last condition, %{NAME}, ${map:key|otherwise}.
    Text filled(const std::string& text) const
    {
        Text result;
        for (std::size_t at = 0; at < text.size() && result.value.size() < maximumText;) {
            const char c = text[at];
            const char next = at + 1 < text.size() ? text[at + 1] : '\0';
            if ((c == '$' || c == '%') && next >= '0' && next <= '9') {
                result.value += group(c == '$' ? m_rule : m_condition, next);
                at += 2;
            } else if ((c == '%' || c == '$') && next == '{') {
                const std::size_t close = text.find('}', at);
                if (close == std::string::npos || c == '$')
                    return { {}, false };
                const Text part = variable(m_state, text.substr(at + 2, close - at - 2));
                result.value += part.value;
                result.isKnown = result.isKnown && part.isKnown;
                at = close + 1;
            } else if (c == '\\' && next != '\0') {
                result.value += next;
                at += 2;
            } else {
                result.value += c;
                ++at;
            }
        }
        return result;
    }

    State& m_state;
    std::string m_folder;
    std::string m_base;
    std::string m_path;
    PatternMatch m_rule;
    PatternMatch m_condition;
    RewriteEnd m_end;
    int m_rounds = 0;
};
}

RewriteEnd runRewrites(State& state, const Block& block, const std::string& folder, const std::string& base)
{
    return Rewriter(state, folder, base).run(block);
}

std::string proxiedUrl(const parse::ApacheDirective& rule)
{
    if (rule.name != "rewriterule" || rule.arguments.size() < 3)
        return {};
    return flagsOf(flagText(rule.arguments, 2)).isProxied ? rule.arguments[1] : std::string();
}

}
