#include "core/discovery/traefik/rule.h"

#include "core/base/text.h"
#include "core/parse/lines.h"

#include <algorithm>
#include <cctype>
#include <optional>

namespace hopscope::discovery::traefik {

namespace {
using routing::Condition;
using Kind = Condition::Kind;

constexpr int deepestRule = 48;


bool hasTemplate(const std::string& text) { return text.find('{') != std::string::npos && text.find('}') != std::string::npos; }

/// "{sub:[a-z]+}.shop.example" as a regular expression over the whole text.
std::string expressionOf(const std::string& text, std::string_view rest)
{
    std::string expression = "^";
    for (std::size_t at = 0; at < text.size();) {
        if (text[at] == '{') {
            int depth = 0;
            std::size_t end = at;
            for (; end < text.size(); ++end) {
                depth += text[end] == '{' ? 1 : text[end] == '}' ? -1 : 0;
                if (depth == 0)
                    break;
            }
            const std::string inside = text.substr(at + 1, std::min(end, text.size()) - at - 1);
            const std::size_t colon = inside.find(':');
            expression += colon == std::string::npos ? "(" + std::string(rest) + ")" : "(?:" + inside.substr(colon + 1) + ")";
            at = std::min(end, text.size()) + 1;
            continue;
        }
        if (std::string_view("\\^$.|?*+()[]{}").find(text[at]) != std::string_view::npos)
            expression += '\\';
        expression += text[at++];
    }
    return expression;
}

Condition named(Kind kind, std::vector<std::string> arguments)
{
    Condition condition;
    condition.kind = kind;
    if (!arguments.empty()) {
        condition.name = arguments.front();
        arguments.erase(arguments.begin());
    }
    condition.values = std::move(arguments);
    return condition;
}

/// Paths and hosts of which some are templates.
Condition plainOrTemplate(Kind plain, Kind pattern, const std::vector<std::string>& arguments, bool isWhole)
{
    std::vector<std::string> texts;
    std::vector<std::string> expressions;
    for (const std::string& each : arguments) {
        if (hasTemplate(each))
            expressions.push_back(expressionOf(each, plain == Kind::Host ? "[^.]+" : "[^/]+") + (isWhole ? "$" : ""));
        else
            texts.push_back(plain == Kind::Host ? base::lowered(each) : each);
    }
    if (expressions.empty())
        return Condition::of(plain, std::move(texts));
    Condition condition = Condition::of(pattern, std::move(expressions));
    condition.ignoresCase = plain == Kind::Host;
    if (texts.empty())
        return condition;
    return Condition::any({ Condition::of(plain, std::move(texts)), std::move(condition) });
}

/// What a function of a rule asks; nothing where its name is not known.
std::optional<Condition> conditionOf(const std::string& function, std::vector<std::string> arguments)
{
    const std::string name = base::lowered(function);
    if (name == "host" || name == "hostheader")
        return plainOrTemplate(Kind::Host, Kind::HostPattern, arguments, true);
    if (name == "hostregexp") {
        std::vector<std::string> expressions;
        for (const std::string& each : arguments) {
            // version 2 has templates here, version 3 plain expressions: only those hold such signs outside of braces
            const bool isTemplate = hasTemplate(each) && each.find(':') != std::string::npos && each.find_first_of("^$\\(") == std::string::npos;
            expressions.push_back(isTemplate ? expressionOf(each, "[^.]+") + "$" : each);
        }
        Condition condition = Condition::of(Kind::HostPattern, std::move(expressions));
        condition.ignoresCase = true;
        return condition;
    }
    if (name == "path")
        return plainOrTemplate(Kind::Path, Kind::PathPattern, arguments, true);
    if (name == "pathprefix")
        return plainOrTemplate(Kind::PathPrefix, Kind::PathPattern, arguments, false);
    if (name == "pathregexp")
        return Condition::of(Kind::PathPattern, std::move(arguments));
    if (name == "method")
        return Condition::of(Kind::Method, std::move(arguments));
    if (name == "header" || name == "headers")
        return named(Kind::Header, std::move(arguments));
    if (name == "headerregexp" || name == "headersregexp")
        return named(Kind::HeaderPattern, std::move(arguments));
    if (name == "query") {
        // version 2: "name=value"; version 3: name, value
        if (arguments.size() == 1 || (!arguments.empty() && arguments.front().find('=') != std::string::npos)) {
            std::vector<Condition> all;
            for (const std::string& pair : arguments) {
                const std::size_t equals = pair.find('=');
                all.push_back(named(Kind::Query, equals == std::string::npos ? std::vector<std::string> { pair } : std::vector<std::string> { pair.substr(0, equals), pair.substr(equals + 1) }));
            }
            return Condition::all(std::move(all));
        }
        return named(Kind::Query, std::move(arguments));
    }
    if (name == "hostsni") {
        for (std::string& each : arguments)
            each = base::lowered(each);
        return Condition::of(Kind::ServerName, std::move(arguments));
    }
    if (name == "clientip" || name == "alpn" || name == "queryregexp" || name == "hostsniregexp")
        return Condition::of(Kind::Unknown);
    return {};
}

class RuleReader {
public:
    explicit RuleReader(std::string_view text)
        : m_text(text)
    {
    }

