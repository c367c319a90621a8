#include "core/parse/supervisors.h"

#include "core/parse/clock.h"
#include "core/parse/secrets.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <array>
#include <map>

namespace hopscope::parse {

namespace {
using model::Supervisor;
using model::Unit;

std::string text(const QJsonValue& value) { return value.toString().toStdString(); }

void setStates(Unit& unit, const char* active, const char* sub, const char* result)
{
    unit.activeState = active;
    unit.subState = sub;
    unit.result = result;
}

/// "0:01:02" or "1 day, 0:01:02"
std::optional<base::Milliseconds> uptimeOf(std::string_view text)
{
    std::int64_t seconds = 0;
    if (const std::size_t day = text.find(" day"); day != std::string_view::npos) {
        seconds += numberOf<std::int64_t>(trimmed(text.substr(0, day))).value_or(0) * 86400;
        text.remove_prefix(std::min(text.size(), text.find(',') + 1));
    }
    std::string_view rest = trimmed(text);
    std::int64_t clock = 0;
    for (int i = 0; i < 3; ++i) {
        const auto part = numberOf<std::int64_t>(takeUntil(rest, ":"));
        if (!part)
            return std::nullopt;
        clock = clock * 60 + *part;
    }
    return base::Milliseconds((seconds + clock) * 1000);
}

/// The settings of one [program:x].
struct Program {
    std::map<std::string, std::string, std::less<>> settings;
    std::string file;
};

/// What supervisord's log says of one process.
struct Life {
    int exitStatus = 0;
    int exitSignal = 0;
    int restarts = 0; ///< after ends that nobody asked for; a stop begins anew
    bool endedByItself = false;
    std::optional<base::TimePoint> spawnedAt;
    std::optional<base::TimePoint> endedAt;
};

/// supervisord writes Linux's names of signals.
int signalNumber(std::string_view name)
{
    constexpr auto numbers = std::to_array<std::pair<std::string_view, int>>({ { "SIGHUP", 1 }, { "SIGINT", 2 },
        { "SIGQUIT", 3 }, { "SIGILL", 4 }, { "SIGTRAP", 5 }, { "SIGABRT", 6 }, { "SIGIOT", 6 }, { "SIGBUS", 7 }, { "SIGFPE", 8 },
        { "SIGKILL", 9 }, { "SIGUSR1", 10 }, { "SIGSEGV", 11 }, { "SIGUSR2", 12 }, { "SIGPIPE", 13 }, { "SIGALRM", 14 },
        { "SIGTERM", 15 }, { "SIGXCPU", 24 }, { "SIGSYS", 31 } });
    const auto* found = std::find_if(numbers.begin(), numbers.end(), [&](const auto& each) { return each.first == name; });
    if (found != numbers.end())
        return found->second;
    // "signal 34" of one without a name
    return name.starts_with("signal ") ? numberOf<int>(name.substr(7)).value_or(0) : 0;
}

class SupervisordReader {
public:
    void read(const Section& section)
    {
        std::string_view title = section.title;
        takeWord(title);
        const std::string_view kind = takeWord(title);
        if (kind == "config")
            readConfig(section);
        else if (kind == "log")
            m_log = &section;
        else if (kind == "files")
            readFiles(section, trimmed(title));
        else
            m_status = &section;
    }

    std::vector<Unit> take()
    {
        std::vector<Unit> units;
        if (m_status)
            readClock(*m_status);
        if (m_log)
            readLog(*m_log);
        if (m_status)
            readStatus(*m_status, units);
        // With the daemon down there is no status; what it would run is known all the same.
        if (units.empty())
            for (const auto& [name, program] : m_programs) {
                Unit unit = unitOf(name);
                setStates(unit, "inactive", "dead", "success");
                unit.description = "supervisord does not answer";
                units.push_back(std::move(unit));
            }
        return units;
    }

private:
    static std::string programOf(std::string_view name)
    {
        // "group:program", or "program:program_00" of several processes
        std::string_view last = name.substr(name.find(':') == std::string_view::npos ? 0 : name.find(':') + 1);
        return std::string(last);
    }

    Program* programNamed(std::string_view name)
    {
        if (const auto own = m_programs.find(programOf(name)); own != m_programs.end())
            return &own->second;
        const auto group = m_programs.find(std::string(name.substr(0, name.find(':'))));
        return group == m_programs.end() ? nullptr : &group->second;
    }

