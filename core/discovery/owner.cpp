#include "core/discovery/owner.h"

#include "core/base/text.h"
#include "core/discovery/gunicornfile.h"
#include "core/discovery/hostindex.h"
#include "core/parse/phpfpmpool.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <map>
#include <set>

namespace hopscope::discovery {

namespace {
struct Reason {
    double confidence = 0;
    std::string why;
};

bool isDigit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }


/// Whether a text holds this number by itself, not as a part of a longer one.
bool holdsNumber(std::string_view text, const std::string& number)
{
    for (std::size_t at = text.find(number); at != std::string_view::npos; at = text.find(number, at + 1)) {
        const std::size_t end = at + number.size();
        const bool isFree = (at == 0 || (!isDigit(text[at - 1]) && text[at - 1] != '.'))
            && (end == text.size() || (!isDigit(text[end]) && text[end] != '.'));
        if (isFree)
            return true;
    }
    return false;
}

std::string_view stem(std::string_view unit) { return unit.substr(0, unit.rfind('.')); }

bool isService(const model::Unit& unit)
{
    return unit.supervisor != model::Supervisor::Systemd || unit.name.ends_with(".service");
}
/// Came with its package, and nobody ever meant it to run.
bool isUnused(const model::Unit& unit)
{
    return unit.unitFileState == "disabled" && unit.activeState == "inactive" && !unit.activeSince && !unit.inactiveSince && !unit.lastExitAt;
}
bool isRunning(const model::Unit& unit) { return unit.activeState == "active" && unit.subState != "exited"; }

/// Units of the system itself, which own no app's port.
bool isSystemUnit(std::string_view name)
{
    constexpr auto beginnings = std::to_array<std::string_view>({ "systemd-", "dbus", "ssh", "cron", "getty", "serial-getty",
        "console-", "networking", "ifup", "udev", "user@", "user-runtime", "polkit", "rsyslog", "apt-", "dpkg-", "e2scrub",
        "fstrim", "logrotate", "man-db", "kmod", "modprobe", "apparmor", "unattended-", "NetworkManager", "wpa_", "snapd",
        "cloud-", "emergency", "rescue", "initrd", "plymouth", "keyboard-", "rc-local", "ufw", "nftables", "fail2ban",
        "chrony", "ntp", "exim", "postfix", "auditd", "lvm2", "multipathd", "autovt", "container-getty", "quotaon", "acpid",
        "open-vm", "qemu-guest", "irqbalance", "motd", "phpsessionclean", "certbot", "accounts-daemon", "udisks",
        "ModemManager", "packagekit", "fwupd", "mdadm", "mdmonitor", "blk-availability", "dm-event", "bluetooth", "alsa-" });
    return std::any_of(beginnings.begin(), beginnings.end(), [&](std::string_view each) { return name.starts_with(each); });
}

class OwnerSearch {
public:
    OwnerSearch(const model::HostFacts& host, const model::Endpoint& target)
        : m_host(host)
        , m_index(host)
        , m_target(target)
        , m_port(std::to_string(target.port))
    {
    }

    std::vector<OwnerCandidate> run()
    {
        readPools();
        for (const model::Unit& unit : m_host.units)
            if (isService(unit) && !isSystemUnit(unit.name) && unit.loadState != "not-found")
                consider(unit);
        considerOnlyBrokenUnit();
        considerProcessesElsewhere();
        std::stable_sort(m_candidates.begin(), m_candidates.end(),
            [](const OwnerCandidate& a, const OwnerCandidate& b) { return a.confidence > b.confidence; });
        return std::move(m_candidates);
    }

private:
    void readPools()
    {
        for (const model::SoftwareConfig& config : m_host.configs) {
            if (config.software != "php-fpm")
                continue;
            for (const parse::PhpFpmPool& pool : parse::parsePhpFpmPools(config.files).pools)
                if (m_target.isUnix() ? pool.endpoint.path == m_target.path
                                      : !pool.endpoint.isUnix() && pool.endpoint.port == m_target.port)
                    m_pools.push_back(pool);
        }
    }

