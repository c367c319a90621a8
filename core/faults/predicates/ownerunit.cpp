#include "core/faults/predicates/ownerunit.h"

#include "core/base/text.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace hopscope::faults {

namespace {
struct Score {
    double certainty = 0;
    std::string reason;

    void add(double weight, std::string why)
    {
        if (weight > 0 && (reason.empty() || weight > certainty))
            reason = std::move(why);
        certainty = 1 - (1 - certainty) * (1 - weight);
    }
};

bool isService(const model::Unit& unit)
{
    return unit.supervisor != model::Supervisor::Systemd || unit.name.ends_with(".service");
}

/// Written on this machine by its owner, not by a package.
bool isLocallyWritten(const model::Unit& unit)
{
    return unit.supervisor == model::Supervisor::Supervisord || unit.supervisor == model::Supervisor::Pm2
        || unit.supervisor == model::Supervisor::SystemdUser
        || unit.fragmentPath.starts_with("/etc/systemd/system/")
        || unit.fragmentPath.starts_with("/run/systemd/") || unit.fragmentPath.starts_with("/usr/local/");
}


/// The unit names (by a part of them) of what usually speaks a protocol.
std::vector<std::string> usualNames(const HopView& view)
{
    using model::Protocol;
    switch (view.hop->protocol) {
    case Protocol::FastCgi:
        return { "php", "fpm" };
    case Protocol::Postgresql:
        return { "postgres" };
    case Protocol::Mysql:
        return { "mysql", "mariadb" };
    case Protocol::Redis:
        return { "redis", "valkey" };
    case Protocol::Memcached:
        return { "memcached" };
    case Protocol::Mongodb:
        return { "mongo" };
    case Protocol::Amqp:
        return { "rabbitmq" };
    case Protocol::Kafka:
        return { "kafka" };
    case Protocol::Uwsgi:
        return { "uwsgi" };
    case Protocol::Ajp:
        return { "tomcat" };
    case Protocol::Http:
    case Protocol::Https:
    case Protocol::Http2:
    case Protocol::Scgi:
    case Protocol::Grpc:
    case Protocol::Grpcs:
    case Protocol::Tcp:
    case Protocol::Tls:
    case Protocol::Udp:
        return {};
    }
    return {};
}

/// Names that the configuration gives the target: the upstream's, the request's host, the socket's file.
std::vector<std::string> nameHints(const HopView& view)
{
    std::vector<std::string> hints;
    const auto add = [&hints](std::string text) {
        if (text.size() >= 3)
            hints.push_back(base::lowered(std::move(text)));
    };
    add(view.hop->group);
    if (view.callee)
        add(view.callee->software == "unknown" ? std::string() : view.callee->software);
    const std::string& path = view.hop->declared.endpoint.path;
    const std::string file = path.substr(path.rfind('/') + 1);
    add(file.substr(0, file.find('.')));
    const std::string& host = view.hop->declared.requestHost;
    add(host.substr(0, host.find('.')));
    const std::string& config = view.hop->declared.place.file;
    const std::string configName = config.substr(config.rfind('/') + 1);
    const std::string configStem = base::lowered(configName.substr(0, configName.find('.')));
    static constexpr std::array<const char*, 10> proxies { "nginx", "default", "000-default", "haproxy", "apache2", "httpd", "caddyfile",
        "traefik", "envoy", "proxy" };
    if (std::find(proxies.begin(), proxies.end(), configStem) == proxies.end())
        add(configStem);
    return hints;
}

bool logNamesPort(const HopView& view, const model::Unit& unit)
{
    const std::string port = std::to_string(view.port());
    for (const model::LogLine& line : view.calleeHost->logs) {
        if (line.place != unit.name || !mentions(line.text, port))
            continue;
        const std::string text = base::lowered(line.text);
        if (text.find("listen") != std::string::npos || text.find("running") != std::string::npos
            || text.find("http://") != std::string::npos || text.find("bind") != std::string::npos
            || text.find("serving") != std::string::npos || text.find("started") != std::string::npos)
            return true;
    }
    return false;
}

/// PORT=3000 in the unit itself: where it will listen, though it may not now.
bool settingNamesPort(const HopView& view, const model::Unit& unit)
{
    static constexpr std::array<const char*, 6> own { "port", "app_port", "http_port", "server_port", "listen_port", "web_port" };
    const std::string port = std::to_string(view.port());
    return std::any_of(view.calleeHost->settings.begin(), view.calleeHost->settings.end(), [&](const model::Setting& setting) {
        return setting.origin == model::Setting::Origin::Unit && setting.unit == unit.name && setting.value == port
            && std::find(own.begin(), own.end(), base::lowered(setting.key)) != own.end();
    });
}

bool ownsListener(const HopView& view, const model::Unit& unit)
{
    const model::Listener* listener = view.accepting();
    if (!listener)
        return false;
    if (!listener->unit.empty() && listener->unit == unit.name)
        return true;
    if (!listener->pid)
        return false;
    if (unit.mainPid == *listener->pid)
        return true;
    const auto& processes = view.calleeHost->processes;
    return std::any_of(processes.begin(), processes.end(), [&](const model::Process& process) {
        return process.pid == *listener->pid && process.unit == unit.name;
    });
}

/// Whether a socket unit opens the target on this service's behalf.
bool isActivatedByTarget(const HopView& view, const model::Unit& unit)
{
    for (const model::Unit& socket : view.calleeHost->units) {
        if (!socket.name.ends_with(".socket")
            || (unit.triggeredBy.find(socket.name) == std::string::npos
                && stem(socket.name) != stem(unit.name)))
            continue;
        for (const std::string& listens : socket.listens)
            if (view.isUnix() ? listens == view.hop->declared.endpoint.path
                              : listens.ends_with(":" + std::to_string(view.port())))
                return true;
    }
    return false;
}

/// Whether a running process was found for the node; else its unit is what discovery takes for the likeliest.
bool isSeen(const model::Node& node)
{
    return std::any_of(node.sources.begin(), node.sources.end(),
        [](const std::string& source) { return source == "listener" || source == "process"; });
}

/// Started only now, and none of its processes has opened a port: what nobody answers for may be its.
bool isStillOpening(const HopView& view, const model::Unit& unit)
{
    constexpr base::Milliseconds young = std::chrono::seconds(90);
    const bool isStarting = unit.activeState == "activating" && unit.subState != "auto-restart" && unit.mainPid > 0;
    const bool isYoung = unit.activeState == "active" && unit.activeSince
        && view.nowOn(view.calleeHost) - *unit.activeSince <= young;
    if ((!isStarting && !isYoung) || !isLocallyWritten(unit) || view.accepting())
        return false;
    const model::HostFacts& host = *view.calleeHost;
    return std::none_of(host.listeners.begin(), host.listeners.end(), [&](const model::Listener& listener) {
        return listener.unit == unit.name
            || std::any_of(host.processes.begin(), host.processes.end(), [&](const model::Process& process) {
                   return listener.pid == process.pid && process.unit == unit.name;
               });
    });
}

/// "shop" in "shop-api" and "web.shop", but "iso" not in "supervisor": it has to begin where a word does.
bool holdsWord(std::string_view text, std::string_view part)
{
    if (part.size() < 3)
        return false;
    for (auto at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1))
        if (at == 0 || !std::isalnum(static_cast<unsigned char>(text[at - 1])))
            return true;
    return false;
}

