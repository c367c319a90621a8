#include "core/faults/predicates/appwords.h"

#include <algorithm>
#include <array>

namespace hopscope::faults {

std::string errorIn(std::string_view line)
{
    constexpr std::string_view ofPhp = "PHP message: ";
    if (const std::size_t at = line.find(ofPhp); at != std::string_view::npos) {
        line.remove_prefix(at + ofPhp.size());
        line = line.substr(0, line.find("\" while "));
        // Warnings may come first, in the same line: what ended the script tells more.
        for (const std::string_view gravest : { "PHP Fatal error:", "PHP Parse error:" })
            if (const std::size_t fatal = line.find(gravest); fatal != std::string_view::npos) {
                line.remove_prefix(fatal);
                line = line.substr(0, line.find("; PHP message: "));
                break;
            }
        line = line.substr(0, line.find("\\nStack trace"));
    }
    static constexpr std::array<std::string_view, 5> telling { "rror:", "xception:", ".errors.", "rror in ", "xception in " };
    const bool isTelling = std::any_of(telling.begin(), telling.end(), [&](std::string_view word) { return line.find(word) != std::string_view::npos; });
    if (!isTelling || line.find(" HTTP/") != std::string_view::npos)
        return {};
    constexpr std::size_t limit = 160;
    std::string text(line.substr(0, limit));
    while (!text.empty() && (text.back() == '.' || text.back() == ' '))
        text.pop_back();
    return text + (line.size() > limit ? "…" : "");
}

std::string settingIn(std::string_view text)
{
    static constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
    std::string_view best;
    while (!text.empty()) {
        const std::size_t start = text.find_first_of(letters);
        if (start == std::string_view::npos)
            break;
        text.remove_prefix(start);
        const std::string_view word = text.substr(0, text.find_first_not_of(letters));
        const bool isName = word.find('_') != std::string_view::npos && word.front() >= 'A' && word.size() >= 5 && word.size() <= 64;
        if (isName && word.size() > best.size())
            best = word;
        text.remove_prefix(word.size());
    }
    return std::string(best);
}

std::string missingDatabase(std::string_view text)
{
    for (const std::string_view before : { std::string_view("database \""), std::string_view("Unknown database '") }) {
        const std::size_t at = text.find(before);
        if (at == std::string_view::npos)
            continue;
        const std::string_view rest = text.substr(at + before.size());
        return std::string(rest.substr(0, std::min(rest.find_first_of("\"'"), std::size_t(80))));
    }
    return {};
}

std::string quotedAfter(std::string_view text, std::string_view name)
{
    const std::size_t at = text.find(std::string(name) + " \"");
    if (at == std::string_view::npos)
        return {};
    const std::string_view rest = text.substr(at + name.size() + 2);
    return std::string(rest.substr(0, std::min(rest.find('"'), std::size_t(80))));
}

}
