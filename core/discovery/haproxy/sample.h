#pragma once

#include "core/discovery/haproxy/state.h"
#include "core/discovery/pattern.h"

#include <string>
#include <string_view>

namespace hopscope::discovery::haproxy {

/// "req.hdr(host),lower,map(/etc/haproxy/hosts.map,be_default)" for this request.
Sample evaluate(const State& state, std::string_view expression);

/// A log-format string: text with %[expression] in it.
Sample evaluateFormat(const State& state, std::string_view text);

/// The same with no request at hand: every value that its maps give.
Sample evaluateAny(const State& state, std::string_view text);

/// An expression taken apart at its top-level commas and its first parenthesis.
struct Call {
    std::string name;
    std::vector<std::string> arguments;
};
std::vector<Call> callsOf(std::string_view expression);

/// Whether a value matches a pattern by one of HAProxy's methods: "str", "beg", "end", "sub", "dir", "dom", "reg".
bool matches(std::string_view method, const std::string& value, const std::string& pattern, bool ignoresCase);

/// "\\1" and "\\0" in a replacement.
std::string withGroups(std::string_view text, const PatternMatch& match);

/// A list or map file of the configuration, by its path; null where it was not read.
const std::string* listFile(const State& state, std::string_view path);

/// "key value" lines of a map or the keys of a list; comments and empty lines left out.
std::vector<std::pair<std::string, std::string>> entriesOf(std::string_view text);

}
