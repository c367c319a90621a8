#include "core/parse/configdump.h"

#include "core/parse/lines.h"

#include <map>

namespace hopscope::parse {
namespace {

using model::ConfigFile;
using model::SoftwareConfig;

constexpr std::string_view fileMark = "# configuration file ";
constexpr std::string_view pidWord = "pid ";

/// "# configuration file /etc/nginx/nginx.conf:"
std::optional<std::string_view> fileNamed(std::string_view line)
{
    if (!line.starts_with(fileMark) || !line.ends_with(':'))
        return std::nullopt;
    return line.substr(fileMark.size(), line.size() - fileMark.size() - 1);
}

void append(std::vector<ConfigFile>& files, const Line& line)
{
    if (const auto path = fileNamed(line.text))
        files.push_back({ textOf(*path), {}, std::nullopt, { model::Source::none, line.number } });
    else if (!files.empty())
        files.back().text += textOf(line.text) + "\n";
}

/// nginx and our own dump end each file with one newline more.
void trimEnds(std::vector<ConfigFile>& files)
{
    for (ConfigFile& file : files) {
        if (file.text.ends_with("\n\n"))
            file.text.pop_back();
    }
}

using Times = std::map<std::string, std::optional<base::TimePoint>>;

/// "1763717400 /etc/nginx/nginx.conf"
void readModified(std::string_view rest, Times& times)
{
    const auto at = base::fromUnixSeconds(takeWord(rest));
    times[textOf(trimmed(rest))] = at;
}

void setModified(std::vector<ConfigFile>& files, const Times& times)
{
    for (ConfigFile& file : files) {
        if (const auto found = times.find(file.path); found != times.end())
            file.modifiedAt = found->second;
    }
}

/// "nginx version: openresty/1.21.4.3" or "nginx/1.22.1 (Ubuntu)": what follows the slash.
std::string versionIn(std::string_view text)
{
    const std::size_t slash = text.find('/');
    if (slash == std::string_view::npos)
        return {};
    text.remove_prefix(slash + 1);
    return textOf(takeWord(text));
}

bool isLack(std::string_view line)
{
    return line.find("Permission denied") != std::string_view::npos
        || line.find("Operation not permitted") != std::string_view::npos;
}

/// The value of "key=" among blank-separated words.
std::string_view wordValue(std::string_view text, std::string_view key)
{
    for (const std::string_view word : wordsOf(text)) {
        if (const auto value = valueOf(word, key))
            return *value;
    }
    return {};
}

void readOurs(std::string_view rest, const std::string& software, ProxyInstances& result, std::vector<Times>& times, bool& inFiles)
{
    const std::string_view what = takeWord(rest);
    if (what == "instance") {
        inFiles = false;
        SoftwareConfig config;
        config.software = software;
        config.mainFile = textOf(wordValue(rest, "conf"));
        result.pids.push_back(numberOf<int>(wordValue(rest, "pid")).value_or(0));
        if (result.pids.back() > 0)
            config.runtime.push_back(std::string(pidWord) + std::to_string(result.pids.back()));
        result.containers.push_back(textOf(wordValue(rest, "container")));
        result.configs.push_back(std::move(config));
        times.emplace_back();
    } else if (what == "elsewhere") {
        ++result.elsewhere;
    } else if (!result.configs.empty()) {
        SoftwareConfig& config = result.configs.back();
        if (what == "version")
            config.version = versionIn(rest);
        else if (what == "test")
            config.isValid = trimmed(rest) == "ok";
        else if (what == "files")
            config.mainFile = textOf(trimmed(rest));
        else if (what == "mtime")
            readModified(rest, times.back());
        else if (what == "runtime")
            config.runtime.push_back(textOf(trimmed(rest)));
        else if (what == "unreadable")
            result.unreadable.push_back(textOf(trimmed(rest)));
    }
}

}

int masterOf(const SoftwareConfig& config)
{
    for (const std::string& each : config.runtime)
        if (each.starts_with(pidWord))
            return numberOf<int>(std::string_view(each).substr(pidWord.size())).value_or(0);
    return 0;
}

ProxyInstances parseProxyDump(std::string_view output, const std::string& software)
{
    ProxyInstances result;
    std::vector<Times> times; // of each configuration: two containers may have files of one name
    std::string marker = "@@";
    bool inFiles = false;
    for (const Line& line : linesOf(output)) {
        if (line.number == 1 && line.text.starts_with("marker=@@")) {
            marker = std::string(line.text.substr(7)) + " ";
            continue;
        }
        if (line.text.starts_with(marker)) {
            readOurs(line.text.substr(marker.size()), software, result, times, inFiles);
            continue;
        }
        if (result.configs.empty())
            continue;
        SoftwareConfig& config = result.configs.back();
        inFiles = inFiles || fileNamed(line.text);
        if (config.source.line == 0)
            config.source.line = line.number;
        if (inFiles)
            append(config.files, line);
        else if (!trimmed(line.text).empty())
            config.validatorLines.push_back(textOf(line.text));
    }
    for (std::size_t i = 0; i < result.configs.size(); ++i) {
        SoftwareConfig& config = result.configs[i];
        trimEnds(config.files);
        setModified(config.files, times[i]);
        if (!config.files.empty() && config.mainFile.empty())
            config.mainFile = config.files.front().path;
        // a user who may not read a key or a log can't say that the configuration is wrong
        for (const std::string& line : config.validatorLines) {
            if (config.isValid == false && isLack(line)) {
                config.isValid = std::nullopt;
                result.isTestDenied = true;
            }
        }
    }
    return result;
}

std::vector<SoftwareConfig> parsePhpFpmFiles(std::string_view output)
{
    std::vector<ConfigFile> files;
    Times times;
    for (const Line& line : linesOf(output)) {
        if (line.text.starts_with("@@ mtime "))
            readModified(line.text.substr(9), times);
        else
            append(files, line);
    }
    trimEnds(files);
    setModified(files, times);
    // A pool file belongs to the php-fpm.conf above it, "/etc/php/8.2/fpm" or "/etc".
    std::map<std::string, SoftwareConfig> byFolder;
    for (ConfigFile& file : files) {
        const std::size_t pools = std::min(file.path.find("/pool.d/"), file.path.find("/php-fpm.d/"));
        const std::string folder = file.path.substr(0, std::min(pools, file.path.rfind('/')));
        SoftwareConfig& config = byFolder[folder];
        config.software = "php-fpm";
        if (config.source.line == 0)
            config.source = file.source;
        if (pools == std::string::npos)
            config.mainFile = file.path;
        // "/etc/php/8.2/fpm"
        for (std::string_view rest = folder; !rest.empty();) {
            const std::string_view part = takeUntil(rest, "/");
            if (!part.empty() && part.find_first_not_of("0123456789.") == std::string_view::npos)
                config.version = part;
        }
        config.files.push_back(std::move(file));
    }
    std::vector<SoftwareConfig> configs;
    for (auto& [folder, config] : byFolder)
        configs.push_back(std::move(config));
    return configs;
}

}
