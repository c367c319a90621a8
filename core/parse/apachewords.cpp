#include "core/parse/apacheconfig.h"

#include <cctype>

namespace hopscope::parse {

std::vector<std::string> apacheWords(std::string_view text)
{
    constexpr std::size_t maximumWords = 1024;
    std::vector<std::string> words;
    std::size_t at = 0;
    const auto isBlank = [&](std::size_t i) { return std::isspace(static_cast<unsigned char>(text[i])) != 0; };
    while (words.size() < maximumWords) {
        while (at < text.size() && isBlank(at))
            ++at;
        if (at == text.size())
            break;
        std::string word;
        const char quote = text[at] == '"' || text[at] == '\'' ? text[at] : '\0';
        if (quote != '\0') {
            for (++at; at < text.size() && text[at] != quote; ++at) {
                // only the quote itself and the backslash are escaped: regular expressions keep theirs
                if (text[at] == '\\' && at + 1 < text.size() && (text[at + 1] == quote || text[at + 1] == '\\')) {
                    if (text[at + 1] == '\\')
                        word += '\\';
                    else
                        word += quote;
                    ++at;
                } else {
                    word += text[at];
                }
            }
            at += at < text.size() ? 1 : 0;
        } else {
            while (at < text.size() && !isBlank(at))
                word += text[at++];
        }
        words.push_back(std::move(word));
    }
    return words;
}

}
