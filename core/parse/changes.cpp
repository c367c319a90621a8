#include "core/parse/changes.h"

#include "core/base/quote.h"
#include "core/parse/lines.h"
#include "core/parse/secrets.h"
#include "core/parse/sudocommand.h"

#include <array>
#include <set>

namespace hopscope::parse {
namespace {

using model::Change;

Change change(base::TimePoint at, std::string what, std::string command, int line)
{
    return { at, {}, std::move(what), std::move(command), { model::Source::none, line } };
}

/// "2026-11-21 09:30:00 upgrade nginx:amd64 1.22.0 1.22.1"
void readDpkg(const Section& section, const HostClock& clock, std::vector<Change>& changes)
{
    for (const Line& line : section.lines) {
        const auto words = wordsOf(line.text);
        const auto at = anyStamp(line.text, clock);
        if (!at || words.size() < 4)
            continue;
        const std::string_view package = words[3].substr(0, words[3].find(':'));
        std::string what = "package " + textOf(package) + " ";
        if (words[2] == "upgrade" && words.size() >= 6)
            what += "upgraded from " + textOf(words[4]) + " to " + textOf(words[5]);
        else if (words[2] == "install")
            what += "installed";
        else if (words[2] == "remove" || words[2] == "purge")
            what += "removed";
        else
            continue;
        changes.push_back(change(*at, std::move(what),
            "grep " + base::shellQuoted(textOf(package)) + " /var/log/dpkg.log", line.number));
    }
}

/// dnf, yum and pacman: the stamp, then words that say it well enough.
void readOtherPackages(const Section& section, const HostClock& clock, std::vector<Change>& changes)
{
    for (const Line& line : section.lines) {
        std::optional<base::TimePoint> at = anyStamp(line.text, clock);
        std::string_view rest = line.text;
        if (rest.starts_with('['))
            takeUntil(rest, "]");
        else
            takeWord(rest);
        if (at && !trimmed(rest).empty())
            changes.push_back(change(*at, textOf(trimmed(rest)),
                "tail " + base::shellQuoted(textOf(section.title)), line.number));
    }
}

/// "Start-Date: 2026-11-21  09:30:00", "Commandline: apt upgrade", "Requested-By: anna (1000)"
void readAptHistory(const Section& section, const HostClock& clock, std::vector<Change>& changes)
{
    std::optional<base::TimePoint> at;
    for (const Line& line : section.lines) {
        std::string_view rest = line.text;
        const std::string_view key = takeUntil(rest, ":");
        rest = trimmed(rest);
        if (key == "Start-Date") {
            const auto words = wordsOf(rest);
            at = words.size() == 2 ? anyStamp(std::string(words[0]) + " " + std::string(words[1]), clock) : std::nullopt;
        } else if (key == "Commandline" && at) {
            changes.push_back(
                change(*at, textOf(rest), "tail -n 20 /var/log/apt/history.log", line.number));
        } else if (key == "Requested-By" && !changes.empty() && at && changes.back().at == *at) {
            changes.back().what += " by " + textOf(takeWord(rest));
        }
    }
}

void readEdited(const std::vector<Line>& lines, std::string_view prefix, std::vector<Change>& changes)
{
    for (const Line& line : lines) {
        std::string_view rest = line.text;
        const auto at = base::fromUnixSeconds(takeWord(rest));
        const std::string path = textOf(trimmed(rest));
        if (at && path.starts_with('/'))
            changes.push_back(change(*at, std::string(prefix) + path + " edited",
                "ls -l --time-style=full-iso " + base::shellQuoted(path), line.number));
    }
}

std::string_view kindOf(std::string_view path)
{
    constexpr std::array<std::pair<std::string_view, std::string_view>, 12> kinds { { { "/etc/nginx/", "nginx configuration " },
        { "/etc/apache2/", "Apache configuration " }, { "/etc/httpd/", "Apache configuration " },
        { "/etc/php", "PHP configuration " }, { "/etc/systemd/", "unit " }, { "/etc/haproxy/", "HAProxy configuration " },
        { "/etc/caddy/", "Caddy configuration " }, { "/etc/traefik/", "Traefik configuration " }, { "/etc/envoy/", "Envoy configuration " },
        { "/etc/nftables", "firewall rules " }, { "/etc/ufw/", "firewall rules " }, { "/etc/letsencrypt/", "certificate " } } };
    for (const auto& [start, kind] : kinds) {
        if (path.starts_with(start))
            return kind;
    }
    return "";
}

}

std::vector<Change> parseChanges(std::string_view output, const HostClock& clock)
{
    std::vector<Change> changes;
    for (const Section& section : sectionsOf(output)) {
        if (section.title == "/var/log/dpkg.log") {
            readDpkg(section, clock, changes);
        } else if (section.title == "/var/log/apt/history.log") {
            readAptHistory(section, clock, changes);
        } else if (section.title.starts_with("/")) {
            readOtherPackages(section, clock, changes);
        } else if (section.title == "edited") {
            const std::size_t first = changes.size();
            readEdited(section.lines, "", changes);
            for (std::size_t i = first; i < changes.size(); ++i)
                changes[i].what.insert(0, kindOf(changes[i].what));
        }
    }
    return changes;
}

std::vector<Change> parseAppChanges(std::string_view output, std::string_view folder)
{
    std::vector<Change> changes;
    readEdited(linesOf(output), "", changes);
    for (Change& each : changes)
        each.command = "ls -lt --time-style=full-iso " + base::shellQuoted(folder);
    return changes;
}

namespace {

/// The journal of the service manager as a story of each unit.
class UnitStory {
public:
    explicit UnitStory(std::optional<base::TimePoint> bootedAt)
        : m_bootedAt(bootedAt)
    {
    }

