#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hopscope::discovery {

struct PatternMatch {
    std::vector<std::string> groups; ///< 0 is the whole match
    std::map<std::string, std::string> names;
    std::size_t end = 0; ///< just behind the match
};

/// A regular expression of a configuration file, as PCRE reads it; bytes, not characters. The files are not ours, so
/// matching is bounded: RE2 (linear time) where it can express the pattern, else PCRE2 with a match limit.
class Pattern {
public:
    explicit Pattern(std::string_view expression, bool ignoresCase = false);
    ~Pattern();
    Pattern(Pattern&&) noexcept;
    Pattern& operator=(Pattern&&) noexcept;

    bool isValid() const;
    const std::string& problem() const { return m_problem; }

    /// Empty where it does not match, or where the match limit was reached.
    std::optional<PatternMatch> match(std::string_view text) const;

private:
    struct Compiled;
    std::unique_ptr<Compiled> m_compiled;
    std::string m_problem;
};

}
