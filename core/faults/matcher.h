#pragma once

#include "core/faults/catalogueread.h"
#include "core/faults/literalscanner.h"
#include "core/faults/needles.h"

#include <memory>
#include <re2/re2.h>
#include <string_view>
#include <vector>

namespace hopscope::faults {

/// All patterns of the catalogue, compiled, behind one scan for the literals they need. Immutable; safe to share.
class Matcher {
public:
    /// Fails on a regular expression that RE2 refuses, or one that needs no literal at all.
    static base::Result<std::unique_ptr<Matcher>> compiled(const CatalogueData& data);

    LineReading read(std::string_view line, std::string_view component) const;

private:
    struct Compiled {
        Pattern pattern;
        std::string entry;
        std::unique_ptr<RE2> regex;
        std::vector<Needles> needles; ///< of each group one must be there (of a candidate, the further groups)
    };

    /// What is matched, and the same with its letters lower-case.
    struct Subject {
        std::string_view text;
        std::string folded;
    };
    static bool mayMatch(const Compiled& compiled, const Subject& subject);

    using Group = std::map<std::string, std::vector<Compiled>>;
    static base::Result<Group> compiledGroup(const std::map<std::string, std::vector<Pattern>>& patterns);

    explicit Matcher(Taxonomy taxonomy, const std::vector<std::string>& needles);

    /// The patterns whose needles the text holds, best first.
    std::vector<std::uint32_t> candidates(std::string_view text) const;
    bool matches(const Compiled& candidate, const Subject& subject) const;
    bool mayWrite(const std::string& component, std::string_view caller) const;
    /// Who wrote the text, told by its prefix or its look; empty where neither tells.
    std::string writerByName(std::string_view text) const;
    std::string writerByLook(const Subject& subject, const std::string& ofPattern) const;
    std::string componentOf(const Compiled& match, const Subject& subject, std::string_view component) const;
    LineReading readText(std::string_view text, const std::vector<std::uint32_t>& patterns,
        std::string_view component) const;
    LineReading reading(const Compiled& match, const Subject& subject, std::string_view component) const;
    void addCaptures(const RE2& regex, std::string_view text, LineReading& reading) const;

    Taxonomy m_taxonomy;
    std::vector<Compiled> m_patterns; ///< best first
    Group m_extractors;
    Group m_writers;
    LiteralScanner m_scanner;
    std::vector<std::vector<std::uint32_t>> m_patternsOfNeedle;
};

}