    void consider(const model::Unit& unit)
    {
        std::vector<Reason> reasons { byPool(unit), bySocketUnit(unit), byLog(unit), byOwnFile(unit) };
        if (m_target.isUnix())
            reasons.push_back(bySocketPath(unit));
        else {
            reasons.push_back(byPortInCommand(unit));
            reasons.push_back(byOwnVariable(unit));
            reasons.push_back(byPortOfSoftware(unit));
        }
        const Reason best = *std::max_element(reasons.begin(), reasons.end(),
            [](const Reason& a, const Reason& b) { return a.confidence < b.confidence; });
        if (best.confidence > 0)
            add(unit, best);
    }

    void add(const model::Unit& unit, const Reason& reason)
    {
        OwnerCandidate candidate;
        candidate.unit = unit.name;
        candidate.software = softwareOf(unit);
        candidate.confidence = reason.confidence;
        candidate.why = reason.why;
        if (isRunning(unit)) {
            candidate.kind = OwnerCandidate::Kind::RunningUnit;
            candidate.pid = unit.mainPid;
            candidate.listensOn = listenersOf(unit.name);
            if (!candidate.listensOn.empty())
                candidate.why += "; it listens on " + placeOf(candidate.listensOn.front()) + " instead";
            if (candidate.software.id == "unknown")
                if (const model::Process* process = m_index.process(unit.mainPid))
                    candidate.software = softwareOf(*process);
        }
        m_candidates.push_back(std::move(candidate));
    }

    /// "php8.2-fpm.service" for the pool file /etc/php/8.2/fpm/pool.d/www.conf
    Reason byPool(const model::Unit& unit) const
    {
        const std::string name = base::lowered(unit.name);
        if (!name.starts_with("php") || name.find("fpm") == std::string::npos)
            return {};
        for (const parse::PhpFpmPool& pool : m_pools) {
            std::string version;
            for (const char c : stem(name))
                if (isDigit(c) || (c == '.' && !version.empty()))
                    version += c;
            const bool isItsFile = version.empty() || pool.place.file.find("/" + version + "/") != std::string::npos
                || pool.place.file.find("php") == std::string::npos;
            if (isItsFile)
                return { 0.95, "its pool \"" + pool.name + "\" listens there (" + pool.listenPlace.text() + ")" };
        }
        return {};
    }

    /// A socket unit of the same name that listens there.
    Reason bySocketUnit(const model::Unit& unit) const
    {
        for (const model::Unit& socket : m_host.units) {
            if (!socket.name.ends_with(".socket"))
                continue;
            const bool isIts = stem(socket.name) == stem(unit.name) || unit.triggeredBy.find(socket.name) != std::string::npos;
            if (!isIts)
                continue;
            for (const std::string& listen : socket.listens)
                if (m_target.isUnix() ? listen == m_target.path : holdsNumber(listen.substr(listen.rfind(':') + 1), m_port))
                    return { 0.95, socket.name + " listens there for it" };
        }
        return {};
    }

    /// Words like "Listening on http://127.0.0.1:3000" in its own log.
    Reason byLog(const model::Unit& unit) const
    {
        const std::string place = m_target.isUnix() ? m_target.path : m_port;
        if (place.empty() || place == "0")
            return {};
        for (auto line = m_host.logs.rbegin(); line != m_host.logs.rend(); ++line) {
            if (line->place != unit.name)
                continue;
            const std::string text = base::lowered(line->text.substr(0, 1024));
            const bool isStart = text.find("listening") != std::string::npos || text.find("running on") != std::string::npos
                || text.find("started on port") != std::string::npos || text.find("started server on") != std::string::npos
                || text.find("listen on") != std::string::npos || text.find("serving on") != std::string::npos
                || text.find("listening at") != std::string::npos || text.find("server started") != std::string::npos
                || text.find("development server at") != std::string::npos || text.find("on port") != std::string::npos;
            const bool isFailure = text.find("refused") != std::string::npos || text.find("connect to") != std::string::npos;
            const bool isThere = m_target.isUnix() ? text.find(base::lowered(place)) != std::string::npos : holdsNumber(text, place);
            if (isStart && !isFailure && isThere)
                return { 0.9, "its log says that it listened there: \"" + line->text.substr(0, 120) + "\"" };
        }
        return {};
    }

