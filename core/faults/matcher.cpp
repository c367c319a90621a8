#include "core/faults/matcher.h"

#include "core/base/text.h"
#include "core/faults/linetext.h"
#include "core/faults/placeholders.h"

#include <algorithm>
#include <array>

namespace hopscope::faults {
namespace {

    constexpr std::size_t longestMatched = 64 * 1024;

    base::Error patternError(const Pattern& pattern, const std::string& detail)
    {
        return { base::ErrorCode::InvalidFormat, "read fault catalogue", pattern.place.text(), detail, "" };
    }

    base::Result<LazyRegex> regexOf(const Pattern& pattern, bool isChecked)
    {
        LazyRegex regex(pattern.regex);
        if (const std::string complaint = isChecked ? std::string() : regex.complaint(); !complaint.empty())
            return base::failure(patternError(pattern, complaint));
        return regex;
    }

    /// The first pass looks for no more than the beginnings of long needles: the shorter the longest of them, the more
    /// walks fit side by side on a line (LiteralScanner::scan).
    Needles withoutLongTails(const Needles& needles)
    {
        constexpr std::size_t longest = 14;
        Needles result;
        for (const std::string& needle : needles)
            result.push_back(needle.substr(0, longest));
        return result;
    }

    /// One that says "no fault" and nothing else, so that several can be tried as one.
    bool isPlainAcquittal(const Pattern& pattern)
    {
        return pattern.variant == "none" && !pattern.cause && pattern.component == "any" && pattern.sameGroups.empty()
            && pattern.regex.find("(?P<") == std::string::npos;
    }

    /// True where `word` stands in the text with no letter beside it ("go" in "app-go-1", not in "mongo").
    bool holdsWord(std::string_view text, std::string_view word)
    {
        const auto isLetter = [&](std::size_t at) { return at < text.size() && text[at] >= 'a' && text[at] <= 'z'; };
        for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
            if ((at == 0 || !isLetter(at - 1)) && !isLetter(at + word.size()))
                return true;
        }
        return false;
    }

    /// True where the words tell what the caller saw: what names a cause (a probe that fails, an image that can't be
    /// had, a process that died of it) often quotes them.
    bool isDefinite(const Pattern& pattern)
    {
        constexpr std::array<std::string_view, 7> variants = { "connection-refused", "connection-timed-out", "host-unreachable",
            "socket-missing", "dns-resolution-failed", "tls-handshake-failed", "certificate-invalid" };
        constexpr int weakest = 5; // below stand the families whose words alone say little
        return pattern.variant && pattern.priority > weakest
            && std::find(variants.begin(), variants.end(), *pattern.variant) != variants.end();
    }

    /// True where the words tell at least that connecting failed or that the other side hung up.
    bool tellsOfConnection(const Pattern& pattern)
    {
        return isDefinite(pattern) || pattern.variant == "connect-failed" || pattern.variant == "reset-before-headers";
    }

    /// True where the words tell how the call of one of several servers ended.
    bool tellsOfOneServer(const Pattern& pattern)
    {
        return isDefinite(pattern) || pattern.variant == "reset-before-headers";
    }

    /// Which words of the same line tell more than those that matched best. A dependency that failed leaves open how; a
    /// connection that failed, why; an error that an app did not handle is often that of a call.
    bool (*whatTellsMore(const Pattern& best))(const Pattern&)
    {
        const bool isOfADependency = best.cause == "dependency-down";
        if (isOfADependency && !best.variant)
            return tellsOfConnection;
        if (isOfADependency && best.variant == "no-healthy-upstream")
            return tellsOfOneServer;
        const bool isVague = !best.variant || best.variant == "connect-failed"
            || (best.variant == "error-response" && best.cause == "app-error");
        return isVague ? isDefinite : nullptr;
    }

}

Matcher::Matcher(Taxonomy taxonomy, const std::vector<std::string>& needles)
    : m_taxonomy(std::move(taxonomy))
    , m_scanner(needles)
{
}

