#include "core/discovery/nginx/condition.h"

#include <algorithm>

namespace hopscope::discovery::nginx {

namespace {
/// The arguments without the parentheses around them.
std::vector<std::string> inner(std::vector<std::string> arguments)
{
    if (!arguments.empty() && arguments.front().starts_with('('))
        arguments.front().erase(0, 1);
    if (!arguments.empty() && arguments.back().ends_with(')'))
        arguments.back().pop_back();
    std::erase(arguments, std::string());
    return arguments;
}

bool isTruth(const std::string& value) { return !value.empty() && value != "0"; }

ConditionValue fileTest(const State& state, char test, bool isNegated, const std::string& path)
{
    ConditionValue value;
    if (const std::optional<bool> exists = fileExists(state, path)) {
        value.isTrue = *exists != isNegated;
        return value;
    }
    // The folder of the site itself is there; a page's path names no file; a picture's does.
    const bool isFolder = path.ends_with('/');
    const bool isRoot = isFolder && (state.path == "/" || path == fileFor(state, "/"));
    bool exists = false;
    switch (test) {
    case 'd': exists = isRoot; break;
    case 'e': exists = isRoot || looksLikeFile(path); break;
    default: exists = looksLikeFile(path);
    }
    value.isTrue = exists != isNegated;
    value.isCertain = false;
    return value;
}
}

ConditionValue evaluateCondition(const State& state, const std::vector<std::string>& written)
{
    const std::vector<std::string> arguments = inner(written);
    ConditionValue value;
    if (arguments.empty())
        return value;
    const std::string& first = arguments[0];
    if (arguments.size() == 2 && (first.starts_with('-') || first.starts_with("!-")))
        return fileTest(state, first.back(), first.starts_with('!'), expandFirst(state, arguments[1]));
    const Expansion subject = expand(state, first);
    value.isCertain = subject.certainty == Certainty::Known;
    if (subject.values.empty())
        return value;
    if (arguments.size() == 1) {
        value.isTrue = isTruth(subject.first());
        return value;
    }
    if (arguments.size() < 3)
        return value;
    const std::string& operation = arguments[1];
    if (operation == "=" || operation == "!=") {
        const Expansion other = expand(state, arguments[2]);
        value.isTrue = (subject.first() == other.first()) == (operation == "=");
        value.isCertain = value.isCertain && other.certainty == Certainty::Known;
    } else if (operation.ends_with('~') || operation.ends_with("~*")) {
        value.captures = Pattern(arguments[2], operation.ends_with('*')).match(subject.first());
        value.isTrue = value.captures.has_value() != operation.starts_with('!');
    }
    return value;
}

}
