#include "core/report/escape.h"

#include "core/report/plaintext.h"

#include <algorithm>

namespace hopscope::report {
namespace {

    std::size_t longestRun(std::string_view text, char wanted)
    {
        std::size_t longest = 0;
        std::size_t run = 0;
        for (const char c : text) {
            run = c == wanted ? run + 1 : 0;
            longest = std::max(longest, run);
        }
        return longest;
    }

}

std::string htmlEscaped(std::string_view text)
{
    std::string escaped;
    for (const char c : plainText(text)) {
        switch (c) {
        case '&': escaped += "&amp;"; break;
        case '<': escaped += "&lt;"; break;
        case '>': escaped += "&gt;"; break;
        case '"': escaped += "&quot;"; break;
        case '\'': escaped += "&#39;"; break;
        default: escaped += c;
        }
    }
    return escaped;
}

std::string markdownEscaped(std::string_view text, std::size_t longest)
{
    // Backslash escapes work for every ASCII punctuation mark (CommonMark 2.4). '<' and '&' become entities, because
    // some renderers take HTML before escapes; '@' too, and ':' after a scheme, because forges and chats make mentions
    // and links of bare text.
    constexpr std::string_view marks = "\\`*_{}[]#!|~^$>";
    const std::string line = plainLine(text, longest);
    std::string escaped;
    for (std::size_t at = 0; at < line.size(); ++at) {
        const char c = line[at];
        if (c == '<')
            escaped += "&lt;";
        else if (c == '&')
            escaped += "&amp;";
        else if (c == '@')
            escaped += "&#64;";
        else if (c == ':' && line.compare(at, 3, "://") == 0)
            escaped += "&#58;";
        else if (marks.find(c) != std::string_view::npos)
            escaped += std::string("\\") + c;
        else
            escaped += c;
    }
    return escaped;
}

std::string markdownSpan(std::string_view text)
{
    const std::string line = plainLine(text, 2000);
    const std::string fence(longestRun(line, '`') + 1, '`');
    // The blanks keep a backtick at either end apart from the fence; renderers drop them (CommonMark 6.1).
    const bool needsBlanks = line.empty() || line.front() == '`' || line.back() == '`' || line.front() == ' ' || line.back() == ' ';
    return needsBlanks ? fence + " " + line + " " + fence : fence + line + fence;
}

std::string markdownFence(std::string_view text, const std::string& language)
{
    const std::string plain = plainText(text);
    const std::string fence(std::max<std::size_t>(3, longestRun(plain, '`') + 1), '`');
    return fence + language + "\n" + plain + (plain.ends_with('\n') ? "" : "\n") + fence + "\n";
}

}