base::Result<std::unique_ptr<Matcher>> Matcher::compiled(const CatalogueData& data, const std::set<std::string>& checkedFiles)
{
    NeedleIndex index;
    std::vector<Compiled> patterns;
    std::map<int, std::vector<Pattern>> blunt; // by priority
    for (const Entry& entry : data.entries) {
        for (const Pattern& pattern : entry.patterns) {
            auto regex = regexOf(pattern, checkedFiles.contains(pattern.place.file));
            if (!regex)
                return base::failure(regex.error());
            std::vector<Needles> groups = needlesOf(pattern.regex);
            if (groups.empty() && pattern.variant != "none") // notices are looked at only where a line may be a fault
                return base::failure(patternError(pattern,
                    "the pattern must hold a literal of at least three characters (not counting quotes and slashes)"));
            if (groups.empty() && isPlainAcquittal(pattern)) {
                blunt[pattern.priority].push_back(pattern);
                continue;
            }
            Compiled compiled { pattern, entry.text.id, std::move(*regex), {}, {} };
            if (pattern.variant != "none") {
                compiled.first = withoutLongTails(groups.front());
                // What the first pass saw whole, the second need not look for.
                if (compiled.first == groups.front())
                    groups.erase(groups.begin());
            }
            compiled.needles = index.numbers(groups);
            patterns.push_back(std::move(compiled));
        }
    }
    // What no literal announces would be tried on every line in question, one by one.
    for (const auto& [priority, several] : blunt) {
        Pattern joined = several.front();
        joined.regex = "(?:" + joined.regex + ')';
        for (auto each = several.begin() + 1; each != several.end(); ++each)
            joined.regex += "|(?:" + each->regex + ')';
        auto regex = regexOf(joined, checkedFiles.contains(joined.place.file));
        if (!regex)
            return base::failure(regex.error());
        patterns.push_back({ joined, {}, std::move(*regex), {}, {} });
    }
    std::stable_sort(patterns.begin(), patterns.end(),
        [](const Compiled& a, const Compiled& b) { return a.pattern.priority > b.pattern.priority; });

    std::map<std::string, std::vector<std::uint32_t>> patternsOfNeedle;
    for (std::uint32_t i = 0; i < patterns.size(); ++i) {
        for (const std::string& needle : patterns[i].first)
            patternsOfNeedle[needle].push_back(i);
    }
    std::vector<std::string> needles;
    std::vector<std::vector<std::uint32_t>> lists;
    for (auto& [needle, list] : patternsOfNeedle) {
        needles.push_back(needle);
        lists.push_back(std::move(list));
    }

    auto extractors = compiledGroup(data.extractors, checkedFiles, index);
    auto writers = compiledGroup(data.writers, checkedFiles, index);
    if (!extractors || !writers)
        return base::failure(extractors ? writers.error() : extractors.error());

    auto matcher = std::unique_ptr<Matcher>(new Matcher(data.taxonomy, needles));
    for (std::uint32_t i = 0; i < patterns.size(); ++i) {
        if (patterns[i].pattern.variant == "none")
            matcher->m_acquitting.push_back(i);
    }
    matcher->m_patterns = std::move(patterns);
    matcher->m_patternsOfNeedle = std::move(lists);
    matcher->m_extractors = std::move(*extractors);
    matcher->m_writers = std::move(*writers);
    matcher->m_index = std::move(index);
    matcher->m_index.close();
    return matcher;
}

base::Result<Matcher::Group> Matcher::compiledGroup(const std::map<std::string, std::vector<Pattern>>& patterns,
    const std::set<std::string>& checkedFiles, NeedleIndex& index)
{
    Group group;
    for (const auto& [component, list] : patterns) {
        for (const Pattern& pattern : list) {
            auto regex = regexOf(pattern, checkedFiles.contains(pattern.place.file));
            if (!regex)
                return base::failure(regex.error());
            group[component].push_back({ pattern, {}, std::move(*regex), {}, index.numbers(needlesOf(pattern.regex)) });
        }
    }
    return group;
}

