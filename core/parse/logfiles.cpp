#include "core/parse/glob.h"
#include "core/parse/lines.h"
#include "core/parse/resources.h"

#include <algorithm>
#include <string>

namespace hopscope::parse {

std::vector<model::LogFile> parseLogFiles(std::string_view output)
{
    std::vector<model::LogFile> logs;
    std::vector<std::string> patterns;
    bool isAllRead = true;
    for (const Section& section : sectionsOf(output)) {
        for (const Line& line : section.lines) {
            if (section.title == "large logs") {
                std::string_view rest = line.text;
                const auto size = numberOf<std::uint64_t>(takeWord(rest));
                const auto written = numberOf<std::int64_t>(takeWord(rest));
                if (!size || !written || trimmed(rest).empty())
                    continue;
                model::LogFile log;
                log.path = textOf(trimmed(rest));
                log.sizeBytes = *size;
                log.writtenAt = base::TimePoint(std::chrono::seconds(*written));
                log.source.line = line.number;
                logs.push_back(std::move(log));
            } else if (section.title == "rotated") {
                isAllRead = isAllRead && line.text != "unreadable";
                std::string_view rest = line.text;
                for (std::string_view word = takeWord(rest); !word.empty(); word = takeWord(rest)) {
                    std::string pattern(word);
                    std::erase_if(pattern, [](char c) { return c == '"' || c == '\'' || c == '{' || c == '}'; });
                    if (pattern.starts_with('/'))
                        patterns.push_back(std::move(pattern));
                }
            }
        }
    }
    for (model::LogFile& log : logs)
        log.isRotated = !isAllRead
            || std::any_of(patterns.begin(), patterns.end(), [&](const std::string& each) { return matchesPath(each, log.path); });
    return logs;
}

}
