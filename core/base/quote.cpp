#include "core/base/quote.h"

#include <algorithm>

namespace hopscope::base {
namespace {

    bool isSafe(char c)
    {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
            || std::string_view("_-./:=@%+,").find(c) != std::string_view::npos;
    }

}

std::string shellQuoted(std::string_view word)
{
    // A leading '=' or '~' means something to some shells, '%' only to job control: quote what is not plainly a word.
    if (!word.empty() && word.front() != '=' && std::all_of(word.begin(), word.end(), isSafe))
        return std::string(word);
    std::string quoted = "'";
    for (const char c : word) {
        if (c == '\'')
            quoted += "'\\''";
        else if (c != '\0')
            quoted += c;
    }
    return quoted + "'";
}

std::string shellCommand(const std::vector<std::string>& words)
{
    std::string command;
    for (const std::string& word : words)
        command += (command.empty() ? "" : " ") + shellQuoted(word);
    return command;
}

}
