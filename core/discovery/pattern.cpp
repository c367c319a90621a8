#include "core/discovery/pattern.h"

#include <QRegularExpression>
#include <QString>

#include <re2/re2.h>

namespace hopscope::discovery {

namespace {
constexpr std::size_t maximumExpression = 8192;
constexpr std::size_t maximumSubject = 16 * 1024;
constexpr int maximumGroups = 32;
constexpr auto limits = "(*LIMIT_MATCH=50000)(*LIMIT_DEPTH=1000)(*LIMIT_HEAP=4096)(*NO_JIT)";

QString fromBytes(std::string_view bytes)
{
    return QString::fromLatin1(bytes.data(), static_cast<qsizetype>(bytes.size()));
}

std::string toBytes(QStringView text)
{
    const QByteArray bytes = text.toLatin1();
    return std::string(bytes.constData(), static_cast<std::size_t>(bytes.size()));
}

/// RE2 of 2022 knows only the (?P<name>…) form.
std::string withPythonNames(std::string_view expression)
{
    std::string result;
    for (std::size_t i = 0; i < expression.size(); ++i) {
        const bool isNamed = expression.substr(i, 3) == "(?<" && expression.substr(i, 4) != "(?<="
            && expression.substr(i, 4) != "(?<!" && (i == 0 || expression[i - 1] != '\\');
        if (isNamed) {
            result += "(?P<";
            i += 2;
        } else {
            result += expression[i];
        }
    }
    return result;
}
}

struct Pattern::Compiled {
    std::unique_ptr<re2::RE2> linear;
    std::unique_ptr<QRegularExpression> backtracking;

    std::optional<PatternMatch> matchLinear(std::string_view text) const
    {
        const int count = std::min(linear->NumberOfCapturingGroups() + 1, maximumGroups);
        std::vector<re2::StringPiece> groups(static_cast<std::size_t>(count));
        const re2::StringPiece subject(text.data(), text.size());
        if (!linear->Match(subject, 0, text.size(), re2::RE2::UNANCHORED, groups.data(), count))
            return {};
        PatternMatch match;
        for (const re2::StringPiece& group : groups)
            match.groups.emplace_back(group.data() ? std::string(group.data(), group.size()) : std::string());
        for (const auto& [name, index] : linear->NamedCapturingGroups())
            if (index < count)
                match.names[name] = match.groups[static_cast<std::size_t>(index)];
        match.end = static_cast<std::size_t>(groups[0].data() - text.data()) + groups[0].size();
        return match;
    }

    std::optional<PatternMatch> matchBacktracking(std::string_view text) const
    {
        const QRegularExpressionMatch found = backtracking->match(fromBytes(text));
        if (!found.isValid() || !found.hasMatch())
            return {};
        PatternMatch match;
        const int count = std::min(found.lastCapturedIndex() + 1, maximumGroups);
        for (int i = 0; i < count; ++i)
            match.groups.push_back(toBytes(found.capturedView(i)));
        for (const QString& name : backtracking->namedCaptureGroups())
            if (!name.isEmpty())
                match.names[toBytes(name)] = toBytes(found.capturedView(name));
        match.end = static_cast<std::size_t>(found.capturedEnd(0));
        return match;
    }
};

Pattern::Pattern(std::string_view expression, bool ignoresCase)
    : m_compiled(std::make_unique<Compiled>())
{
    if (expression.size() > maximumExpression) {
        m_problem = "the expression is too long";
        return;
    }
    re2::RE2::Options options;
    options.set_encoding(re2::RE2::Options::EncodingLatin1);
    options.set_case_sensitive(!ignoresCase);
    options.set_log_errors(false);
    options.set_max_mem(1 << 20);
    auto linear = std::make_unique<re2::RE2>(withPythonNames(expression), options);
    if (linear->ok()) {
        m_compiled->linear = std::move(linear);
        return;
    }
    auto backtracking = std::make_unique<QRegularExpression>(QString::fromLatin1(limits) + fromBytes(expression),
        ignoresCase ? QRegularExpression::CaseInsensitiveOption : QRegularExpression::NoPatternOption);
    if (backtracking->isValid())
        m_compiled->backtracking = std::move(backtracking);
    else
        m_problem = backtracking->errorString().toStdString();
}

Pattern::~Pattern() = default;
Pattern::Pattern(Pattern&&) noexcept = default;
Pattern& Pattern::operator=(Pattern&&) noexcept = default;

bool Pattern::isValid() const { return m_compiled->linear || m_compiled->backtracking; }

std::optional<PatternMatch> Pattern::match(std::string_view text) const
{
    if (!isValid() || text.size() > maximumSubject)
        return {};
    return m_compiled->linear ? m_compiled->matchLinear(text) : m_compiled->matchBacktracking(text);
}

}
