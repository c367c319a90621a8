#include "core/report/ownoutput.h"

#include "core/model/checkids.h"
#include "core/report/phrases.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

namespace hopscope::report {
namespace {

    namespace checkid = model::checkid;

    std::vector<std::string_view> linesOf(std::string_view text)
    {
        std::vector<std::string_view> lines;
        while (!text.empty()) {
            const std::size_t end = std::min(text.find('\n'), text.size());
            lines.push_back(text.substr(0, end));
            text.remove_prefix(std::min(end + 1, text.size()));
        }
        return lines;
    }

    bool isHopAttempt(const std::string& check)
    {
        return check == checkid::hopCaller || check == checkid::hopCallee || check == checkid::hopLoopback;
    }

    /// As head and tail name the files that they print.
    std::string heading(std::string_view name) { return "==> " + std::string(name) + " <==\n"; }

    /// The part's name of "@@ name"; empty where the line is not ours ("@@ -1,3 +1,4 @@" is a diff's).
    std::string_view partName(std::string_view line)
    {
        if (!line.starts_with("@@ ") || line.size() < 4 || line[3] == '-' || line[3] == '+')
            return {};
        std::string_view name = line.substr(3);
        // "mtime 1763717400 /etc/php/pool.conf"
        if (name.starts_with("mtime ") && name.find(' ', 6) != std::string_view::npos)
            name = name.substr(name.find(' ', 6) + 1);
        return name.starts_with("file ") ? name.substr(5) : name;
    }

    /// "connect=0.000120" of "hs-time: dns=… connect=0.000120 …", as "0.1 ms"; empty where nothing was measured.
    std::string phase(std::string_view line, std::string_view key)
    {
        const std::string wanted = ' ' + std::string(key) + '=';
        const std::size_t at = line.find(wanted);
        if (at == std::string_view::npos)
            return {};
        const std::string_view number = line.substr(at + wanted.size(), 16);
        double seconds = 0;
        std::from_chars(number.data(), number.data() + number.size(), seconds);
        return seconds > 0 ? millisecondWords(seconds * 1000) : std::string();
    }

    std::string timeWords(std::string_view line)
    {
        std::string words;
        for (const auto& [key, name] : { std::pair { "dns", "name" }, { "connect", "connected" }, { "tls", "TLS" },
                 { "first", "first byte" }, { "total", "whole" } })
            if (const std::string time = phase(line, key); !time.empty())
                words += (words.empty() ? "* took: " : ", ") + std::string(name) + ' ' + time;
        return words.empty() ? words : words + '\n';
    }

    std::string errnoWords(std::string_view name)
    {
        constexpr std::array<std::pair<std::string_view, std::string_view>, 9> words { {
            { "ECONNREFUSED", "connection refused" },
            { "EHOSTUNREACH", "no route to host" },
            { "ENETUNREACH", "network unreachable" },
            { "ETIMEDOUT", "timed out" },
            { "EACCES", "permission denied" },
            { "ENOENT", "no such file" },
            { "EADDRNOTAVAIL", "address not available" },
            { "EAGAIN", "queue full" },
            { "unknown", "failed" },
        } };
        const auto known = std::ranges::find(words, name, &std::pair<std::string_view, std::string_view>::first);
        return std::string(known == words.end() ? name : known->second);
    }

    /// A line of an attempt: curl's own, or one name and value of ours.
    std::string attemptLine(std::string_view line)
    {
        if (line.starts_with("hs-time:"))
            return timeWords(line);
        if (line.starts_with("hs-exit: "))
            return line == "hs-exit: 0" ? std::string() : "* curl's exit status: " + std::string(line.substr(9)) + '\n';
        if (line.starts_with(": "))
            return std::string(line.substr(2)) + '\n'; // the answer's body
        const std::size_t equals = line.find('=');
        const bool isOurs = equals != std::string_view::npos && equals > 0
            && std::ranges::all_of(line.substr(0, equals), [](char c) { return (c >= 'a' && c <= 'z') || c == '_' || c == '-'; });
        if (!isOurs)
            return std::string(line) + '\n';
        std::string key(line.substr(0, equals));
        const std::string_view value = line.substr(equals + 1);
        for (const std::string_view needless : { "target", "wanted_user", "tool", "user" })
            if (key == needless)
                return {};
        if ((key == "try" && value == "1") || (key == "resolve" && value == "not-needed") || value.empty())
            return {};
        if (key == "try")
            return "* tried " + std::string(value) + " times\n";
        std::ranges::replace(key, '_', ' ');
        return "* " + key + ": " + (key == "connect" ? errnoWords(value) : std::string(value)) + '\n';
    }

    std::string attemptOutput(const std::vector<std::string_view>& lines)
    {
        const bool isOneAddress
            = std::ranges::count_if(lines, [](std::string_view line) { return line.starts_with("@@ probe "); }) < 2;
        std::string text;
        for (const std::string_view line : lines) {
            if (line == "@@ body")
                text += '\n';
            else if (line.starts_with("@@ probe "))
                text += isOneAddress ? std::string() : heading(line.substr(9));
            else if (line != "@@ tls-probe")
                text += attemptLine(line);
        }
        return text;
    }

    /// nginx' dump with lines of ours, which start with the marker that its first line names.
    std::string nginxOutput(std::vector<std::string_view> lines)
    {
        const std::string marker = std::string(lines.front().substr(7)) + ' ';
        lines.erase(lines.begin());
        std::string text;
        for (const std::string_view line : lines) {
            if (!line.starts_with(marker)) {
                text += std::string(line) + '\n';
                continue;
            }
            const std::string_view words = line.substr(marker.size());
            if (words.starts_with("version "))
                text += std::string(words.substr(8)) + '\n';
            else if (words.starts_with("unreadable "))
                text += "cat: " + std::string(words.substr(11)) + ": could not be read\n";
        }
        return text;
    }

}

std::string ownOutput(const base::CheckId& check, std::string_view output)
{
    const std::vector<std::string_view> lines = linesOf(output);
    if (isHopAttempt(check.value()))
        return attemptOutput(lines);
    if (check.value() == checkid::nginxConfig && !lines.empty() && lines.front().starts_with("marker="))
        return nginxOutput(lines);
    std::string text;
    for (const std::string_view line : lines) {
        const std::string_view name = partName(line);
        text += name.empty() ? std::string(line) + '\n' : heading(name);
    }
    if (!output.ends_with('\n') && !text.empty())
        text.pop_back();
    return text;
}

}