    /// gunicorn.conf.py or its environment says where it listens, where the command line does not.
    Reason byOwnFile(const model::Unit& unit) const
    {
        for (const GunicornBind& bind : gunicornBinds(m_host, unit)) {
            const bool isThere = m_target.isUnix() ? bind.endpoint.path == m_target.path
                                                   : !bind.endpoint.isUnix() && bind.endpoint.port == m_target.port;
            if (isThere && bind.setting)
                return { 0.92, "its " + bind.setting->key + " in " + bind.setting->file
                        + (bind.setting->line > 0 ? ":" + std::to_string(bind.setting->line) : std::string()) + " is " + bind.setting->value };
        }
        return {};
    }

    /// PORT and its like among the variables of the unit.
    Reason byOwnVariable(const model::Unit& unit) const
    {
        constexpr auto names = std::to_array<std::string_view>({ "PORT", "SERVER_PORT", "APP_PORT", "HTTP_PORT", "LISTEN_PORT", "UVICORN_PORT", "NITRO_PORT",
            "FLASK_RUN_PORT", "ASPNETCORE_URLS", "ASPNETCORE_HTTP_PORTS", "HYPERCORN_BIND" });
        for (const model::Setting& each : m_host.settings) {
            const bool isIts = each.origin == model::Setting::Origin::Unit && each.unit == unit.name
                && std::find(names.begin(), names.end(), each.key) != names.end();
            if (isIts && holdsNumber(std::string_view(each.value).substr(each.value.rfind(':') + 1), m_port))
                return { 0.88, "its variable " + each.key + " is " + each.value };
        }
        return {};
    }

    Reason byPortInCommand(const model::Unit& unit) const
    {
        if (holdsNumber(unit.execStart, m_port))
            return { 0.9, "its ExecStart names " + m_port };
        if (holdsNumber(stem(unit.name), m_port))
            return { 0.85, "its name holds " + m_port };
        if (holdsNumber(unit.description, m_port))
            return { 0.8, "its description names " + m_port };
        return {};
    }

    /// The software's usual port.
    Reason byPortOfSoftware(const model::Unit& unit) const
    {
        if (isUnused(unit))
            return {};
        const Software software = softwareOf(unit);
        const Software usual = softwareByPort(m_target.port);
        const bool isMysql = usual.id == "mysql" && software.id == "mariadb";
        if (usual.id != "unknown" && (usual.id == software.id || isMysql)) {
            // Debian's postgresql.service only starts postgresql@15-main.service, which does the work.
            const bool isUmbrella = unit.name == "postgresql.service" && hasUnitLike("postgresql@");
            return { isUmbrella ? 0.6 : 0.85, m_port + " is the usual port of " + displayName(software.id) };
        }
        const bool isSeenElsewhere = isRunning(unit) && (knowsOwners() || !listenersOf(unit.name).empty());
        if (isSeenElsewhere || !gunicornBinds(m_host, unit).empty())
            return {}; // where it listens, or would, says more
        const auto usually = [&](std::string_view id, base::Port port, double confidence) -> Reason {
            if (software.id != id || m_target.port != port)
                return {};
            return { confidence, m_port + " is the usual port of " + displayName(software.id) };
        };
        for (const auto& [id, port, confidence] : std::to_array<std::tuple<std::string_view, base::Port, double>>({
                 { "nginx", 80, 0.7 }, { "nginx", 443, 0.7 }, { "apache", 80, 0.7 }, { "apache", 443, 0.7 },
                 { "apache", 8080, 0.5 }, { "caddy", 80, 0.7 }, { "caddy", 443, 0.7 }, { "haproxy", 80, 0.6 },
                 { "haproxy", 443, 0.6 }, { "tomcat", 8080, 0.8 }, { "php-fpm", 9000, 0.7 }, { "gunicorn", 8000, 0.6 },
                 { "uvicorn", 8000, 0.6 }, { "django", 8000, 0.6 }, { "flask", 5000, 0.6 }, { "puma", 3000, 0.5 },
                 { "node", 3000, 0.5 }, { "java", 8080, 0.5 }, { "dotnet", 5000, 0.5 } }))
            if (Reason reason = usually(id, port, confidence); reason.confidence > 0)
                return reason;
        return {};
    }