    RuleReading read()
    {
        Condition condition = any(0);
        skip();
        if (m_problem.empty() && m_at < m_text.size())
            m_problem = "'" + std::string(m_text.substr(m_at, 20)) + "' was not expected";
        if (!m_problem.empty())
            condition = Condition::of(Kind::Unknown);
        return { std::move(condition), m_problem, {} };
    }

private:
    void skip()
    {
        while (m_at < m_text.size() && std::isspace(static_cast<unsigned char>(m_text[m_at])))
            ++m_at;
    }

    bool take(std::string_view word)
    {
        skip();
        if (!m_text.substr(m_at).starts_with(word))
            return false;
        m_at += word.size();
        return true;
    }

    Condition any(int depth)
    {
        std::vector<Condition> parts { all(depth) };
        while (m_problem.empty() && take("||"))
            parts.push_back(all(depth));
        return parts.size() == 1 ? std::move(parts.front()) : Condition::any(std::move(parts));
    }

    Condition all(int depth)
    {
        std::vector<Condition> parts { one(depth) };
        while (m_problem.empty() && take("&&"))
            parts.push_back(one(depth));
        return parts.size() == 1 ? std::move(parts.front()) : Condition::all(std::move(parts));
    }

    Condition one(int depth)
    {
        if (depth > deepestRule) {
            m_problem = "nested too deep";
            return {};
        }
        if (take("!"))
            return Condition::none({ one(depth + 1) });
        if (take("(")) {
            Condition inner = any(depth + 1);
            if (m_problem.empty() && !take(")"))
                m_problem = "')' is missing";
            return inner;
        }
        return function();
    }

    Condition function()
    {
        skip();
        const std::size_t start = m_at;
        while (m_at < m_text.size() && std::isalpha(static_cast<unsigned char>(m_text[m_at])))
            ++m_at;
        const std::string name(m_text.substr(start, m_at - start));
        if (name.empty() || !take("(")) {
            m_problem = name.empty() ? "a matcher was expected" : "'(' is missing behind " + name;
            return {};
        }
        std::vector<std::string> arguments;
        while (m_problem.empty() && !take(")")) {
            skip();
            if (m_at >= m_text.size()) {
                m_problem = "')' is missing behind " + name;
                break;
            }
            const char quote = m_text[m_at];
            if (quote == ',') {
                ++m_at;
                continue;
            }
            if (quote != '`' && quote != '"' && quote != '\'') {
                m_problem = "a quoted text was expected in " + name + "(…)";
                break;
            }
            const std::size_t end = m_text.find(quote, m_at + 1);
            if (end == std::string_view::npos) {
                m_problem = std::string("a closing ") + quote + " is missing";
                break;
            }
            std::string argument(m_text.substr(m_at + 1, end - m_at - 1));
            if (quote == '"')
                for (std::size_t at = argument.find("\\\\"); at != std::string::npos; at = argument.find("\\\\", at + 1))
                    argument.erase(at, 1);
            arguments.push_back(std::move(argument));
            m_at = end + 1;
        }
        const std::optional<Condition> condition = conditionOf(name, std::move(arguments));
        if (!condition && m_problem.empty())
            m_problem = "the matcher " + name + " is not known";
        return condition.value_or(Condition());
    }

    std::string_view m_text;
    std::size_t m_at = 0;
    std::string m_problem;
};

/// "Host:a.example,b.example;PathPrefixStrip:/x" of version 1.
RuleReading readOldRule(std::string_view rule)
{
    RuleReading reading;
    std::vector<Condition> all;
    while (!rule.empty()) {
        std::string_view part = parse::takeUntil(rule, ";");
        const std::string name(parse::trimmed(parse::takeUntil(part, ":")));
        std::vector<std::string> arguments;
        while (!part.empty())
            arguments.emplace_back(parse::trimmed(parse::takeUntil(part, ",")));
        if (name.empty())
            continue;
        const std::string function = name.ends_with("Strip") ? name.substr(0, name.size() - 5) : name;
        if (function != name && !arguments.empty())
            reading.stripPrefix = arguments.front();
        if (auto condition = conditionOf(function, std::move(arguments)))
            all.push_back(std::move(*condition));
        else
            reading.problem = "the matcher " + name + " is not known";
    }
    reading.condition = reading.problem.empty() ? Condition::all(std::move(all)) : Condition::of(Kind::Unknown);
    return reading;
}
}

RuleReading readRule(std::string_view rule)
{
    const std::string_view text = parse::trimmed(rule);
    if (text.empty())
        return { {}, "the rule is empty", {} };
    const std::size_t colon = text.find(':');
    if (colon < text.find('(') && colon != std::string_view::npos)
        return readOldRule(text);
    return RuleReader(text).read();
}

bool isServerNameRule(std::string_view rule) { return base::lowered(rule).find("hostsni") != std::string::npos; }

}