NumberSet Matcher::candidates(std::string_view text) const
{
    std::vector<std::uint32_t> found;
    m_scanner.scan(text, found);
    if (found.empty())
        return NumberSet(0);
    NumberSet patterns(m_patterns.size());
    for (const std::uint32_t needle : found) {
        for (const std::uint32_t pattern : m_patternsOfNeedle[needle])
            patterns.add(pattern);
    }
    return patterns;
}

LineReading Matcher::read(std::string_view line, std::string_view component) const
{
    line = line.substr(0, longestMatched);
    std::string plain;
    if (line.find('\x1b') != std::string_view::npos) {
        plain = withoutEscapes(line);
        line = plain;
    }
    const NumberSet patterns = candidates(line);
    if (patterns.isEmpty()) {
        LineReading none;
        none.variant = "none";
        return none;
    }
    // Needles hold nothing that JSON escapes, so those found in the raw line are those of its text.
    std::string text = jsonLogText(line);
    if (text.empty() && line.find("\\\"") != std::string_view::npos)
        text = withoutQuoteEscapes(line);
    if (!text.empty())
        line = text;
    if (line.find('\xc2') != std::string_view::npos || line.find('\xe2') != std::string_view::npos) {
        text = withPlainPunctuation(line);
        line = text;
    }
    return readText(line, patterns, component);
}

LineReading Matcher::readText(std::string_view text, const NumberSet& accusing, std::string_view component) const
{
    const Subject subject { text, m_index.metBy(text) };
    std::vector<std::uint32_t> patterns;
    const auto addIfItMayMatch = [&](std::uint32_t index) {
        if (mayMatch(m_patterns[index], subject))
            patterns.push_back(index);
    };
    accusing.forEach(addIfItMayMatch);
    if (!patterns.empty()) {
        const auto accused = static_cast<std::ptrdiff_t>(patterns.size());
        std::for_each(m_acquitting.begin(), m_acquitting.end(), addIfItMayMatch);
        std::inplace_merge(patterns.begin(), patterns.begin() + accused, patterns.end());
    }
    const auto fitsHere = [&](std::uint32_t index) {
        return mayWrite(m_patterns[index].pattern.component, component) && fits(m_patterns[index], subject);
    };
    const auto best = std::find_if(patterns.begin(), patterns.end(), fitsHere);
    if (best != patterns.end()) {
        const Pattern& pattern = m_patterns[*best].pattern;
        LineReading found = reading(m_patterns[*best], subject, component);
        const auto tells = whatTellsMore(pattern);
        const auto detail = !tells ? patterns.end() : std::find_if(best + 1, patterns.end(), [&](std::uint32_t index) {
            return tells(m_patterns[index].pattern) && fitsHere(index);
        });
        if (detail != patterns.end()) {
            const Pattern& more = m_patterns[*detail].pattern;
            found.variant = more.variant;
            // A call that failed is why the app failed; a dependency's failure has its own reason.
            const bool isReplaced = !found.cause || found.cause == "app-error" || found.cause == "dependency-down";
            if (isReplaced && (more.cause || found.cause == "app-error"))
                found.cause = more.cause;
        } else if (!found.variant) {
            found.variant = pattern.otherwise;
        }
        return found;
    }
    LineReading none;
    none.variant = "none";
    return none;
}

/// A quick look before the regular expression.
bool Matcher::mayMatch(const Compiled& compiled, const Subject& subject)
{
    return NeedleIndex::areMet(compiled.needles, subject.needles);
}

bool Matcher::fits(const Compiled& candidate, const Subject& subject) const
{
    if (!candidate.regex.isIn(subject.text))
        return false;
    const std::vector<std::string>& same = candidate.pattern.sameGroups;
    if (same.empty())
        return true;
    LineReading captured;
    addCaptures(candidate.regex.get(), subject.text, captured);
    return captured.captures[same.front()] == captured.captures[same.back()];
}