    /// Whether it can be seen whose a socket is: not without root, for others' processes.
    bool knowsOwners() const
    {
        return std::all_of(m_host.listeners.begin(), m_host.listeners.end(), [](const model::Listener& each) {
            return each.kind != model::SocketKind::Tcp || each.pid || !each.process.empty() || !each.unit.empty();
        });
    }

    bool hasUnitLike(std::string_view beginning) const
    {
        return std::any_of(m_host.units.begin(), m_host.units.end(),
            [&](const model::Unit& each) { return each.name.starts_with(beginning); });
    }

    Reason bySocketPath(const model::Unit& unit) const
    {
        const std::string& path = m_target.path;
        if (unit.execStart.find(path) != std::string::npos)
            return { 0.95, "its ExecStart names " + path };
        const std::string name(stem(unit.name));
        const std::string plainName = name.substr(0, name.find('@'));
        const std::size_t slash = path.rfind('/');
        const std::string file = path.substr(slash + 1);
        const std::string fileStem(stem(file));
        if (fileStem == name || fileStem == plainName || file == name)
            return { 0.85, "its name is the socket's" };
        const std::string folder = slash == std::string::npos ? std::string() : path.substr(0, slash);
        if (const std::string parent = folder.substr(folder.rfind('/') + 1); parent == name || parent == plainName)
            return { 0.8, "the socket's folder has its name" };
        if (unit.workingDirectory.size() > 1 && path.starts_with(unit.workingDirectory + "/"))
            return { 0.8, "the socket lies in its working folder " + unit.workingDirectory };
        const bool isPhpFpm = plainName.starts_with("php") && plainName.find("fpm") != std::string::npos;
        if (isPhpFpm && file == "php-fpm.sock")
            return { 0.75, "that socket is a link to the one of this host's PHP-FPM" };
        if (fileStem.starts_with("php") && isPhpFpm && fileStem.find("fpm") != std::string::npos)
            return { 0.4, "it is PHP-FPM, of another name than the socket" };
        if (softwareOf(unit).id != "unknown" && base::lowered(file).find(softwareOf(unit).id) != std::string::npos)
            return { 0.55, "the socket is named after " + displayName(softwareOf(unit).id) };
        return {};
    }

    /// With nothing better: the one app of this host that is broken.
    void considerOnlyBrokenUnit()
    {
        const bool hasBetter = std::any_of(m_candidates.begin(), m_candidates.end(),
            [](const OwnerCandidate& each) { return each.confidence >= certainOwner; });
        if (hasBetter)
            return;
        std::vector<const model::Unit*> broken;
        for (const model::Unit& unit : m_host.units) {
            const bool isOwn = isService(unit) && !isSystemUnit(unit.name)
                && (unit.fragmentPath.starts_with("/etc/systemd/") || unit.supervisor == model::Supervisor::SystemdUser || unit.activeState == "failed"
                    || unit.subState == "auto-restart");
            const bool isApp = softwareOf(unit).kind == model::NodeKind::App;
            const bool isDown = !isRunning(unit) || isBetweenRestarts(unit);
            const bool isWanted = isBetweenRestarts(unit) || unit.activeState == "failed" || unit.subState == "auto-restart"
                || unit.unitFileState == "enabled" || unit.inactiveSince;
            if (isOwn && isApp && isWanted && isDown && unit.subState != "exited" && unit.loadState != "not-found")
                broken.push_back(&unit);
        }
        if (broken.size() == 1)
            add(*broken.front(), { 0.6, "it is the only app unit of this host that does not run" });
        else
            for (const model::Unit* each : broken)
                add(*each, { 0.3, "it is one of the app units of this host that do not run" });
    }

    /// It runs just now, as often before, and has opened nothing: one that dies of its start was met alive.
    bool isBetweenRestarts(const model::Unit& unit) const
    {
        return isRunning(unit) && unit.restarts >= 2 && unit.activeSince && m_host.now
            && *m_host.now - *unit.activeSince < std::chrono::seconds(30) && knowsOwners() && listenersOf(unit.name).empty();
    }

