#include "core/discovery/haproxy/section.h"

#include <algorithm>
#include <charconv>

namespace hopscope::discovery::haproxy {

namespace {
constexpr std::size_t maximumDefaults = 16;

bool isLine(const parse::HaproxyLine& line, std::string_view keyword, std::string_view second)
{
    return line.words[0] == keyword && (second.empty() || (line.words.size() > 1 && line.words[1] == second));
}

/// The chain of `defaults` from this one on, by its "from".
std::vector<const parse::HaproxySection*> chainOf(
    const parse::HaproxySection* first, const std::vector<const parse::HaproxySection*>& named)
{
    std::vector<const parse::HaproxySection*> chain;
    while (first && chain.size() < maximumDefaults) {
        chain.push_back(first);
        const auto& arguments = first->arguments;
        const auto from = std::find(arguments.begin(), arguments.end(), "from");
        first = nullptr;
        if (from != arguments.end() && from + 1 != arguments.end())
            for (const parse::HaproxySection* each : named)
                if (each->name == *(from + 1))
                    first = each;
    }
    return chain;
}
}

std::optional<base::Milliseconds> parseTime(std::string_view text)
{
    long long value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || value < 0 || value > 1'000'000'000'000)
        return {};
    const std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
    if (unit.empty() || unit == "ms")
        return base::Milliseconds(value);
    if (unit == "us")
        return base::Milliseconds(value / 1000);
    if (unit == "s")
        return base::Milliseconds(value * 1000);
    if (unit == "m")
        return base::Milliseconds(value * 60'000);
    if (unit == "h")
        return base::Milliseconds(value * 3'600'000);
    if (unit == "d")
        return base::Milliseconds(value * 86'400'000);
    return {};
}

Section::Section(const parse::HaproxySection& own, std::vector<const parse::HaproxySection*> defaults)
    : m_own(&own)
    , m_defaults(std::move(defaults))
{
}

std::vector<const parse::HaproxyLine*> Section::lines(std::string_view keyword) const
{
    std::vector<const parse::HaproxyLine*> found;
    const auto take = [&](const parse::HaproxySection& section) {
        for (const parse::HaproxyLine& line : section.lines)
            if (line.words[0] == keyword)
                found.push_back(&line);
    };
    for (auto each = m_defaults.rbegin(); each != m_defaults.rend(); ++each)
        take(**each);
    take(*m_own);
    return found;
}

const parse::HaproxyLine* Section::setting(std::string_view keyword, std::string_view second) const
{
    std::vector<const parse::HaproxySection*> all { m_own };
    all.insert(all.end(), m_defaults.begin(), m_defaults.end());
    for (const parse::HaproxySection* section : all)
        for (auto line = section->lines.rbegin(); line != section->lines.rend(); ++line) {
            if (isLine(*line, keyword, second))
                return &*line;
            const std::vector<std::string>& words = line->words;
            if (words[0] == "no" && words.size() > 1 && words[1] == keyword
                && (second.empty() || (words.size() > 2 && words[2] == second)))
                return nullptr;
        }
    return nullptr;
}

std::optional<base::Milliseconds> Section::timeout(std::string_view which) const
{
    if (const parse::HaproxyLine* line = setting("timeout", which); line && line->words.size() > 2)
        return parseTime(line->words[2]);
    const std::string_view old = which == "connect" ? "contimeout" : which == "server" ? "srvtimeout" : "clitimeout";
    if (const parse::HaproxyLine* line = setting(old); line && line->words.size() > 1)
        return parseTime(line->words[1]);
    return {};
}

bool Section::isTcp() const
{
    const parse::HaproxyLine* mode = setting("mode");
    return !mode || mode->words.size() < 2 || mode->words[1] != "http";
}

std::vector<Section> sectionsOf(const parse::HaproxyConfig& config)
{
    std::vector<const parse::HaproxySection*> named;
    for (const parse::HaproxySection& each : config.sections)
        if (each.kind == "defaults")
            named.push_back(&each);
    std::vector<Section> found;
    const parse::HaproxySection* latest = nullptr;
    for (const parse::HaproxySection& each : config.sections) {
        if (each.kind == "defaults")
            latest = &each;
        if (each.kind != "frontend" && each.kind != "backend" && each.kind != "listen")
            continue;
        const parse::HaproxySection* defaults = latest;
        const auto from = std::find(each.arguments.begin(), each.arguments.end(), "from");
        if (from != each.arguments.end() && from + 1 != each.arguments.end())
            for (const parse::HaproxySection* one : named)
                if (one->name == *(from + 1))
                    defaults = one;
        found.emplace_back(each, chainOf(defaults, named));
    }
    return found;
}

}