/// Whether software `caller` (empty: any) may write what is listed under `component`.
bool Matcher::mayWrite(const std::string& component, std::string_view caller) const
{
    if (caller.empty() || component == "any" || component == caller)
        return true;
    const auto also = m_taxonomy.components.find(caller);
    return also != m_taxonomy.components.end()
        && std::find(also->second.begin(), also->second.end(), component) != also->second.end();
}

std::string Matcher::writerByName(std::string_view text) const
{
    const std::string name = base::lowered(writerName(text));
    if (name.empty())
        return {};
    // "web-nginx-1", "php-fpm8.2", "/usr/sbin/haproxy": the longest known name inside counts.
    std::string best;
    std::size_t length = 0;
    const auto offer = [&](const std::string& known, const std::string& component) {
        if (known.size() > length && holdsWord(name, known)) {
            best = component;
            length = known.size();
        }
    };
    for (const auto& [component, also] : m_taxonomy.components)
        offer(component, component);
    for (const auto& [alias, component] : m_taxonomy.aliases)
        offer(alias, component);
    return best;
}

std::string Matcher::writerByLook(const Subject& subject, const std::string& ofPattern) const
{
    for (const auto& [component, looks] : m_writers) {
        for (const Compiled& look : looks) {
            if (mayMatch(look, subject) && mayWrite(ofPattern, component) && fits(look, subject))
                return component;
        }
    }
    return {};
}

std::string Matcher::componentOf(const Compiled& match, const Subject& subject, std::string_view component) const
{
    if (!component.empty())
        return std::string(component);
    const std::string& ofPattern = match.pattern.component;
    // A program's own look tells most; a language or nobody in particular says less than the prefix does.
    if (std::string writer = writerByLook(subject, ofPattern); !writer.empty())
        return writer;
    if (std::string writer = writerByName(subject.text); !writer.empty() && mayWrite(ofPattern, writer))
        return writer;
    return ofPattern == "any" ? std::string() : ofPattern;
}

LineReading Matcher::reading(const Compiled& match, const Subject& subject, std::string_view component) const
{
    LineReading reading;
    reading.variant = match.pattern.variant;
    reading.cause = match.pattern.cause;
    reading.role = match.pattern.role;
    if (reading.variant != "none")
        reading.entry = match.entry;
    reading.component = componentOf(match, subject, component);
    addCaptures(match.regex.get(), subject.text, reading);
    const auto extract = [&](const std::string& writer) {
        const auto extractors = m_extractors.find(writer);
        if (extractors == m_extractors.end())
            return;
        for (const Compiled& extractor : extractors->second) {
            if (mayMatch(extractor, subject))
                addCaptures(extractor.regex.get(), subject.text, reading);
        }
    };
    extract(reading.component);
    if (match.pattern.component != reading.component)
        extract(match.pattern.component);
    return reading;
}

/// Adds the named groups that took part; an earlier capture of that name stays.
void Matcher::addCaptures(const RE2& regex, std::string_view text, LineReading& reading) const
{
    const auto& names = regex.CapturingGroupNames();
    const auto isKnown = [&](const auto& named) { return reading.captures.contains(named.second); };
    if (std::all_of(names.begin(), names.end(), isKnown))
        return;
    std::array<re2::StringPiece, mostGroups + 1> groups;
    const re2::StringPiece subject(text.data(), text.size());
    const int count = regex.NumberOfCapturingGroups() + 1;
    if (!regex.Match(subject, 0, subject.size(), RE2::UNANCHORED, groups.data(), count))
        return;
    for (const auto& [index, name] : names) {
        const re2::StringPiece& group = groups[static_cast<std::size_t>(index)];
        if (group.data() && !group.empty())
            reading.captures.emplace(name, std::string(group.data(), group.size()));
    }
}

}
