#include "core/parse/identity.h"

#include "core/parse/front.h"
#include "core/parse/lines.h"

#include <algorithm>

namespace hopscope::parse {
namespace {

std::string_view unquoted(std::string_view value)
{
    value = trimmed(value);
    if (value.size() >= 2 && (value.front() == '"' || value.front() == '\'') && value.back() == value.front())
        value = value.substr(1, value.size() - 2);
    return value;
}

/// Field 22 of /proc/1/stat, proc(5): when the first process started, in ticks (100 a second) since the kernel did. The
/// name in parentheses may hold anything, so counting starts behind the last ')'.
base::Milliseconds startOfFirst(std::string_view stat)
{
    const std::size_t close = stat.rfind(')');
    if (close == std::string_view::npos)
        return {};
    const auto words = wordsOf(stat.substr(close + 1), 22);
    const auto ticks = words.size() > 19 ? numberOf<std::uint32_t>(words[19]) : std::nullopt;
    return base::Milliseconds(std::int64_t(ticks.value_or(0)) * 10);
}

/// os-release(5): ID names the system, ID_LIKE its relatives, nearest first.
std::string familyOf(std::string_view id, std::string_view like)
{
    const auto ids = std::string(id) + " " + std::string(like);
    for (const std::string_view word : wordsOf(ids)) {
        if (word == "debian" || word == "ubuntu")
            return "debian";
        if (word == "rhel" || word == "fedora" || word == "centos" || word == "amzn")
            return "rhel";
        if (word == "alpine" || word == "arch")
            return std::string(word);
        if (word == "suse" || word == "opensuse" || word == "sles" || word.starts_with("opensuse-"))
            return "suse";
    }
    return {};
}

void readOsRelease(const Section& section, Identity& identity)
{
    std::string_view id;
    std::string_view like;
    for (const Line& line : section.lines) {
        if (const auto value = valueOf(line.text, "PRETTY_NAME"))
            identity.osName = textOf(unquoted(*value));
        else if (const auto name = valueOf(line.text, "ID"))
            id = unquoted(*name);
        else if (const auto names = valueOf(line.text, "ID_LIKE"))
            like = unquoted(*names);
    }
    identity.osFamily = familyOf(id, like);
}

}

Identity parseIdentity(std::string_view output)
{
    Identity identity;
    std::string_view firstProcess;
    std::optional<base::Milliseconds> uptime;
    base::Milliseconds firstStarted {};
    for (const Section& section : sectionsOf(output)) {
        if (section.title == "os-release") {
            readOsRelease(section, identity);
            continue;
        }
        for (const Line& line : section.lines) {
            if (const auto now = valueOf(line.text, "now")) {
                std::string_view rest = *now;
                std::string_view stamp = takeWord(rest);
                if (!stamp.empty() && (stamp.back() == 'N' || stamp.back() == '.')) // a date without nanoseconds
                    stamp = stamp.substr(0, stamp.find('.'));
                identity.clock.now = base::fromUnixSeconds(stamp);
                if (const auto zone = valueOf(trimmed(rest), "zone"))
                    identity.clock.zone = zoneOf(*zone).value_or(std::chrono::minutes(0));
            } else if (const auto uid = valueOf(line.text, "uid")) {
                identity.isRoot = *uid == "0";
            } else if (const auto user = valueOf(line.text, "user")) {
                identity.user = textOf(*user);
            } else if (const auto sudo = valueOf(line.text, "sudo")) {
                identity.mayUseSudo = *sudo == "sudo";
            } else if (const auto tools = valueOf(line.text, "tools")) {
                for (const std::string_view tool : wordsOf(*tools))
                    identity.tools.push_back(textOf(tool));
            } else if (const auto host = valueOf(line.text, "hostname")) {
                identity.hostname = textOf(*host);
            } else if (const auto machine = valueOf(line.text, "machine")) {
                identity.cloud = cloudOf(*machine, {});
            } else if (const auto up = valueOf(line.text, "uptime")) {
                if (const auto seconds = base::fromUnixSeconds(up->substr(0, up->find(' '))))
                    uptime = seconds->time_since_epoch();
            } else if (const auto first = valueOf(line.text, "pid1")) {
                firstProcess = *first;
            } else if (const auto stat = valueOf(line.text, "first")) {
                firstStarted = startOfFirst(*stat);
            } else if (const auto init = valueOf(line.text, "init")) {
                identity.initSystem = textOf(*init);
            }
        }
    }
    if (identity.initSystem.empty() && !firstProcess.empty())
        identity.initSystem = firstProcess == "supervisord" || firstProcess == "runit" ? textOf(firstProcess) : "none";
    if (identity.clock.now && uptime)
        identity.bootedAt = *identity.clock.now - *uptime + std::min(firstStarted, *uptime);
    return identity;
}

}
