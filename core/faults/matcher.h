#pragma once

#include "core/faults/catalogueread.h"
#include "core/faults/lazyregex.h"
#include "core/faults/literalscanner.h"
#include "core/faults/needleindex.h"

#include <memory>
#include <set>
#include <string_view>
#include <vector>

namespace hopscope::faults {

/// All patterns of the catalogue, compiled, behind one scan for the literals they need. Immutable; safe to share.
class Matcher {
public:
    /// Fails on a regular expression that RE2 refuses, or one that needs no literal at all. Those of `checkedFiles` (by
    /// the names of the catalogue's files) are known to be good: they are compiled when a line first calls for them.
    static base::Result<std::unique_ptr<Matcher>> compiled(const CatalogueData& data, const std::set<std::string>& checkedFiles);

    LineReading read(std::string_view line, std::string_view component) const;

private:
    struct Compiled {
        Pattern pattern;
        std::string entry;
        LazyRegex regex;
        Needles first;               ///< of a pattern that calls a line a fault: what makes it a candidate
        NeedleIndex::Groups needles; ///< what (else) must be there
    };

    /// What is matched, and what it holds.
    struct Subject {
        std::string_view text;
        NeedleIndex::GroupSet needles;
    };
    static bool mayMatch(const Compiled& compiled, const Subject& subject);

    using Group = std::map<std::string, std::vector<Compiled>>;
    static base::Result<Group> compiledGroup(const std::map<std::string, std::vector<Pattern>>& patterns,
        const std::set<std::string>& checkedFiles, NeedleIndex& index);

    explicit Matcher(Taxonomy taxonomy, const std::vector<std::string>& needles);

    /// The patterns that may call the text a fault.
    NumberSet candidates(std::string_view text) const;
    bool fits(const Compiled& candidate, const Subject& subject) const;
    bool mayWrite(const std::string& component, std::string_view caller) const;
    /// Who wrote the text, told by its prefix or its look; empty where neither tells.
    std::string writerByName(std::string_view text) const;
    std::string writerByLook(const Subject& subject, const std::string& ofPattern) const;
    std::string componentOf(const Compiled& match, const Subject& subject, std::string_view component) const;
    LineReading readText(std::string_view text, const NumberSet& accusing, std::string_view component) const;
    LineReading reading(const Compiled& match, const Subject& subject, std::string_view component) const;
    void addCaptures(const RE2& regex, std::string_view text, LineReading& reading) const;

    Taxonomy m_taxonomy;
    std::vector<Compiled> m_patterns; ///< best first
    Group m_extractors;
    Group m_writers;
    LiteralScanner m_scanner; ///< for one needle of each pattern: most lines hold none
    NeedleIndex m_index;      ///< for all else
    std::vector<std::vector<std::uint32_t>> m_patternsOfNeedle;
    std::vector<std::uint32_t> m_acquitting; ///< the patterns of variant none: candidates where another is one
};

}