Score scoreOf(const HopView& view, const model::Unit& unit)
{
    Score score;
    if (isStillOpening(view, unit))
        score.add(0.45, "it was started only now and listens nowhere yet");
    if (view.callee && view.callee->unit == unit.name)
        score.add(isSeen(*view.callee) ? 0.95 : 0.6, "it is the unit that owns " + view.callee->label);
    if (ownsListener(view, unit))
        score.add(0.97, "its process listens on " + view.targetWords());
    if (isActivatedByTarget(view, unit))
        score.add(0.9, "its socket unit opens " + view.targetWords());
    if (view.isUnix() && mentions(unit.execStart, view.hop->declared.endpoint.path))
        score.add(0.9, "its command line names " + view.hop->declared.endpoint.path);
    if (!view.isUnix() && mentions(unit.execStart, std::to_string(view.port())))
        score.add(0.85, "its command line names port " + std::to_string(view.port()));
    if (!view.isUnix() && settingNamesPort(view, unit))
        score.add(0.85, "its environment sets port " + std::to_string(view.port()));
    if (!view.isUnix() && logNamesPort(view, unit))
        score.add(0.85, "its log says it listened on port " + std::to_string(view.port()));
    for (const std::string& usual : usualNames(view))
        if (base::lowered(unit.name).find(usual) != std::string::npos)
            score.add(0.6, "its name fits what should listen on " + view.targetWords());
    // One that nobody enabled and that never ran since the boot is hardly what served until now.
    const bool isUnused = unit.unitFileState == "disabled" && unit.activeState == "inactive" && !unit.activeSince && !unit.inactiveSince;
    const std::string name = base::lowered(stem(unit.name));
    for (const std::string& hint : nameHints(view))
        if (holdsWord(name, hint) || holdsWord(hint, name))
            score.add(isUnused ? 0.3 : 0.6, "its name fits \"" + hint + "\"");
    return score;
}

bool isNotUp(const model::Unit& unit)
{
    return unit.activeState != "active" && unit.activeState != "reloading";
}

