#include "core/faults/faultkinds.h"

#include "core/faults/explanation.h"
#include "core/faults/jsontext.h"
#include "core/faults/linetext.h"

#include <algorithm>

namespace hopscope::faults {
namespace {

    constexpr std::size_t longestExample = 300;
    constexpr std::size_t mostRemedies = 3;
    constexpr std::size_t mostOthers = 12;
    constexpr std::uint64_t longestTrace = 100; ///< lines of one exception, until the one that it was caused by

    /// True for a line of a stack trace that says what brought about the exception above it: Java's, Node's, .NET's.
    bool isInner(std::string_view line)
    {
        const std::size_t start = line.find_first_not_of(" \t");
        return line.find("Caused by: ") != std::string_view::npos || line.find("[cause]: ") != std::string_view::npos
            || (start != std::string_view::npos && line.substr(start).starts_with("---> "));
    }

    bool isException(std::string_view line)
    {
        return line.find("Exception") != std::string_view::npos || line.find("Error: ") != std::string_view::npos;
    }

    /// What a log holds must not drive the terminal: no control characters, of either set, and only valid UTF-8.
    std::string forTerminal(std::string_view text)
    {
        const std::string plain = withoutEscapes(text.substr(0, 4 * longestExample));
        std::string result;
        for (std::size_t at = 0; at < plain.size() && result.size() < longestExample;) {
            const std::size_t length = std::max<std::size_t>(utf8Length(plain, at), 1);
            const auto first = static_cast<unsigned char>(plain[at]);
            const bool isUpperControl = first == 0xc2 && static_cast<unsigned char>(plain[at + 1]) < 0xa0;
            if (first == 0x7f || isUpperControl || (first >= 0x80 && length == 1))
                result += '?';
            else
                result.append(plain, at, length);
            at += length;
        }
        return result + (text.size() > result.size() && result.size() >= longestExample ? "…" : "");
    }

    std::string remedyText(const model::Remediation& remedy)
    {
        std::string text = "  - " + forTerminal(remedy.title) + " (" + model::id(remedy.risk) + ")\n";
        for (const std::string& command : remedy.commands)
            text += "      " + forTerminal(command) + "\n";
        return text;
    }

}

void FaultKinds::add(std::uint64_t lineNumber, std::string_view line, const LineReading& reading)
{
    Kind& kind = m_kinds[{ reading.entry, reading.component, reading.variant.value_or(""), reading.cause.value_or("") }];
    if (kind.count++ == 0) {
        kind.first = lineNumber;
        kind.example = forTerminal(line);
        kind.reading = reading;
        kind.depth = depthOf(reading);
    }
    kind.last = lineNumber;
    const bool inner = isInner(line);
    if (inner) {
        if (m_outer && m_outer != &kind && lineNumber - m_outerLine <= longestTrace)
            inherit(kind, *m_outer);
        kind.innermost = lineNumber;
    }
    m_outer = inner || isException(line) ? &kind : nullptr;
    m_outerLine = lineNumber;
}

/// The cause at the end of a trace lies as deep as what it brought about, and at the same place: behind the app, where
/// a dependency failed.
void FaultKinds::inherit(Kind& inner, const Kind& outer)
{
    inner.depth = std::max(inner.depth, outer.depth);
    if (outer.reading.role != Role::Dependency)
        return;
    inner.reading.role = Role::Dependency;
    if (!inner.reading.cause)
        inner.reading.cause = outer.reading.cause;
}

std::string FaultKinds::placeOf(const Kind& kind)
{
    return std::to_string(kind.count) + (kind.count == 1 ? " line: " : " lines: ") + std::to_string(kind.first)
        + (kind.count == 1 ? "" : " to " + std::to_string(kind.last));
}

/// True where `a` is to be read first: the deeper one; then what a stack trace ends with; else what came first.
bool FaultKinds::isNearerTheRoot(const Kind& a, const Kind& b)
{
    if (a.depth != b.depth)
        return a.depth > b.depth;
    if (a.innermost != b.innermost)
        return a.innermost > b.innermost;
    return a.first < b.first;
}

std::string FaultKinds::inFull(const Kind& kind, const Catalogue& catalogue)
{
    const Explanation words = explanation(kind.reading, catalogue);
    std::string text = forTerminal(words.title) + "\n";
    text += "  written by " + (kind.reading.component.empty() ? "unknown software" : kind.reading.component)
        + " · variant " + kind.reading.variant.value_or("not told") + " · cause " + provenCause(kind.reading).value_or("not told")
        + " · at " + id(kind.reading.role) + "\n";
    text += "  " + placeOf(kind) + "\n";
    text += "  > " + kind.example + "\n";
    text += "  " + forTerminal(words.summary) + "\n";
    text += "  First place to check: " + forTerminal(words.firstPlaceToCheck) + "\n";
    for (std::size_t i = 0; i < std::min(mostRemedies, words.remedies.size()); ++i)
        text += remedyText(words.remedies[i]);
    return text;
}

std::string FaultKinds::text(std::uint64_t lines, const Catalogue& catalogue) const
{
    std::vector<const Kind*> kinds;
    std::uint64_t faults = 0;
    for (const auto& [key, kind] : m_kinds) {
        kinds.push_back(&kind);
        faults += kind.count;
    }
    std::stable_sort(kinds.begin(), kinds.end(), [](const Kind* a, const Kind* b) { return isNearerTheRoot(*a, *b); });
    std::string text = std::to_string(faults) + " of " + std::to_string(lines)
        + (lines == 1 ? " line reports" : " lines report") + " a fault on the way to an app.\n";
    if (kinds.empty())
        return text;
    text += kinds.size() == 1 ? "\n" : "\nNearest the root: ";
    text += inFull(*kinds.front(), catalogue);
    if (kinds.size() > 1)
        text += "\nAlso reported, mostly what follows from it:\n";
    for (std::size_t i = 1; i < std::min(kinds.size(), mostOthers + 1); ++i) {
        const Kind& kind = *kinds[i];
        text += "  - " + forTerminal(explanation(kind.reading, catalogue).title) + " ("
            + kind.reading.variant.value_or(kind.reading.cause.value_or("")) + "; " + placeOf(kind) + ")\n";
    }
    if (kinds.size() > mostOthers + 1)
        text += "  and " + std::to_string(kinds.size() - mostOthers - 1) + " kinds more\n";
    return text;
}

}