    void readConfig(const Section& section)
    {
        std::string file;
        Program* program = nullptr;
        for (const Line& line : section.lines) {
            const std::string_view rest = trimmed(line.text);
            if (line.text.starts_with("; file ")) {
                file = textOf(line.text.substr(7));
                program = nullptr;
            } else if (rest.starts_with('[')) {
                program = nullptr;
                if (rest.starts_with("[program:") && rest.ends_with(']')) {
                    program = &m_programs[textOf(trimmed(rest.substr(9, rest.size() - 10)))];
                    program->file = file;
                }
            } else if (program && !rest.starts_with(';') && rest.find('=') != std::string_view::npos) {
                std::string_view value = rest;
                const std::string_view key = trimmed(takeUntil(value, "="));
                program->settings[textOf(key)] = textOf(trimmed(value.substr(0, value.find(" ;"))));
            }
        }
    }

    void readClock(const Section& section)
    {
        for (const Line& line : section.lines) {
            if (const auto seconds = valueOf(line.text, "now"))
                m_clock.now = base::fromUnixSeconds(*seconds);
            if (const auto zone = valueOf(line.text, "zone"))
                m_clock.zone = zoneOf(*zone).value_or(std::chrono::minutes {});
        }
    }

    /// "2026-11-21 09:30:00,123 INFO exited: shop (exit status 1; not expected)"
    void readLog(const Section& section)
    {
        for (const Line& line : section.lines) {
            const auto after = [&](std::string_view word) {
                const std::size_t at = line.text.find(word);
                return at == std::string_view::npos ? std::string_view() : line.text.substr(at + word.size());
            };
            const auto at = anyStamp(line.text, m_clock);
            if (std::string_view rest = after(" exited: "); !rest.empty()) {
                Life& life = m_lives[textOf(takeWord(rest))];
                const std::size_t status = rest.find("exit status ");
                const std::size_t signal = rest.find("terminated by ");
                life.exitStatus = status == std::string_view::npos
                    ? 0
                    : numberOf<int>(rest.substr(status + 12, rest.find_first_of(";)", status) - status - 12)).value_or(0);
                life.exitSignal = signal == std::string_view::npos
                    ? 0
                    : signalNumber(rest.substr(signal + 14, rest.find_first_of(";)", signal + 14) - signal - 14));
                life.endedByItself = true;
                life.endedAt = at;
            } else if (rest = after(" stopped: "); !rest.empty()) {
                Life& life = m_lives[textOf(takeWord(rest))] = Life();
                life.endedAt = at;
            } else if (rest = after(" spawned: '"); !rest.empty()) {
                Life& life = m_lives[textOf(takeUntil(rest, "'"))];
                life.restarts += life.endedByItself ? 1 : 0;
                life.endedByItself = false;
                life.spawnedAt = at;
            } else if (rest = after(" gave up: "); !rest.empty()) {
                m_lives[textOf(takeWord(rest))].endedAt = at;
            }
        }
    }

    void readFiles(const Section& section, std::string_view folder)
    {
        for (const Line& line : section.lines)
            m_files.push_back(textOf(folder) + "/" + textOf(trimmed(line.text)));
    }

    Unit unitOf(const std::string& name)
    {
        Unit unit;
        unit.name = name;
        unit.supervisor = Supervisor::Supervisord;
        unit.loadState = "loaded";
        const Program* program = programNamed(name);
        if (!program)
            return unit;
        const auto setting = [&](std::string_view key) {
            const auto found = program->settings.find(key);
            return found == program->settings.end() ? std::string() : filledIn(found->second, name);
        };
        unit.execStart = withSecretsMasked(setting("command"));
        unit.workingDirectory = setting("directory");
        unit.user = setting("user");
        unit.fragmentPath = program->file;
        unit.restartPolicy = setting("autorestart");
        for (const char* stream : { "stdout_logfile", "stderr_logfile" })
            if (const std::string path = setting(stream); path.starts_with('/') && !path.starts_with("/dev/") && path.find("%(") == std::string::npos)
                unit.logFiles.push_back(path);
        for (const std::string& file : m_files)
            if (file.substr(file.rfind('/') + 1).starts_with(programOf(name) + "-std"))
                unit.logFiles.push_back(file);
        return unit;
    }

    /// "%(program_name)s" and "%(group_name)s", which most files name their logs with.
    static std::string filledIn(std::string value, std::string_view name)
    {
        const auto put = [&value](std::string_view what, std::string_view with) {
            for (std::size_t at = value.find(what); at != std::string::npos; at = value.find(what, at + with.size()))
                value.replace(at, what.size(), with);
        };
        const std::string_view group = name.substr(0, name.find(':'));
        const std::string process = programOf(name);
        // of several processes "shop:shop_00" is the program "shop"
        const bool isNumbered = process.size() > group.size() + 1 && process.starts_with(group) && process[group.size()] == '_';
        put("%(program_name)s", isNumbered ? group : std::string_view(process));
        put("%(group_name)s", group);
        return value;
    }

