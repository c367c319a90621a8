#pragma once

#include "core/discovery/request.h"
#include "core/discovery/proxy.h"
#include "core/model/facts.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hopscope::discovery::routing {

/// A request on its way through one proxy. Refers to the facts, which outlive it.
struct State {
    Request request;           ///< as changed so far
    std::string originalPath;  ///< as it came
    std::string originalQuery;
    const model::HostFacts* host = nullptr; ///< whose files are known; may be null
    std::map<std::string, std::string> variables; ///< what placeholders stand for: captures, `vars`, the file's root
    /// The braces' content of a placeholder to its value ("http.request.uri.path"); empty where nobody can tell.
    std::optional<std::string> value(const std::string& name) const;
    /// A text with `{placeholders}` filled in; those that nobody can tell stay as they are.
    std::string expand(std::string_view text) const;
};

/// Whether a rule takes the request at hand: a plain GET without cookies.
enum class Answer { No, Maybe, Yes };

/// What a rule asks of a request. One vocabulary for all proxies whose configuration is a list of rules.
struct Condition {
    enum class Kind {
        Always,
        Unknown, ///< something about the request that nobody can tell (the visitor's address, a plugin's choice)
        All,
        Any,
        Not, ///< none of `parts`
        Host,       ///< `values` exactly; "*" any; "*.x" one label or more, see `isOneLabel`; "x.*" any ending
        HostPattern, ///< regular expressions
        ServerName,  ///< SNI, as Host
        Path,        ///< exactly
        PathPrefix,  ///< by characters
        PathBelow,   ///< the path itself or what follows it after a "/"
        PathGlob,    ///< "*" at the start, the end or within
        PathPattern, ///< regular expressions, found anywhere in it; groups go to variables
        Target,      ///< regular expressions over path and query
        Url,         ///< regular expressions over all of "http://host/path?query"
        Header,      ///< `name` has one of `values`; with none: it is there
        HeaderPattern,
        Query, ///< as Header
        Method,
        Scheme, ///< "http" or "https"
        File,   ///< the first of `values` that is a file below `name`; the path is in "file.relative" then
    };
    Kind kind = Kind::Always;
    std::string name;        ///< of a header or parameter; of File its root
    std::string patternName; ///< by which its groups are known
    std::vector<std::string> values;
    bool ignoresCase = false;
    bool isOneLabel = false;  ///< "*.x" stands for one label only
    bool isLastForSure = false; ///< File: the last value is taken where no other is there
    std::vector<Condition> parts;

    static Condition all(std::vector<Condition> parts) { return of(Kind::All, {}, std::move(parts)); }
    static Condition any(std::vector<Condition> parts) { return of(Kind::Any, {}, std::move(parts)); }
    static Condition none(std::vector<Condition> parts) { return of(Kind::Not, {}, std::move(parts)); }
    static Condition of(Kind kind, std::vector<std::string> values = {}, std::vector<Condition> parts = {});

    bool operator==(const Condition&) const = default;
};

/// Answers; may put captures into the state's variables.
Answer evaluate(const Condition& condition, State& state);

/// How well its words about the host fit, whatever else it asks: NoListener where they do not, Default where it has none.
NameMatch hostMatch(const Condition& condition, const Request& request);

/// Whether "*.x", "x.*", "*" or a name takes this name.
bool matchesName(std::string_view pattern, std::string_view name, bool isOneLabel);

}
