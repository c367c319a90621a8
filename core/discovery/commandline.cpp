#include "core/discovery/commandline.h"

#include <algorithm>

namespace hopscope::discovery {

namespace {
constexpr std::size_t mostWords = 400;
}

Arguments argumentWords(std::string_view text)
{
    Arguments words;
    for (std::size_t at = 0; at < text.size() && words.size() < mostWords;) {
        const std::size_t start = text.find_first_not_of(" \t'\"", at);
        if (start == std::string_view::npos)
            break;
        at = std::min(text.find_first_of(" \t'\"", start), text.size());
        words.emplace_back(text.substr(start, at - start));
    }
    return words;
}

std::optional<std::string> optionOf(const Arguments& words, std::initializer_list<std::string_view> names)
{
    std::vector<std::string> all = optionsOf(words, names);
    return all.empty() ? std::nullopt : std::optional(std::move(all.back()));
}

std::vector<std::string> optionsOf(const Arguments& words, std::initializer_list<std::string_view> names)
{
    std::vector<std::string> found;
    for (std::size_t i = 1; i < words.size(); ++i)
        for (const std::string_view name : names) {
            const std::string_view word = words[i];
            if (word == name && i + 1 < words.size())
                found.push_back(words[i + 1]);
            else if (word.starts_with(name) && name.starts_with("--") && word.size() > name.size() && word[name.size()] == '=')
                found.emplace_back(word.substr(name.size() + 1));
            else if (word.starts_with(name) && !name.starts_with("--") && word.size() > name.size())
                found.emplace_back(word.substr(name.size() + (word[name.size()] == '=' ? 1 : 0)));
        }
    return found;
}

}
