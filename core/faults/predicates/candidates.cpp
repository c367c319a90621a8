#include "core/faults/predicates/candidates.h"

#include "core/faults/predicates/addresses.h"
#include "core/faults/predicates/common.h"
#include "core/faults/predicates/ownerunit.h"
#include "core/parse/containerlinks.h"

#include <algorithm>
#include <array>

namespace hopscope::faults {

namespace {
bool isInfrastructure(const std::string& process)
{
    static constexpr std::array<const char*, 47> programs { "sshd", "systemd", "systemd-resolve", "nginx",
        "haproxy", "apache2", "httpd", "caddy", "traefik", "envoy", "postgres", "mysqld", "mariadbd",
        "redis-server", "valkey-server", "memcached", "mongod", "dnsmasq", "named", "unbound", "master",
        "exim4", "chronyd", "ntpd", "cupsd", "rpcbind", "rpc.statd", "avahi-daemon", "docker-proxy",
        "containerd", "dockerd", "node_exporter", "prometheus", "rsyslogd", "snmpd", "tailscaled", "kubelet",
        "kube-proxy", "etcd", "vsftpd", "smbd", "dropbear", "init", "inetd", "xinetd", "lxcfs", "Xvfb" };
    return std::find(programs.begin(), programs.end(), process) != programs.end();
}

const model::Process* processOf(const model::HostFacts& host, const model::Listener& listener)
{
    if (listener.pid)
        for (const model::Process& process : host.processes)
            if (process.pid == *listener.pid)
                return &process;
    return nullptr;
}

const model::Unit* unitNamed(const model::HostFacts& host, const std::string& name)
{
    if (!name.empty())
        for (const model::Unit& unit : host.units)
            if (unit.name == name)
                return &unit;
    return nullptr;
}

std::string directoryOf(const std::string& path) { return path.substr(0, path.rfind('/')); }

/// Whether things in this folder belong together: one project's own, not a place that all of a host share.
bool isTelling(const std::string& directory)
{
    static constexpr std::array<std::string_view, 6> shared { "/var/www", "/var/lib", "/var/log", "/var/run",
        "/usr/local", "/var/opt" };
    const auto depth = std::count(directory.begin(), directory.end(), '/');
    const bool isHome = directory.starts_with("/home/") && depth == 2;
    return depth >= 2 && !isHome && !directory.starts_with("/etc/") && !directory.starts_with("/usr/")
        && !directory.starts_with("/root/.")
        && std::find(shared.begin(), shared.end(), directory) == shared.end();
}

/// Whether the proxy's configuration and the process live in one folder of their own.
bool sharesFolder(const HopView& view, const model::Process& process)
{
    const std::string within = process.workingDirectory + "/";
    for (std::string directory = directoryOf(view.hop->declared.place.file); isTelling(directory);
         directory = directoryOf(directory))
        if (within.starts_with(directory + "/")
            || process.commandLine.find(directory + "/") != std::string::npos)
            return true;
    return false;
}

bool sharesName(const HopView& view, const model::Process* process, const model::Unit* unit)
{
    const model::Declared& declared = view.hop->declared;
    for (std::string hint :
        { view.hop->group, declared.requestHost.substr(0, declared.requestHost.find('.')) }) {
        if (hint.size() < 3 || hint == "www" || familyOf(declared.requestHost))
            continue;
        if (unit && unit->name.find(hint) != std::string::npos)
            return true;
        if (process
            && (process->workingDirectory.find(hint) != std::string::npos
                || process->commandLine.find(hint) != std::string::npos))
            return true;
    }
    return false;
}

/// The running container that a forwarder on the host stands for; null where it is no forwarder.
const model::Container* publishedBehind(const model::HostFacts& host, const model::Listener& listener)
{
    if (!parse::isPortForwarder(listener.process))
        return nullptr;
    const auto published = parse::publishedOn(host, listener.port);
    return !published.empty() && parse::isRunning(*published.front().container) ? published.front().container : nullptr;
}

/// Two ports that a slip of the finger turns into each other: one digit differs, or two are swapped.
bool isSlip(base::Port left, base::Port right)
{
    const std::string a = std::to_string(left);
    const std::string b = std::to_string(right);
    if (a.size() != b.size())
        return false;
    int different = 0;
    for (std::size_t at = 0; at < a.size(); ++at)
        different += a[at] != b[at] ? 1 : 0;
    return different == 1 || (different == 2 && std::is_permutation(a.begin(), a.end(), b.begin()));
}
}

namespace {
/// A container that publishes another port than the one that is asked for.
Elsewhere publishedElsewhere(
    const HopView& view, const model::Listener& listener, const model::Container& container)
{
    Elsewhere candidate { &listener, nullptr, 0.55, "a container publishes this port, and no hop leads there" };
    const auto fits = [&candidate](double fit, const char* reason) {
        if (fit > candidate.fit) {
            candidate.fit = fit;
            candidate.reason = reason;
        }
    };
    if (isSlip(listener.port, view.port()))
        fits(0.7, "a container publishes this port, a slip of the finger away");
    const std::string hint = view.hop->group.empty()
        ? view.hop->declared.requestHost.substr(0, view.hop->declared.requestHost.find('.'))
        : view.hop->group;
    if (hint.size() >= 3 && hint != "www" && container.name.find(hint) != std::string::npos)
        fits(0.85, "a container of the target's name publishes this port");
    const bool isThatPort = std::any_of(container.ports.begin(), container.ports.end(),
        [&](const auto& each) { return each.hostPort == listener.port && each.containerPort == view.port(); });
    if (isThatPort)
        fits(0.92, "a container publishes the wanted port under this number");
    return candidate;
}
}

bool isTargeted(const HopView& view, const model::Listener& listener, const model::HostFacts& host)
{
    for (const model::Hop& hop : view.topology->hops) {
        if (&hop == view.hop || hop.id == view.hop->id)
            continue;
        if (listener.kind == model::SocketKind::Unix) {
            if (hop.declared.endpoint.path == listener.path)
                return true;
            continue;
        }
        if (hop.declared.endpoint.port != listener.port || hop.declared.endpoint.isUnix())
            continue;
        const model::Node* to = view.topology->node(hop.to);
        if (to && to->host == host.host)
            return true;
    }
    return false;
}

std::string usableAddress(const model::HostFacts& host)
{
    for (const std::string& address : host.addresses)
        if (!isLoopback(address) && !address.starts_with("fe80"))
            return address;
    return {};
}

std::vector<Elsewhere> listenersElsewhere(const HopView& view)
{
    std::vector<Elsewhere> found;
    const model::HostFacts& host = *view.calleeHost;
    for (const model::Listener& listener : host.listeners) {
        if (listener.kind != model::SocketKind::Tcp || listener.port == view.port()
            || !listener.container.empty() || isTargeted(view, listener, host))
            continue;
        const bool isTwin = std::any_of(found.begin(), found.end(), [&](const Elsewhere& each) {
            return each.listener->port == listener.port && each.listener->pid == listener.pid;
        });
        if (isTwin)
            continue;
        const model::Process* process = processOf(host, listener);
        if (const model::Container* published = publishedBehind(host, listener)) {
            found.push_back(publishedElsewhere(view, listener, *published));
            continue;
        }
        Elsewhere candidate { &listener, unitNamed(host, process ? process->unit : listener.unit), 0, "" };
        const bool isOurUnit = view.unit && candidate.unit == view.unit && view.unitCertainty >= 0.5;
        if (isInfrastructure(listener.process) && !isOurUnit)
            continue;
        const auto fits = [&candidate](double fit, const char* reason) {
            if (fit > candidate.fit) {
                candidate.fit = fit;
                candidate.reason = reason;
            }
        };
        if (listener.process.empty() && !listener.pid)
            fits(0.35, "no hop leads here; whose it is could not be seen");
        else
            fits(0.55, "no hop leads to this listening process");
        if (isSlip(listener.port, view.port()))
            fits(0.7, "no hop leads here, and the port is a slip of the finger away");
        if (sharesName(view, process, candidate.unit))
            fits(0.88, "it bears the same name as the target");
        if (process && sharesFolder(view, *process))
            fits(0.9, "it runs from the same folder as the proxy's configuration");
        if (isOurUnit)
            fits(0.6 + 0.36 * view.unitCertainty, "it is the same service");
        found.push_back(std::move(candidate));
    }
    std::stable_sort(found.begin(), found.end(),
        [](const Elsewhere& left, const Elsewhere& right) { return left.fit > right.fit; });
    if (found.size() == 1 && found.front().fit >= 0.5 && found.front().fit < 0.8)
        found.front().fit = 0.8; // nothing else on that host could be meant
    return found;
}

bool startedSince(const HopView& view, base::TimePoint moment)
{
    const auto candidates = listenersElsewhere(view);
    return std::any_of(candidates.begin(), candidates.end(), [&](const Elsewhere& each) {
        const model::Process* process = processOf(*view.calleeHost, *each.listener);
        return !process || !process->startedAt || *process->startedAt + std::chrono::seconds(1) > moment;
    });
}

namespace {
/// Whether this is the socket on which such a store takes its clients' connections.
bool isStoresSocket(model::Protocol protocol, const model::Listener& listener)
{
    const std::string& process = listener.process;
    if (protocol == model::Protocol::Postgresql)
        return process.starts_with("postgres") || process.starts_with("pgbouncer");
    if (protocol == model::Protocol::Mysql)
        return (process == "mysqld" || process == "mariadbd") && listener.port != 33060 && listener.path.find("mysqlx") == std::string::npos;
    if (protocol == model::Protocol::Redis)
        return process.starts_with("redis-server") || process.starts_with("valkey-server");
    return false;
}
}

const model::Listener* storeElsewhere(const HopView& view)
{
    const model::Listener* found = nullptr;
    if (!view.calleeHost || (view.unit && view.unitCertainty >= 0.8 && isDown(*view.unit)))
        return found; // the right one is down; another instance of the same software is none of this
    const auto plain = [](const std::string& path) { return path.starts_with("/var/run/") ? path.substr(4) : path; };
    for (const model::Listener& listener : view.calleeHost->listeners) {
        if (listener.kind == model::SocketKind::Unix && plain(listener.path) == plain(view.hop->declared.endpoint.path))
            return nullptr;
        const bool isFile = listener.kind == model::SocketKind::Unix && listener.path.starts_with('/') && listener.path != view.hop->declared.endpoint.path;
        if (!(isFile || listener.kind == model::SocketKind::Tcp) || !listener.container.empty() || !isStoresSocket(view.hop->protocol, listener))
            continue;
        if (!found || (isFile && found->kind == model::SocketKind::Tcp))
            found = &listener;
    }
    return found;
}

const model::Listener* socketElsewhere(const HopView& view)
{
    if (const model::Listener* store = storeElsewhere(view))
        return store;
    const std::string& wanted = view.hop->declared.endpoint.path;
    const model::HostFacts& host = *view.calleeHost;
    const model::Listener* sameFolder = nullptr;
    for (const model::Listener& listener : host.listeners) {
        if (listener.kind != model::SocketKind::Unix || listener.path.empty() || listener.path.front() != '/'
            || listener.path == wanted || isTargeted(view, listener, host))
            continue;
        const model::Process* process = processOf(host, listener);
        if (view.unit && view.unitCertainty >= 0.8 && process && process->unit == view.unit->name)
            return &listener;
        const bool isFpm = listener.process.find("php-fpm") != std::string::npos
            || listener.path.find("php") != std::string::npos;
        if (view.hop->protocol == model::Protocol::FastCgi && isFpm)
            return &listener;
        if (directoryOf(listener.path) == directoryOf(wanted) && directoryOf(wanted).size() > 4
            && !isInfrastructure(listener.process))
            sameFolder = &listener;
    }
    return sameFolder;
}

}
