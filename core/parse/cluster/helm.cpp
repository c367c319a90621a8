#include "core/parse/cluster/helm.h"

#include "core/parse/lines.h"

#include <array>
#include <cctype>
#include <map>

namespace hopscope::parse::cluster {

namespace {
bool isWord(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '.' || c == '_' || c == '-'; }

/// The value at ".Values.a.b"; Null where there is none.
const ConfigTree& valueAt(const ConfigTree& values, std::string_view path)
{
    const ConfigTree* place = &values;
    while (!path.empty()) {
        const std::size_t dot = path.find('.');
        place = &place->at(path.substr(0, dot));
        if (dot == std::string_view::npos)
            break;
        path.remove_prefix(dot + 1);
    }
    return *place;
}

/// "text" in quotes, without them.
std::string quotedIn(std::string_view text)
{
    const std::size_t open = text.find_first_of("\"`");
    if (open == std::string_view::npos)
        return {};
    const std::size_t end = text.find(text[open], open + 1);
    return end == std::string_view::npos ? std::string() : std::string(text.substr(open + 1, end - open - 1));
}

std::string wordFrom(std::string_view text)
{
    std::string word;
    for (const char c : text)
        if (isWord(c))
            word += c;
        else if (!word.empty() && word.back() != '-')
            word += '-';
    while (!word.empty() && (word.back() == '-' || word.back() == '.'))
        word.pop_back();
    return word.substr(0, 63);
}

struct Expression {
    std::string_view text; ///< between the braces, trimmed, without the dashes
    const ConfigTree& values;
    const std::string& chart;
    const std::map<std::string, std::string, std::less<>>& variables; ///< "$name" to what it was given

    /// `printf "%s-api" .Release.Name`
    std::string printed(std::string_view words) const
    {
        const std::string format = quotedIn(words);
        const std::size_t open = words.find_first_of("\"`");
        if (open == std::string_view::npos || open + format.size() + 2 > words.size())
            return wordFrom(words);
        std::string_view rest = words.substr(open + format.size() + 2);
        std::string out;
        for (std::size_t at = 0; at < format.size(); ++at) {
            if (format[at] != '%' || at + 1 >= format.size()) {
                out += format[at];
                continue;
            }
            ++at;
            rest = trimmed(rest);
            bool isGuess = false;
            if (rest.starts_with('(')) {
                const std::size_t close = std::min(rest.find(')'), rest.size());
                out += Expression { trimmed(rest.substr(1, close - 1)), values, chart, variables }.value(isGuess);
                rest.remove_prefix(std::min(close + 1, rest.size()));
            } else {
                out += Expression { takeWord(rest), values, chart, variables }.value(isGuess);
            }
        }
        return wordFrom(out);
    }

