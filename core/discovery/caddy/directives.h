#pragma once

#include "core/discovery/caddy/matcher.h"
#include "core/discovery/routing/rule.h"
#include "core/parse/caddyfile.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace hopscope::discovery::caddy {

/// A Caddyfile's directives as rules: sorted as Caddy sorts them (inside `route` they stay as written), `handle` and
/// `rewrite` each taken once.
class DirectiveReader {
public:
    /// `orders` are the `order` options of the global block; `named` the blocks of "&(name)".
    DirectiveReader(const std::vector<parse::CaddyDirective>& orders, std::map<std::string, std::vector<parse::CaddyDirective>> named);

    struct Result {
        routing::Rules rules;
        routing::Rules others; ///< of handle_errors and responses that are handled
    };
    Result read(const std::vector<parse::CaddyDirective>& directives);

    std::vector<model::ConfigWarning> takeWarnings() { return std::move(m_warnings); }

private:
    struct Entry {
        std::size_t position = 0;
        std::size_t pathLength = 0;
        bool endsOpen = false; ///< its one path ends with "*"
        std::string path;
        bool hasMatcher = false;
        routing::Rule rule;
    };

    routing::Rules list(const std::vector<parse::CaddyDirective>& directives, const Matchers& outer, bool isSorted, int depth);
    Entry entry(const parse::CaddyDirective& directive, const Matchers& matchers, int depth);
    /// Cuts the matcher off the words; the condition that it stands for.
    routing::Condition takeMatcher(const parse::CaddyDirective& directive, const Matchers& matchers, std::vector<std::string>& words, Entry& entry);
    void addSteps(const parse::CaddyDirective& directive, const std::vector<std::string>& words, const Matchers& matchers, int depth, Entry& entry);
    void addProxy(const parse::CaddyDirective& directive, const std::vector<std::string>& words, const Matchers& matchers, int depth, routing::Rule& rule);
    void addPhp(const parse::CaddyDirective& directive, const std::vector<std::string>& words, routing::Rule& rule);
    void addUri(const std::vector<std::string>& words, routing::Rule& rule);
    std::shared_ptr<const routing::Rules> nested(const std::vector<parse::CaddyDirective>& directives, const Matchers& matchers, bool isSorted, int depth);
    void warn(const parse::CaddyDirective& directive, std::string message);

    std::vector<std::string> m_order;
    std::map<std::string, std::vector<parse::CaddyDirective>> m_named;
    std::size_t m_read = 0; ///< directives so far: named routes may invoke each other
    routing::Rules m_others;
    std::vector<model::ConfigWarning> m_warnings;
};

}
