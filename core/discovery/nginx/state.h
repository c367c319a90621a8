#pragma once

#include "core/discovery/nginx/expansion.h"
#include "core/discovery/nginx/server.h"
#include "core/discovery/pattern.h"
#include "core/model/facts.h"

#include <map>
#include <string>
#include <unordered_map>

namespace hopscope::discovery::nginx {

/// The blocks that define variables (map, geo, split_clients), by the variable's name without its "$".
using Definitions = std::unordered_map<std::string, const Scope*>;
Definitions definitionsOf(const Scope& root);

/// A request on its way through one nginx. Refers to its request, configuration and facts; they outlive it.
struct State {
    const Request* request = nullptr;
    const Definitions* definitions = nullptr;
    const model::HostFacts* host = nullptr; ///< whose files are known; may be null
    const Server* server = nullptr;
    const Listen* listen = nullptr;
    const Scope* scope = nullptr; ///< the block that applies now
    std::string path; ///< $uri: normalised, as rewritten so far
    std::string query;
    bool isPathChanged = false; ///< differs from the request's, so that it is sent on in place of that
    std::map<std::string, Expansion> variables; ///< by `set` and named groups
    std::vector<std::string> groups; ///< $0 to $9 of the last regular expression
    bool isInternal = false;
    bool isAnyRequest = false; ///< no request at hand: what depends on one is not known
    bool isOnPath = true; ///< the request at hand is here, not only some other one
    int redirects = 0;
    std::string flagFile; ///< the file that the last condition on a file asked for

    void capture(const PatternMatch& match);
};

/// A variable's value, by its name without "$".
Expansion variable(const State& state, const std::string& name, int depth = 0);

/// A text with `$name` and `${name}` in it.
Expansion expand(const State& state, std::string_view text, int depth = 0);

/// One value of it: the likeliest, with what is unknown left out.
std::string expandFirst(const State& state, std::string_view text);

/// Whether there is such a file, by the host's facts; empty where they do not say.
std::optional<bool> fileExists(const State& state, const std::string& path);

/// Whether a request's path looks like that of a file on disk ("/logo.png") and not of a page ("/", "/users/7").
bool looksLikeFile(std::string_view path);

/// The path of a file for this state's path, by `root` and `alias`.
std::string fileFor(const State& state, std::string_view path);

}