    /// What a line of the manager says was done, or nothing.
    std::optional<std::string> read(const model::LogLine& line)
    {
        std::string_view subject = line.text;
        const std::string_view verb = takeWord(subject);
        subject = trimmed(subject);
        if (verb == "Startup" && subject.starts_with("finished"))
            m_bootEndedAt = line.at;
        while (subject.ends_with('.'))
            subject.remove_suffix(1);
        const std::string unit(subject);
        if (verb == "Stopping") {
            m_wasAsked.insert(unit);
        } else if (verb == "Stopped") {
            // a restart after a failure says "Stopped" alone
            const bool wasAsked = m_wasAsked.erase(unit) > 0;
            (wasAsked ? m_wasStopped : m_wasRestarted).insert(unit);
            if (wasAsked)
                return unit + " stopped";
        } else if (verb == "Started") {
            if (m_wasRestarted.erase(unit) > 0 || isBooting(*line.at))
                return std::nullopt;
            return unit + (m_wasStopped.erase(unit) > 0 ? " started again" : " started");
        } else if (verb == "Reloaded") {
            return unit + " reloaded";
        } else if (verb == "Reload" && subject.starts_with("failed for ")) {
            return unit.substr(11) + " failed to reload";
        }
        return std::nullopt;
    }

private:
    bool isBooting(base::TimePoint at) const
    {
        if (!m_bootedAt || at < *m_bootedAt)
            return false;
        return !m_bootEndedAt || *m_bootEndedAt < *m_bootedAt ? at < *m_bootedAt + std::chrono::minutes(2)
                                                              : at <= *m_bootEndedAt;
    }

    std::optional<base::TimePoint> m_bootedAt;
    std::optional<base::TimePoint> m_bootEndedAt;
    std::set<std::string> m_wasAsked;
    std::set<std::string> m_wasStopped;
    std::set<std::string> m_wasRestarted;
};

/// Logins start and stop units all day.
bool isOfLogins(const model::LogLine& line)
{
    return line.text.find("ession") != std::string::npos || line.text.find("User Manager") != std::string::npos
        || line.text.find("user-runtime-dir") != std::string::npos || line.text.find("User Runtime") != std::string::npos
        || line.place.starts_with("user@") || line.text.find(".slice") != std::string::npos;
}

/// "   deploy : TTY=pts/0 ; PWD=/srv ; USER=root ; COMMAND=/usr/bin/systemctl stop shop"
std::optional<std::string> sudoStory(std::string_view text)
{
    const std::string_view who = trimmed(takeUntil(text, " : "));
    if (text.find("COMMAND=") == std::string_view::npos)
        return std::nullopt;
    takeUntil(text, "COMMAND=");
    if (!changesHost(text))
        return std::nullopt;
    return textOf(who) + " ran: " + withSecretsMasked(text);
}

}

std::vector<Change> changesOf(const std::vector<model::LogLine>& journal, std::optional<base::TimePoint> bootedAt)
{
    std::vector<Change> changes;
    UnitStory story(bootedAt);
    for (const model::LogLine& line : journal) {
        if (!line.at)
            continue;
        std::optional<std::string> what;
        std::string command = "journalctl -t sudo";
        if (line.place == "sudo") {
            what = sudoStory(line.text);
        } else if (!isOfLogins(line)
            && (line.place == "systemd" || line.place.ends_with(".service") || line.place.ends_with(".socket"))) {
            what = story.read(line);
            command = line.place == "systemd" ? "journalctl -t systemd"
                                              : "journalctl -u " + base::shellQuoted(line.place);
        }
        if (what)
            changes.push_back({ *line.at, {}, std::move(*what), std::move(command), line.source });
    }
    return changes;
}

}