    void addLife(Unit& unit) const
    {
        const auto found = m_lives.find(programOf(unit.name));
        if (found == m_lives.end())
            return;
        const Life& life = found->second;
        unit.restarts = life.restarts;
        unit.mainExitStatus = life.exitSignal != 0 ? life.exitSignal : life.exitStatus;
        unit.mainExitCode = life.exitSignal != 0 ? 2 : life.exitStatus != 0 ? 1 : 0;
        unit.activeSince = life.spawnedAt;
        if (!life.spawnedAt || (life.endedAt && *life.endedAt >= *life.spawnedAt))
            unit.inactiveSince = life.endedAt;
        if (life.endedByItself)
            unit.lastExitAt = life.endedAt;
    }

    /// "shop     RUNNING   pid 12, uptime 1:02:03" or "shop  FATAL  Exited too quickly (process log may have details)"
    void readStatus(const Section& section, std::vector<Unit>& units)
    {
        for (const Line& line : section.lines) {
            const auto words = wordsOf(line.text, 3);
            if (words.size() < 2)
                continue;
            Unit unit = unitOf(textOf(words[0]));
            addLife(unit);
            const std::string_view state = words[1];
            const std::string rest = words.size() == 3 ? textOf(words[2]) : std::string();
            if (state == "RUNNING")
                setStates(unit, "active", "running", "success");
            else if (state == "FATAL")
                setStates(unit, "failed", "failed", rest.find("too quickly") != std::string::npos ? "start-limit-hit" : "resources");
            else if (state == "BACKOFF")
                setStates(unit, "activating", "auto-restart", "exit-code");
            else if (state == "STARTING")
                setStates(unit, "activating", "start", "success");
            else if (state == "EXITED")
                setStates(unit, unit.mainExitCode != 0 ? "failed" : "inactive", "dead",
                    unit.mainExitCode == 2 ? "signal" : unit.mainExitCode == 1 ? "exit-code" : "success");
            else if (state == "STOPPED" || state == "STOPPING")
                setStates(unit, "inactive", "dead", "success");
            else
                continue;
            unit.description = std::string(state) + (rest.empty() ? "" : " " + rest);
            if (rest.starts_with("pid ")) {
                unit.mainPid = numberOf<int>(std::string_view(rest).substr(4, rest.find(',') - 4)).value_or(0);
                const std::size_t uptime = rest.find("uptime ");
                const auto age = uptime == std::string::npos ? std::nullopt : uptimeOf(std::string_view(rest).substr(uptime + 7));
                if (m_clock.now && age)
                    unit.activeSince = *m_clock.now - *age;
            }
            unit.source.line = line.number;
            units.push_back(std::move(unit));
        }
    }