    std::string value(bool& isGuess) const
    {
        std::string_view head = text.substr(0, text.find('|'));
        head = trimmed(head);
        const std::string_view tail = text.substr(head.size() < text.size() ? text.find('|') : text.size());
        std::string_view path = head;
        if (head.starts_with('$')) {
            const auto known = variables.find(head.substr(0, head.find_first_of(" .")));
            if (known != variables.end()) {
                isGuess = true;
                return known->second;
            }
        }
        const std::size_t at = path.find(".Values.");
        if (at != std::string_view::npos) {
            path = path.substr(at + 8);
            std::size_t end = 0;
            while (end < path.size() && isWord(path[end]))
                ++end;
            const ConfigTree& known = valueAt(values, path.substr(0, end));
            if (known.isScalar() && !known.scalar.empty())
                return known.scalar;
            // "default 80 .Values.x" and ".Values.x | default 80"
            for (const std::string_view part : { head, tail })
                if (const std::size_t word = part.find("default "); word != std::string_view::npos) {
                    std::string_view rest = part.substr(word + 8);
                    const std::string quoted = rest.starts_with('"') ? quotedIn(rest) : std::string();
                    const std::string_view first = takeWord(rest);
                    if (!quoted.empty() || (!first.empty() && first[0] != '.' && first[0] != '$' && first[0] != '('))
                        return quoted.empty() ? std::string(first) : quoted;
                }
            isGuess = true;
            return wordFrom(path.substr(0, end));
        }
        isGuess = true;
        if (head.starts_with("printf "))
            return printed(head.substr(7));
        if (head.find(".Release.Name") != std::string_view::npos && head.find(' ') == std::string_view::npos)
            return "release";
        if (head.find(".Release.Namespace") != std::string_view::npos)
            return "default";
        if (head.find(".Chart.Name") != std::string_view::npos)
            return chart.empty() ? "chart" : chart;
        if (head.starts_with("include ") || head.starts_with("template "))
            return wordFrom(quotedIn(head));
        return wordFrom(head);
    }
};

/// Whether braces hold what only steers: if, end, range …
bool steers(std::string_view expression)
{
    std::string_view rest = expression;
    const std::string_view word = takeWord(rest);
    for (const std::string_view each :
        { "if", "else", "end", "range", "with", "define", "block", "break", "continue", "fail", "required" })
        if (word == each)
            return true;
    return expression.starts_with("/*") || (expression.starts_with('$') && expression.find('=') != std::string_view::npos)
        || expression.find(":=") != std::string_view::npos;
}

/// "{{- include "x.labels" . | nindent 4 }}" alone on its line stands for members that nobody can see: one that bears the
/// template's name keeps selectors and labels of the same template equal.
std::string standIn(std::string_view expression, std::string_view line)
{
    if (!expression.starts_with("include ") && !expression.starts_with("template "))
        return {};
    const std::string name = quotedIn(expression);
    if (name.find("abels") == std::string::npos)
        return {};
    std::size_t indent = line.find_first_not_of(' ');
    if (const std::size_t at = expression.find("indent "); at != std::string_view::npos) {
        std::string_view rest = expression.substr(at + 7);
        indent = numberOf<std::size_t>(takeWord(rest)).value_or(indent);
    }
    const std::string chart = name.substr(0, name.find('.'));
    const std::string pad(std::min<std::size_t>(indent, 64), ' ');
    // What else the template is given tells one component of the chart from another.
    const std::size_t open = expression.find(name) + name.size();
    std::string_view given = expression.substr(std::min(open + 1, expression.size()));
    given = trimmed(given.substr(0, given.find('|')));
    const std::string word = wordFrom(given);
    return pad + "helm.selector/" + wordFrom(chart) + ": " + (word.empty() ? "template" : "template-" + word);
}
}

Unrendered withoutHelm(std::string_view text, const ConfigTree& values, const std::string& chart)
{
    Unrendered result;
    if (text.find("{{") == std::string_view::npos) {
        result.text = std::string(text);
        return result;
    }
    bool isInComment = false;
    std::map<std::string, std::string, std::less<>> variables;
    for (const Line& line : linesOf(text)) {
        std::string out;
        std::string_view rest = line.text;
        std::string stand;
        bool hasBraces = false;
        while (!rest.empty()) {
            if (isInComment) {
                const std::size_t end = rest.find("*/");
                hasBraces = true;
                if (end == std::string_view::npos)
                    break;
                isInComment = false;
                const std::size_t close = rest.find("}}", end);
                rest.remove_prefix(close == std::string_view::npos ? rest.size() : close + 2);
                continue;
            }
            const std::size_t open = rest.find("{{");
            out += rest.substr(0, open);
            if (open == std::string_view::npos)
                break;
            hasBraces = true;
            rest.remove_prefix(open + 2);
            std::size_t close = rest.find("}}");
            std::string_view inside = trimmed(rest.substr(0, close));
            if (inside.starts_with('-'))
                inside = trimmed(inside.substr(1));
            if (inside.starts_with("/*") && inside.find("*/") == std::string_view::npos) {
                isInComment = true;
                break;
            }
            if (inside.ends_with('-'))
                inside = trimmed(inside.substr(0, inside.size() - 1));
            if (!steers(inside)) {
                bool isGuess = false;
                const Expression expression { inside, values, chart, variables };
                const bool isAlone = trimmed(out).empty()
                    && (close == std::string_view::npos || trimmed(rest.substr(close + 2)).empty());
                if (isAlone)
                    stand = standIn(inside, line.text);
                else
                    out += expression.value(isGuess);
                if ((isGuess || isAlone) && result.firstLine == 0)
                    result.firstLine = line.number;
            } else {
                if (result.firstLine == 0 && !inside.starts_with("/*"))
                    result.firstLine = line.number;
                if (const std::size_t given = inside.find(":="); inside.starts_with('$') && given != std::string_view::npos && variables.size() < 200) {
                    bool isGuess = false;
                    variables[std::string(trimmed(inside.substr(0, given)))]
                        = Expression { trimmed(inside.substr(given + 2)), values, chart, variables }.value(isGuess);
                }
            }
            rest.remove_prefix(close == std::string_view::npos ? rest.size() : close + 2);
        }
        // "selector: {{- include … | nindent 4 }}" holds members below its key.
        if (hasBraces && stand.empty() && out.find(':') != std::string::npos) {
            const std::size_t at = line.text.find("{{");
            const std::string_view inside = line.text.substr(at + 2);
            if (trimmed(line.text.substr(0, at)).ends_with(':') && inside.find("nindent") != std::string_view::npos) {
                std::string_view expression = trimmed(inside.substr(0, inside.find("}}")));
                if (expression.starts_with('-'))
                    expression = trimmed(expression.substr(1));
                const std::string below = standIn(expression, line.text);
                out = std::string(line.text.substr(0, at));
                if (!below.empty())
                    out += "{" + std::string(trimmed(below)) + "}";
            }
        }
        result.text += (stand.empty() ? (hasBraces && trimmed(out).empty() ? std::string() : out) : stand) + "\n";
    }
    return result;
}

}