/// Plumbing of the system, which no one proxies to. Only a direct proof (a listener, discovery) overrides
/// this.
bool isPlumbing(const model::Unit& unit)
{
    static constexpr std::array<const char*, 20> prefixes { "supervisor", "docker.", "containerd", "polkit", "snapd", "unattended-upgrades",
        "systemd-", "dbus", "getty@", "user@",
        "user-runtime-dir@", "cron", "ssh", "rsyslog", "apt-", "e2scrub", "modprobe@", "console-",
        "container-getty@", "logrotate" };
    return std::any_of(
        prefixes.begin(), prefixes.end(), [&](const char* prefix) { return unit.name.starts_with(prefix); });
}
}

namespace {
/// supervisorctl has no "stderr" to show of a program that writes both to one log (redirect_stderr).
bool hasErrorLog(const model::Unit& unit)
{
    return unit.logFiles.empty() || std::any_of(unit.logFiles.begin(), unit.logFiles.end(), [](const std::string& file) {
        return file.substr(file.rfind('/') + 1).find("err") != std::string::npos;
    });
}
}

const char* managerOf(const model::Unit& unit)
{
    switch (unit.supervisor) {
    case model::Supervisor::Systemd: return "systemd";
    case model::Supervisor::SystemdUser: return "the user's own systemd";
    case model::Supervisor::OpenRc: return "OpenRC";
    case model::Supervisor::Supervisord: return "supervisord";
    case model::Supervisor::Pm2: return "pm2";
    }
    return "the service manager";
}

std::string stem(const std::string& unitName) { return unitName.substr(0, unitName.rfind('.')); }

std::string statusCommand(const model::Unit& unit)
{
    switch (unit.supervisor) {
    case model::Supervisor::Systemd: return "systemctl status " + unit.name;
    case model::Supervisor::SystemdUser: return "systemctl --user status " + unit.name + " as user " + unit.user;
    case model::Supervisor::OpenRc: return "rc-service " + unit.name + " status";
    case model::Supervisor::Supervisord:
        return "supervisorctl status " + unit.name + " and supervisorctl tail " + unit.name + (hasErrorLog(unit) ? " stderr" : "");
    case model::Supervisor::Pm2: return "pm2 describe " + unit.name + " and pm2 logs " + unit.name + " --nostream as user " + unit.user;
    }
    return "systemctl status " + unit.name;
}

bool bearsNameOfTarget(const HopView& view, const std::string& unitName)
{
    const std::string name = base::lowered(stem(unitName));
    std::vector<std::string> hints = nameHints(view);
    // "groups/groups1": HAProxy's backend and server
    const std::string declared = base::lowered(view.hop->declared.name);
    const std::size_t slash = std::min(declared.find('/'), declared.size());
    hints.push_back(declared.substr(0, slash));
    hints.push_back(declared.substr(std::min(slash + 1, declared.size())));
    return std::any_of(hints.begin(), hints.end(), [&](const std::string& hint) { return holdsWord(name, hint) || holdsWord(hint, name); });
}

const model::Unit* stoppedEngine(const model::HostFacts& host, const model::Container& container)
{
    if (container.engine != "docker" || container.state == "running")
        return nullptr;
    for (const model::Unit& unit : host.units)
        if ((unit.name == "docker.service" || unit.name == "snap.docker.dockerd.service") && isNotUp(unit) && unit.loadState != "not-found")
            return &unit;
    return nullptr;
}

std::optional<OwnerUnit> ownerUnit(const HopView& view)
{
    if (!view.calleeHost)
        return std::nullopt;
    // A container's owner is its engine, which no one restarts for one app's sake, but which must run.
    if (view.callee && !view.callee->container.empty()) {
        const model::Unit* engine = view.container ? stoppedEngine(*view.calleeHost, *view.container) : nullptr;
        return engine ? std::optional(OwnerUnit { engine, 0.97, "it runs the container " + view.container->name }) : std::nullopt;
    }
    OwnerUnit best;
    std::vector<const model::Unit*> localAndDown;
    for (const model::Unit& unit : view.calleeHost->units) {
        if (!isService(unit) || unit.loadState == "not-found")
            continue;
        const Score score = isPlumbing(unit) && !ownsListener(view, unit) ? Score() : scoreOf(view, unit);
        // Of two that fit alike, the one that is down explains a failure better.
        const bool isBetter = score.certainty > best.certainty + 0.01
            || (best.unit && score.certainty > best.certainty - 0.01 && isNotUp(unit) && !isNotUp(*best.unit)
                && score.certainty > 0);
        if (isBetter)
            best = { &unit, score.certainty, score.reason };
        if (isLocallyWritten(unit) && isNotUp(unit) && !isPlumbing(unit) && unit.subState != "exited")
            localAndDown.push_back(&unit);
    }
    if (best.certainty >= 0.5)
        return best;
    if (localAndDown.size() == 1 && !view.accepting())
        return OwnerUnit { localAndDown.front(), 0.55,
            "it is the only service of this host's own that is down" };
    return std::nullopt;
}

}