    const Section* m_status = nullptr;
    const Section* m_log = nullptr;
    HostClock m_clock;
    std::map<std::string, Program> m_programs;
    std::map<std::string, Life> m_lives;
    std::vector<std::string> m_files;
};

/// Of several processes one that runs stands for the program; the others stay in its words.
void takeRunning(Unit& program, const Unit& running)
{
    const std::string others = ", another " + program.description;
    std::vector<int> pids = std::move(program.clusterPids);
    program = running;
    program.clusterPids = std::move(pids);
    program.description += others;
}

/// One line a process, of `pm2 jlist` without its environments; processes of one name are one program.
void readPm2(const Section& section, std::vector<Unit>& units)
{
    std::string_view title = section.title;
    takeWord(title);
    const std::string owner = textOf(takeWord(title));
    for (const Line& line : section.lines) {
        const QJsonObject object = QJsonDocument::fromJson(
            QByteArray(line.text.data(), static_cast<qsizetype>(line.text.size()))).object();
        Unit unit;
        unit.name = text(object.value(u"name"));
        if (unit.name.empty())
            continue;
        unit.supervisor = Supervisor::Pm2;
        unit.user = owner;
        unit.loadState = "loaded";
        const std::string status = text(object.value(u"status"));
        if (status == "online")
            setStates(unit, "active", "running", "success");
        else if (status == "errored")
            setStates(unit, "failed", "failed", "start-limit-hit");
        else if (status == "launching" || status == "waiting restart" || status == "one-launch-status")
            setStates(unit, "activating", status == "waiting restart" ? "auto-restart" : "start", "exit-code");
        else
            setStates(unit, "inactive", "dead", "success");
        unit.description = status == "down" ? "pm2's daemon does not run" : status;
        unit.restarts = object.value(u"restarts").toInt();
        unit.mainPid = object.value(u"pid").toInt();
        if (text(object.value(u"mode")) == "cluster_mode" && unit.mainPid > 0)
            unit.clusterPids.push_back(unit.mainPid);
        unit.mainExitStatus = object.value(u"exit").toInt();
        unit.workingDirectory = text(object.value(u"cwd"));
        std::string command = text(object.value(u"script"));
        for (const QJsonValue& argument : object.value(u"args").toArray())
            command += " " + text(argument);
        unit.execStart = withSecretsMasked(command);
        for (const char16_t* key : { u"out", u"err" })
            if (const std::string path = text(object.value(QStringView(key))); path.starts_with('/') && path != "/dev/null")
                unit.logFiles.push_back(path);
        if (const double since = object.value(u"uptime").toDouble(); since > 0 && status == "online")
            unit.activeSince = base::TimePoint(base::Milliseconds(static_cast<std::int64_t>(since)));
        unit.source.line = line.number;
        const auto twin = std::find_if(units.begin(), units.end(),
            [&](const Unit& each) { return each.supervisor == Supervisor::Pm2 && each.name == unit.name && each.user == unit.user; });
        if (twin == units.end())
            units.push_back(std::move(unit));
        else {
            twin->clusterPids.insert(twin->clusterPids.end(), unit.clusterPids.begin(), unit.clusterPids.end());
            if (twin->activeState == "active" && unit.activeState != "active")
                twin->description += ", another " + unit.description;
            else if (twin->activeState != "active" && unit.activeState == "active")
                takeRunning(*twin, unit);
        }
    }
}
}

std::vector<Unit> supervisedUnits(const std::vector<Section>& sections)
{
    std::vector<Unit> units;
    SupervisordReader supervisord;
    bool hasSupervisord = false;
    for (const Section& section : sections) {
        if (section.title == "supervisor" || section.title.starts_with("supervisor ")) {
            supervisord.read(section);
            hasSupervisord = true;
        } else if (section.title.starts_with("pm2 ")) {
            readPm2(section, units);
        }
    }
    if (hasSupervisord)
        for (Unit& unit : supervisord.take())
            units.push_back(std::move(unit));
    return units;
}

void nameSupervisedProcesses(model::HostFacts& host)
{
    std::map<int, std::string> owners;
    for (const Unit& unit : host.units)
        if (unit.supervisor != Supervisor::Systemd) {
            if (unit.mainPid > 0)
                owners[unit.mainPid] = unit.name;
            for (const int pid : unit.clusterPids)
                owners[pid] = unit.name;
        }
    if (owners.empty())
        return;
    std::map<int, int> parents;
    for (const model::Process& process : host.processes)
        parents[process.pid] = process.parent;
    for (model::Process& process : host.processes) {
        int at = process.pid;
        for (int i = 0; i < 32 && at > 1; ++i) {
            if (const auto owner = owners.find(at); owner != owners.end()) {
                process.unit = owner->second;
                break;
            }
            const auto parent = parents.find(at);
            at = parent == parents.end() ? 0 : parent->second;
        }
    }
}

void nameClusterSockets(model::HostFacts& host)
{
    std::map<int, const model::Process*> processes;
    for (const model::Process& process : host.processes)
        processes[process.pid] = &process;
    for (model::Listener& listener : host.listeners) {
        const auto holder = listener.pid ? processes.find(*listener.pid) : processes.end();
        if (holder == processes.end() || !holder->second->commandLine.starts_with("PM2 "))
            continue;
        // Of several clusters, the one whose environment names the port.
        std::vector<const Unit*> able;
        std::vector<const Unit*> named;
        for (const Unit& unit : host.units) {
            const auto main = unit.clusterPids.empty() ? processes.end() : processes.find(unit.clusterPids.front());
            if (main == processes.end() || main->second->parent != holder->first)
                continue;
            able.push_back(&unit);
            const bool isNamed = std::any_of(host.settings.begin(), host.settings.end(), [&](const model::Setting& each) {
                return each.origin == model::Setting::Origin::Environment && each.pid == unit.clusterPids.front() && each.key == "PORT"
                    && each.value == std::to_string(listener.port);
            });
            if (isNamed)
                named.push_back(&unit);
        }
        const Unit* owner = named.size() == 1 ? named.front() : able.size() == 1 ? able.front() : nullptr;
        if (!owner)
            continue;
        listener.pid = owner->clusterPids.front();
        listener.process = processes[*listener.pid]->name;
        listener.unit = owner->name;
    }
}

}
