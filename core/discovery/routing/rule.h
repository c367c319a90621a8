#pragma once

#include "core/discovery/routing/condition.h"

#include <memory>
#include <variant>

namespace hopscope::discovery::routing {

struct Rule;
using Rules = std::vector<Rule>;

/// Changes what the request asks for.
struct Rewrite {
    enum class How {
        Path,        ///< `text` is the new path, with a query where it has "?"
        StripPrefix,
        StripSuffix,
        StripPattern, ///< a regular expression at the start of the path
        AddPrefix,
        Replace,        ///< `text` (a plain text) by `replacement`, everywhere in path and query
        ReplacePattern, ///< as Replace, `text` a regular expression over the path
    };
    How how = How::Path;
    std::string text;
    std::string replacement;

    bool operator==(const Rewrite&) const = default;
};

/// Gives a request header, or a variable (`name` starts with "vars."), another value.
struct SetValue {
    std::string name; ///< lower-case
    std::string value;

    bool operator==(const SetValue&) const = default;
};

/// One place that a rule passes requests to.
struct Upstream {
    /// As declared; `requestHost` a template, empty: the request's own Host. The endpoint may hold placeholders.
    model::Declared declared;
    model::Protocol protocol = model::Protocol::Http;
    std::string pathPrefix; ///< put before the path
    bool isMirror = false;
    bool isOptional = false; ///< chosen by what a plain request has not: never on path

    bool operator==(const Upstream&) const = default;
};

struct Pass {
    std::string group; ///< empty where it has one server only
    std::vector<Upstream> upstreams;
    bool isAsked = false; ///< only asked whether the request may go on (forward_auth): it goes on behind it
    std::string askedPath; ///< what it is asked for then; empty: what the request asks for

    bool operator==(const Pass&) const = default;
};

/// The proxy answers by itself: `note` is a template for people ("redirects to https://{http.request.host}/").
struct Reply {
    std::string note;

    bool operator==(const Reply&) const = default;
};

/// Further rules; what they do not end goes on behind them.
struct Nested {
    std::shared_ptr<const Rules> rules;
};

using Step = std::variant<Rewrite, SetValue, Pass, Reply, Nested>;

/// In order: the first step that passes it on or replies ends the request's way.
struct Rule {
    Condition condition;
    std::vector<Step> steps;
    bool isLast = false;   ///< no further rule of this list is looked at, once this one was taken
    std::string oneOf;     ///< of the rules with this word only the first that fits is taken
};

/// One socket (or a few) and what is done with its requests.
struct Server {
    std::vector<ProxyListener> listeners;
    std::vector<std::string> serverNames; ///< SNI that leads here ("*.x" too); empty: any
    Rules rules;
    Rules otherRules; ///< that no plain request takes: error pages. Their targets are known, never on path
    std::string unmatched; ///< the note where no rule fits: "answers 404"
};

}