    std::vector<model::Listener> listenersOf(const std::string& unit) const
    {
        std::vector<model::Listener> found;
        for (const model::Listener& listener : m_host.listeners)
            if (listener.pid && listener.kind != model::SocketKind::Udp)
                if (const model::Process* process = m_index.process(*listener.pid); process && process->unit == unit)
                    found.push_back(listener);
        return found;
    }

    /// An app that listens, only not there.
    void considerProcessesElsewhere()
    {
        struct Running {
            SocketOwner owner;
            std::vector<model::Listener> listeners;
        };
        std::map<std::pair<std::string, int>, Running> running;
        for (const model::Listener& listener : m_host.listeners) {
            if (listener.kind != (m_target.isUnix() ? model::SocketKind::Unix : model::SocketKind::Tcp) || !listener.pid)
                continue;
            const SocketOwner owner = m_index.ownerOf(listener);
            if (!owner.process || owner.process->pid == 1 || isSystemUnit(owner.unit))
                continue;
            const bool isApp = owner.software.kind == model::NodeKind::App
                && (owner.software.id != "unknown" || listener.port >= 1024);
            if (!isApp)
                continue;
            Running& each = running[{ owner.unit, owner.unit.empty() ? owner.process->pid : 0 }];
            each.owner = owner;
            each.listeners.push_back(listener);
        }
        for (const auto& [key, each] : running) {
            const bool isKnown = !key.first.empty()
                && std::any_of(m_candidates.begin(), m_candidates.end(),
                    [&unit = key.first](const OwnerCandidate& candidate) { return candidate.unit == unit; });
            if (isKnown)
                continue;
            OwnerCandidate candidate;
            candidate.kind = key.first.empty() ? OwnerCandidate::Kind::Elsewhere : OwnerCandidate::Kind::RunningUnit;
            candidate.unit = key.first;
            candidate.pid = each.owner.process->pid;
            candidate.software = each.owner.software;
            candidate.listensOn = each.listeners;
            candidate.confidence = running.size() == 1 ? 0.4 : 0.15;
            if (!m_target.isUnix() && isNear(each.listeners))
                candidate.confidence += 0.15;
            candidate.why = (running.size() == 1 ? "the only app of this host that runs" : "an app of this host that runs")
                + (" listens on " + placeOf(each.listeners.front()) + " instead");
            m_candidates.push_back(std::move(candidate));
        }
    }

    static std::string placeOf(const model::Listener& listener)
    {
        return listener.kind == model::SocketKind::Unix ? listener.path : "port " + std::to_string(listener.port);
    }

    /// A slip of the finger: 3000 and 3001, 8080 and 8081, 3000 and 30000.
    bool isNear(const std::vector<model::Listener>& listeners) const
    {
        return std::any_of(listeners.begin(), listeners.end(), [&](const model::Listener& each) {
            const std::string other = std::to_string(each.port);
            return std::abs(static_cast<int>(each.port) - static_cast<int>(m_target.port)) <= 10
                || (std::min(other.size(), m_port.size()) >= 3
                    && (other.starts_with(m_port) || m_port.starts_with(other)))
                || std::is_permutation(other.begin(), other.end(), m_port.begin(), m_port.end());
        });
    }

    const model::HostFacts& m_host;
    HostIndex m_index;
    const model::Endpoint& m_target;
    std::string m_port;
    std::vector<parse::PhpFpmPool> m_pools;
    std::vector<OwnerCandidate> m_candidates;
};
}

const OwnerCandidate* surestOwner(const std::vector<OwnerCandidate>& candidates)
{
    if (candidates.empty() || candidates[0].confidence < certainOwner)
        return nullptr;
    const bool isTie = candidates.size() > 1 && candidates[1].confidence >= candidates[0].confidence;
    return isTie ? nullptr : &candidates[0];
}

std::vector<OwnerCandidate> likelyOwners(const model::HostFacts& host, const model::Endpoint& target)
{
    return OwnerSearch(host, target).run();
}

}
