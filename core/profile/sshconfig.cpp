#include "core/profile/sshconfig.h"

#include "core/profile/sshconfigentry.h"
#include "core/profile/sshpattern.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <glob.h>
#include <pwd.h>
#include <unistd.h>

namespace hopscope::profile {
namespace {

    constexpr int deepestInclude = 16;
    constexpr std::size_t largestFile = 4 * 1024 * 1024;
    constexpr std::size_t mostLines = 200000;

    bool isBlank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\f'; }

    std::string_view trimmed(std::string_view text)
    {
        while (!text.empty() && isBlank(text.front()))
            text.remove_prefix(1);
        while (!text.empty() && isBlank(text.back()))
            text.remove_suffix(1);
        return text;
    }

    /// Words as OpenSSH splits them: quotes of both kinds, backslash before a quote, a backslash or (outside quotes) a
    /// space, and a comment from an unquoted '#' at a word's beginning.
    std::vector<std::string> words(std::string_view text)
    {
        std::vector<std::string> result;
        std::size_t i = 0;
        while (true) {
            while (i < text.size() && isBlank(text[i]))
                ++i;
            if (i >= text.size() || text[i] == '#')
                return result;
            std::string word;
            char quote = 0;
            for (; i < text.size() && (quote || !isBlank(text[i])); ++i) {
                const char c = text[i];
                const char next = i + 1 < text.size() ? text[i + 1] : '\0';
                if (c == '\\' && (next == '\'' || next == '"' || next == '\\' || (!quote && next == ' ')))
                    word += text[++i];
                else if (!quote && (c == '"' || c == '\''))
                    quote = c;
                else if (quote && c == quote)
                    quote = 0;
                else
                    word += c;
            }
            result.push_back(std::move(word));
        }
    }

    bool isWildcard(const std::string& pattern)
    {
        return pattern.find_first_of("*?!") != std::string::npos;
    }

}

std::string expandedHome(const std::string& path)
{
    if (!path.starts_with('~'))
        return path;
    const std::size_t slash = std::min(path.find('/'), path.size());
    const std::string user = path.substr(1, slash - 1);
    if (user.empty()) {
        if (const char* home = std::getenv("HOME"); home && *home)
            return home + path.substr(slash);
    }
    const passwd* const entry = user.empty() ? ::getpwuid(::getuid()) : ::getpwnam(user.c_str());
    return entry ? entry->pw_dir + path.substr(slash) : path;
}

SshConfig SshConfig::load(const std::string& path)
{
    SshConfig config;
    config.append(expandedHome(path), 0);
    return config;
}

SshConfig SshConfig::loadDefault()
{
    SshConfig config;
    // The system's file is as if included at the end, outside of any Host block of the user's.
    for (const char* path : { "~/.ssh/config", "/etc/ssh/ssh_config" }) {
        config.m_lines.push_back({ "match", { "all" }, {} });
        config.append(expandedHome(path), 0);
    }
    return config;
}

void SshConfig::append(const std::string& path, int depth)
{
    std::error_code problem;
    if (!std::filesystem::is_regular_file(path, problem) || std::filesystem::file_size(path, problem) > largestFile)
        return;
    std::ifstream file(path, std::ios::binary);
    std::string raw;
    while (std::getline(file, raw) && m_lines.size() < mostLines) {
        std::string_view line = trimmed(raw);
        if (line.starts_with("\xef\xbb\xbf"))
            line.remove_prefix(3);
        if (line.empty() || line.front() == '#')
            continue;
        std::size_t end = 0;
        while (end < line.size() && !isBlank(line[end]) && line[end] != '=' && line[end] != '"')
            ++end;
        Line parsed;
        for (const char c : line.substr(0, end))
            parsed.keyword += c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c;
        line = trimmed(line.substr(end));
        if (line.starts_with('='))
            line = trimmed(line.substr(1));
        parsed.rest = line;
        parsed.arguments = words(line);
        if (parsed.keyword != "include") {
            m_lines.push_back(std::move(parsed));
            continue;
        }
        for (const std::string& pattern : parsed.arguments)
            include(pattern, path, depth);
    }
}

void SshConfig::include(const std::string& pattern, const std::string& from, int depth)
{
    if (depth >= deepestInclude)
        return;
    const std::string expanded = expandedVariables(expandedHome(pattern));
    std::vector<std::string> tries { expanded };
    if (!expanded.starts_with('/')) {
        // As ssh does: from ~/.ssh, or /etc/ssh for the system's file; then beside the including file.
        const std::string system = "/etc/ssh/";
        tries = { from.starts_with(system) ? system + expanded : expandedHome("~/.ssh/") + expanded,
            (std::filesystem::path(from).parent_path() / expanded).string() };
    }
    for (const std::string& path : tries) {
        glob_t found {};
        const bool isFound = ::glob(path.c_str(), 0, nullptr, &found) == 0;
        for (std::size_t i = 0; isFound && i < found.gl_pathc; ++i) {
            m_lines.push_back({ "include-begin", {}, {} });
            append(found.gl_pathv[i], depth + 1);
            m_lines.push_back({ "include-end", {}, {} });
        }
        ::globfree(&found);
        if (isFound)
            return;
    }
}

SshConfigEntry SshConfig::entryFor(const std::string& destination, const std::string& user) const
{
    SshConfigEntry entry;
    entry.user = user;
    std::vector<bool> enclosing; ///< whether the blocks round each included file apply
    bool applies = true;
    for (const Line& line : m_lines) {
        const bool mayApply = enclosing.empty() || enclosing.back();
        if (line.keyword == "include-begin") {
            enclosing.push_back(applies);
        } else if (line.keyword == "include-end") {
            applies = enclosing.back();
            enclosing.pop_back();
        } else if (line.keyword == "host") {
            applies = mayApply && matchesSshPatterns(destination, line.arguments);
        } else if (line.keyword == "match") {
            applies = mayApply && matchesCriteria(line.arguments, entry, destination);
        } else if (applies && !line.arguments.empty()) {
            applyKeyword(entry, line.keyword, line.arguments, line.rest);
        }
    }
    expandEntry(entry, destination);
    return entry;
}

std::vector<std::string> SshConfig::aliases() const
{
    std::vector<std::string> names;
    for (const Line& line : m_lines) {
        if (line.keyword != "host")
            continue;
        for (const std::string& name : line.arguments) {
            if (!name.empty() && !isWildcard(name) && std::find(names.begin(), names.end(), name) == names.end())
                names.push_back(name);
        }
    }
    return names;
}

}
