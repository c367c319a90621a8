#pragma once

#include "core/discovery/nginx/scope.h"
#include "core/discovery/pattern.h"
#include "core/discovery/urlpath.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hopscope::discovery::nginx {

/// The locations of one block, ready to choose from.
class Locations {
public:
    /// Of a server or a location block.
    explicit Locations(const Scope& scope);

    struct Choice {
        const Scope* scope = nullptr; ///< null: none matches, the block itself applies
        std::optional<PatternMatch> captures;
        bool isRedirectedToSlash = false; ///< nginx answers 301 to the same path with a slash
    };
    /// nginx's ngx_http_core_find_location(): "=", then the longest prefix with its nested locations, then, unless that
    /// prefix is "^~", the first regular expression.
    Choice choose(std::string_view path) const;

    /// `location @name`; null where there is none.
    static const Scope* named(const Scope& server, std::string_view name);

private:
    struct Static {
        std::string text;
        bool isExact = false;
        bool refusesRegex = false;
        const Scope* scope = nullptr;
    };
    struct Regex {
        Pattern pattern;
        const Scope* scope = nullptr;
    };
    bool chooseInto(std::string_view path, Choice& choice, int depth) const;

    std::vector<Static> m_statics;
    std::vector<Regex> m_regexes;
};

/// How a location is written: "= /x", "~* \.php$" or "/x", also without the blank.
struct LocationName {
    std::string modifier; ///< "=", "^~", "~", "~*", "@" or empty
    std::string text;
};
LocationName locationName(const Scope& location);

/// The directive that hands requests of this block to something else (proxy_pass, fastcgi_pass …), its own, or for `if`
/// and `limit_except` also the enclosing location's; null where there is none.
const parse::NginxDirective* passOf(const Scope& scope);

}
