#include "core/parse/runtimes.h"

#include "core/parse/lines.h"

#include <cctype>
#include <map>

namespace hopscope::parse {
namespace {

bool isDigit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }

/// "gunicorn-21.2.0.dist-info": the distribution's name, lower-case.
std::string distributionOf(std::string_view folder)
{
    std::string name(folder.substr(0, folder.find('-')));
    for (char& c : name)
        c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return name;
}

void readProgram(std::string_view line, std::vector<model::ProgramVersion>& versions)
{
    model::ProgramVersion found;
    std::string_view rest = line;
    found.path = textOf(takeWord(rest));
    rest = trimmed(rest);
    if (rest.ends_with(".dist-info"))
        found.package = distributionOf(rest);
    else if (rest.starts_with("tomcat "))
        found.package = "tomcat";
    found.version = versionIn(rest);
    if (!found.path.empty() && !found.version.empty())
        versions.push_back(std::move(found));
}

/// `jstat -gcutil PID`, each line with the pid in front: a heading, then the numbers. Columns differ between releases.
void readJava(const Section& section, std::vector<model::JavaMemory>& memory)
{
    std::map<int, std::vector<std::string_view>> headings;
    for (const Line& line : section.lines) {
        std::string_view rest = line.text;
        const auto pid = numberOf<int>(takeWord(rest));
        const auto words = wordsOf(rest);
        if (!pid || words.empty())
            continue;
        if (!headings.contains(*pid)) {
            headings[*pid] = words;
            continue;
        }
        model::JavaMemory found;
        found.pid = *pid;
        found.source.line = line.number;
        bool hasOld = false;
        const auto& names = headings[*pid];
        for (std::size_t i = 0; i < names.size() && i < words.size(); ++i) {
            const auto value = numberOf<double>(words[i]);
            if (!value)
                continue;
            if (names[i] == "O") {
                found.oldPercent = *value;
                hasOld = true;
            } else if (names[i] == "GCT")
                found.collectionSeconds = *value;
            else if (names[i] == "FGC" && *value >= 0 && *value < 1e15)
                found.fullCollections = static_cast<std::uint64_t>(*value);
        }
        if (hasOld)
            memory.push_back(found);
    }
}

}

std::string versionIn(std::string_view text)
{
    for (std::size_t at = 0; at < text.size(); ++at) {
        const bool starts = isDigit(text[at]) && (at == 0 || !isDigit(text[at - 1]));
        if (!starts)
            continue;
        if (at + 1 < text.size() && isDigit(text[at]) && text[at + 1] == ':')
            continue; // Debian's epoch
        std::size_t end = at;
        while (end < text.size() && (isDigit(text[end]) || (text[end] == '.' && end + 1 < text.size() && isDigit(text[end + 1]))))
            ++end;
        if (text.substr(at, end - at).find('.') != std::string_view::npos)
            return std::string(text.substr(at, end - at));
        at = end;
    }
    return {};
}

Runtimes parseRuntimes(std::string_view output)
{
    Runtimes runtimes;
    for (const Section& section : sectionsOf(output)) {
        if (section.title == "java") {
            readJava(section, runtimes.javaMemory);
            continue;
        }
        for (const Line& line : section.lines) {
            if (section.title == "programs") {
                readProgram(line.text, runtimes.versions);
            } else if (section.title == "packages") {
                std::string_view rest = line.text;
                model::ProgramVersion found;
                found.package = textOf(takeWord(rest));
                found.version = versionIn(rest);
                if (!found.package.empty() && !found.version.empty())
                    runtimes.versions.push_back(std::move(found));
            }
        }
    }
    return runtimes;
}

}
